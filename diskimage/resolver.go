package diskimage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/seed-181f3109/assay/diskimage/vdisk"
	"github.com/seed-181f3109/assay/fstree"
)

// errOutside is the refusal of a name that leads out of the allowed folders.
var errOutside = errors.New("leads outside of the image's folder; move the file there or name its folder as search folder")

// folders implements vdisk.Resolver on the image's own folder and the search
// folders. The operating system keeps every open inside of them (os.Root).
type folders struct {
	roots []*os.Root
	paths []string // absolute, of the same index
}

// openFolders opens the folder of image and the search folders.
func openFolders(image string, search []string) (*folders, error) {
	fd := &folders{}
	for _, dir := range append([]string{filepath.Dir(image)}, search...) {
		abs, err := filepath.Abs(dir)
		if err != nil {
			fd.Close()
			return nil, err
		}
		root, err := os.OpenRoot(abs)
		if err != nil {
			fd.Close()
			return nil, fmt.Errorf("search folder: %w", err)
		}
		fd.roots = append(fd.roots, root)
		fd.paths = append(fd.paths, abs)
	}
	return fd, nil
}

// Close closes the folders; files opened from them stay open.
func (fd *folders) Close() error {
	for _, r := range fd.roots {
		r.Close() // a folder opened for reading has nothing to lose
	}
	fd.roots = nil
	return nil
}

// Open opens a regular file that an image names. A relative name is looked for
// in the image's folder, then in the search folders. An absolute name must lie
// in one of these folders; if it does not, its last element is looked for in the
// search folders, which the user gave for this, and not in the image's own.
func (fd *folders) Open(name string) (vdisk.File, error) {
	if name == "" || strings.ContainsRune(name, 0) {
		return nil, fmt.Errorf("image names the file %q: %w", name, fs.ErrInvalid)
	}
	err := errOutside
	for _, c := range fd.candidates(name) {
		f, oerr := openRegular(fd.roots[c.root], c.rel)
		if oerr == nil {
			return f, nil
		}
		if err == errOutside || errors.Is(err, fs.ErrNotExist) {
			err = oerr // the first reason that is not mere absence
		}
	}
	return nil, fmt.Errorf("image names the file %q: %w", name, err)
}

// candidate is a relative name in one of the folders.
type candidate struct {
	root int
	rel  string
}

// candidates returns where the file that an image calls name may be. Names from
// Windows have backslashes, which elsewhere can be part of a name.
func (fd *folders) candidates(name string) []candidate {
	var out []candidate
	add := func(root int, rel string) {
		if filepath.IsLocal(rel) {
			out = append(out, candidate{root, rel})
		}
	}
	slashed := strings.ReplaceAll(name, `\`, "/")
	if !path.IsAbs(slashed) && !hasDrive(slashed) {
		for i := range fd.roots {
			add(i, filepath.FromSlash(name))
			if slashed != name {
				add(i, filepath.FromSlash(slashed))
			}
		}
		return out
	}
	for i, dir := range fd.paths {
		if rel, err := filepath.Rel(dir, filepath.FromSlash(slashed)); err == nil {
			add(i, rel)
		}
	}
	for i := 1; i < len(fd.roots); i++ {
		add(i, path.Base(slashed))
	}
	return out
}

// hasDrive reports whether a name starts with a Windows drive or a scheme ("C:/x", "file:x").
func hasDrive(name string) bool {
	i := strings.IndexByte(name, ':')
	return i >= 0 && !strings.Contains(name[:i], "/")
}

// openRegular opens a regular file below root. It looks before it opens, as
// opening a device may have effects, and looks again at what it has opened.
func openRegular(root *os.Root, rel string) (*hostFile, error) {
	st, err := root.Stat(rel)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: no regular file", fstree.ErrUnsupported)
	}
	f, err := root.OpenFile(rel, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	st, err = f.Stat()
	if err == nil && !st.Mode().IsRegular() {
		err = fmt.Errorf("%w: no regular file", fstree.ErrUnsupported)
	}
	if err != nil {
		f.Close() // nothing was written
		return nil, err
	}
	return &hostFile{f, filepath.Base(rel), st.Size()}, nil
}
