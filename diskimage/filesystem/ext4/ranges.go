package ext4

import (
	"github.com/seed-181f3109/assay/fstree"
)

// Extents implements fstree.Extenter: the inode, the block of its attributes
// and the blocks of the mapping as metadata, then the content. Offsets are
// bytes from the start of the section. Holes are left out. The blocks of a
// directory are metadata. Content ends at the size of the file. What the journal
// holds a newer copy of is named where this copy lies.
func (fs *FS) Extents(e *fstree.Entry) ([]fstree.Extent, error) {
	out, err := fs.extents(e)
	if o, ok := fs.r.(*overlay); ok {
		out = o.moved(out)
	}
	return out, err
}

// extents returns the ranges where they would be without a journal.
func (fs *FS) extents(e *fstree.Entry) ([]fstree.Extent, error) {
	in, err := fs.entryInode(e)
	if err != nil {
		return nil, err
	}
	bs := fs.sb.blockSize
	out := []fstree.Extent{{Offset: in.off, Length: int64(len(in.raw)), File: -1, Kind: fstree.ExtentMetadata}}
	if in.fileACL != 0 {
		out = append(out, fstree.Extent{Offset: int64(in.fileACL) * bs, Length: bs, File: -1, Kind: fstree.ExtentMetadata})
	}
	if out, err = fs.valueExtents(in, out); err != nil {
		return out, withPath(err, e.Path)
	}
	switch t, _ := fstree.TypeOfMode(uint32(in.mode)); {
	case t != fstree.TypeFile && t != fstree.TypeDir && t != fstree.TypeSymlink:
	case in.has(flagInlineData), t == fstree.TypeSymlink && fs.isFast(in):
		if t != fstree.TypeDir && in.size > 0 {
			out = append(out, fstree.Extent{Offset: in.off + blockFieldOff, Length: min(in.size, blockFieldSize), Kind: fstree.ExtentInline})
		}
	default:
		out, err = fs.dataExtents(in, out, t == fstree.TypeDir)
	}
	return out, withPath(err, e.Path)
}

// dataExtents appends the blocks of a mapping and the runs it leads to.
func (fs *FS) dataExtents(in *inode, out []fstree.Extent, metadata bool) ([]fstree.Extent, error) {
	bs, m := fs.sb.blockSize, fs.mapping(in, nil)
	err := m.nodes(func(block uint64) bool {
		out = append(out, fstree.Extent{Offset: int64(block) * bs, Length: bs, File: -1, Kind: fstree.ExtentMetadata})
		return true
	})
	if err != nil {
		return out, err
	}
	for at := int64(0); at < in.size; {
		n := uint64(at / bs)
		if n >= maxBlocks {
			return out, damage(inodeName(in.num), in.off, corrupt("content of %d bytes", in.size))
		}
		r, err := m.find(n)
		if err != nil {
			return out, err
		}
		next := min(in.size, int64(r.first+r.count)*bs)
		x := fstree.Extent{Offset: int64(r.phys+n-r.first) * bs, Length: next - at, File: at}
		switch {
		case r.state == runHole:
			at = next
			continue
		case metadata:
			x.Kind, x.File = fstree.ExtentMetadata, -1
		case r.state == runUnwritten:
			x.Kind = fstree.ExtentUnwritten
		}
		out = append(out, x)
		at = next
	}
	return out, nil
}

// valueExtents appends the inodes and blocks of attribute values that have inodes of their own.
func (fs *FS) valueExtents(in *inode, out []fstree.Extent) ([]fstree.Extent, error) {
	if fs.sb.incompat&incompatEAInode == 0 {
		return out, nil
	}
	var nums []uint32
	note := func(e *xattrEntry) {
		if e.inum != 0 {
			nums = append(nums, e.inum)
		}
	}
	a, err := fs.body(in)
	if a != nil {
		err = a.each(note)
	}
	if err == nil && in.fileACL != 0 {
		if a, err = fs.xattrBlock(in, &sink{}); err == nil {
			err = a.each(note)
		}
	}
	if err != nil {
		return out, damage(inodeName(in.num), in.off, err)
	}
	for _, num := range nums {
		v, err := fs.inode(num)
		if err != nil {
			return out, err
		}
		out = append(out, fstree.Extent{Offset: v.off, Length: int64(len(v.raw)), File: -1, Kind: fstree.ExtentMetadata})
		v.size = min(v.size, xattrMaxValue)
		if out, err = fs.dataExtents(v, out, true); err != nil {
			return out, err
		}
	}
	return out, nil
}
