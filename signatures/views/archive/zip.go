package archive

import (
	"archive/zip"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
	"github.com/mikelolasagasti/xz"

	"github.com/seed-181f3109/assay/fstree"
)

// maxDirectory bounds the central directory that is read, in bytes: its
// entries are all held in memory.
const maxDirectory = 16 << 20

// Compression methods beside those that archive/zip knows. Source: APPNOTE.TXT
// 4.4.5.
const (
	methodBzip2 = 12
	methodZstd  = 93
	methodXZ    = 95
)

// zip reads a zip archive by its central directory.
func (s *session) zip(c *container, r io.ReaderAt, size int64) error {
	directory, err := directoryStart(r, size)
	if err != nil {
		return err
	}
	zr, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return fmt.Errorf("%w: %w", fstree.ErrCorrupt, err)
	}
	for method, open := range zipMethods {
		zr.RegisterDecompressor(method, open)
	}
	var listed []span
	for _, f := range zr.File {
		if off, err := f.DataOffset(); err == nil {
			listed = append(listed, span{off, off + int64(min(f.CompressedSize64, uint64(size)))})
		}
		if f.FileInfo().IsDir() {
			continue
		}
		if err := s.zipEntry(c, f); err != nil {
			return err
		}
	}
	return s.unlisted(c, r, listed, directory)
}

// zipMethods open the compression methods.
var zipMethods = map[uint16]func(io.Reader) io.ReadCloser{
	zip.Store:   io.NopCloser,
	zip.Deflate: func(r io.Reader) io.ReadCloser { return flate.NewReader(r) },
	methodBzip2: func(r io.Reader) io.ReadCloser { return io.NopCloser(bzip2.NewReader(r)) },
	methodZstd: func(r io.Reader) io.ReadCloser {
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return io.NopCloser(failing{err})
		}
		return z.IOReadCloser()
	},
	methodXZ: func(r io.Reader) io.ReadCloser {
		z, err := xz.NewReader(r, maxWindow)
		if err != nil {
			return io.NopCloser(failing{err})
		}
		return io.NopCloser(z)
	},
}

func (s *session) zipEntry(c *container, f *zip.File) error {
	path := c.memberPath(f.Name)
	off, err := f.DataOffset()
	if err != nil {
		s.damage(path, "zip local header", -1, fmt.Errorf("%w: %w", fstree.ErrCorrupt, err))
		return nil
	}
	if f.Flags&1 != 0 {
		s.damage(path, "zip entry", off, fstree.ErrEncrypted)
		return nil
	}
	rc, err := f.Open()
	if err != nil {
		cause := fmt.Errorf("%w: %w", fstree.ErrCorrupt, err)
		if errors.Is(err, zip.ErrAlgorithm) {
			cause = fmt.Errorf("compression method %d: %w", f.Method, fstree.ErrUnsupported)
		}
		s.damage(path, "zip entry", off, cause)
		return nil
	}
	defer rc.Close()
	if f.UncompressedSize64 > uint64(s.lim.Member) {
		s.damage(path, "zip entry", off, fmt.Errorf("%d bytes where %d are allowed: %w", f.UncompressedSize64, s.lim.Member, fstree.ErrLimit))
		return nil
	}
	return s.member(c, f.Name, rc, int64(f.UncompressedSize64))
}

// directoryStart returns where the central directory starts, or the size if its
// end record does not tell (zip64). It refuses a directory that is too large to hold.
func directoryStart(r io.ReaderAt, size int64) (int64, error) {
	const tail = 65557 // end record with the longest comment
	b := make([]byte, min(size, tail))
	if n, err := r.ReadAt(b, size-int64(len(b))); n < len(b) && err != nil {
		return 0, err
	}
	for i := len(b) - 22; i >= 0; i-- {
		if string(b[i:i+4]) != "PK\x05\x06" {
			continue
		}
		n, end := int64(binary.LittleEndian.Uint32(b[i+12:])), size-int64(len(b)-i)
		if n == 0xffffffff {
			n = end // zip64: its directory cannot be longer than what is before it
		}
		if n > maxDirectory {
			return 0, fmt.Errorf("central directory of %d bytes: %w", n, fstree.ErrLimit)
		}
		return max(end-n, 0), nil
	}
	return size, nil
}

// failing is a reader that cannot start.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
