package rootfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/seed-181f3109/assay/fstree"
)

// Options tune Open. Nil and the zero value mean the defaults.
type Options struct {
	// Name is what Damage.Image says; default empty.
	Name string
}

// Tree is an unpacked root directory. It is an fstree.Opener and may be used
// from several goroutines.
type Tree struct {
	root *os.Root
	dev  uint64
	name string
}

// Open opens the directory dir, which may be named by a symbolic link. The caller
// closes the Tree. It returns an error wrapping fstree.ErrNotThisFormat if dir is
// not a directory.
func Open(dir string, opts *Options) (*Tree, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%q: %w: not a directory", dir, fstree.ErrNotThisFormat)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	t := &Tree{root: root, dev: device(info)}
	if opts != nil {
		t.name = opts.Name
	}
	return t, nil
}

// Close releases the directory.
func (t *Tree) Close() error { return t.root.Close() }

// OpenEntry implements fstree.Opener.
func (t *Tree) OpenEntry(e *fstree.Entry) (fstree.File, error) {
	if e.Type != fstree.TypeFile || e.Stream != "" {
		return nil, fstree.ErrNoContent
	}
	rel := strings.TrimPrefix(e.Path, "/")
	info, err := t.root.Lstat(rel)
	if err != nil {
		return nil, t.damage(e.Path, "file", err)
	}
	return t.openFile(t.root, rel, e.Path, info)
}

// openFile opens name in dir if it still is the regular file that info describes.
func (t *Tree) openFile(dir *os.Root, name, path string, info fs.FileInfo) (fstree.File, error) {
	f, err := openQuietly(dir, name)
	if err != nil {
		return nil, t.damage(path, "file", err)
	}
	now, err := f.Stat()
	if err == nil && (!now.Mode().IsRegular() || !os.SameFile(now, info)) {
		err = fmt.Errorf("%w: became another file while it was opened", fstree.ErrCorrupt)
	}
	if err != nil {
		f.Close()
		return nil, t.damage(path, "file", err)
	}
	return &file{f, path, t}, nil
}

func (t *Tree) damage(path, structure string, err error) *fstree.Damage {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err // the path is in the damage already
	}
	return &fstree.Damage{Image: t.name, Path: path, Structure: structure, Offset: -1, Cause: err}
}

// file is open content. A fault in reading it is damage.
type file struct {
	f    *os.File
	path string
	t    *Tree
}

func (f *file) Read(p []byte) (int, error) {
	n, err := f.f.Read(p)
	return n, f.wrap(err)
}

func (f *file) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.f.ReadAt(p, off)
	return n, f.wrap(err)
}

func (f *file) Close() error { return f.f.Close() }

func (f *file) wrap(err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return f.t.damage(f.path, "content", err)
}
