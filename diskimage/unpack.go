package diskimage

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/mikelolasagasti/xz"

	"github.com/seed-181f3109/assay/diskimage/vdisk"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/spool"
)

// maxUnpack bounds the layers of compression around a disk.
const maxUnpack = 3

// maxWindow bounds the memory that a compressed file may ask for, in bytes.
const maxWindow = 256 << 20

// compression is a way in which a whole disk may be packed.
type compression struct {
	name  string
	magic string
	open  func(r io.Reader) (io.ReadCloser, error)
}

var compressions = []compression{
	{"gzip", "\x1f\x8b\x08", func(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) }},
	{"xz", "\xfd7zXZ\x00", func(r io.Reader) (io.ReadCloser, error) {
		z, err := xz.NewReader(r, maxWindow)
		if err != nil {
			return nil, err
		}
		return io.NopCloser(z), nil
	}},
	{"zstd", "\x28\xb5\x2f\xfd", func(r io.Reader) (io.ReadCloser, error) {
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	}},
}

// compressionOf returns how a file is compressed, or nil.
func compressionOf(f io.ReaderAt) *compression {
	var b [8]byte
	n, _ := f.ReadAt(b[:], 0) // a short file has no magic number
	for i := range compressions {
		if c := &compressions[i]; n >= len(c.magic) && string(b[:len(c.magic)]) == c.magic {
			return c
		}
	}
	return nil
}

// spooled is an unpacked disk. It implements vdisk.File and, through its
// content, fstree.RangeReader.
type spooled struct {
	*spool.Content
	name string
}

// Name returns the name of the compressed file.
func (s *spooled) Name() string { return s.name }

// unpack returns the disk that a compressed file holds, in a temporary file
// with holes, and notes how it was packed; a file that is not compressed comes
// back as it is. A stream that ends early or fails its checksum is an error.
func (d *Disk) unpack(ctx context.Context, f vdisk.File, o *Options) (vdisk.File, []string, error) {
	var notes []string
	for range maxUnpack {
		c := compressionOf(f)
		if c == nil {
			return f, notes, nil
		}
		z, err := c.open(bufio.NewReaderSize(io.NewSectionReader(f, 0, f.Size()), 256<<10))
		if err != nil {
			return nil, nil, fmt.Errorf("%w: %s: %w", fstree.ErrCorrupt, c.name, err)
		}
		w := &watched{ctx: ctx, r: z, left: o.MaxUnpacked, progress: o.Progress}
		content, err := spool.Read(w, f.Size()*3, o.Spool)
		d.closers = append(d.closers, content)
		z.Close() // the end of the stream has been checked
		if w.err != nil {
			return nil, nil, fmt.Errorf("%s stream after %d bytes: %w", c.name, content.Size(), w.err)
		}
		if err != nil {
			return nil, nil, err
		}
		notes = append(notes, fmt.Sprintf("unpacked from %s, %d bytes, into a temporary file", c.name, content.Size()))
		f = &spooled{Content: content, name: f.Name()}
	}
	if compressionOf(f) != nil {
		return nil, nil, fmt.Errorf("%w: compressed more than %d times", fstree.ErrLimit, maxUnpack)
	}
	return f, notes, nil
}

// watched passes on what it reads, tells progress, and ends when the context
// does or when the limit is reached. It keeps its error, so that it can be told
// from one of writing.
type watched struct {
	ctx      context.Context // of the call that reads
	r        io.Reader
	left     int64 // bytes until the limit
	progress func(int64)
	err      error
}

func (w *watched) Read(p []byte) (int, error) {
	if w.err = w.ctx.Err(); w.err != nil {
		return 0, w.err
	}
	n, err := w.r.Read(p)
	if w.progress != nil && n > 0 {
		w.progress(int64(n))
	}
	switch w.left -= int64(n); {
	case w.left < 0:
		w.err = fmt.Errorf("%w: the disk is larger than Options.MaxUnpacked", fstree.ErrLimit)
		err = w.err
	case err != nil && err != io.EOF:
		w.err = fmt.Errorf("%w: %w", fstree.ErrCorrupt, err)
	}
	return n, err
}
