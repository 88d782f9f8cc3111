package fat

import (
	"context"
	"fmt"
	iofs "io/fs"
	"strings"

	"github.com/seed-181f3109/assay/diskimage/filesystem"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// Lookup implements filesystem.Finder. Names must be of the same case.
func (fs *FS) Lookup(ctx context.Context, path string) (*fstree.Entry, error) {
	if path == "/" {
		return fs.rootEntry(), nil
	}
	at := &found{dirEntry: dirEntry{attr: attrDir}}
	dir := "/"
	for el := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		next, err := fs.inFolder(at, dir, el)
		if err != nil {
			return nil, err
		}
		if next == nil {
			return nil, fmt.Errorf("%q: %w", path, iofs.ErrNotExist)
		}
		at, dir = next, fstree.Join(dir, el)
	}
	e := fs.fill(at, path)
	if !at.isDir() {
		f, _ := fs.content(at.cluster, at.size, path, nil) // reading tells what is missing
		e.Content = f.opener()
	}
	return e, nil
}

// inFolder returns the entry of a name in a directory, or nil.
func (fs *FS) inFolder(d *found, path, name string) (*found, error) {
	if !d.isDir() || d.cluster == 0 && path != "/" {
		return nil, nil
	}
	blocks, _ := fs.dirBlocks(d.cluster, nil) // the walk reports what is wrong
	s := &slots{fs: fs, root: path == "/"}
	for _, b := range blocks {
		data, err := binread.At(fs.meta, fs.size, b.off, int(b.n))
		if err != nil {
			return nil, err
		}
		for i := 0; i < len(data); i += entrySize {
			if f := s.next(data[i:i+entrySize], b.off+int64(i)); f != nil && f.name == name {
				return f, nil
			}
		}
	}
	return nil, nil
}

var _ filesystem.Finder = (*FS)(nil)
