package xfs

import (
	"context"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/seed-181f3109/assay/fstree"
)

// Walk yields the root directory, then every directory's entries by inode
// number, each directory before what is in it, then files without a name. What
// it keeps is one small record for each pending directory and each file with
// several names, and a bit for each inode.
func (fs *FS) Walk(ctx context.Context) iter.Seq2[*fstree.Entry, error] {
	return func(yield func(*fstree.Entry, error) bool) {
		w := &walker{
			fs: fs, ctx: ctx, yield: yield, budget: 2*int64(fs.sb.blocks) + 1024,
			seen: make(map[uint64]uint64), links: make(map[uint64]*link), intern: make(map[string]string),
		}
		w.run()
	}
}

// walker is the state of one Walk.
type walker struct {
	fs     *FS
	ctx    context.Context
	yield  func(*fstree.Entry, error) bool
	stop   bool              // the consumer broke out, or a last error was yielded
	budget int64             // metadata blocks that may still be read
	seen   map[uint64]uint64 // inode number / 64 -> a bit for each inode met
	links  map[uint64]*link  // files of which names are still to come
	intern map[string]string // names of attributes
	dirs   []pending         // directories whose entries are still to come
	state  fstree.State      // of the entries that are yielded
}

// pending is a directory that has been yielded but not read.
type pending struct {
	path   string
	ino    uint64
	parent uint64
}

// link is a file with several names, some of which have been met.
type link struct {
	path   string // first name
	target string // of a symbolic link
	xattrs map[string][]byte
	left   int64 // names still to come
}

func (w *walker) run() {
	for _, d := range w.fs.notes {
		w.damage(d)
	}
	for ag := range w.fs.sb.agCount {
		if w.stop || w.fs.sb.agOffset(ag) >= w.fs.src.size {
			break
		}
		for _, d := range w.fs.group(ag).faults.list {
			w.damage(d)
		}
	}
	root := w.fs.sb.root
	w.node("/", root, root, 2)
	w.descend()
	w.nameless()
	w.missingNames()
}

// descend yields what is in the pending directories.
func (w *walker) descend() {
	for len(w.dirs) > 0 && !w.stop {
		d := w.dirs[len(w.dirs)-1]
		w.dirs = w.dirs[:len(w.dirs)-1]
		w.directory(d)
	}
}

// damage yields one damage.
func (w *walker) damage(d *fstree.Damage) {
	if !w.stop {
		w.stop = !w.yield(nil, d)
	}
}

// fail yields the last pair.
func (w *walker) fail(err error) {
	if !w.stop {
		w.yield(nil, err)
		w.stop = true
	}
}

// flush yields what f has collected.
func (w *walker) flush(f *faults) {
	for _, d := range f.list {
		w.damage(d)
	}
	f.list = f.list[:0]
}

// mark sets the bit of an inode and reports whether it was set before.
func (w *walker) mark(ino uint64) bool {
	bit := uint64(1) << (ino % 64)
	before := w.seen[ino/64]&bit != 0
	w.seen[ino/64] |= bit
	return before
}

// directory yields the entries of one directory and queues its subdirectories.
func (w *walker) directory(d pending) {
	f := &faults{path: d.path}
	n, damage := w.fs.inode(d.ino, &faults{}) // its own faults were yielded with its entry
	if damage != nil {
		damage.Path = d.path
		w.damage(damage)
		return
	}
	names, parent, err := w.fs.readDir(w.ctx, n, f, &w.budget)
	if err != nil {
		w.fail(err)
		return
	}
	if parent != d.parent && len(f.list) == 0 {
		f.add(fmt.Sprintf("directory %d", d.ino), n.off, corrupt("entry \"..\" is inode %d, not %d", parent, d.parent))
	}
	sound := len(f.list) == 0
	w.flush(f)
	first, subdirs := len(w.dirs), uint32(0)
	for _, e := range names {
		if err := w.ctx.Err(); err != nil {
			w.fail(err)
		}
		if w.stop {
			return
		}
		if len(d.path)+1+len(e.name) > fstree.MaxPath {
			w.damage(&fstree.Damage{Path: d.path, Structure: fmt.Sprintf("directory %d", d.ino), Offset: n.off,
				Cause: fmt.Errorf("%w: path of %d bytes", fstree.ErrLimit, len(d.path)+1+len(e.name))})
			continue
		}
		switch w.node(fstree.Join(d.path, e.name), e.ino, d.ino, e.kind) {
		case fstree.TypeDir:
			subdirs++
		case unknownType:
			sound = false
		}
	}
	if sound && n.nlink != subdirs+2 {
		w.damage(&fstree.Damage{Path: d.path, Structure: fmt.Sprintf("inode %d", d.ino), Offset: n.off,
			Cause: corrupt("link count %d of a directory with %d subdirectories", n.nlink, subdirs)})
	}
	slices.Reverse(w.dirs[first:])
}

