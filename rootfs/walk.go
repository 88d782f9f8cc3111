package rootfs

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"slices"

	"github.com/seed-181f3109/assay/fstree"
)

// Walk implements fstree.Tree: a directory before its content, siblings by the
// bytes of their names.
func (t *Tree) Walk(ctx context.Context) iter.Seq2[*fstree.Entry, error] {
	return func(yield func(*fstree.Entry, error) bool) {
		w := &walker{t: t, ctx: ctx, yield: yield, first: map[fileID]string{}}
		info, err := t.root.Lstat(".")
		if err != nil {
			yield(nil, fmt.Errorf("root directory: %w", err))
			return
		}
		if w.entry(t.root, ".", "/", info) {
			w.dir(t.root, "")
		}
	}
}

// fileID tells files apart.
type fileID struct{ dev, ino uint64 }

type walker struct {
	t     *Tree
	ctx   context.Context
	yield func(*fstree.Entry, error) bool
	first map[fileID]string // first path of files with several names
	e     fstree.Entry
}

// lose yields damage; false ends the walk.
func (w *walker) lose(path, structure string, err error) bool {
	return w.yield(nil, w.t.damage(path, structure, err))
}

// dir walks what is in the directory dir, whose path is p; empty for the root.
func (w *walker) dir(dir *os.Root, p string) bool {
	names, err := list(dir)
	if err != nil && !w.lose(cmp.Or(p, "/"), "directory", err) {
		return false
	}
	for _, name := range names {
		path := p + "/" + name
		info, err := dir.Lstat(name)
		if err != nil {
			if !w.lose(path, "name", err) {
				return false
			}
			continue
		}
		if !w.entry(dir, name, path, info) {
			return false
		}
		if info.IsDir() && !w.enter(dir, name, path, info) {
			return false
		}
	}
	return true
}

// enter walks a directory in dir.
func (w *walker) enter(dir *os.Root, name, path string, info fs.FileInfo) bool {
	if device(info) != w.t.dev {
		return w.lose(path, "directory", fmt.Errorf("%w: another file system is mounted here", fstree.ErrUnsupported))
	}
	sub, err := dir.OpenRoot(name)
	if err != nil {
		return w.lose(path, "directory", err)
	}
	defer sub.Close()
	now, err := sub.Lstat(".")
	if err == nil && !os.SameFile(now, info) {
		err = fmt.Errorf("%w: became another directory while it was opened", fstree.ErrCorrupt)
	}
	if err != nil {
		return w.lose(path, "directory", err)
	}
	return w.dir(sub, path)
}

// list returns the names in a directory, sorted, as far as they can be read.
func list(dir *os.Root) ([]string, error) {
	f, err := openQuietly(dir, ".")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	slices.Sort(names)
	return names, err
}

// entry yields one name of dir, and damage for what of it cannot be read; false ends the walk.
func (w *walker) entry(dir *os.Root, name, path string, info fs.FileInfo) bool {
	if err := w.ctx.Err(); err != nil {
		w.yield(nil, err)
		return false
	}
	e := &w.e
	*e = fstree.Entry{Path: path, Offset: -1, Nlink: 1, Mtime: info.ModTime().UTC()}
	if err := stat(e, info); err != nil {
		return w.lose(path, "name", err)
	}
	switch e.Type {
	case fstree.TypeFile:
		e.Size = info.Size()
		e.Content = func() (io.ReadCloser, error) { return w.t.openFile(dir, name, path, info) }
	case fstree.TypeSymlink:
		target, err := dir.Readlink(name)
		if err != nil {
			return w.lose(path, "symbolic link", err)
		}
		e.Link, e.Size = target, int64(len(target))
	}
	if e.Nlink > 1 && e.Type != fstree.TypeDir {
		id := fileID{device(info), e.Inode}
		if first, ok := w.first[id]; ok {
			e.HardlinkOf = first
		} else {
			w.first[id] = path
		}
	}
	xattrs, err := attributes(dir, name)
	if err != nil && !w.lose(path, "extended attributes", err) {
		return false
	}
	e.Xattrs = xattrs
	return w.yield(e, nil)
}
