package fat

import (
	"context"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// maxDir is the largest directory in bytes, of the specification and of Linux.
const maxDir = 65536 * entrySize

// rootInode is the number of the root directory; other entries have the number
// of their 32 bytes on the volume, which is larger.
const rootInode = 1

// walker is one walk.
type walker struct {
	fs      *FS
	yield   func(*fstree.Entry, error) bool
	claimed bitmap
	shared  int64    // bytes of files that share clusters
	pending []folder // directories to be read, the next one last
}

// folder is a directory that is still to be read.
type folder struct {
	path    string
	cluster uint32 // 0 for the root
}

// Walk yields damage of the tables, then the entries of one directory after the
// other, in the order in which they are stored; at last what no entry leads to.
func (fs *FS) Walk(ctx context.Context) iter.Seq2[*fstree.Entry, error] {
	return func(yield func(*fstree.Entry, error) bool) {
		for _, d := range fs.damage {
			if !yield(nil, d) {
				return
			}
		}
		w := &walker{fs: fs, yield: yield, claimed: newBitmap(fs.boot.clusters)}
		if !yield(fs.rootEntry(), nil) {
			return
		}
		for w.pending = []folder{{path: "/"}}; len(w.pending) > 0; {
			next := w.pending[len(w.pending)-1]
			w.pending = w.pending[:len(w.pending)-1]
			if !w.folder(ctx, next) {
				return
			}
		}
		w.lost(ctx)
	}
}

// damage yields damage; false ends the walk.
func (w *walker) damage(path, structure string, off int64, cause error) bool {
	return w.yield(nil, &fstree.Damage{Path: path, Structure: structure, Offset: off, Cause: cause})
}

// folder yields what is in a directory.
func (w *walker) folder(ctx context.Context, f folder) bool {
	blocks, problem := w.fs.dirBlocks(f.cluster, func(c uint32) bool { return !w.claimed.set(c) })
	mark := len(w.pending)
	s := &slots{fs: w.fs, root: f.path == "/"}
	for _, b := range blocks {
		if err := ctx.Err(); err != nil {
			w.yield(nil, err)
			return false
		}
		data, err := binread.At(w.fs.meta, w.fs.size, b.off, int(b.n))
		if err != nil {
			problem = err
			break
		}
		for i := 0; i < len(data); i += entrySize {
			if e := s.next(data[i:i+entrySize], b.off+int64(i)); e != nil && !w.entry(f.path, e) {
				return false
			}
		}
	}
	for _, o := range s.finish(problem == nil) {
		if !w.damage(f.path, "directory", o.off, o.cause) {
			return false
		}
	}
	slices.Reverse(w.pending[mark:]) // so that they come in the order of the directory
	if problem != nil {
		return w.damage(f.path, "directory", -1, problem)
	}
	return true
}

// dirBlock is a piece of a directory: a cluster, or the whole root of FAT12 and FAT16.
type dirBlock struct {
	off, n int64 // bytes on the volume
}

// dirBlocks returns where a directory is; cluster 0 is the root. With an error
// it returns what it found up to there. visit is as in chain.
func (fs *FS) dirBlocks(cluster uint32, visit func(c uint32) bool) ([]dirBlock, error) {
	v := fs.boot
	if cluster == 0 {
		if v.bits != 32 {
			off := v.reserved + v.fats*v.fatSize
			return []dirBlock{{off, v.rootSize}}, nil
		}
		cluster = v.root
	}
	limit := max(maxDir/v.cluster, 1)
	runs, _, more, err := fs.chain(cluster, uint32(limit), visit)
	if more {
		err = fmt.Errorf("%w: the directory has more than %d bytes, or its chain loops", fstree.ErrCorrupt, limit*v.cluster)
	}
	var out []dirBlock
	for _, r := range runs {
		for i := range r.count {
			out = append(out, dirBlock{v.at(r.cluster + i), v.cluster})
		}
	}
	return out, err
}

// entry yields one entry of the directory dir, and damage that it has.
func (w *walker) entry(dir string, f *found) bool {
	path := fstree.Join(dir, f.name)
	if !fstree.ValidName(f.name) || len(path) > fstree.MaxPath {
		return w.damage(dir, "directory entry", f.off, fmt.Errorf("%w: name of %d bytes: %.40q", fstree.ErrCorrupt, len(f.name), f.name))
	}
	e := w.fs.fill(f, path)
	var problem error
	if f.isDir() {
		if f.cluster == 0 {
			problem = fmt.Errorf("%w: directory without a cluster", fstree.ErrCorrupt)
		} else {
			w.pending = append(w.pending, folder{path, f.cluster})
		}
	} else {
		problem = w.content(e, f)
	}
	if f.odd != "" && problem == nil {
		problem = fmt.Errorf("%w: the entry %s", fstree.ErrCorrupt, f.odd)
	}
	if !w.yield(e, nil) {
		return false
	}
	return problem == nil || w.damage(path, "directory entry", f.off, problem)
}

func (fs *FS) rootEntry() *fstree.Entry {
	return &fstree.Entry{Path: "/", Type: fstree.TypeDir, Mode: 0o755, Inode: rootInode, Nlink: 1, Offset: -1}
}

// sharedTimes is how many times the size of the file system the content of files
// may have that share clusters: two directory entries of 32 bytes are enough to
// deliver everything once more.
const sharedTimes = 4

// content sets the content of a file and claims its clusters. Where it shares
// one with another file, the chain is followed again when the content is opened.
func (w *walker) content(e *fstree.Entry, f *found) error {
	fs, shared := w.fs, false
	content, problem := fs.content(f.cluster, f.size, e.Path, func(c uint32) bool {
		shared = w.claimed.set(c)
		return !shared
	})
	e.Content = content.opener()
	if !shared {
		return problem
	}
	w.shared += e.Size
	tooMuch := w.shared > sharedTimes*fs.boot.total
	name, cluster, size := e.Path, f.cluster, f.size
	e.Content = func() (io.ReadCloser, error) {
		if tooMuch {
			return nil, content.damage(-1, fmt.Errorf("%w: files that share clusters are larger than %d times the volume", fstree.ErrLimit, sharedTimes))
		}
		c, _ := fs.content(cluster, size, name, nil) // reading tells what is missing
		return c, nil
	}
	return problem
}

// fill returns an entry without content.
func (fs *FS) fill(f *found, path string) *fstree.Entry {
	e := &fstree.Entry{
		Path: path, Type: fstree.TypeFile, Mode: 0o755, Size: int64(f.size), Mtime: f.mtime, Atime: f.atime, Btime: f.btime,
		Inode: uint64(f.off / entrySize), Nlink: 1, Offset: f.off,
	}
	switch {
	case f.isDir():
		e.Type, e.Size = fstree.TypeDir, 0
	case f.attr&attrReadOnly != 0:
		e.Mode = 0o555
	}
	return e
}

// rootLabel returns the label that the root directory has.
func (fs *FS) rootLabel() (string, bool) {
	blocks, _ := fs.dirBlocks(0, nil) // the walk reports what is wrong
	for _, b := range blocks {
		data, err := binread.At(fs.meta, fs.size, b.off, int(b.n))
		if err != nil {
			return "", false
		}
		for i := 0; i < len(data); i += entrySize {
			s := data[i : i+entrySize]
			if s[0] != 0 && s[0] != 0xe5 && s[11]&attrVolume != 0 && s[11]&attrMask != attrLong {
				return trimSpaces(s[:11]), true
			}
		}
	}
	return "", false
}
