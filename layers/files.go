package layers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/seed-181f3109/assay/fstree"
)

// errNoFile means that a store does not hold a file of that name.
var errNoFile = errors.New("not in the image store")

// files is a set of named files: a folder, or a tar read at random. Names are
// relative with slashes.
type files interface {
	// open returns the file, or an error wrapping errNoFile.
	open(name string) (*file, error)
	// names lists the regular files, sorted.
	names() ([]string, error)
	close() error
}

// file is a byte range that can be read at any place, and be opened many times.
type file struct {
	name string
	size int64
	at   io.ReaderAt
	id   fileID
	done func() error // releases at; nil if there is nothing to release
}

// fileID tells whether two files are the same bytes in storage.
type fileID struct {
	info   os.FileInfo // nil: not known
	offset int64
	size   int64
}

// same reports that both are one range of one unchanged file.
func (a fileID) same(b fileID) bool {
	return a.info != nil && b.info != nil && a.offset == b.offset && a.size == b.size &&
		os.SameFile(a.info, b.info) && a.info.ModTime().Equal(b.info.ModTime()) && a.info.Size() == b.info.Size()
}

func (f *file) close() error {
	if f.done == nil {
		return nil
	}
	return f.done()
}

// readAll returns the content of a small file; above limit it is an error wrapping fstree.ErrLimit.
func readAll(fs files, name string, limit int64) ([]byte, error) {
	f, err := fs.open(name)
	if err != nil {
		return nil, err
	}
	defer f.close()
	if f.size > limit {
		return nil, fmt.Errorf("%q: %w: %d bytes, at most %d are read", name, fstree.ErrLimit, f.size, limit)
	}
	var b bytes.Buffer
	if _, err := io.Copy(&b, io.NewSectionReader(f.at, 0, f.size)); err != nil {
		return nil, fmt.Errorf("%q: %w", name, err)
	}
	if int64(b.Len()) != f.size {
		return nil, fmt.Errorf("%q: %w: cut after %d of %d bytes", name, fstree.ErrCorrupt, b.Len(), f.size)
	}
	return b.Bytes(), nil
}

// dirFiles is a folder. Nothing outside of it is opened, whatever links it holds.
type dirFiles struct{ root *os.Root }

func openDirFiles(dir string) (*dirFiles, error) {
	r, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &dirFiles{r}, nil
}

func (d *dirFiles) open(name string) (*file, error) {
	info, err := d.root.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%q: %w", name, errNoFile)
	}
	if err != nil {
		return nil, fmt.Errorf("%q: %w", name, err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%q: %w: not a regular file", name, fstree.ErrCorrupt)
	}
	f, err := d.root.Open(name)
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err != nil {
		f.Close()
		return nil, err
	}
	return &file{name: name, size: info.Size(), at: f, id: fileID{info: info, size: info.Size()}, done: f.Close}, nil
}

func (d *dirFiles) names() ([]string, error) {
	var out []string
	err := fs.WalkDir(d.root.FS(), ".", func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !e.IsDir() {
			out = append(out, p)
		}
		return nil
	})
	return out, err
}

func (d *dirFiles) close() error { return d.root.Close() }

// blob is the stored bytes of one layer.
type blob struct {
	name string // how messages call it
	size int64  // -1 unknown
	// open starts reading at the first byte. It may be called many times.
	open func(ctx context.Context) (io.ReadCloser, error)
	// file opens the blob for random access; nil if it has none.
	file func() (*file, error)
	id   fileID
}

// fileBlob returns a blob that lies in a store. It looks the file up, but keeps nothing open.
func fileBlob(fs files, name string) (*blob, error) {
	f, err := fs.open(name)
	if err != nil {
		return nil, err
	}
	defer f.close()
	b := &blob{name: name, size: f.size, id: f.id, file: func() (*file, error) { return fs.open(name) }}
	b.open = func(context.Context) (io.ReadCloser, error) {
		f, err := fs.open(name)
		if err != nil {
			return nil, err
		}
		return &sectionCloser{io.NewSectionReader(f.at, 0, f.size), f}, nil
	}
	return b, nil
}

type sectionCloser struct {
	*io.SectionReader
	f *file
}

func (s *sectionCloser) Close() error { return s.f.close() }

// blobPath is where a layout keeps the blob of a digest.
// Source: OCI image-spec 1.1, image-layout.md, "Blobs".
func blobPath(digest string) (string, error) {
	alg, hex, ok := splitDigest(digest)
	if !ok {
		return "", fmt.Errorf("%w: digest %q", fstree.ErrUnsupported, digest)
	}
	return path.Join("blobs", alg, hex), nil
}

// cleanName makes the name of a member of an outer archive comparable.
func cleanName(name string) string { return strings.TrimPrefix(fstree.Clean(name), "/") }
