package ext4

import (
	"bytes"
	"fmt"
	"io"
	"sync"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// copyBuffer is how much WriteTo reads at once, in bytes.
const copyBuffer = 256 << 10

var copyBuffers = sync.Pool{New: func() any { b := make([]byte, copyBuffer); return &b }}

// file is the content of a regular file, a long symbolic link, or the value of
// an extended attribute. It implements fstree.File, fstree.RangeReader and
// io.WriterTo. Read and WriteTo share a position; ReadAt and NextData may be
// called from several goroutines. Offsets count bytes from the start of the
// content. Reading a hole or an unwritten extent costs no disk read.
//
// A *fstree.Damage from reading means that the bytes at that place are lost;
// ReadAt works in other places.
type file struct {
	fs    *FS
	in    *inode
	path  string
	m     mapping
	pos   int64
	slack *slack // where to put what lies behind the end; nil if nobody asks

	mu   sync.Mutex
	last run // found last
}

// open returns the content of an inode that is not encrypted.
func (fs *FS) open(in *inode, path string) (fstree.File, error) {
	if in.has(flagInlineData) {
		b, behind, err := fs.inlineData(in)
		if err != nil {
			return nil, withPath(err, path)
		}
		return &inlineFile{bytes.NewReader(b), behind}, nil
	}
	return fs.mapped(in, path), nil
}

func (fs *FS) mapped(in *inode, path string) *file {
	return &file{fs: fs, in: in, path: path, m: fs.mapping(in, nil)}
}

// withPath adds the path to a Damage that has none.
func withPath(err error, path string) error {
	if d, ok := err.(*fstree.Damage); ok && d.Path == "" {
		c := *d
		c.Path = path
		return &c
	}
	return err
}

// run returns the run that holds block n.
func (f *file) run(n uint64) (run, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n >= f.last.first && n < f.last.first+f.last.count {
		return f.last, nil
	}
	if n >= maxBlocks {
		return run{}, &fstree.Damage{Path: f.path, Structure: inodeName(f.in.num), Offset: f.in.off,
			Cause: corrupt("content of %d bytes", f.in.size)}
	}
	r, err := f.m.find(n)
	if err != nil {
		return run{}, withPath(err, f.path)
	}
	f.last = r
	return r, nil
}

// ReadAt implements io.ReaderAt.
func (f *file) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, fmt.Errorf("ext4: negative offset %d", off)
	}
	if off >= f.in.size {
		return 0, io.EOF
	}
	var short error
	whole := p // of which all may be used
	if left := f.in.size - off; int64(len(p)) > left {
		p, short = p[:left], io.EOF
	}
	bs, done := f.fs.sb.blockSize, 0
	for done < len(p) {
		at := off + int64(done)
		r, err := f.run(uint64(at / bs))
		if err != nil {
			return done, err
		}
		within := at - int64(r.first)*bs
		n := int(min(int64(len(p)-done), int64(r.count)*bs-within))
		part := p[done : done+n]
		place := int64(r.phys)*bs + within
		switch rest := -f.in.size & (bs - 1); {
		case r.state != runData:
			clear(part)
		case f.slack != nil && rest > 0 && at+int64(n) == f.in.size:
			err = f.readEnd(whole[done:], n, int(rest), place)
		default:
			err = f.readDisk(part, place)
		}
		if err != nil {
			return done, err
		}
		done += n
	}
	return done, short
}

// readDisk fills p from the section.
func (f *file) readDisk(p []byte, off int64) error {
	if err := binread.Full(f.fs.r, p, off); err != nil {
		return &fstree.Damage{Path: f.path, Structure: fmt.Sprintf("data of inode %d", f.in.num), Offset: off, Cause: err}
	}
	return nil
}

// Read implements io.Reader.
func (f *file) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n, err := f.ReadAt(p, f.pos)
	f.pos += int64(n)
	if n > 0 && err == io.EOF {
		err = nil
	}
	return n, err
}

// WriteTo implements io.WriterTo with few and large reads.
func (f *file) WriteTo(w io.Writer) (int64, error) {
	buf := copyBuffers.Get().(*[]byte)
	defer copyBuffers.Put(buf)
	var total int64
	for f.pos < f.in.size {
		n, err := f.ReadAt(*buf, f.pos)
		f.pos += int64(n)
		if n > 0 {
			m, werr := w.Write((*buf)[:n])
			total += int64(m)
			if werr != nil {
				return total, werr
			}
		}
		if err != nil && err != io.EOF {
			return total, err
		}
	}
	return total, nil
}

// NextData implements fstree.RangeReader. Unwritten extents count as holes, as
// they read as zeros; a block whose place cannot be found counts as data, so that reading it tells why.
func (f *file) NextData(off int64) (start, end int64, err error) {
	off = max(off, 0)
	bs := f.fs.sb.blockSize
	for off < f.in.size {
		r, err := f.run(uint64(off / bs))
		if err != nil {
			return off, min(f.in.size, (off/bs+1)*bs), nil
		}
		next := min(f.in.size, int64(r.first+r.count)*bs)
		if r.state == runData {
			return off, next, nil
		}
		off = next
	}
	return 0, 0, io.EOF
}

// Close implements io.Closer. There is nothing to release.
func (f *file) Close() error { return nil }

// inlineFile is content that lies in the inode.
type inlineFile struct {
	*bytes.Reader
	behind []byte // stored behind the end of the content
}

// NextData implements fstree.RangeReader: there are no holes.
func (f *inlineFile) NextData(off int64) (start, end int64, err error) {
	if off = max(off, 0); off >= f.Size() {
		return 0, 0, io.EOF
	}
	return off, f.Size(), nil
}

// Close implements io.Closer.
func (f *inlineFile) Close() error { return nil }

var (
	_ fstree.File        = (*file)(nil)
	_ fstree.RangeReader = (*file)(nil)
	_ io.WriterTo        = (*file)(nil)
	_ fstree.File        = (*inlineFile)(nil)
	_ fstree.RangeReader = (*inlineFile)(nil)
)
