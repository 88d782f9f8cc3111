//go:build unix

package diskimage

import "golang.org/x/sys/unix"

// nonblock keeps an open of a pipe from waiting for a writer.
const nonblock = unix.O_NONBLOCK
