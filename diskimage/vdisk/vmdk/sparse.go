package vmdk

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/seed-181f3109/assay/diskimage/vdisk"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
	"github.com/seed-181f3109/assay/internal/blockcache"
)

// tableCache bounds the memory for grain tables of one extent, in bytes.
const tableCache = 4 << 20

// sparse is a sparse extent. It implements extent.
type sparse struct {
	f          vdisk.File
	id         int64 // tells the grains of extents apart in the shared cache
	h          *header
	grain      int64 // bytes
	size       int64 // bytes of the guest's disk that the extent holds
	gd         []uint32
	rgd        []uint32 // nil if there is no redundant copy
	stream     *streamIndex
	tables     *blockcache.Cache
	grains     *blockcache.Cache
	parent     io.ReaderAt // what holes show; nil for zeros
	base       int64       // offset of the extent on the parent
	descriptor []byte      // nil if the extent has none
	damage     []*fstree.Damage
	notes      []string
}

// place is where a grain is.
type place struct {
	what placeKind
	off  int64 // byte offset in the file, for inFile
}

type placeKind uint8

const (
	hole   placeKind = iota // not stored here: the parent's, or zeros
	zeros                   // zeros, whatever the parent has
	inFile                  // stored
	lost                    // in the part of a stream that is missing
)

// openHosted opens a sparse extent of the hosted kind.
func (s *session) openHosted(f vdisk.File) (*sparse, error) {
	e, err := s.newSparse(f, headerSectors, parseHosted)
	if err != nil {
		return nil, err
	}
	h := e.h
	if h.descriptor > 0 && h.descriptorLen > 0 {
		n := min(h.descriptorLen, maxDescriptor/sectorSize) * sectorSize
		if e.descriptor, err = sectors(f, h.descriptor, int(n)); err != nil {
			return nil, fmt.Errorf("vmdk descriptor: %w", err)
		}
	}
	if h.gd == gdAtEnd {
		err = e.openFooter()
	} else if err = e.loadDirectory(); err == nil {
		e.checkStream()
	}
	if err != nil {
		return nil, err
	}
	return e, nil
}

// newSparse returns a sparse extent whose header, of so many sectors, parse reads.
func (s *session) newSparse(f vdisk.File, sectors int, parse func(b []byte) (*header, error)) (*sparse, error) {
	b, err := binread.At(f, f.Size(), 0, sectors*sectorSize)
	if err != nil {
		return nil, err
	}
	h, err := parse(b)
	if err != nil {
		return nil, err
	}
	s.extents++
	e := &sparse{
		f: f, id: s.extents, h: h, grain: int64(h.grain) * sectorSize, size: int64(h.capacity) * sectorSize,
		tables: blockcache.New(tableCache), grains: s.grains,
	}
	if h.unclean {
		e.notes = append(e.notes, fmt.Sprintf("%s was not closed properly (uncleanShutdown)", f.Name()))
	}
	return e, nil
}

// sectors reads n bytes from a sector of a file.
func sectors(f vdisk.File, sector uint64, n int) ([]byte, error) {
	if sector > uint64(f.Size())/sectorSize {
		return nil, fmt.Errorf("%w: sector %d lies behind the end of %q", fstree.ErrCorrupt, sector, f.Name())
	}
	return binread.At(f, f.Size(), int64(sector)*sectorSize, n)
}

// loadDirectory reads the grain directory and its redundant copy, and compares
// the tables of both.
func (e *sparse) loadDirectory() error {
	var err error
	n := int(e.h.directory())
	e.gd, err = e.readDirectory(e.h.gd, n)
	if e.h.flags&flagRedundant == 0 || e.h.rgd == 0 {
		if err != nil {
			return err
		}
		return e.checkTables()
	}
	var rerr error
	e.rgd, rerr = e.readDirectory(e.h.rgd, n)
	switch {
	case err != nil && rerr != nil:
		return err
	case err != nil:
		e.report(int64(e.h.gd), "grain directory", err)
		e.gd, e.rgd = e.rgd, nil
	case rerr != nil:
		e.report(int64(e.h.rgd), "redundant grain directory", rerr)
		e.rgd = nil
	default:
		e.compareTables()
	}
	return e.checkTables()
}

