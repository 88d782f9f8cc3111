package xfs

import (
	"fmt"
	"io"

	"github.com/seed-181f3109/assay/fstree"
)

// entry returns the entry of inode n at path. What is damaged goes to f.
func (fs *FS) entry(n *inode, path string, f *faults, budget *int64, intern map[string]string) *fstree.Entry {
	e := &fstree.Entry{Path: path}
	n.fill(e)
	attrs, attr := fs.readAttrs(n, f, budget, intern)
	e.Xattrs = attrs
	switch n.kind {
	case fstree.TypeFile:
		before := len(f.list)
		data := fs.dataFork(n, f, budget)
		fs.checkBlocks(n, data, attr, f)
		var doubt *fstree.Damage
		if len(f.list) > before {
			doubt = f.list[before]
		}
		e.Content = func() (io.ReadCloser, error) { return fs.newFile(n, data, path, doubt), nil }
	case fstree.TypeSymlink:
		var data *fork
		e.Link, data = fs.readLink(n, f, budget)
		if data != nil {
			fs.checkBlocks(n, data, attr, f)
		}
	case fstree.TypeChar, fstree.TypeBlock:
		if n.format != formatDevice {
			f.addInode(n.ino, n.off, corrupt("device of format %d", n.format))
		}
	}
	return e
}

// checkBlocks compares the number of blocks that an inode counts with what its
// forks have, because a lost extent would read as a hole.
func (fs *FS) checkBlocks(n *inode, data, attr *fork, f *faults) {
	sum := data.blocks
	if attr != nil {
		sum += attr.blocks
	}
	if data.whole && (attr == nil || attr.whole) && sum != n.blocks {
		f.addInode(n.ino, n.off, corrupt("inode counts %d blocks, its forks have %d", n.blocks, sum))
	}
}

// open maps and opens the content of n.
func (fs *FS) open(n *inode, path string) *file {
	f := &faults{path: path}
	data := fs.dataFork(n, f, nil)
	var doubt *fstree.Damage
	if len(f.list) > 0 {
		doubt = f.list[0]
	}
	return fs.newFile(n, data, path, doubt)
}

// OpenEntry opens the content of a regular file that a Walk yielded, found by e.Inode.
func (fs *FS) OpenEntry(e *fstree.Entry) (fstree.File, error) {
	if e.Type != fstree.TypeFile {
		return nil, fstree.ErrNoContent
	}
	f := &faults{path: e.Path}
	n, damage := fs.inode(e.Inode, f)
	if damage != nil {
		return nil, damage
	}
	if n.kind != fstree.TypeFile {
		return nil, fmt.Errorf("inode %d is a %s: %w", e.Inode, n.kind, fstree.ErrNoContent)
	}
	return fs.open(n, e.Path), nil
}
