//go:build linux || darwin || freebsd

package holes

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// seek asks for the stored range at or after off. It returns io.EOF if there is
// none and errUnknown if the system cannot tell.
func seek(f *os.File, off int64) (start, end int64, err error) {
	start, err = f.Seek(off, unix.SEEK_DATA)
	if errors.Is(err, unix.ENXIO) {
		return 0, 0, io.EOF
	}
	if err != nil {
		return 0, 0, errUnknown
	}
	end, err = f.Seek(start, unix.SEEK_HOLE)
	if err != nil || end <= start {
		return 0, 0, errUnknown
	}
	return start, end, nil
}
