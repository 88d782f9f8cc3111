package vmdk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sort"

	"github.com/seed-181f3109/assay/diskimage/vdisk"
	"github.com/seed-181f3109/assay/fstree"
)

// Disk is an opened virtual disk. It implements vdisk.Disk; ReadAt may be called
// from several goroutines.
type Disk struct {
	extents []placed
	size    int64
	parent  *Disk
	info    vdisk.Info
	cid     string
	damage  []*fstree.Damage
	owned   []vdisk.File
}

// extent is a part of the disk that is stored in one way. Offsets count from
// its start, and callers stay inside of it.
type extent interface {
	io.ReaderAt
	// next returns the next stored range at or after off.
	next(off int64) (start, end int64, ok bool, err error)
}

// placed is an extent and its range on the disk.
type placed struct {
	start, end int64
	extent
}

// fromDescriptor opens what a descriptor describes. own is the extent that
// holds the descriptor, or nil if it is a file of its own.
func (s *session) fromDescriptor(ctx context.Context, text []byte, own *sparse, depth int) (*Disk, error) {
	desc, err := parseDescriptor(text)
	if err != nil {
		return nil, err
	}
	d := &Disk{cid: desc.cid, info: vdisk.Info{Format: "vmdk", Variant: desc.createType, SectorSize: 0}}
	if desc.hasParent() {
		if d.parent, err = s.openParent(ctx, desc, depth); err != nil {
			return nil, err
		}
		d.damage = append(d.damage, d.parent.damage...)
		d.info.Notes = append(d.info.Notes, fmt.Sprintf("holds the differences to its parent %q", desc.parentHint))
	}
	if own != nil {
		err = d.addOwn(desc, own)
	} else {
		err = s.addExtents(ctx, d, desc)
	}
	d.info.Size = d.size
	return d, err
}

// openParent opens the disk that desc is a delta of.
func (s *session) openParent(ctx context.Context, desc *descriptor, depth int) (*Disk, error) {
	name := desc.parentHint
	if depth+1 > s.parents {
		return nil, fmt.Errorf("%w: vmdk: chain of more than %d parents", fstree.ErrLimit, s.parents)
	}
	if slices.Contains(s.chain, name) {
		return nil, fmt.Errorf("%w: vmdk: parent %q is its own ancestor", fstree.ErrCorrupt, name)
	}
	s.chain = append(s.chain, name)
	f, err := s.file(name)
	if err != nil {
		return nil, fmt.Errorf("vmdk parent: %w", err)
	}
	p, err := s.open(ctx, f, depth+1)
	if errors.Is(err, fstree.ErrNotThisFormat) {
		err = fmt.Errorf("%w: the file is no vmdk", fstree.ErrCorrupt)
	}
	if err != nil {
		return nil, fmt.Errorf("vmdk parent %q: %w", name, err)
	}
	if p.cid != desc.parentCID {
		return nil, fmt.Errorf("%w: vmdk parent %q has CID %q, the disk was made from CID %q", fstree.ErrCorrupt, name, p.cid, desc.parentCID)
	}
	return p, nil
}

// addOwn takes the extent that holds the descriptor as the whole disk.
func (d *Disk) addOwn(desc *descriptor, own *sparse) error {
	if len(desc.extents) != 1 || desc.extents[0].kind != "SPARSE" {
		return fmt.Errorf("%w: vmdk: a descriptor inside of an extent names %d extents", fstree.ErrCorrupt, len(desc.extents))
	}
	if n := desc.extents[0].sectors; n*sectorSize != own.size {
		own.report(0, "descriptor", fmt.Errorf("%w: says %d sectors, the header %d", fstree.ErrCorrupt, n, own.h.capacity))
	}
	d.addSparse(own)
	return nil
}

func (d *Disk) addSparse(e *sparse) {
	if d.parent != nil {
		e.parent, e.base = d.parent, d.size
	}
	d.damage = append(d.damage, e.damage...)
	d.info.Notes = append(d.info.Notes, e.notes...)
	d.add(e, e.size)
}

func (d *Disk) add(e extent, size int64) {
	if size > 0 {
		d.extents = append(d.extents, placed{d.size, d.size + size, e})
		d.size += size
	}
}

