package ext4

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/seed-181f3109/assay/fstree"
)

// Walk implements fstree.Tree. Within a directory, what is not a directory
// comes first, in the order in which its content lies on the disk; then each
// directory with all that is in it, in the order of the inode numbers. Deleted
// files that were still open when the image was taken come last, as
// /@orphan/<inode> in state Deleted. Damage that reading a content brings to
// light, bytes behind its end, follows its entry.
func (fs *FS) Walk(ctx context.Context) iter.Seq2[*fstree.Entry, error] {
	return func(yield func(*fstree.Entry, error) bool) {
		w := &walker{
			fs: fs, ctx: ctx, yield: yield, budget: fs.sb.blocks,
			dirs: make(inodeSet), seen: make(inodeSet), ends: make(map[uint32]bool), links: make(map[uint32]*links),
		}
		w.sink.values = max(minValues, 4*fs.size)
		w.ledger = newLedger(fs)
		w.run()
	}
}

// walker is one walk. Its methods return false when the walk is over.
type walker struct {
	fs     *FS
	ctx    context.Context
	yield  func(*fstree.Entry, error) bool
	sink   sink
	buf    []byte          // for directory blocks
	budget uint64          // metadata blocks that may still be read
	dirs   inodeSet        // directories met
	seen   inodeSet        // other inodes met that have one name
	ends   map[uint32]bool // inodes that were reported for what lies behind their end
	links  map[uint32]*links
	ledger *ledger // nil if none is kept
	entry  fstree.Entry
}

// links is what is known of a file with several names.
type links struct {
	first string // path
	names int    // met
	count uint16 // that there are to be, i_links_count
	off   int64  // of the inode
}

// minValues is how many bytes of attribute values a walk reads at least from
// inodes of their own, if it must read them again and again.
const minValues = 256 << 20

// frame is a directory whose subdirectories are not all walked yet.
type frame struct {
	num  uint32
	rest []child
}

func (w *walker) run() {
	for _, d := range w.fs.found {
		c := *d
		if !w.yield(nil, &c) {
			return
		}
	}
	if !w.descriptors() {
		return
	}
	root := child{path: "/", num: rootInode, kind: fileTypeDir}
	var stack []frame
	ok := w.directory(root, rootInode, &stack)
	for ok && len(stack) > 0 {
		top := &stack[len(stack)-1]
		if len(top.rest) == 0 {
			stack = stack[:len(stack)-1]
			continue
		}
		next := top.rest[0]
		top.rest = top.rest[1:]
		ok = w.directory(next, top.num, &stack)
	}
	if ok && w.orphans() && w.ledger != nil {
		w.ledger.close(w)
	}
}

// descriptors verifies every group descriptor.
func (w *walker) descriptors() bool {
	for g := range w.fs.sb.groups {
		if g%1024 == 0 && !w.alive() {
			return false
		}
		d, off, err := w.fs.desc(g)
		if err == nil {
			err = w.fs.checkDesc(g, d)
		}
		if err != nil {
			w.sink.add(descName(g), off, err)
		}
	}
	return w.flush()
}

// alive reports whether the walk goes on; a cancelled context ends it.
func (w *walker) alive() bool {
	if err := w.ctx.Err(); err != nil {
		w.yield(nil, err)
		return false
	}
	return true
}

// flush yields the damage that was collected.
func (w *walker) flush() bool {
	for _, d := range w.sink.take() {
		if !w.yield(nil, d) {
			return false
		}
	}
	return true
}

// directory yields a directory and what it holds but for its subdirectories,
// which it puts on the stack.
func (w *walker) directory(c child, parent uint32, stack *[]frame) bool {
	if !w.alive() {
		return false
	}
	w.sink.path = c.path
	in, err := w.fs.inode(c.num)
	if err != nil {
		w.sink.put(err.(*fstree.Damage))
		return w.flush()
	}
	if !w.dirs.add(c.num) {
		w.sink.add(inodeName(c.num), in.off, corrupt("directory reached a second time"))
		return w.flush()
	}
	if !w.file(c, in, fstree.Live) {
		return false
	}
	if !in.isDir() {
		return true
	}
	d := &dirReader{fs: w.fs, in: in, path: c.path, parent: parent, sink: &w.sink, seen: make(map[string]struct{})}
	if in.has(flagEncrypt) {
		w.sink.add(inodeName(in.num), in.off, fmt.Errorf("%w: names and content of a directory", fstree.ErrEncrypted))
	}
	d.readDir(&w.buf, &w.budget)
	files, dirs := w.sort(d.out)
	if !w.flush() {
		return false
	}
	if len(dirs) > 0 {
		*stack = append(*stack, frame{in.num, dirs})
	}
	for _, f := range files {
		if !w.alive() {
			return false
		}
		w.sink.path = f.path
		in, err := w.fs.inode(f.num)
		if err != nil {
			w.sink.put(err.(*fstree.Damage))
			if !w.flush() {
				return false
			}
			continue
		}
		if !w.file(f, in, fstree.Live) {
			return false
		}
	}
	return true
}

