package fstree

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// FileSystem is a Tree as io/fs sees it. It implements fs.FS, fs.ReadDirFS,
// fs.StatFS and fs.ReadLinkFS; opened regular files also implement io.ReaderAt
// and io.Seeker. FileInfo.Sys returns the *Entry. It may be used from several goroutines.
type FileSystem struct {
	tree   Opener
	root   *fsNode
	damage []*Damage
}

// fsNode is a file or directory with its io/fs name.
type fsNode struct {
	name     string
	entry    *Entry
	children []*fsNode // sorted by name
}

// FS walks tree once and returns it as an io/fs file system, for scanners that
// take one. io/fs cannot say everything that a Tree says: forks and entries that
// are not live are left out, and a byte of a name that is not UTF-8 is shown as
// %NN (with ~2, ~3, ... appended if that name is taken); the true name is in
// Sys().(*Entry).Path. What the walk could not read is in Damage; only other errors end it.
//
//	fsys, err := fstree.FS(ctx, tree)
//	err = fs.WalkDir(fsys, ".", visit)
func FS(ctx context.Context, tree Opener) (*FileSystem, error) {
	f := &FileSystem{tree: tree, root: &fsNode{name: ".", entry: &Entry{Path: "/", Type: TypeDir, Mode: 0o755}}}
	byPath := map[string]*fsNode{"/": f.root}
	for e, err := range tree.Walk(ctx) {
		if d, ok := errors.AsType[*Damage](err); ok {
			f.damage = append(f.damage, d)
			continue
		}
		if err != nil {
			return nil, err
		}
		if e.State == Live && e.Stream == "" {
			f.add(byPath, e.Clone())
		}
	}
	for _, n := range byPath {
		n.nameChildren()
	}
	return f, nil
}

// Damage lists what the walk could not read.
func (f *FileSystem) Damage() []*Damage { return f.damage }

// add puts e under its parent, which is made if the tree did not deliver it.
func (f *FileSystem) add(byPath map[string]*fsNode, e *Entry) *fsNode {
	if n := byPath[e.Path]; n != nil {
		n.entry = e
		return n
	}
	dir, base := Split(e.Path)
	parent := byPath[dir]
	if parent == nil {
		parent = f.add(byPath, &Entry{Path: dir, Type: TypeDir, Mode: 0o755})
	}
	n := &fsNode{name: base, entry: e}
	parent.children = append(parent.children, n)
	byPath[e.Path] = n
	return n
}

// nameChildren gives each child a valid and unique io/fs name and sorts them.
func (n *fsNode) nameChildren() {
	taken := map[string]bool{}
	for _, c := range n.children {
		if utf8.ValidString(c.name) {
			taken[c.name] = true
		}
	}
	for _, c := range n.children {
		if utf8.ValidString(c.name) {
			continue
		}
		base := escapeInvalid(c.name)
		c.name = base
		for i := 2; taken[c.name]; i++ {
			c.name = base + "~" + strconv.Itoa(i)
		}
		taken[c.name] = true
	}
	slices.SortFunc(n.children, func(a, b *fsNode) int { return strings.Compare(a.name, b.name) })
}

