package layers

import (
	"github.com/seed-181f3109/assay/fstree"
)

// fill sets what an entry takes from the record alone.
func (r *record) fill(e *fstree.Entry) {
	r.fillContent(e)
	r.fillMeta(e)
	if r.extra != nil {
		e.Xattrs = r.extra.xattrs
	}
}

// fillContent sets type, size, link target, device number and digest.
func (r *record) fillContent(e *fstree.Entry) {
	e.Type = entryTypes[r.typ]
	switch r.typ {
	case recordFile:
		e.Size = r.size
		if r.has(flagHashed) {
			e.SHA256 = &r.sum
		}
	case recordSymlink:
		e.Size, e.Link = int64(len(r.link)), r.link
	case recordChar, recordBlock:
		if r.extra != nil {
			e.RdevMajor, e.RdevMinor = r.extra.major, r.extra.minor
		}
	}
}

// fillMeta sets mode, owner and times. Modification times are those of the
// header, also where a runtime would bring them into the range that it can set.
func (r *record) fillMeta(e *fstree.Entry) {
	e.Mode, e.UID, e.GID = r.mode, r.uid, r.gid
	if e.Type == fstree.TypeSymlink {
		e.Mode = 0o777 // as the kernel shows every symbolic link
	}
	e.Mtime = r.time()
	if r.extra != nil {
		e.Atime, e.Ctime = r.extra.atime, r.extra.ctime
	}
}

// entry makes e the entry of a node.
func (v *View) entry(e *fstree.Entry, p string, n *node, state fstree.State) {
	*e = fstree.Entry{Path: p, State: state, Layer: v.layers[n.layer].ref, Offset: -1, Nlink: 1, Mode: 0o755, Type: fstree.TypeDir}
	if n.rec != nil {
		e.Offset = n.rec.offset
	}
	if f := n.file; f != nil {
		f.data.fillContent(e)
		f.meta.fillMeta(e)
		e.Xattrs = f.attributes()
		e.Inode, e.Nlink = f.number, max(f.nlink, 1)
		if f.linked && f.first != p {
			e.HardlinkOf = f.first
		}
		if f.data.typ == recordFile {
			e.Content = v.opener(f)
		}
	}
	if n.kind == kindDir {
		e.Nlink = n.subdirs + 2
		e.Inode = n.number
	}
}
