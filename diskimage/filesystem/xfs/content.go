package xfs

import (
	"fmt"
	"io"

	"github.com/seed-181f3109/assay/fstree"
)

// file is the content of a regular file. Read and NextData are for one
// goroutine, ReadAt for any number.
type file struct {
	fs    *FS
	fork  *fork
	size  int64
	path  string
	ino   uint64
	doubt *fstree.Damage // of the mapping; reported at the end of the content
	pos   int64
}

var (
	_ fstree.File        = (*file)(nil)
	_ fstree.RangeReader = (*file)(nil)
	_ io.Seeker          = (*file)(nil)
)

// newFile returns the content of n, whose mapping is k; doubt is what is wrong
// with the mapping, nil if nothing is.
func (fs *FS) newFile(n *inode, k *fork, path string, doubt *fstree.Damage) *file {
	return &file{fs: fs, fork: k, size: int64(n.size), path: path, ino: n.ino, doubt: doubt}
}

// Read reads on from where the last Read or Seek ended. At the end of content
// whose mapping is damaged it returns the *fstree.Damage in place of io.EOF.
func (f *file) Read(p []byte) (int, error) {
	n, err := f.ReadAt(p, f.pos)
	f.pos += int64(n)
	if n > 0 && err != nil && f.pos >= f.size {
		err = nil // said by the next call
	}
	return n, err
}

// Seek sets where the next Read starts.
func (f *file) Seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		off += f.pos
	case io.SeekEnd:
		off += f.size
	}
	if off < 0 {
		return f.pos, fmt.Errorf("seek to %d: %w", off, io.ErrUnexpectedEOF)
	}
	f.pos = off
	return off, nil
}

// Close does nothing: the content holds no resource of its own.
func (f *file) Close() error { return nil }

// end is what a read at the end of the content returns.
func (f *file) end() error {
	if f.doubt != nil {
		return f.doubt
	}
	return io.EOF
}

// ReadAt fills p from byte offset off. Holes and unwritten extents are zeros. A
// part that cannot be read ends the call with a *fstree.Damage.
func (f *file) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, fmt.Errorf("read at %d: %w", off, io.ErrUnexpectedEOF)
	}
	if off >= f.size {
		return 0, f.end()
	}
	want := len(p)
	if int64(want) > f.size-off {
		want = int(f.size - off)
	}
	done, log := 0, f.fs.sb.blockLog
	for i := f.fork.find(uint64(off) >> log); done < want; i++ {
		pos := off + int64(done)
		start, stop := f.span(i)
		if start > pos { // a hole before the extent, or after the last one
			n := int(min(int64(want-done), start-pos))
			clear(p[done : done+n])
			done, i = done+n, i-1
			continue
		}
		n := int(min(int64(want-done), stop-pos))
		e := f.fork.extents[i]
		switch e.state {
		case lost:
			return done, f.damage(e.at, corrupt("bytes %d to %d of the content are not mapped", start, min(stop, f.size)))
		case unwritten:
			clear(p[done : done+n])
		default:
			if err := f.fs.src.read(p[done:done+n], e.at+pos-start); err != nil {
				return done, f.damage(e.at+pos-start, err)
			}
		}
		done += n
	}
	if want < len(p) {
		return done, f.end()
	}
	return done, nil
}

// span returns the bytes of the content that extent i holds; past the last
// extent it is an empty range at the largest offset.
func (f *file) span(i int) (start, stop int64) {
	const far = 1<<63 - 1
	if i >= len(f.fork.extents) {
		return far, far
	}
	e, log := f.fork.extents[i], f.fs.sb.blockLog
	byteAt := func(block uint64) int64 {
		if block > far>>log {
			return far
		}
		return int64(block) << log
	}
	return byteAt(e.off), byteAt(e.end())
}

// NextData returns the next range at or after off that is not a hole. An unwritten
// extent counts as a hole, a damaged one as data.
func (f *file) NextData(off int64) (start, end int64, err error) {
	off = max(off, 0)
	if off < f.size {
		for i := f.fork.find(uint64(off) >> f.fs.sb.blockLog); i < len(f.fork.extents); i++ {
			from, to := f.span(i)
			if f.fork.extents[i].state == unwritten {
				continue
			}
			if from >= f.size {
				break
			}
			from, to = max(from, off), min(to, f.size)
			for i++; i < len(f.fork.extents) && f.fork.extents[i].state != unwritten; i++ {
				next, stop := f.span(i)
				if next != to {
					break
				}
				to = min(stop, f.size)
			}
			return from, to, nil
		}
	}
	return 0, 0, io.EOF
}

func (f *file) damage(at int64, err error) error {
	return &fstree.Damage{Path: f.path, Structure: fmt.Sprintf("content of inode %d", f.ino), Offset: at, Cause: err}
}
