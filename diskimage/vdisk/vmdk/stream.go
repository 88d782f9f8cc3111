package vmdk

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/klauspost/compress/zlib"

	"github.com/seed-181f3109/assay/diskimage/vdisk"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// Kinds of metadata markers.
//
// Source: Virtual Disk Format 5.0, "Markers".
const (
	markerEOS    = 0
	markerTable  = 1
	markerDir    = 2
	markerFooter = 3
)

// grainHeader is the length of a grain marker before the data: lba, size.
const grainHeader = 12

// maxStreamGrains bounds the index of a stream without tables: 1 TiB of 64 KiB
// grains in 256 MiB of memory.
const maxStreamGrains = 16 << 20

// openFooter reads the footer of a stream, which says where the grain directory
// is. A stream without one was cut off, or has bytes behind its end: then the
// markers are followed from the start.
func (e *sparse) openFooter() error {
	err := e.readFooter()
	if err == nil {
		if err = e.loadDirectory(); err == nil {
			e.checkStream()
			return nil
		}
	}
	if errors.Is(err, fstree.ErrUnsupported) {
		return err
	}
	if e.h.flags&flagMarkers == 0 {
		return fmt.Errorf("vmdk: no footer and no markers: %w", err)
	}
	e.gd, e.rgd = nil, nil
	return e.followMarkers()
}

// readFooter takes the header from the third and second sector before the end.
func (e *sparse) readFooter() error {
	b, err := binread.At(e.f, e.f.Size(), e.f.Size()-3*sectorSize, 2*sectorSize)
	if err != nil {
		return err
	}
	if marker(b) != markerFooter || string(b[sectorSize:sectorSize+4]) != magicHosted {
		return fmt.Errorf("%w: vmdk: no footer", fstree.ErrCorrupt)
	}
	h, err := parseHosted(b[sectorSize:])
	if err != nil {
		return err
	}
	if h.gd == gdAtEnd || h.grain != e.h.grain || h.capacity != e.h.capacity || h.table != e.h.table || h.flags != e.h.flags {
		return fmt.Errorf("%w: vmdk: footer differs from header", fstree.ErrCorrupt)
	}
	e.h = h
	return nil
}

// marker returns the kind of a metadata marker, or -1 for a grain marker.
func marker(b []byte) int64 {
	if binary.LittleEndian.Uint32(b[8:]) != 0 {
		return -1
	}
	return int64(binary.LittleEndian.Uint32(b[12:]))
}

// streamIndex says where the grains of a stream are that has no tables.
type streamIndex struct {
	grains  []streamGrain // by number
	cut     bool          // the end of the stream is missing
	highest int64         // number of the last grain that was seen; -1 for none
}

type streamGrain struct{ number, sector uint32 }

// locate returns where a grain is. In a stream that was cut off, what is not
// there behind the last grain is lost, as grains come in order.
func (x *streamIndex) locate(g int64) place {
	i, ok := slices.BinarySearchFunc(x.grains, g, func(s streamGrain, g int64) int { return cmp.Compare(int64(s.number), g) })
	switch {
	case ok:
		return place{inFile, int64(x.grains[i].sector) * sectorSize}
	case x.cut && g > x.highest:
		return place{what: lost}
	}
	return place{}
}

// streamMarker is a marker of a stream.
type streamMarker struct {
	kind int64  // -1 for a grain
	val  uint64 // first sector of a grain on the guest's disk; else the sectors that follow
	zlib bool   // the bytes behind a grain's marker start as zlib data does
	next int64  // byte offset of the marker behind
}

// firstMarker returns the byte offset of the first marker.
func (e *sparse) firstMarker() int64 {
	return int64(min(e.h.overhead, uint64(e.f.Size())/sectorSize)) * sectorSize
}

// readMarker reads the marker at byte offset pos, and returns false if the file
// ends before.
func (e *sparse) readMarker(pos int64) (m streamMarker, ok bool, err error) {
	if binread.Check(e.f.Size(), pos, sectorSize) != nil {
		return m, false, nil
	}
	var b [16]byte
	if err := binread.Full(e.f, b[:], pos); err != nil {
		return m, false, err
	}
	m.kind, m.val = marker(b[:]), binary.LittleEndian.Uint64(b[:])
	m.zlib = b[12]&0x0f == 8 && binary.BigEndian.Uint16(b[12:])%31 == 0 // RFC 1950, section 2.2
	if m.kind < 0 {
		size := int64(binary.LittleEndian.Uint32(b[8:]))
		m.next = pos + (grainHeader+size+sectorSize-1)/sectorSize*sectorSize
	} else {
		m.next = pos + sectorSize + int64(min(m.val, uint64(e.f.Size())/sectorSize))*sectorSize
	}
	return m, true, nil
}

