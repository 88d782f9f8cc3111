//go:build !linux && !darwin && !freebsd

package diskimage

import (
	"errors"
	"os"
)

// nonblock keeps an open of a pipe from waiting for a writer, where there is
// such a thing.
const nonblock = 0

var errNoHoles = errors.New("holes are not known")

// nextData returns errNoHoles: this system does not tell holes in a portable way.
func nextData(*os.File, int64) (start, end int64, err error) { return 0, 0, errNoHoles }
