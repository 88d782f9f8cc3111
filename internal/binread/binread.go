// Package binread reads little- and big-endian structures from untrusted
// bytes: every read is bounded by what is there, never by what a field claims.
package binread

import (
	"fmt"
	"io"

	"github.com/seed-181f3109/assay/fstree"
)

// MaxStructure is the largest single structure At allocates for: 64 MiB. No
// format read here has larger ones.
const MaxStructure = 64 << 20

// At reads exactly n bytes at off of a section that is size bytes long. It
// checks the range before it allocates and returns an error that wraps
// fstree.ErrCorrupt for a range outside the section, or fstree.ErrLimit for n above MaxStructure.
func At(r io.ReaderAt, size, off int64, n int) ([]byte, error) {
	if err := Check(size, off, int64(n)); err != nil {
		return nil, err
	}
	if n > MaxStructure {
		return nil, fmt.Errorf("%w: structure of %d bytes", fstree.ErrLimit, n)
	}
	b := make([]byte, n)
	return b, Full(r, b, off)
}

// Full fills b from off or returns an error; a short read is io.ErrUnexpectedEOF.
func Full(r io.ReaderAt, b []byte, off int64) error {
	n, err := r.ReadAt(b, off)
	if n == len(b) {
		return nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// Check reports, as an error wrapping fstree.ErrCorrupt, a range of n bytes at
// off that does not lie inside [0, size).
func Check(size, off, n int64) error {
	if off < 0 || n < 0 || off > size || n > size-off {
		return fmt.Errorf("%w: %d bytes at %d lie outside of %d", fstree.ErrCorrupt, n, off, size)
	}
	return nil
}
