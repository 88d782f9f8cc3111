package vmdk

import (
	"io"

	"github.com/seed-181f3109/assay/diskimage/vdisk"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// flat is an extent whose sectors lie in a file as they are. It implements extent.
type flat struct {
	f    vdisk.File
	off  int64 // of the extent's first byte in the file
	size int64
}

// ReadAt fills p, which lies inside the extent. Where the file is too short it
// returns io.ErrUnexpectedEOF.
func (e *flat) ReadAt(p []byte, off int64) (int, error) {
	if err := binread.Full(e.f, p, e.off+off); err != nil {
		return 0, err
	}
	return len(p), nil
}

// next leaves out the holes of the file. What the file should have and does not
// counts as stored, so that reading it tells.
func (e *flat) next(off int64) (start, end int64, ok bool, err error) {
	rr, known := e.f.(fstree.RangeReader)
	if !known {
		return off, e.size, off < e.size, nil
	}
	have := min(e.size, max(e.f.Size()-e.off, 0))
	if off < have {
		start, end, err = rr.NextData(e.off + off)
		if err != nil && err != io.EOF {
			return 0, 0, false, err
		}
		if err == nil && start-e.off < have {
			return start - e.off, min(end-e.off, have), true, nil
		}
	}
	start = max(off, have)
	return start, e.size, start < e.size, nil
}

// zeroExtent is an extent of zeros. It implements extent.
type zeroExtent struct{}

func (zeroExtent) ReadAt(p []byte, _ int64) (int, error) {
	clear(p)
	return len(p), nil
}

func (zeroExtent) next(int64) (start, end int64, ok bool, err error) { return 0, 0, false, nil }