func (e *sparse) readDirectory(sector uint64, n int) ([]uint32, error) {
	b, err := sectors(e.f, sector, n*4)
	if err != nil {
		return nil, fmt.Errorf("vmdk grain directory: %w", err)
	}
	gd := make([]uint32, n)
	for i := range gd {
		gd[i] = binary.LittleEndian.Uint32(b[i*4:])
	}
	return gd, nil
}

// compareTables reports grain tables that differ from their redundant copies,
// and takes the copy where the first cannot be read.
func (e *sparse) compareTables() {
	for i := range e.gd {
		if e.gd[i] == 0 && e.rgd[i] == 0 {
			continue
		}
		a, err := e.readTable(e.gd[i])
		b, rerr := e.readTable(e.rgd[i])
		name := fmt.Sprintf("grain table %d", i)
		switch {
		case err != nil && rerr == nil:
			e.report(int64(e.gd[i]), name, err)
			e.gd[i] = e.rgd[i]
		case err == nil && rerr != nil:
			e.report(int64(e.rgd[i]), "redundant "+name, rerr)
		case !bytes.Equal(a, b):
			e.report(int64(e.gd[i]), name, fmt.Errorf("%w: differs from its redundant copy", fstree.ErrCorrupt))
		}
	}
	e.rgd = nil // not needed any more
}

// maxDamage bounds the reports on one extent.
const maxDamage = 100

func (e *sparse) report(sector int64, structure string, cause error) {
	switch n := len(e.damage); {
	case n == maxDamage:
		structure, cause = "grain tables", fmt.Errorf("%w: more damage of this kind is not listed", fstree.ErrLimit)
	case n > maxDamage:
		return
	}
	e.damage = append(e.damage, &fstree.Damage{
		Structure: fmt.Sprintf("vmdk %q: %s", e.f.Name(), structure), Offset: sector * sectorSize, Cause: cause,
	})
}

// checkTables reads every grain table once. It reports tables that cannot be
// read and grains behind the end of the file, which a copy that was cut off has,
// and refuses an extent that claims more grains than the file has room for: then
// the same sectors stand for many grains, and reading it all may never end.
func (e *sparse) checkTables() error {
	room := e.f.Size() / sectorSize // a compressed grain takes a sector at least
	if e.h.flags&flagCompress == 0 {
		room = e.f.Size()/e.grain + 1
	}
	var stored, behind int64
	for i, sector := range e.gd {
		if sector == 0 {
			continue
		}
		t, err := e.readTable(sector)
		if err != nil {
			e.report(int64(sector), fmt.Sprintf("grain table %d", i), err)
			continue
		}
		for g := 0; g < len(t); g += 4 {
			v := binary.LittleEndian.Uint32(t[g:])
			if v == 0 || v == 1 && e.h.flags&flagZeroGrain != 0 {
				continue
			}
			if int64(v)*sectorSize >= e.f.Size() {
				behind++
			} else {
				stored++
			}
		}
		if stored > room {
			return fmt.Errorf("%w: vmdk %q: grain tables name more than %d grains, the file has no room for them", fstree.ErrCorrupt, e.f.Name(), room)
		}
	}
	if behind > 0 {
		e.report(e.f.Size()/sectorSize, "grains", fmt.Errorf("%w: %d of %d lie behind the end of the file", fstree.ErrCorrupt, behind, behind+stored))
	}
	return nil
}

// readTable reads a grain table; sector 0 is a table of holes.
func (e *sparse) readTable(sector uint32) ([]byte, error) {
	if sector == 0 {
		return make([]byte, e.h.table*4), nil
	}
	return sectors(e.f, uint64(sector), int(e.h.table)*4)
}

