package archive

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"

	"github.com/seed-181f3109/assay/fstree"
)

// maxName is the longest name of a member that is read, in bytes.
const maxName = 1 << 16

// cpioHeader is what is used of a cpio header.
type cpioHeader struct {
	mode, size, name int64
	align            int64 // names and content are padded to it; 1: not at all
	length           int64 // of the header
}

// cpio reads cpio archives that follow each other, as an initramfs holds them:
// early microcode, padding, then a compressed one.
//
// Source: Linux Documentation/driver-api/early-userspace/buffer-format.rst.
func (s *session) cpio(c *container, br *bufio.Reader) error {
	for {
		if err := s.cpioOne(c, br); err != nil {
			return err
		}
		more, err := s.skipZeros(c, br)
		if err != nil || !more {
			return err
		}
		head, _ := br.Peek(512)
		switch f := detect(head); f {
		case "cpio":
		case "gzip", "xz", "zstd", "bzip2":
			return s.compressed(c, f, br)
		case "":
			return errBehind
		default:
			return fmt.Errorf("%s behind the end of the archive: %w", f, fstree.ErrUnsupported)
		}
	}
}

// cpioOne reads one archive up to its trailer.
func (s *session) cpioOne(c *container, br *bufio.Reader) error {
	d := &drain{s: s, c: c, r: br}
	for {
		h, err := readCpioHeader(d)
		if err == io.EOF {
			return fmt.Errorf("cpio archive ends without its trailer: %w", fstree.ErrCorrupt)
		}
		if err != nil {
			return err
		}
		if h.name < 1 || h.name > maxName {
			return fmt.Errorf("name of %d bytes: %w", h.name, fstree.ErrCorrupt)
		}
		name := make([]byte, h.name)
		if err := readFull(d, name); err != nil {
			return err
		}
		name = bytes.TrimRight(name, "\x00")
		if err := skip(d, pad(h.length+h.name, h.align)); err != nil {
			return err
		}
		if string(name) == "TRAILER!!!" {
			return nil
		}
		if h.mode&0o170000 == 0o100000 && h.size > 0 {
			err = s.part(c, string(name), d, h.size)
		} else {
			err = skip(d, h.size)
		}
		if err != nil {
			return err
		}
		if err := skip(d, pad(h.size, h.align)); err != nil {
			return err
		}
	}
}

func pad(n, align int64) int64 { return (align - n%align) % align }

// readCpioHeader reads a newc, crc or odc header. io.EOF means that nothing is left.
func readCpioHeader(r io.Reader) (*cpioHeader, error) {
	var b [110]byte
	if err := readFull(r, b[:6]); err != nil {
		return nil, err
	}
	switch string(b[:6]) {
	case "070701", "070702":
		if err := readFull(r, b[6:]); err != nil {
			return nil, noEOF(err)
		}
		return cpioFields(b[:], 16, 4, 110, [3][2]int{{14, 8}, {54, 8}, {94, 8}})
	case "070707":
		if err := readFull(r, b[6:76]); err != nil {
			return nil, noEOF(err)
		}
		return cpioFields(b[:], 8, 1, 76, [3][2]int{{18, 6}, {65, 11}, {59, 6}})
	}
	return nil, fmt.Errorf("cpio header with magic %q: %w", b[:6], fstree.ErrCorrupt)
}

func noEOF(err error) error {
	if err == io.EOF {
		return fmt.Errorf("header cut short: %w", fstree.ErrCorrupt)
	}
	return err
}

// cpioFields decodes mode, size and length of the name at the given places.
func cpioFields(b []byte, base int, align, length int64, at [3][2]int) (*cpioHeader, error) {
	var v [3]int64
	for i, f := range at {
		n, err := strconv.ParseInt(string(b[f[0]:f[0]+f[1]]), base, 64)
		if err != nil || n < 0 {
			return nil, fmt.Errorf("cpio field %q: %w", b[f[0]:f[0]+f[1]], fstree.ErrCorrupt)
		}
		v[i] = n
	}
	return &cpioHeader{mode: v[0], size: v[1], name: v[2], align: align, length: length}, nil
}