// unknownType is what node returns for an inode that could not be read.
const unknownType = fstree.Type(255)

// node yields the entry of one name and returns its type. kind is the type that
// the directory parent gives it, 0 for none.
func (w *walker) node(path string, ino, parent uint64, kind uint8) fstree.Type {
	f := &faults{path: path}
	if l, ok := w.links[ino]; ok {
		return w.nextName(path, ino, l, kind, f)
	}
	if w.fs.sb.isSpecial(ino) {
		f.addInode(ino, -1, corrupt("name of an inode that belongs to the file system"))
		w.flush(f)
		return unknownType
	}
	n, damage := w.fs.inode(ino, f)
	if damage != nil {
		w.flush(f)
		w.damage(damage)
		return unknownType
	}
	again := w.mark(ino)
	if again && n.kind == fstree.TypeDir {
		f.addInode(ino, n.off, corrupt("directory has a second name"))
		w.flush(f)
		return unknownType
	}
	if again {
		f.addInode(ino, n.off, corrupt("more names than the link count of %d", n.nlink))
	}
	if kind != 0 && kind != direntType(n.kind) {
		f.addInode(ino, n.off, corrupt("directory %d gives it type %d, but it is a %s", parent, kind, n.kind))
	}
	w.checkAllocated(n, f)
	e := w.fs.entry(n, path, f, &w.budget, w.intern)
	if n.kind == fstree.TypeDir {
		w.dirs = append(w.dirs, pending{path, ino, parent})
	} else if n.nlink == 0 {
		f.addInode(ino, n.off, corrupt("link count 0 of a file with a name"))
	} else if n.nlink > 1 && !again {
		w.links[ino] = &link{path: path, target: e.Link, xattrs: e.Xattrs, left: int64(n.nlink) - 1}
	}
	w.flush(f)
	w.send(e)
	return n.kind
}

// send yields one entry.
func (w *walker) send(e *fstree.Entry) {
	e.State = w.state
	if !w.stop {
		w.stop = !w.yield(e, nil)
	}
}

// nextName yields a further name of a file. What is damaged of the file was
// yielded with its first name.
func (w *walker) nextName(path string, ino uint64, l *link, kind uint8, f *faults) fstree.Type {
	if l.left--; l.left == 0 {
		delete(w.links, ino)
	}
	n, damage := w.fs.inode(ino, &faults{})
	if damage != nil {
		damage.Path = path
		w.damage(damage)
		return unknownType
	}
	if kind != 0 && kind != direntType(n.kind) {
		f.addInode(ino, n.off, corrupt("directory gives it type %d, but it is a %s", kind, n.kind))
	}
	e := &fstree.Entry{Path: path, HardlinkOf: l.path, Link: l.target, Xattrs: l.xattrs}
	n.fill(e)
	if n.kind == fstree.TypeFile {
		e.Content = func() (io.ReadCloser, error) { return w.fs.open(n, path), nil }
	}
	w.flush(f)
	w.send(e)
	return n.kind
}

// checkAllocated compares an inode that a name leads to with the inode B+tree.
func (w *walker) checkAllocated(n *inode, f *faults) {
	ag, agino := w.fs.sb.splitInode(n.ino)
	g := w.fs.group(ag)
	c, ok := g.find(agino)
	if !ok && !g.whole {
		return
	}
	if !ok || c.used()&(1<<(agino-c.start)) == 0 {
		f.addInode(n.ino, n.off, corrupt("in use, but free in the inode B+tree"))
	}
}

// direntType returns the file type that a directory keeps for t.
//
// Source: "Directory Entries", XFS_DIR3_FT_*.
func direntType(t fstree.Type) uint8 {
	switch t {
	case fstree.TypeFile:
		return 1
	case fstree.TypeDir:
		return 2
	case fstree.TypeChar:
		return 3
	case fstree.TypeBlock:
		return 4
	case fstree.TypeFIFO:
		return 5
	case fstree.TypeSocket:
		return 6
	}
	return 7
}
