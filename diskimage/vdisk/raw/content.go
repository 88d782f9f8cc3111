package raw

import (
	"io"
	"sort"

	"github.com/seed-181f3109/assay/diskimage/vdisk"
	"github.com/seed-181f3109/assay/fstree"
)

// Disk is an opened raw disk. It implements vdisk.Disk; ReadAt may be called
// from several goroutines.
type Disk struct {
	parts []part
	owned []vdisk.File
	size  int64
	info  vdisk.Info
}

// part is one file and the guest offset of its first byte.
type part struct {
	start, end int64
	f          vdisk.File
}

func (d *Disk) add(f vdisk.File) {
	d.parts = append(d.parts, part{d.size, d.size + f.Size(), f})
	d.size += f.Size()
}

// Size returns the length in bytes of all parts together.
func (d *Disk) Size() int64 { return d.size }

// Info describes the disk; Files names the parts after the first.
func (d *Disk) Info() vdisk.Info { return d.info }

// Close closes the parts that Open opened.
func (d *Disk) Close() error {
	var first error
	for _, f := range d.owned {
		if err := f.Close(); first == nil {
			first = err
		}
	}
	d.owned = nil
	return first
}

// at returns the index of the part that holds off.
func (d *Disk) at(off int64) int {
	return sort.Search(len(d.parts), func(i int) bool { return d.parts[i].end > off })
}

// ReadAt implements io.ReaderAt on guest bytes.
func (d *Disk) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= d.size {
		return 0, io.EOF
	}
	done := 0
	for i := d.at(off); i < len(d.parts) && done < len(p); i++ {
		pt := d.parts[i]
		pos := off + int64(done)
		n := int(min(pt.end-pos, int64(len(p)-done)))
		got, err := pt.f.ReadAt(p[done:done+n], pos-pt.start)
		done += got
		if got < n {
			if err == nil || err == io.EOF { // the file has shrunk since it was opened
				err = io.ErrUnexpectedEOF
			}
			return done, err
		}
	}
	if done < len(p) {
		return done, io.EOF
	}
	return done, nil
}

// NextAllocated implements vdisk.Disk. Files that do not know their holes are
// allocated throughout.
func (d *Disk) NextAllocated(off int64) (start, end int64, err error) {
	off = max(off, 0)
	for i := d.at(off); i < len(d.parts); i++ {
		pt := d.parts[i]
		from := max(off, pt.start)
		rr, ok := pt.f.(fstree.RangeReader)
		if !ok {
			return from, pt.end, nil
		}
		s, e, err := rr.NextData(from - pt.start)
		if err == io.EOF {
			continue
		}
		if err != nil {
			return 0, 0, err
		}
		return s + pt.start, min(e+pt.start, pt.end), nil
	}
	return 0, 0, io.EOF
}
