//go:build linux || darwin || freebsd

package diskimage

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// nonblock keeps an open of a pipe from waiting for a writer.
const nonblock = unix.O_NONBLOCK

var errNoHoles = errors.New("holes are not known")

// nextData returns the next range at or after off that is stored. It returns
// io.EOF if there is none and errNoHoles if the system cannot tell.
func nextData(f *os.File, off int64) (start, end int64, err error) {
	start, err = f.Seek(off, unix.SEEK_DATA)
	if errors.Is(err, unix.ENXIO) {
		return 0, 0, io.EOF
	}
	if err != nil {
		return 0, 0, errNoHoles
	}
	end, err = f.Seek(start, unix.SEEK_HOLE)
	if err != nil || end <= start {
		return 0, 0, errNoHoles
	}
	return start, end, nil
}
