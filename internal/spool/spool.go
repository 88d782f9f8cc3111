// Package spool keeps content that must be looked at more than once: in memory
// up to a limit, beyond it in one temporary file, which has no name on systems
// that allow it, so that nothing stays behind even if the process is killed.
package spool

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/seed-181f3109/assay/internal/holes"
)

// DefaultMemory is the memory that one content may take: 8 MiB.
const DefaultMemory = 8 << 20

// Options tune a spool. Nil and the zero value mean the defaults.
type Options struct {
	// MaxMemory is how many bytes are kept in memory before a file is used; default DefaultMemory.
	MaxMemory int64
	// Dir is the folder for the file; default os.TempDir().
	Dir string
}

func (o *Options) maxMemory() int64 {
	if o == nil || o.MaxMemory <= 0 {
		return DefaultMemory
	}
	return o.MaxMemory
}

// Content is spooled content. ReadAt may be called from several goroutines.
type Content struct {
	mem  []byte
	file *os.File
	name string // to be removed at Close; empty if already unlinked
	size int64
}

// Read reads r to its end. sizeHint is the expected length in bytes, used only
// to choose the first buffer, never to allocate beyond MaxMemory. If r fails the
// error is returned with the content read so far, which the caller still closes.
func Read(r io.Reader, sizeHint int64, opts *Options) (*Content, error) {
	limit := opts.maxMemory()
	buf := make([]byte, 0, min(max(sizeHint, 512), limit)+1)
	for {
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if err == io.EOF {
			return &Content{mem: buf, size: int64(len(buf))}, nil
		}
		if err != nil {
			return &Content{mem: buf, size: int64(len(buf))}, err
		}
		if int64(len(buf)) > limit {
			return toFile(buf, r, opts)
		}
		if len(buf) == cap(buf) {
			grown := make([]byte, len(buf), min(int64(cap(buf))*2, limit+1))
			copy(grown, buf)
			buf = grown
		}
	}
}

// toFile writes head and the rest of r to a temporary file. Blocks of zeros become holes.
func toFile(head []byte, r io.Reader, opts *Options) (*Content, error) {
	f, name, err := TempFile(opts)
	if err != nil {
		return &Content{}, err
	}
	c := &Content{file: f, name: name}
	w := &sparseWriter{f: f}
	if _, err := w.Write(head); err != nil {
		return c, err
	}
	_, err = io.CopyBuffer(w, r, make([]byte, 256<<10))
	c.size = w.off
	if terr := f.Truncate(w.off); err == nil {
		err = terr
	}
	return c, err
}

// TempFile creates an empty temporary file for reading and writing. Where the
// system allows it, it has already been unlinked and name is empty; elsewhere
// the caller removes name after closing the file.
func TempFile(opts *Options) (f *os.File, name string, err error) {
	dir := ""
	if opts != nil {
		dir = opts.Dir
	}
	f, err = os.CreateTemp(dir, "assay-*.tmp")
	if err != nil {
		return nil, "", fmt.Errorf("temporary file: %w", err)
	}
	name = f.Name()
	if runtime.GOOS != "windows" && os.Remove(name) == nil {
		name = ""
	}
	return f, name, nil
}

// Bytes returns the content if it is in memory, else nil and false.
func (c *Content) Bytes() ([]byte, bool) { return c.mem, c.file == nil }

// Size returns the length in bytes.
func (c *Content) Size() int64 { return c.size }

// ReadAt implements io.ReaderAt.
func (c *Content) ReadAt(p []byte, off int64) (int, error) {
	if c.file != nil {
		return c.file.ReadAt(p, off)
	}
	if off < 0 || off >= int64(len(c.mem)) {
		return 0, io.EOF
	}
	n := copy(p, c.mem[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// NextData implements fstree.RangeReader: blocks of zeros were not written.
func (c *Content) NextData(off int64) (start, end int64, err error) {
	if c.file != nil {
		return holes.Next(c.file, c.size, off)
	}
	if off >= c.size {
		return 0, 0, io.EOF
	}
	return max(off, 0), c.size, nil
}

// Reader returns a reader over the content from its start.
func (c *Content) Reader() io.Reader {
	if c.file != nil {
		return io.NewSectionReader(c.file, 0, c.size)
	}
	return bytes.NewReader(c.mem)
}

// Close releases memory and file.
func (c *Content) Close() error {
	c.mem = nil
	if c.file == nil {
		return nil
	}
	err := c.file.Close()
	if c.name != "" {
		if rerr := os.Remove(c.name); err == nil {
			err = rerr
		}
	}
	return err
}

// sparseWriter writes sequentially and leaves holes for blocks of zeros.
type sparseWriter struct {
	f   *os.File
	off int64
}

const holeBlock = 4096

var zeros [holeBlock]byte

func (w *sparseWriter) Write(p []byte) (int, error) {
	done := 0
	for done < len(p) {
		n := min(holeBlock-int(w.off%holeBlock), len(p)-done)
		if bytes.Equal(p[done:done+n], zeros[:n]) {
			w.off += int64(n)
			done += n
			continue
		}
		run := n // gather blocks up to the next one of zeros
		for done+run < len(p) {
			n = min(holeBlock, len(p)-done-run)
			if bytes.Equal(p[done+run:done+run+n], zeros[:n]) {
				break
			}
			run += n
		}
		if _, err := w.f.WriteAt(p[done:done+run], w.off); err != nil {
			return done, err
		}
		w.off += int64(run)
		done += run
	}
	return done, nil
}
