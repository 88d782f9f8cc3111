package layers

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/seed-181f3109/assay/fstree"
)

const (
	readBuffer    = 256 << 10
	maxZstdWindow = 128 << 20 // what the zstd program itself accepts without being asked
	maxGzipText   = 256       // a name or comment in a gzip header that deserves no word
	maxGzipExtra  = 64        // same for the extra field
)

var (
	gzipMagic = []byte{0x1f, 0x8b}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

// compressionOf tells by the first bytes how content is packed; a tar needs 512 bytes to be seen.
func compressionOf(head []byte) compression {
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		return gzipped
	case bytes.HasPrefix(head, zstdMagic), isSkippable(head):
		return zstandard
	case isTar(head):
		return plain
	}
	return unknownCompression
}

// isTar reports a tar header with a sound checksum, or the zeros that end an empty archive.
// Source: POSIX pax, "ustar Interchange Format".
func isTar(b []byte) bool {
	if len(b) < 512 {
		return false
	}
	b = b[:512]
	sum, signed, zero := int64(0), int64(0), true
	for i, c := range b {
		if c != 0 {
			zero = false
		}
		if i >= 148 && i < 156 {
			c = ' '
		}
		sum += int64(c)
		signed += int64(int8(c))
	}
	if zero {
		return true
	}
	stored, ok := parseOctal(b[148:156])
	return ok && (stored == sum || stored == signed)
}

// parseOctal reads a numeric field of a tar header in octal form.
func parseOctal(b []byte) (int64, bool) {
	b = bytes.Trim(b, " \x00")
	if len(b) == 0 {
		return 0, false
	}
	n := int64(0)
	for _, c := range b {
		if c < '0' || c > '7' {
			return 0, false
		}
		n = n<<3 | int64(c-'0')
	}
	return n, true
}

// storedReader reads the stored bytes of a layer, and counts and hashes them on the way.
type storedReader struct {
	r        io.Reader
	hash     io.Writer // nil: not hashed
	zstd     *zstdFrames
	n        int64
	progress func(int64)
}

func (s *storedReader) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if n > 0 {
		s.n += int64(n)
		if s.hash != nil {
			s.hash.Write(p[:n])
		}
		if s.zstd != nil {
			s.zstd.write(p[:n])
		}
		if s.progress != nil {
			s.progress(int64(n))
		}
	}
	return n, err
}

// note is something that unpacking saw; Offset counts stored bytes.
type note struct {
	rule, detail string
	offset       int64
}

// unpacker gives the uncompressed bytes of a layer or archive.
type unpacker struct {
	kind  compression
	src   *bufio.Reader
	raw   *storedReader
	gz    *gzip.Reader
	zs    *zstd.Decoder
	eof   bool
	notes []note
}

// newUnpacker looks at the first bytes and prepares to unpack. Content that is
// neither gzip nor zstd is passed on as it is.
func newUnpacker(raw *storedReader) (*unpacker, error) {
	u := &unpacker{raw: raw, src: bufio.NewReaderSize(raw, readBuffer)}
	head, err := u.src.Peek(512)
	if err != nil && err != io.EOF {
		return nil, err
	}
	u.kind = compressionOf(head)
	switch u.kind {
	case gzipped:
		u.gz, err = gzip.NewReader(u.src)
		if err != nil {
			return u, gzipError(err)
		}
		u.gz.Multistream(false)
		u.gzipHeader()
	case zstandard:
		// The frames in the buffer have already been counted as stored bytes.
		raw.zstd = &zstdFrames{}
		buffered, _ := u.src.Peek(u.src.Buffered())
		raw.zstd.write(buffered)
		u.zs, err = zstd.NewReader(u.src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(maxZstdWindow))
		if err != nil {
			return u, zstdError(err)
		}
	}
	return u, nil
}

func (u *unpacker) Read(p []byte) (int, error) {
	switch {
	case u.eof:
		return 0, io.EOF
	case u.gz != nil:
		n, err := u.gz.Read(p)
		if err == io.EOF {
			err = u.nextMember()
		} else if err != nil {
			err = gzipError(err)
		}
		return n, err
	case u.zs != nil:
		n, err := u.zs.Read(p)
		if err != nil && err != io.EOF {
			err = zstdError(err)
		}
		return n, err
	}
	return u.src.Read(p)
}

// nextMember starts the gzip member that follows, if one does. Source: RFC 1952, section 2.2.
func (u *unpacker) nextMember() error {
	head, err := u.src.Peek(2)
	if err != nil && err != io.EOF {
		return err
	}
	if !bytes.Equal(head, gzipMagic) {
		u.eof = true
		return io.EOF
	}
	if err := u.gz.Reset(u.src); err != nil {
		return gzipError(err)
	}
	u.gz.Multistream(false)
	u.gzipHeader()
	return nil
}

// gzipHeader notes what a header carries beside what decompression needs.
func (u *unpacker) gzipHeader() {
	h := u.gz.Header
	at := u.stored()
	if len(h.Extra) > maxGzipExtra {
		u.note("gzip-header", fmt.Sprintf("gzip header has an extra field of %d bytes", len(h.Extra)), at)
	}
	if len(h.Name) > maxGzipText || len(h.Comment) > maxGzipText {
		u.note("gzip-header", fmt.Sprintf("gzip header has a name of %d and a comment of %d bytes", len(h.Name), len(h.Comment)), at)
	}
}

func (u *unpacker) note(rule, detail string, offset int64) {
	if len(u.notes) < maxNotes {
		u.notes = append(u.notes, note{rule, detail, offset})
	}
}

// stored is how many stored bytes have been used up.
func (u *unpacker) stored() int64 { return u.raw.n - int64(u.src.Buffered()) }

// finish reads the stored bytes to their end, so that their digest is whole, and
// notes what follows the compressed content.
func (u *unpacker) finish() error {
	start, other, buf := u.stored(), int64(0), make([]byte, 32<<10)
	for {
		n, err := u.src.Read(buf)
		other += int64(n) - int64(bytes.Count(buf[:n], []byte{0}))
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	if u.kind == gzipped && u.eof && other > 0 {
		u.note("trailing-data", fmt.Sprintf("%d bytes follow the last gzip member", u.raw.n-start), start)
	}
	if z := u.raw.zstd; z != nil {
		for _, n := range z.notes {
			u.note(n.rule, n.detail, n.offset)
		}
	}
	return nil
}

func (u *unpacker) close() {
	if u.zs != nil {
		u.zs.Close()
	}
}

func gzipError(err error) error {
	switch {
	case errors.Is(err, gzip.ErrChecksum):
		return fmt.Errorf("%w: CRC-32 or length of the gzip member", fstree.ErrChecksum)
	case errors.Is(err, gzip.ErrHeader):
		return fmt.Errorf("%w: gzip header", fstree.ErrCorrupt)
	case errors.Is(err, io.ErrUnexpectedEOF), err == io.EOF:
		return fmt.Errorf("%w: gzip stream is cut off", fstree.ErrCorrupt)
	}
	return fmt.Errorf("%w: gzip: %w", fstree.ErrCorrupt, err)
}

func zstdError(err error) error {
	switch {
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return fmt.Errorf("%w: zstd window above %d MiB", fstree.ErrLimit, maxZstdWindow>>20)
	case errors.Is(err, zstd.ErrCRCMismatch):
		return fmt.Errorf("%w: content checksum of the zstd frame", fstree.ErrChecksum)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: zstd stream is cut off", fstree.ErrCorrupt)
	}
	return fmt.Errorf("%w: zstd: %w", fstree.ErrCorrupt, err)
}