// addExtents opens the extents that a descriptor file names.
func (s *session) addExtents(ctx context.Context, d *Disk, desc *descriptor) error {
	for _, line := range desc.extents {
		if err := ctx.Err(); err != nil {
			return err
		}
		size := line.sectors * sectorSize
		if size > math.MaxInt64-d.size {
			return fmt.Errorf("%w: vmdk is larger than 8 EiB", fstree.ErrCorrupt)
		}
		if line.access == "NOACCESS" {
			return fmt.Errorf("%w: vmdk extent %q without access", fstree.ErrUnsupported, line.name)
		}
		var err error
		switch line.kind {
		case "ZERO":
			d.add(zeroExtent{}, size)
		case "FLAT", "VMFS":
			err = s.addFlat(d, line, size)
		case "SPARSE", "VMFSSPARSE":
			err = s.addSparseFile(d, line, size)
		default: // SESPARSE, VMFSRDM, VMFSRAW, ...
			err = fmt.Errorf("%w: vmdk extent of type %q", fstree.ErrUnsupported, line.kind)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *session) addFlat(d *Disk, line extentLine, size int64) error {
	f, err := s.file(line.name)
	if err != nil {
		return fmt.Errorf("vmdk extent: %w", err)
	}
	off := line.offset * sectorSize
	if off > f.Size() || size > f.Size()-off {
		d.damage = append(d.damage, &fstree.Damage{
			Structure: fmt.Sprintf("vmdk extent %q", line.name), Offset: f.Size(),
			Cause: fmt.Errorf("%w: %d bytes from %d are said to be there, the file has %d", fstree.ErrCorrupt, size, off, f.Size()),
		})
	}
	d.add(&flat{f, off, size}, size)
	return nil
}

func (s *session) addSparseFile(d *Disk, line extentLine, size int64) error {
	f, err := s.file(line.name)
	if err != nil {
		return fmt.Errorf("vmdk extent: %w", err)
	}
	var e *sparse
	switch kindOf(f) {
	case kindHosted:
		e, err = s.openHosted(f)
	case kindCOWD:
		e, err = s.openCOWD(f)
	case kindSE:
		err = fmt.Errorf("%w: seSparse", fstree.ErrUnsupported)
	default:
		err = fmt.Errorf("%w: no sparse extent", fstree.ErrCorrupt)
	}
	if err != nil {
		return fmt.Errorf("vmdk extent %q: %w", line.name, err)
	}
	if e.size != size {
		return fmt.Errorf("%w: vmdk extent %q: the descriptor says %d bytes, the header %d", fstree.ErrCorrupt, line.name, size, e.size)
	}
	d.addSparse(e)
	return nil
}

// Size returns the guest's disk size in bytes.
func (d *Disk) Size() int64 { return d.size }

// Info describes the disk; Files are the extents and parents by the names that
// the descriptors give them.
func (d *Disk) Info() vdisk.Info { return d.info }

// Damage lists what could not be read when the disk was opened.
func (d *Disk) Damage() []*fstree.Damage { return d.damage }

// Close closes the extents and parents.
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

// at returns the index of the extent that holds off.
func (d *Disk) at(off int64) int {
	return sort.Search(len(d.extents), func(i int) bool { return d.extents[i].end > off })
}

// ReadAt implements io.ReaderAt on guest bytes.
func (d *Disk) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= d.size {
		return 0, io.EOF
	}
	done := 0
	for i := d.at(off); i < len(d.extents) && done < len(p); i++ {
		x := d.extents[i]
		pos := off + int64(done)
		n := int(min(x.end-pos, int64(len(p)-done)))
		got, err := x.ReadAt(p[done:done+n], pos-x.start)
		done += got
		if err != nil {
			return done, err
		}
	}
	if done < len(p) {
		return done, io.EOF
	}
	return done, nil
}

// NextAllocated implements vdisk.Disk. What a parent stores is stored; a long
// range may come in pieces.
func (d *Disk) NextAllocated(off int64) (start, end int64, err error) {
	start, end, err = d.nextOwn(max(off, 0))
	if d.parent == nil || err != nil && err != io.EOF {
		return start, end, err
	}
	ps, pe, perr := d.parent.NextAllocated(max(off, 0))
	switch {
	case perr == io.EOF || perr == nil && ps >= d.size:
		return start, end, err
	case perr != nil:
		return 0, 0, perr
	case err == io.EOF || ps < start:
		if err == nil {
			pe = min(pe, start)
		}
		return ps, min(pe, d.size), nil
	}
	return start, end, nil
}

// nextOwn is NextAllocated without the parent.
func (d *Disk) nextOwn(off int64) (start, end int64, err error) {
	for i := d.at(off); i < len(d.extents); i++ {
		x := d.extents[i]
		s, e, ok, err := x.next(max(off, x.start) - x.start)
		if err != nil {
			return 0, 0, err
		}
		if ok {
			return x.start + s, min(x.start+e, x.end), nil
		}
	}
	return 0, 0, io.EOF
}
