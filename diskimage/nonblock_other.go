//go:build !unix

package diskimage

// nonblock keeps an open of a pipe from waiting for a writer, where there is
// such a thing.
const nonblock = 0
