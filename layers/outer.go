package layers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/spool"
)

// openArchive opens a tar, which may be packed with gzip or zstd as a whole; then
// it is unpacked once to a nameless temporary file. The notes say what lay
// beside the packed content.
func openArchive(ctx context.Context, path string, opts *Options) (*tarFiles, []note, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%q: %w: not a regular file", path, fstree.ErrNotThisFormat)
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	head := make([]byte, 512)
	n, err := f.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		f.Close()
		return nil, nil, err
	}
	var at io.ReaderAt = f
	size, done, id := info.Size(), f.Close, info
	var notes []note
	var cut error
	if c := compressionOf(head[:n]); c == gzipped || c == zstandard {
		content, ns, lost, err := unpackArchive(ctx, f, opts)
		f.Close()
		if err != nil {
			return nil, nil, fmt.Errorf("%q: %w", path, err)
		}
		at, size, done, id, notes, cut = content, content.Size(), content.Close, nil, ns, lost
	}
	t, err := indexTar(ctx, at, size)
	if err != nil {
		done()
		return nil, nil, err
	}
	t.info, t.done = id, done
	if cut != nil {
		t.damage = &fstree.Damage{Path: path, Structure: "compressed archive", Offset: size, Cause: cut}
	}
	return t, notes, nil
}

// unpackArchive spools the unpacked bytes. Of a damaged stream it returns what
// came before the damage, and the damage's cause.
func unpackArchive(ctx context.Context, f *os.File, opts *Options) (c *spool.Content, notes []note, lost, err error) {
	u, err := newUnpacker(&storedReader{r: &ctxReader{ctx, f}, progress: opts.progress()})
	if u != nil {
		defer u.close()
	}
	if err != nil {
		return nil, nil, nil, err
	}
	limit := opts.maxArchive()
	c, err = spool.Read(io.LimitReader(u, limit+1), 0, opts.spool())
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case err == nil && c.Size() > limit:
		err = fmt.Errorf("%w: archive unpacks to more than %d bytes", fstree.ErrLimit, limit)
	case err == nil:
		err = u.finish()
	case errors.Is(err, fstree.ErrCorrupt), errors.Is(err, fstree.ErrChecksum):
		lost, err = err, nil
	}
	if err != nil {
		c.Close()
		return nil, nil, nil, err
	}
	u.note("compressed-archive", fmt.Sprintf("%s archive unpacked once to %d bytes of temporary storage", u.kind, c.Size()), -1)
	return c, u.notes, lost, nil
}

// ctxReader ends reading when the context is done.
type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *ctxReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