// checkStream reports grains of a stream that the only copy of its tables does
// not lead to: each grain says with its marker which one it is.
func (e *sparse) checkStream() {
	if e.h.flags&flagMarkers == 0 || e.h.flags&flagRedundant != 0 && e.h.rgd != 0 {
		return
	}
	missing, first := 0, int64(0)
	for pos := e.firstMarker(); ; {
		m, ok, err := e.readMarker(pos)
		if err != nil {
			e.report(pos/sectorSize, "grain markers", err)
			break
		}
		if !ok || m.kind == markerEOS || m.kind > markerFooter ||
			m.kind < 0 && (!m.zlib || m.val%e.h.grain != 0 || m.val >= e.h.capacity) {
			break // reading what the tables have tells what is wrong here
		}
		if m.kind < 0 {
			g := int64(m.val / e.h.grain)
			if at, err := e.locate(g); err == nil && at.what != inFile {
				if missing++; missing == 1 {
					first = g
				}
			}
		}
		pos = m.next
	}
	if missing > 0 {
		e.report(int64(e.h.gd), "grain directory", fmt.Errorf("%w: %d grains of the stream are in no table, the first is grain %d", fstree.ErrCorrupt, missing, first))
	}
}

// followMarkers builds the index of a stream from its markers.
func (e *sparse) followMarkers() error {
	x := &streamIndex{highest: -1}
	pos := e.firstMarker()
	for {
		m, ok, err := e.readMarker(pos)
		if err != nil {
			return err
		}
		if !ok {
			x.cut = true
			break
		}
		if m.kind == markerEOS {
			break
		}
		if m.kind > markerFooter || m.kind < 0 && !x.add(e, m.val, pos, m.next) {
			x.cut = true
			break
		}
		pos = m.next
		if len(x.grains) > maxStreamGrains {
			return fmt.Errorf("%w: vmdk stream of more than %d grains without tables", fstree.ErrLimit, maxStreamGrains)
		}
	}
	if x.cut {
		e.report(pos/sectorSize, "end of stream", fmt.Errorf("%w: missing; the disk behind grain %d is lost", fstree.ErrCorrupt, x.highest))
	} else {
		e.notes = append(e.notes, "the stream has no footer at its end; grains were found through their markers")
	}
	slices.SortStableFunc(x.grains, func(a, b streamGrain) int { return cmp.Compare(a.number, b.number) })
	e.stream = x
	return nil
}

// add takes the grain whose marker at pos names sector val; next is the
// position of the marker behind it. It returns false for a marker that makes no sense.
func (x *streamIndex) add(e *sparse, val uint64, pos, next int64) bool {
	if val%e.h.grain != 0 || val >= e.h.capacity || next > e.f.Size() || pos/sectorSize > 1<<32-1 {
		return false
	}
	g := int64(val / e.h.grain)
	if g <= x.highest || g > 1<<32-1 { // a stream is written once, in order
		return false
	}
	x.highest = g
	x.grains = append(x.grains, streamGrain{uint32(g), uint32(pos / sectorSize)})
	return true
}

// readCompressed fills p with bytes of grain g, whose marker is at off; p
// starts where the caller's range enters the grain.
func (e *sparse) readCompressed(p []byte, pos, g, off int64) (int, error) {
	b, err := e.grains.Get(e.id<<40|g, func() ([]byte, error) { return e.inflate(g, off) })
	if err != nil {
		return 0, fmt.Errorf("vmdk %q: grain %d at %d: %w", e.f.Name(), g, off, err)
	}
	return copy(p, b[pos-g*e.grain:]), nil
}

// inflaters are zlib readers for reuse.
var inflaters sync.Pool

// inflate returns the content of grain g, as long as the grain is inside the extent.
func (e *sparse) inflate(g, off int64) ([]byte, error) {
	src, err := e.compressed(g, off)
	if err != nil {
		return nil, err
	}
	out := make([]byte, min(e.grain, e.size-g*e.grain))
	z, _ := inflaters.Get().(io.ReadCloser)
	if z == nil {
		z, err = zlib.NewReader(bytes.NewReader(src))
	} else {
		err = z.(zlib.Resetter).Reset(bytes.NewReader(src), nil)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", fstree.ErrCorrupt, err)
	}
	defer inflaters.Put(z)
	if n, err := io.ReadFull(z, out); err != nil {
		return nil, fmt.Errorf("%w: %d of %d bytes: %w", fstree.ErrCorrupt, n, len(out), err)
	}
	// The rest of the last grain, and the checksum behind the data.
	if rest, err := io.Copy(io.Discard, io.LimitReader(z, e.grain)); err != nil {
		return nil, fmt.Errorf("%w: %w", fstree.ErrChecksum, err)
	} else if int64(len(out))+rest > e.grain {
		return nil, fmt.Errorf("%w: holds more than a grain", fstree.ErrCorrupt)
	}
	return out, nil
}

// compressed reads the compressed bytes of grain g.
func (e *sparse) compressed(g, off int64) ([]byte, error) {
	most := e.grain + e.grain/8 + 4096 // deflate grows by less than that
	if e.h.flags&flagMarkers == 0 {
		return binread.At(e.f, e.f.Size(), off, int(min(most, max(e.f.Size()-off, 0))))
	}
	head, err := binread.At(e.f, e.f.Size(), off, grainHeader)
	if err != nil {
		return nil, err
	}
	lba, size := binary.LittleEndian.Uint64(head), int64(binary.LittleEndian.Uint32(head[8:]))
	if lba != uint64(g)*e.h.grain || size == 0 || size > most {
		return nil, fmt.Errorf("%w: marker names sector %d and %d bytes", fstree.ErrCorrupt, lba, size)
	}
	return binread.At(e.f, e.f.Size(), off+grainHeader, int(size))
}

var _ extent = (*sparse)(nil)
var _ vdisk.Disk = (*Disk)(nil)