// sort splits the names of a directory into directories, by inode number, and
// the rest, by the place of the content on the disk. Inodes are read in the
// order of their numbers.
func (w *walker) sort(list []child) (files, dirs []child) {
	slices.SortStableFunc(list, func(a, b child) int { return cmp.Compare(a.num, b.num) })
	for _, c := range list {
		in, err := w.fs.inode(c.num)
		if err != nil {
			d := err.(*fstree.Damage)
			d.Path = c.path
			w.sink.put(d)
			continue
		}
		if in.isDir() {
			dirs = append(dirs, c)
			continue
		}
		c.key = in.firstBlock()
		files = append(files, c)
	}
	slices.SortStableFunc(files, func(a, b child) int { return cmp.Compare(a.key, b.key) })
	return files, dirs
}

// firstBlock returns a block near the start of the content, 0 if there is none.
func (in *inode) firstBlock() uint64 {
	if !in.isFile() && !in.isLink() || in.has(flagInlineData) {
		return 0
	}
	b := in.blockField()
	if !in.has(flagExtents) {
		return uint64(le32(b, 0))
	}
	if le16(b, 2) == 0 {
		return 0
	}
	if le16(b, 6) == 0 {
		return uint64(le32(b, 20)) | uint64(le16(b, 18))<<32
	}
	return uint64(le32(b, 16)) | uint64(le16(b, 20))<<32
}

// file yields the entry of an inode, and then what is wrong with it.
func (w *walker) file(c child, in *inode, state fstree.State) bool {
	w.sink.path = c.path
	if state == fstree.Live {
		if !w.fs.checkInode(in, &w.sink) {
			return w.flush()
		}
		if t, ok := fileTypes[in.mode&modeFmt]; c.kind != 0 && (!ok || t != c.kind) {
			w.sink.add(inodeName(in.num), in.off, corrupt("directory entry of type %d, mode %#o", c.kind, in.mode))
		}
	}
	e := &w.entry
	w.fs.fill(e, in, c.path, &w.sink)
	e.State = state
	if !in.isDir() && state == fstree.Live {
		w.countNames(e, in)
	}
	if e.HardlinkOf == "" {
		w.checkMapping(in)
	}
	if w.ledger != nil {
		w.ledger.inode(in, &w.sink)
	}
	if !w.fs.closed || !in.isFile() || state != fstree.Live {
		return w.yield(e, nil) && w.flush()
	}
	var behind slack
	e.Content = func() (io.ReadCloser, error) {
		f, err := w.fs.openFile(in, c.path)
		behind.watch(f, in)
		return f, err
	}
	if !w.yield(e, nil) {
		return false
	}
	if !w.ends[in.num] && behind.report(in, &w.sink) { // once for all names
		w.ends[in.num] = true
	}
	return w.flush()
}

// countNames sets HardlinkOf and reports a file with more names than it says.
func (w *walker) countNames(e *fstree.Entry, in *inode) {
	if in.links <= 1 {
		if !w.seen.add(in.num) {
			w.sink.add(inodeName(in.num), in.off, corrupt("a second name, links count %d", in.links))
		}
		return
	}
	l := w.links[in.num]
	if l == nil {
		w.links[in.num] = &links{first: e.Path, names: 1, count: in.links, off: in.off}
		return
	}
	e.HardlinkOf = l.first
	if l.names++; l.names > int(in.links) {
		w.sink.add(inodeName(in.num), in.off, corrupt("name %d, links count %d", l.names, in.links))
	}
}

// checkMapping verifies the extent blocks of a regular file or link.
func (w *walker) checkMapping(in *inode) {
	if !in.isFile() || !in.has(flagExtents) || in.has(flagInlineData) {
		return
	}
	err := w.fs.mapping(in, &w.sink).nodes(func(uint64) bool {
		if w.budget == 0 {
			w.sink.add(inodeName(in.num), in.off, fmt.Errorf("%w: mappings have more blocks than the file system", fstree.ErrLimit))
			return false
		}
		w.budget--
		return true
	})
	if err != nil {
		w.sink.put(err.(*fstree.Damage))
	}
}

const fileTypeDir = 2

// fileTypes are the types in directory entries by the type bits of a mode.
var fileTypes = map[uint16]uint8{
	modeFile: 1, modeDir: fileTypeDir, modeChar: 3, modeBlock: 4, 0o010000: 5, 0o140000: 6, modeSymlink: 7,
}

// fill makes e the entry of an inode.
func (fs *FS) fill(e *fstree.Entry, in *inode, path string, sink *sink) {
	t, _ := fstree.TypeOfMode(uint32(in.mode))
	*e = fstree.Entry{
		Path: path, Type: t, Mode: uint32(in.mode) & 0o7777, UID: in.uid, GID: in.gid,
		Mtime: in.mtime(), Atime: in.atime(), Ctime: in.ctime(), Btime: in.crtime(),
		Inode: uint64(in.num), Nlink: uint32(in.links), Offset: in.off,
		Xattrs: fs.xattrs(in, sink),
	}
	switch t {
	case fstree.TypeFile:
		e.Size = in.size
		e.Content = func() (io.ReadCloser, error) { return fs.openFile(in, path) }
	case fstree.TypeSymlink:
		e.Link = fs.target(in, sink)
		e.Size = in.size
		if in.has(flagEncrypt) {
			e.Size = int64(len(e.Link))
		}
	case fstree.TypeChar, fstree.TypeBlock:
		e.RdevMajor, e.RdevMinor = in.device()
	}
}
