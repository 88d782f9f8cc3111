package xfs

import "github.com/seed-181f3109/assay/fstree"

// Extents returns the byte ranges of the volume that belong to an entry that a
// Walk yielded, found by e.Inode: the inode, the blocks of its B+trees, its
// attributes and, for a directory or a link, its content are metadata and come
// first; then the content in order of File offset, with its holes. Damage to the
// mapping is returned as *fstree.Damage, with the ranges that are known.
func (fs *FS) Extents(e *fstree.Entry) ([]fstree.Extent, error) {
	f := &faults{path: e.Path}
	n, damage := fs.inode(e.Inode, f)
	if damage != nil {
		return nil, damage
	}
	bs := fs.sb.blockSize
	out := []fstree.Extent{{Offset: n.off, Length: int64(fs.sb.inodeSize), File: -1, Kind: fstree.ExtentMetadata}}
	metadata := func(k *fork) {
		for _, at := range k.tree {
			out = append(out, fstree.Extent{Offset: at, Length: bs, File: -1, Kind: fstree.ExtentMetadata})
		}
	}
	content := func(k *fork) {
		for _, x := range k.extents {
			if x.state != lost {
				out = append(out, fstree.Extent{Offset: x.at, Length: int64(x.count) * bs, File: -1, Kind: fstree.ExtentMetadata})
			}
		}
	}
	if k := fs.attrBlocks(n, f, nil); k != nil {
		metadata(k)
		content(k)
	}
	switch {
	case n.kind == fstree.TypeSymlink && n.format == formatLocal:
		out = append(out, fstree.Extent{Offset: n.dataAt, Length: int64(min(n.size, uint64(len(n.data)))), File: 0, Kind: fstree.ExtentInline})
	case n.format != formatExtents && n.format != formatBtree:
	case n.kind == fstree.TypeFile:
		k := fs.dataFork(n, f, nil)
		metadata(k)
		out = fs.fileExtents(out, k, int64(n.size))
	default:
		k := fs.dataFork(n, f, nil)
		metadata(k)
		content(k)
	}
	if len(f.list) > 0 {
		return out, f.list[0]
	}
	return out, nil
}

// fileExtents appends the ranges of a regular file up to its size. A part of
// the mapping that is lost is left out.
func (fs *FS) fileExtents(out []fstree.Extent, k *fork, size int64) []fstree.Extent {
	pos, log := int64(0), fs.sb.blockLog
	for i := range k.extents {
		x := &k.extents[i]
		if x.off > uint64(size>>log) {
			break
		}
		start := int64(x.off) << log
		if start >= size {
			break
		}
		if start > pos {
			out = append(out, fstree.Extent{Offset: -1, Length: start - pos, File: pos, Kind: fstree.ExtentHole})
		}
		length := size - start
		if x.count <= uint64(length>>log) {
			length = int64(x.count) << log
		}
		switch x.state {
		case written:
			out = append(out, fstree.Extent{Offset: x.at, Length: length, File: start, Kind: fstree.ExtentData})
		case unwritten:
			out = append(out, fstree.Extent{Offset: x.at, Length: length, File: start, Kind: fstree.ExtentUnwritten})
		}
		pos = start + length
	}
	if pos < size {
		out = append(out, fstree.Extent{Offset: -1, Length: size - pos, File: pos, Kind: fstree.ExtentHole})
	}
	return out
}