// locate returns where grain g is. The grain lies inside the extent.
func (e *sparse) locate(g int64) (place, error) {
	if e.stream != nil {
		return e.stream.locate(g), nil
	}
	i := g / int64(e.h.table)
	if e.gd[i] == 0 {
		return place{}, nil
	}
	t, err := e.tables.Get(i, func() ([]byte, error) { return e.readTable(e.gd[i]) })
	if err != nil {
		return place{}, fmt.Errorf("vmdk %q: grain table %d: %w", e.f.Name(), i, err)
	}
	switch v := binary.LittleEndian.Uint32(t[g%int64(e.h.table)*4:]); {
	case v == 0:
		return place{}, nil
	case v == 1 && e.h.flags&flagZeroGrain != 0:
		return place{what: zeros}, nil
	default:
		return place{inFile, int64(v) * sectorSize}, nil
	}
}

// ReadAt fills p, which lies inside the extent.
func (e *sparse) ReadAt(p []byte, off int64) (int, error) {
	done := 0
	for done < len(p) {
		pos := off + int64(done)
		g := pos / e.grain
		at, err := e.locate(g)
		if err != nil {
			return done, err
		}
		n := int(min(e.grain-pos%e.grain, int64(len(p)-done)))
		switch {
		case at.what == lost:
			return done, fmt.Errorf("%w: vmdk %q: the stream ends before grain %d", fstree.ErrCorrupt, e.f.Name(), g)
		case at.what != inFile:
			n, err = e.readHole(p[done:], pos, n, at.what)
		case e.h.flags&flagCompress != 0:
			n, err = e.readCompressed(p[done:done+n], pos, g, at.off)
		default:
			n, err = e.readStored(p[done:], pos, n, at.off)
		}
		done += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// readStored reads the n bytes at pos, and what follows them in guest and file
// alike, with one read.
func (e *sparse) readStored(p []byte, pos int64, n int, off int64) (int, error) {
	start := off + pos%e.grain
	for g := pos/e.grain + 1; n < len(p); g++ {
		at, err := e.locate(g)
		if err != nil || at.what != inFile || at.off != start+int64(n) {
			break // an error comes again when the grain's turn is there
		}
		n = int(min(int64(n)+e.grain, int64(len(p))))
	}
	if err := binread.Check(e.f.Size(), start, int64(n)); err != nil {
		return 0, fmt.Errorf("vmdk %q: grain %d: %w", e.f.Name(), pos/e.grain, err)
	}
	return n, binread.Full(e.f, p[:n], start)
}

// readHole fills the n bytes at pos that are not stored, and those of the
// grains that follow and are of the same kind.
func (e *sparse) readHole(p []byte, pos int64, n int, what placeKind) (int, error) {
	for g := pos/e.grain + 1; n < len(p); g++ {
		at, err := e.locate(g)
		if err != nil || at.what != what {
			break
		}
		n = int(min(int64(n)+e.grain, int64(len(p))))
	}
	if what == zeros || e.parent == nil {
		clear(p[:n])
		return n, nil
	}
	got, err := e.parent.ReadAt(p[:n], e.base+pos)
	if err == io.EOF { // the parent is smaller
		clear(p[got:n])
		return n, nil
	}
	return got, err
}

// runTables bounds how far next looks for the end of a range, in grain tables.
const runTables = 32

// next returns the next stored range at or after off, bytes of the extent, and
// false if there is none. A long range may be cut short.
func (e *sparse) next(off int64) (start, end int64, ok bool, err error) {
	total := (e.size + e.grain - 1) / e.grain
	g := off / e.grain
	for ; g < total; g++ {
		if e.stream == nil && e.gd[g/int64(e.h.table)] == 0 {
			g += int64(e.h.table) - g%int64(e.h.table) - 1
			continue
		}
		at, err := e.locate(g)
		if err != nil {
			return max(off, g*e.grain), min((g+1)*e.grain, e.size), true, nil // reading it tells
		}
		if at.what >= inFile {
			break
		}
	}
	if g >= total {
		return 0, 0, false, nil
	}
	last := g + 1
	for limit := min(total, g+runTables*int64(e.h.table)); last < limit; last++ {
		if at, err := e.locate(last); err != nil || at.what < inFile {
			break
		}
	}
	return max(off, g*e.grain), min(last*e.grain, e.size), true, nil
}
