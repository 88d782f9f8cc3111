package ext4

import (
	"context"
	"fmt"
	iofs "io/fs"
	"strings"

	"github.com/seed-181f3109/assay/diskimage/filesystem"
	"github.com/seed-181f3109/assay/fstree"
)

// Lookup implements filesystem.Finder. It reads the directories of the path, and
// leaves it to Walk to report what is damaged in them.
func (fs *FS) Lookup(ctx context.Context, path string) (*fstree.Entry, error) {
	s := sink{values: minValues}
	var buf []byte
	budget := fs.sb.blocks
	at, parent := child{path: "/", num: rootInode}, uint32(rootInode)
	for el := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if el == "" {
			break // the root
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		in, err := fs.inode(at.num)
		if err != nil {
			return nil, withPath(err, at.path)
		}
		d := &dirReader{fs: fs, in: in, path: at.path, parent: parent, sink: &s, seen: make(map[string]struct{})}
		if in.isDir() {
			d.readDir(&buf, &budget)
		}
		next, ok := named(d.out, fstree.Join(at.path, el))
		if !ok {
			return nil, fmt.Errorf("%q: %w", path, iofs.ErrNotExist)
		}
		at, parent = next, at.num
	}
	in, err := fs.inode(at.num)
	if err != nil {
		return nil, withPath(err, at.path)
	}
	if !fs.checkInode(in, &s) {
		return nil, withPath(s.list[len(s.list)-1], at.path)
	}
	e := &fstree.Entry{}
	fs.fill(e, in, at.path, &s)
	return e, nil
}

// named returns the child of a path.
func named(list []child, path string) (child, bool) {
	for _, c := range list {
		if c.path == path {
			return c, true
		}
	}
	return child{}, false
}

var _ filesystem.Finder = (*FS)(nil)
