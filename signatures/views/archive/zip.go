package archive

import (
	"archive/zip"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"

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
	if err := directorySize(r, size); err != nil {
		return err
	}
	zr, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return fmt.Errorf("%w: %w", fstree.ErrCorrupt, err)
	}
	zr.RegisterDecompressor(methodBzip2, func(r io.Reader) io.ReadCloser { return io.NopCloser(bzip2.NewReader(r)) })
	zr.RegisterDecompressor(methodZstd, func(r io.Reader) io.ReadCloser {
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return io.NopCloser(failing{err})
		}
		return z.IOReadCloser()
	})
	zr.RegisterDecompressor(methodXZ, func(r io.Reader) io.ReadCloser {
		z, err := xz.NewReader(r, maxWindow)
		if err != nil {
			return io.NopCloser(failing{err})
		}
		return io.NopCloser(z)
	})
	for _, f := range zr.File {
		if f.FileInfo().IsDir() {
			continue
		}
		if err := s.zipEntry(c, f); err != nil {
			return err
		}
	}
	return nil
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

// directorySize refuses a central directory that is too large to hold.
func directorySize(r io.ReaderAt, size int64) error {
	const tail = 65557 // end record with the longest comment
	b := make([]byte, min(size, tail))
	if n, err := r.ReadAt(b, size-int64(len(b))); n < len(b) && err != nil {
		return err
	}
	for i := len(b) - 22; i >= 0; i-- {
		if string(b[i:i+4]) != "PK\x05\x06" {
			continue
		}
		n := int64(b[i+12]) | int64(b[i+13])<<8 | int64(b[i+14])<<16 | int64(b[i+15])<<24
		if n == 0xffffffff {
			n = size // zip64: its directory cannot be longer than the file
		}
		if n > maxDirectory {
			return fmt.Errorf("central directory of %d bytes: %w", n, fstree.ErrLimit)
		}
		return nil
	}
	return nil
}

// failing is a reader that cannot start.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