// escapeInvalid returns s with each byte that is not UTF-8 written as %NN.
func escapeInvalid(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 {
			const hex = "0123456789abcdef"
			b.WriteByte('%')
			b.WriteByte(hex[s[0]>>4])
			b.WriteByte(hex[s[0]&15])
		} else {
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}

// child returns the child of that name, or nil.
func (n *fsNode) child(name string) *fsNode {
	i, ok := slices.BinarySearchFunc(n.children, name, func(c *fsNode, s string) int { return strings.Compare(c.name, s) })
	if !ok {
		return nil
	}
	return n.children[i]
}

// maxLinks bounds the symbolic links followed for one name, as Linux does.
const maxLinks = 40

// find walks to name. Links inside the path are followed within the tree; the
// last element only if follow is set.
func (f *FileSystem) find(op, name string, follow bool) (*fsNode, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	rest := strings.Split(name, "/")
	if name == "." {
		rest = nil
	}
	stack, links := []*fsNode{f.root}, 0
	for len(rest) > 0 {
		el := rest[0]
		rest = rest[1:]
		switch {
		case el == "" || el == ".":
			continue
		case el == "..":
			stack = stack[:max(1, len(stack)-1)]
			continue
		}
		next := stack[len(stack)-1].child(el)
		if next == nil {
			return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
		}
		if next.entry.Type == TypeSymlink && (len(rest) > 0 || follow) {
			if links++; links > maxLinks {
				return nil, &fs.PathError{Op: op, Path: name, Err: ErrLimit}
			}
			if strings.HasPrefix(next.entry.Link, "/") {
				stack = stack[:1]
			}
			rest = append(strings.Split(escapeInvalid(next.entry.Link), "/"), rest...)
			continue
		}
		stack = append(stack, next)
	}
	return stack[len(stack)-1], nil
}

// Open implements fs.FS. Symbolic links are followed inside the tree.
func (f *FileSystem) Open(name string) (fs.File, error) {
	n, err := f.find("open", name, true)
	if err != nil {
		return nil, err
	}
	info := fsInfo{n.entry, path.Base(name)}
	if n.entry.Type != TypeFile {
		return &fsDir{info: info, children: n.children}, nil
	}
	c, err := f.tree.OpenEntry(n.entry)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return &fsFile{SectionReader: io.NewSectionReader(c, 0, n.entry.Size), info: info, content: c}, nil
}

// Stat implements fs.StatFS; it follows symbolic links inside the tree.
func (f *FileSystem) Stat(name string) (fs.FileInfo, error) {
	n, err := f.find("stat", name, true)
	if err != nil {
		return nil, err
	}
	return fsInfo{n.entry, path.Base(name)}, nil
}

// Lstat implements fs.ReadLinkFS.
func (f *FileSystem) Lstat(name string) (fs.FileInfo, error) {
	n, err := f.find("lstat", name, false)
	if err != nil {
		return nil, err
	}
	return fsInfo{n.entry, path.Base(name)}, nil
}

// ReadLink implements fs.ReadLinkFS: the target as stored.
func (f *FileSystem) ReadLink(name string) (string, error) {
	n, err := f.find("readlink", name, false)
	if err != nil {
		return "", err
	}
	if n.entry.Type != TypeSymlink {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	return n.entry.Link, nil
}

// ReadDir implements fs.ReadDirFS.
func (f *FileSystem) ReadDir(name string) ([]fs.DirEntry, error) {
	n, err := f.find("readdir", name, true)
	if err != nil {
		return nil, err
	}
	if n.entry.Type != TypeDir {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errors.New("not a directory")}
	}
	return dirEntries(n.children), nil
}

func dirEntries(nodes []*fsNode) []fs.DirEntry {
	out := make([]fs.DirEntry, len(nodes))
	for i, c := range nodes {
		out[i] = fs.FileInfoToDirEntry(fsInfo{c.entry, c.name})
	}
	return out
}

// fsInfo is an Entry as fs.FileInfo.
type fsInfo struct {
	e    *Entry
	name string
}

func (i fsInfo) Name() string       { return i.name }
func (i fsInfo) Size() int64        { return i.e.Size }
func (i fsInfo) Mode() fs.FileMode  { return FileMode(i.e) }
func (i fsInfo) ModTime() time.Time { return i.e.Mtime }
func (i fsInfo) IsDir() bool        { return i.e.Type == TypeDir }
func (i fsInfo) Sys() any           { return i.e }

// FileMode returns an entry's type and permissions as io/fs writes them.
func FileMode(e *Entry) fs.FileMode {
	m := fs.FileMode(e.Mode & 0o777)
	for bit, flag := range map[uint32]fs.FileMode{0o4000: fs.ModeSetuid, 0o2000: fs.ModeSetgid, 0o1000: fs.ModeSticky} {
		if e.Mode&bit != 0 {
			m |= flag
		}
	}
	switch e.Type {
	case TypeDir:
		m |= fs.ModeDir
	case TypeSymlink:
		m |= fs.ModeSymlink
	case TypeChar:
		m |= fs.ModeDevice | fs.ModeCharDevice
	case TypeBlock:
		m |= fs.ModeDevice
	case TypeFIFO:
		m |= fs.ModeNamedPipe
	case TypeSocket:
		m |= fs.ModeSocket
	}
	return m
}

// fsFile is an opened regular file.
type fsFile struct {
	*io.SectionReader
	info    fsInfo
	content File
}

func (f *fsFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *fsFile) Close() error               { return f.content.Close() }

// fsDir is an opened directory, or another entry without content.
type fsDir struct {
	info     fsInfo
	children []*fsNode
	at       int
}

func (d *fsDir) Stat() (fs.FileInfo, error) { return d.info, nil }
func (d *fsDir) Close() error               { return nil }

func (d *fsDir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.info.name, Err: ErrNoContent}
}

func (d *fsDir) ReadDir(n int) ([]fs.DirEntry, error) {
	rest := d.children[d.at:]
	if n > 0 {
		if len(rest) == 0 {
			return nil, io.EOF
		}
		rest = rest[:min(n, len(rest))]
	}
	d.at += len(rest)
	return dirEntries(rest), nil
}
