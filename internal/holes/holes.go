// Package holes finds the parts of a sparse file that are stored.
//
// The call most people want:
//
//	start, end, err := holes.Next(file, size, off)
package holes

import (
	"errors"
	"io"
	"os"
)

var errUnknown = errors.New("holes are not known")

// Next returns the first range at or after off, of a file of size bytes, that
// is stored: start inclusive, end exclusive. Everything before it reads as
// zeros. It returns io.EOF if there is none. Where the system or the file
// system does not tell holes, everything is stored. It moves the file's
// position, and may be called beside ReadAt.
func Next(f *os.File, size, off int64) (start, end int64, err error) {
	off = max(off, 0)
	if off >= size {
		return 0, 0, io.EOF
	}
	start, end, err = seek(f, off)
	switch {
	case err == errUnknown:
		return off, size, nil
	case err != nil:
		return 0, 0, err
	case start >= size:
		return 0, 0, io.EOF
	}
	return start, min(end, size), nil
}
