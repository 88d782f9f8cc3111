package layers

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/spool"
)

// maxCursors is how many positions in one layer are kept for the next opening.
const maxCursors = 2

// cursors are open positions in one layer's unpacked bytes.
type cursors struct {
	mu   sync.Mutex
	free []*cursor // the last used is the last
}

// cursor is a stream of unpacked bytes and its position.
type cursor struct {
	rc  io.ReadCloser
	u   *unpacker
	pos int64
}

func (c *cursor) Read(p []byte) (int, error) {
	n, err := c.u.Read(p)
	c.pos += int64(n)
	return n, err
}

func (c *cursor) close() error {
	c.u.close()
	return c.rc.Close()
}

// take returns the position nearest before off, or nil.
func (c *cursors) take(off int64) *cursor {
	c.mu.Lock()
	defer c.mu.Unlock()
	best := -1
	for i, f := range c.free {
		if f.pos <= off && (best < 0 || f.pos > c.free[best].pos) {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	got := c.free[best]
	c.free = slices.Delete(c.free, best, best+1)
	return got
}

// give keeps a position for later, and drops the one that was not used for longest.
func (c *cursors) give(cur *cursor) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.free = append(c.free, cur)
	if len(c.free) > maxCursors {
		c.free[0].close() // only read from, nothing can be lost
		c.free = slices.Delete(c.free, 0, 1)
	}
}

func (c *cursors) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var first error
	for _, f := range c.free {
		if err := f.close(); first == nil {
			first = err
		}
	}
	c.free = nil
	return first
}

// opener returns the Content function of an entry.
func (v *View) opener(f *inode) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return v.openFile(f) }
}

// openFile opens the content of a file. What cannot be read is *fstree.Damage.
func (v *View) openFile(f *inode) (fstree.File, error) {
	l, r := &v.layers[f.layer], f.data
	lost := func(err error) error {
		return &fstree.Damage{Layer: l.ref.Digest, Path: fstree.Clean(r.name), Structure: "content", Offset: r.offset, Cause: err}
	}
	if r.typ != recordFile {
		return nil, fstree.ErrNoContent
	}
	if !r.has(flagHashed) {
		return nil, lost(fmt.Errorf("%w: could not be read with the layer", fstree.ErrCorrupt))
	}
	if l.index.kind == plain && !r.has(flagSparse) && l.blob.file != nil {
		file, err := openPlain(l.blob, r)
		if err != nil {
			return nil, lost(err)
		}
		return file, nil
	}
	c, err := l.openPacked(r, v.image.opts.spool())
	if err != nil {
		return nil, lost(err)
	}
	return &spooled{c.Reader(), c}, nil
}

// openPlain opens content that lies uncompressed in the store.
func openPlain(b *blob, r *record) (fstree.File, error) {
	f, err := b.file()
	if err != nil {
		return nil, err
	}
	sr := &seekReader{ctx: context.Background(), r: io.NewSectionReader(f.at, r.offset, f.size-r.offset)}
	if err := nextIs(tar.NewReader(sr), r); err != nil {
		f.close()
		return nil, err
	}
	return &section{io.NewSectionReader(f.at, r.offset+sr.pos, r.size), f}, nil
}

type section struct {
	*io.SectionReader
	f *file
}

func (s *section) Close() error { return s.f.close() }

// nextIs reads the header that r was made from.
func nextIs(tr *tar.Reader, r *record) error {
	h, err := tr.Next()
	if err != nil {
		return fmt.Errorf("reading again: %w", tarError(err))
	}
	if h.Name != r.name || h.Size != r.size {
		return fmt.Errorf("%w: another entry lies there when read again", fstree.ErrCorrupt)
	}
	return nil
}

// openPacked unpacks the layer up to the content of r and spools that.
func (l *viewLayer) openPacked(r *record, opts *spool.Options) (*spool.Content, error) {
	cur := l.cursors.take(r.offset)
	if cur == nil {
		var err error
		if cur, err = l.blob.cursor(); err != nil {
			return nil, err
		}
	}
	c, err := cur.content(r, opts)
	if err != nil {
		return nil, errors.Join(err, cur.close())
	}
	l.cursors.give(cur)
	return c, nil
}

func (b *blob) cursor() (*cursor, error) {
	rc, err := b.open(context.Background())
	if err != nil {
		return nil, err
	}
	u, err := newUnpacker(&storedReader{r: rc})
	if err != nil {
		if u != nil {
			u.close()
		}
		rc.Close() // the first error is the one that counts
		return nil, err
	}
	return &cursor{rc: rc, u: u}, nil
}

// content moves on to the entry r and spools its content, which must have the
// digest that it had when the layer was read.
func (c *cursor) content(r *record, opts *spool.Options) (*spool.Content, error) {
	if _, err := io.CopyN(io.Discard, c, r.offset-c.pos); err != nil {
		return nil, fmt.Errorf("reading again: %w", tarError(err))
	}
	tr := tar.NewReader(c)
	if err := nextIs(tr, r); err != nil {
		return nil, err
	}
	h := sha256.New()
	got, err := spool.Read(io.TeeReader(onlyReader{tr}, h), r.size, opts)
	if err == nil && [32]byte(h.Sum(nil)) != r.sum {
		err = fmt.Errorf("%w: content changed since the layer was read", fstree.ErrChecksum)
	}
	if err != nil {
		got.Close()
		return nil, err
	}
	return got, nil
}

// spooled is content that lies in the spool.
type spooled struct {
	io.Reader
	c *spool.Content
}

func (s *spooled) ReadAt(p []byte, off int64) (int, error) { return s.c.ReadAt(p, off) }
func (s *spooled) Close() error                            { return s.c.Close() }
