package archive

import (
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/seed-181f3109/assay/fstree"
)

var haltCompiler = []byte("__HALT_COMPILER();")

// manifestOffset returns where the manifest starts: behind the loader, its
// closing tag and one line end.
func manifestOffset(b []byte, halt int) int {
	i := halt + len(haltCompiler)
	for _, end := range []string{" ?>\r\n", " ?>\n", "?>\r\n", "?>\n", " ?>", "?>", "\r\n", "\n"} {
		if bytes.HasPrefix(b[i:], []byte(end)) {
			return i + len(end)
		}
	}
	return i
}

// pharManifest reports whether what follows the loader is a manifest: the
// version of its interface says so.
func pharManifest(b []byte, halt int) bool {
	i := manifestOffset(b, halt)
	if i+14 > len(b) {
		return false
	}
	files := binary.LittleEndian.Uint32(b[i+4:])
	return b[i+8]>>4 == 1 && files > 0 && files < 1<<20
}

// pharEntry is one file of the manifest.
type pharEntry struct {
	name         string
	size, stored int64
	flags        uint32
}

// phar reads a PHP archive.
//
// Source: PHP manual, "What makes a phar a phar and not a tar or a zip?".
func (s *session) phar(c *container, r io.ReaderAt, size int64) error {
	head := make([]byte, min(size, headSize))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return err
	}
	at := int64(manifestOffset(head, bytes.Index(head, haltCompiler)))
	length := int64(binary.LittleEndian.Uint32(head[at:]))
	if length > maxDirectory || at+4+length > size {
		return fmt.Errorf("manifest of %d bytes: %w", length, fstree.ErrCorrupt)
	}
	m := make([]byte, length)
	if _, err := r.ReadAt(m, at+4); err != nil && err != io.EOF {
		return err
	}
	entries, err := pharEntries(m)
	off := at + 4 + length
	for _, e := range entries {
		if off+e.stored > size {
			s.damage(c.memberPath(e.name), "phar entry", off, fmt.Errorf("content ends behind the file: %w", fstree.ErrCorrupt))
			break
		}
		var body io.Reader = io.NewSectionReader(r, off, e.stored)
		switch e.flags & 0xf000 {
		case 0x1000:
			body = flate.NewReader(body)
		case 0x2000:
			body = bzip2.NewReader(body)
		}
		off += e.stored
		if merr := s.member(c, e.name, body, min(e.size, s.lim.Member)); merr != nil {
			return merr
		}
	}
	return err
}

// pharEntries decodes the manifest; those before an error are valid.
func pharEntries(m []byte) ([]pharEntry, error) {
	cut := func(n int64) ([]byte, bool) {
		if n < 0 || n > int64(len(m)) {
			return nil, false
		}
		b := m[:n]
		m = m[n:]
		return b, true
	}
	short := fmt.Errorf("manifest cut short: %w", fstree.ErrCorrupt)
	u32 := func() (int64, bool) {
		b, ok := cut(4)
		if !ok {
			return 0, false
		}
		return int64(binary.LittleEndian.Uint32(b)), true
	}
	files, ok := u32()
	if _, ok2 := cut(6); !ok || !ok2 { // version, flags
		return nil, short
	}
	for range 2 { // alias, metadata
		n, ok := u32()
		if _, ok2 := cut(n); !ok || !ok2 {
			return nil, short
		}
	}
	var out []pharEntry
	for range files {
		n, ok := u32()
		name, ok2 := cut(n)
		fixed, ok3 := cut(24)
		if !ok || !ok2 || !ok3 {
			return out, short
		}
		out = append(out, pharEntry{name: string(name), size: int64(binary.LittleEndian.Uint32(fixed)), stored: int64(binary.LittleEndian.Uint32(fixed[8:])),
			flags: binary.LittleEndian.Uint32(fixed[16:])})
		if _, ok := cut(int64(binary.LittleEndian.Uint32(fixed[20:]))); !ok {
			return out, short
		}
	}
	return out, nil
}
