package fat

import (
	"fmt"
	"io"
	"sort"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// file is the content of a file: a row of clusters, of which the last may be
// used in part. It implements fstree.File and fstree.RangeReader.
type file struct {
	*io.SectionReader
	fs     *FS
	path   string
	runs   []run
	starts []int64 // offset in the content where each run starts
	have   int64   // bytes that the runs hold, at most size
	size   int64
	bad    error // why bytes behind have cannot be read
}

// content finds the clusters of a file. The error says in what they do not fit
// its size; the file returned reads as far as they go. visit is called for each
// cluster and ends the chain by returning false; nil takes all of them.
func (fs *FS) content(start, size uint32, path string, visit func(c uint32) bool) (*file, error) {
	f := &file{fs: fs, path: path, size: int64(size)}
	need := uint32((f.size + fs.boot.cluster - 1) / fs.boot.cluster)
	var err error
	if start != 0 || need > 0 {
		err = f.follow(start, need, visit)
	}
	f.setRuns(f.runs)
	f.have = min(f.have, f.size)
	return f, err
}

// setRuns makes rows of clusters the content.
func (f *file) setRuns(runs []run) {
	f.runs, f.starts, f.have = runs, nil, 0
	for _, r := range runs {
		f.starts = append(f.starts, f.have)
		f.have += int64(r.count) * f.fs.boot.cluster
	}
	f.SectionReader = io.NewSectionReader(readerAt{f}, 0, f.size)
}

// follow takes the chain from start on, which should have need clusters.
func (f *file) follow(start, need uint32, visit func(c uint32) bool) error {
	runs, n, more, err := f.fs.chain(start, need, visit)
	f.runs = runs
	switch {
	case err == nil && more:
		return fmt.Errorf("%w: the chain of clusters goes on behind the file's size", fstree.ErrCorrupt)
	case err == nil && n < need:
		err = fmt.Errorf("%w: the chain ends after %d of %d clusters", fstree.ErrCorrupt, n, need)
	}
	f.bad = err
	return err
}

// opener returns what Entry.Content is set to.
func (f *file) opener() func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		c := *f
		c.SectionReader = io.NewSectionReader(readerAt{f}, 0, f.size)
		return &c, nil
	}
}

// readerAt reads a file; a SectionReader on it gives Read and Seek.
type readerAt struct{ f *file }

// ReadAt reads whole runs at once. Behind the clusters that the file has it
// returns *fstree.Damage.
func (r readerAt) ReadAt(p []byte, off int64) (int, error) {
	f := r.f
	if off < 0 || off >= f.size {
		return 0, io.EOF
	}
	done := 0
	for done < len(p) && off+int64(done) < f.have {
		pos := off + int64(done)
		i := sort.Search(len(f.starts), func(i int) bool { return f.starts[i] > pos }) - 1
		inside := pos - f.starts[i]
		n := int(min(int64(f.runs[i].count)*f.fs.boot.cluster-inside, int64(len(p)-done), f.have-pos))
		at := f.fs.boot.at(f.runs[i].cluster) + inside
		if err := binread.Full(f.fs.r, p[done:done+n], at); err != nil {
			return done, f.damage(at, err)
		}
		done += n
	}
	switch {
	case done == len(p):
		return done, nil
	case f.have < f.size:
		return done, f.damage(-1, f.bad)
	}
	return done, io.EOF
}

func (f *file) damage(off int64, cause error) error {
	return &fstree.Damage{Path: f.path, Structure: "content", Offset: off, Cause: cause}
}

// NextData implements fstree.RangeReader: FAT has no holes.
func (f *file) NextData(off int64) (start, end int64, err error) {
	if off >= f.size {
		return 0, 0, io.EOF
	}
	return max(off, 0), f.size, nil
}

// Close does nothing: nothing is held open.
func (f *file) Close() error { return nil }

// OpenEntry opens the content of a file that a Walk yielded.
func (fs *FS) OpenEntry(e *fstree.Entry) (fstree.File, error) {
	if e.State == fstree.Deleted {
		return fs.openLost(e)
	}
	d, err := fs.entryAt(e)
	if err != nil {
		return nil, err
	}
	if d.isDir() {
		return nil, fstree.ErrNoContent
	}
	f, _ := fs.content(d.cluster, d.size, e.Path, nil) // reading tells what is missing
	return f, nil
}

// entryAt reads the directory entry that e came from.
func (fs *FS) entryAt(e *fstree.Entry) (dirEntry, error) {
	off := int64(e.Inode) * entrySize
	if e.Inode <= rootInode || e.Inode > uint64(fs.size)/entrySize {
		return dirEntry{}, fmt.Errorf("%w: %q has no entry %d", fstree.ErrNoContent, e.Path, e.Inode)
	}
	b, err := binread.At(fs.meta, fs.size, off, entrySize)
	if err != nil {
		return dirEntry{}, err
	}
	return fs.boot.parseEntry(b), nil
}

// Extents returns the 32 bytes of the entry and the clusters of its content.
func (fs *FS) Extents(e *fstree.Entry) ([]fstree.Extent, error) {
	if e.State == fstree.Deleted {
		f, err := fs.openLost(e)
		if err != nil {
			return nil, err
		}
		return f.extents(nil), nil
	}
	if e.Inode == rootInode {
		return fs.dirExtents(nil, 0)
	}
	d, err := fs.entryAt(e)
	if err != nil {
		return nil, err
	}
	out := []fstree.Extent{{Offset: int64(e.Inode) * entrySize, Length: entrySize, File: -1, Kind: fstree.ExtentMetadata}}
	if d.isDir() {
		return fs.dirExtents(out, d.cluster)
	}
	f, _ := fs.content(d.cluster, d.size, e.Path, nil) // what there is of it
	return f.extents(out), nil
}

// dirExtents appends the clusters of a directory, which are metadata.
func (fs *FS) dirExtents(out []fstree.Extent, cluster uint32) ([]fstree.Extent, error) {
	blocks, err := fs.dirBlocks(cluster, nil)
	for _, b := range blocks {
		out = append(out, fstree.Extent{Offset: b.off, Length: b.n, File: -1, Kind: fstree.ExtentMetadata})
	}
	return out, err
}

// extents appends where the content is.
func (f *file) extents(out []fstree.Extent) []fstree.Extent {
	for i, r := range f.runs {
		n := min(int64(r.count)*f.fs.boot.cluster, f.size-f.starts[i])
		if n > 0 {
			out = append(out, fstree.Extent{Offset: f.fs.boot.at(r.cluster), Length: n, File: f.starts[i], Kind: fstree.ExtentData})
		}
	}
	return out
}
