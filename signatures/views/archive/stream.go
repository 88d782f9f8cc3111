package archive

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/mikelolasagasti/xz"

	"github.com/seed-181f3109/assay/fstree"
)

// maxWindow is the largest history that a compressed file may ask for, in bytes.
const maxWindow = 128 << 20

// stream reads an archive that is read from start to end.
func (s *session) stream(c *container, r io.Reader) error {
	br := bufio.NewReaderSize(r, 64<<10)
	head, err := br.Peek(512)
	if err != nil && err != io.EOF {
		return err
	}
	switch f := detect(head); f {
	case "tar":
		return s.tar(c, br)
	case "cpio":
		return s.cpio(c, br)
	case "ar":
		return s.ar(c, br)
	case "gzip", "xz", "zstd", "bzip2":
		return s.compressed(c, f, br)
	default:
		return fmt.Errorf("%s: %w", f, fstree.ErrUnsupported)
	}
}

// decompressor returns the reader of a compressed file and what releases it.
func decompressor(format string, r io.Reader) (io.Reader, func(), error) {
	none := func() {}
	switch format {
	case "gzip":
		z, err := gzip.NewReader(r)
		return z, none, err
	case "bzip2":
		return bzip2.NewReader(r), none, nil
	case "xz":
		z, err := xz.NewReader(r, maxWindow)
		return z, none, err
	case "zstd":
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, none, err
		}
		return z, z.Close, nil
	}
	return nil, none, fmt.Errorf("%s: %w", format, fstree.ErrUnsupported)
}

// compressed reads a compressed file: the archive inside of it, or the one
// member that it is.
func (s *session) compressed(c *container, format string, r io.Reader) error {
	z, release, err := decompressor(format, r)
	if err != nil {
		return fmt.Errorf("%w: %w", fstree.ErrCorrupt, err)
	}
	defer release()
	br := bufio.NewReaderSize(z, 64<<10)
	head, err := br.Peek(512)
	if err != nil && err != io.EOF {
		return fmt.Errorf("%w: %w", fstree.ErrCorrupt, err)
	}
	switch detect(head) {
	case "tar":
		return s.tar(c, br)
	case "cpio":
		return s.cpio(c, br)
	}
	return s.member(c, innerName(c.path), br, 0)
}

// innerName is the name of a compressed file's content: its own without the suffix.
func innerName(path string) string {
	name := path[strings.LastIndexByte(path, '/')+1:]
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		return name[:i]
	}
	return name
}

// tar reads tar archives that follow each other, as "tar -i" does.
func (s *session) tar(c *container, br *bufio.Reader) error {
	for {
		if err := s.tarOne(c, br); err != nil {
			return err
		}
		more, err := s.skipZeros(c, br)
		if err != nil || !more {
			return err
		}
		if head, _ := br.Peek(512); detect(head) != "tar" {
			return errBehind
		}
	}
}

// errBehind means that something follows an archive that is none.
var errBehind = fmt.Errorf("unknown data behind the end of the archive: %w", fstree.ErrCorrupt)

// tarOne reads one archive up to its end mark.
func (s *session) tarOne(c *container, br *bufio.Reader) error {
	tr := tar.NewReader(&drain{s: s, c: c, r: br})
	for {
		h, err := tr.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			if s.over {
				return errStop
			}
			return fmt.Errorf("%w: %w", fstree.ErrCorrupt, err)
		}
		switch h.Typeflag {
		case tar.TypeLink, tar.TypeSymlink, tar.TypeChar, tar.TypeBlock, tar.TypeDir, tar.TypeFifo, tar.TypeXGlobalHeader:
			continue
		} // what else there is, tar unpacks as a file
		if err := s.member(c, h.Name, tr, h.Size); err != nil {
			return err
		}
	}
}

// skipZeros reads padding and reports whether something follows.
func (s *session) skipZeros(c *container, br *bufio.Reader) (bool, error) {
	d := &drain{s: s, c: c, r: br}
	for {
		b, err := br.Peek(4096)
		if len(b) == 0 {
			if err == io.EOF {
				return false, nil
			}
			return false, fmt.Errorf("%w: %w", fstree.ErrCorrupt, err)
		}
		n := len(b) - len(bytes.TrimLeft(b, "\x00"))
		if err := skip(d, int64(n)); err != nil {
			return false, err
		}
		if n < len(b) {
			return true, nil
		}
		if s.ctx.Err() != nil {
			s.over = true
			s.yield(Member{}, fmt.Errorf("members of %q: %w", c.path, s.ctx.Err()))
			return false, errStop
		}
	}
}

// drain counts bytes that are skipped rather than read as members, so that an
// archive of nothing but padding ends too.
type drain struct {
	s    *session
	c    *container
	r    io.Reader
	read int64
}

func (d *drain) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	d.read += int64(n)
	if d.read > 2*d.s.lim.Bytes || d.read > ratioFloor && d.read/max(d.c.size, 1) > d.s.lim.Ratio {
		return n, d.s.limit(d.c.path, "content far larger than the archive")
	}
	return n, err
}

// skip reads n bytes to nowhere.
func skip(r io.Reader, n int64) error {
	if n <= 0 {
		return nil
	}
	got, err := io.CopyN(io.Discard, r, n)
	if err == io.EOF || got < n && err == nil {
		return fmt.Errorf("ends %d bytes early: %w", n-got, fstree.ErrCorrupt)
	}
	return err
}

// part reads exactly n bytes of r as a member and leaves r behind them.
func (s *session) part(c *container, name string, r io.Reader, n int64) error {
	lr := &io.LimitedReader{R: r, N: n}
	if err := s.member(c, name, &exact{lr}, n); err != nil {
		return err
	}
	return skip(r, lr.N)
}

// exact turns an early end into an error.
type exact struct{ r *io.LimitedReader }

func (e *exact) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	if err == io.EOF && e.r.N > 0 {
		return n, fmt.Errorf("ends %d bytes early: %w", e.r.N, fstree.ErrCorrupt)
	}
	return n, err
}

// readFull reads len(p) bytes; an early end is a corrupt archive.
func readFull(r io.Reader, p []byte) error {
	_, err := io.ReadFull(r, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("header cut short: %w", fstree.ErrCorrupt)
	}
	return err
}
