package diskimage

import (
	"io"

	"github.com/seed-181f3109/assay/diskimage/volume"
)

// section is a byte range of the disk, or a whole volume, as an open file. It
// implements fstree.File and fstree.RangeReader.
type section struct {
	*io.SectionReader
	start int64
	next  func(off int64) (start, end int64, err error) // nil: all of it is stored
}

// newSection returns n bytes of r from off. next finds stored ranges, with
// offsets as r counts them.
func newSection(r io.ReaderAt, off, n int64, next func(int64) (int64, int64, error)) *section {
	return &section{io.NewSectionReader(r, off, n), off, next}
}

// openVolume returns the content of a volume.
func (d *Disk) openVolume(v *VolumeInfo) *section {
	if contiguous(&v.Volume) {
		return newSection(d, v.Start, min(v.Size, max(d.Size()-v.Start, 0)), d.NextAllocated)
	}
	return newSection(v.Reader, 0, v.Size, nil)
}

// contiguous reports whether a volume is one range of the disk.
func contiguous(v *volume.Volume) bool { return v.Map == nil && v.Start >= 0 }

// NextData implements fstree.RangeReader.
func (s *section) NextData(off int64) (start, end int64, err error) {
	off = max(off, 0)
	if off >= s.Size() {
		return 0, 0, io.EOF
	}
	if s.next == nil {
		return off, s.Size(), nil
	}
	start, end, err = s.next(off + s.start)
	if err != nil {
		return 0, 0, err
	}
	if start -= s.start; start >= s.Size() {
		return 0, 0, io.EOF
	}
	return max(start, off), min(end-s.start, s.Size()), nil
}

// Close does nothing: the disk owns what is read.
func (s *section) Close() error { return nil }
