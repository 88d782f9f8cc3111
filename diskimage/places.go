package diskimage

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"slices"

	"github.com/seed-181f3109/assay/internal/binread"
)

// Where partitions usually begin, in bytes: on whole MiB today, on whole cylinders of 255
// heads and 63 sectors before 2010, and one track or one MiB behind a boot record
// or the volume before.
const (
	mib      = 1 << 20
	track    = 63 * 512
	cylinder = 255 * track
)

// setAnchors computes the places next to the structures of the table and the ends
// of volumes.
func (s *search) setAnchors() {
	add := func(at int64) { s.anchors = append(s.anchors, at, at+track, at+mib) }
	add(0)
	for i := range s.d.info.Volumes {
		if v := &s.d.info.Volumes[i]; v.Start+v.Size < s.d.Size() {
			add(v.Start + v.Size)
		}
		s.anchors = append(s.anchors, s.d.info.Volumes[i].Start)
	}
	for _, u := range s.d.info.Table.Used {
		add(u[0] &^ 511)
		add((u[1] + 511) &^ 511)
	}
	slices.Sort(s.anchors)
}

// next returns the first place at or after off to look at: a sector of the first
// MiB of a gap, or a usual place.
func (s *search) next(off int64) int64 {
	if at := roundUp(off, 512); at < s.dense {
		return at
	}
	return s.usual(off)
}

// behind returns the first place to look at after one that zeros follow, as many
// bytes as zero says.
func (s *search) behind(at, zero int64) int64 {
	return min(s.usual(max(at, at+zero-windowBytes)+1), s.next(max(at, at+zero-superBytes)+1))
}

// usual returns the first place at or after off where partitions usually begin.
func (s *search) usual(off int64) int64 {
	if off > math.MaxInt64-2*cylinder {
		return math.MaxInt64
	}
	at := min(roundUp(off, mib), roundUp(off, cylinder), roundUp(off-track, cylinder)+track)
	if i, _ := slices.BinarySearch(s.anchors, off); i < len(s.anchors) {
		at = min(at, s.anchors[i])
	}
	return at
}

func roundUp(n, step int64) int64 { return (max(n, 0) + step - 1) / step * step }

// windowBytes is behind the superblock of every format that is read, and all but
// one of those that are recognised; superBytes is behind the start of each
// superblock of the former, as far as it is never zero.
const (
	windowBytes = 68 << 10
	superBytes  = 2 << 10
)

// window is a section of a disk from a place to its end, of which a part is in
// memory. It implements io.ReaderAt.
type window struct {
	d      *Disk
	start  int64 // of the section
	at     int64 // of buf
	buf    []byte
	stored int64 // up to here the disk is stored, from at on
}

// move moves the window to a place, and returns how many bytes from there on are
// known to be zeros: a whole window is looked at. It returns io.EOF if there
// is nothing else up to the end of the disk.
func (w *window) move(at int64) (zero int64, err error) {
	if w.start = at; at >= w.stored {
		next, end, err := w.d.NextAllocated(at)
		if err != nil {
			return 0, err
		}
		if next >= at+windowBytes {
			return next - at, nil
		}
		w.stored = end
	}
	if at < w.at || min(at+windowBytes, w.d.Size()) > w.at+int64(len(w.buf)) {
		if w.buf == nil {
			w.buf = make([]byte, 4*windowBytes)
		}
		w.at, w.buf = at, w.buf[:min(int64(cap(w.buf)), w.d.Size()-at)]
		if err := binread.Full(w.d, w.buf, at); err != nil {
			w.buf = w.buf[:0]
			return 0, err
		}
	}
	const step = 1 << 10
	for b := w.buf[at-w.at:]; len(b) > 0; b = b[min(step, len(b)):] {
		if n := min(step, len(b)); !bytes.Equal(b[:n], zeros[:n]) {
			return zero, nil
		}
		zero += step
	}
	if w.at+int64(len(w.buf)) == w.d.Size() {
		return 0, io.EOF
	}
	return zero, nil
}

// ReadAt implements io.ReaderAt.
func (w *window) ReadAt(p []byte, off int64) (int, error) {
	if in := w.start - w.at + off; off >= 0 && in+int64(len(p)) <= int64(len(w.buf)) {
		return copy(p, w.buf[in:]), nil
	}
	return w.d.ReadAt(p, w.start+off)
}

// foreignLength returns the bytes of a volume that is recognised and not read, as
// its superblock says, and at most room: that much for what does not say it.
//
// Sources: Linux, union swap_header; Btrfs on-disk format, btrfs_dev_item; LVM2,
// struct pv_header; NTFS and exFAT boot sectors.
func foreignLength(name string, r io.ReaderAt, room int64) int64 {
	b, err := binread.At(r, room, 0, int(min(room, windowBytes)))
	if err != nil || len(b) < windowBytes {
		return room
	}
	le := binary.LittleEndian
	var n uint64
	switch name {
	case "swap", "swap, suspended system":
		n = (uint64(le.Uint32(b[1028:])) + 1) * swapPage(b)
	case "btrfs":
		n = le.Uint64(b[0x10000+0xd1:])
	case "ntfs":
		n = (min(le.Uint64(b[40:]), math.MaxInt64>>16) + 1) * uint64(le.Uint16(b[11:]))
	case "exfat":
		n = min(le.Uint64(b[72:]), math.MaxInt64>>16) << min(b[108], 12)
	case "lvm2":
		if i := bytes.Index(b[:2048], []byte("LABELONE")); i >= 0 {
			n = le.Uint64(b[i+64:])
		}
	}
	if n == 0 || n > uint64(room) {
		return room
	}
	return int64(n)
}

// swapPage returns the size of a page of the system that made a swap volume.
func swapPage(b []byte) uint64 {
	for page := 4096; page <= 65536; page *= 2 {
		switch string(b[page-10 : page]) {
		case "SWAPSPACE2", "SWAP-SPACE", "LINHIB0001", "S1SUSPEND\x00", "S2SUSPEND\x00", "ULSUSPEND\x00":
			return uint64(page)
		}
	}
	return 0
}
