package archive

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"github.com/seed-181f3109/assay/fstree"
)

// localHeader is the length of a local file header without name and extra field. Source: APPNOTE.TXT 4.3.7.
const localHeader = 30

// maxGap is how much of the space between two members is searched, in bytes.
const maxGap = 64 << 20

// span is a range of bytes, end exclusive.
type span struct{ start, end int64 }

// unlisted reads the members that the central directory does not name: readers
// that go from header to header see them, and what an unpacker shows does not.
// listed are the data of the members that it names.
func (s *session) unlisted(c *container, r io.ReaderAt, listed []span, directory int64) error {
	slices.SortFunc(listed, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	at := int64(0)
	for _, l := range append(listed, span{directory, directory}) {
		if l.start-at > localHeader {
			if err := s.gap(c, r, span{at, min(l.start, directory)}, l.start < directory); err != nil {
				return err
			}
		}
		at = max(at, l.end)
	}
	return nil
}

// gap reads the members in the bytes between the data of two members; before
// says that the header of a listed member ends the gap.
func (s *session) gap(c *container, r io.ReaderAt, g span, before bool) error {
	if g.end-g.start > maxGap {
		s.damage(c.path, "zip", g.start, fmt.Errorf("%d bytes between members: %w", g.end-g.start, fstree.ErrLimit))
		g.start = g.end - maxGap
	}
	b := make([]byte, max(g.end-g.start, 0))
	if n, err := r.ReadAt(b, g.start); n < len(b) {
		s.damage(c.path, "zip", g.start, err)
		return nil
	}
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte("PK\x03\x04"))
		if i < 0 || len(b)-at-i < localHeader {
			return nil
		}
		at += i
		h := b[at:]
		data := localHeader + int(binary.LittleEndian.Uint16(h[26:])) + int(binary.LittleEndian.Uint16(h[28:]))
		if data > len(h) || data == len(h) && before {
			at += 4 // a signature by chance, or the header of the listed member
			continue
		}
		packed := h[data:]
		if n := int64(binary.LittleEndian.Uint32(h[18:])); h[6]&8 == 0 && n < int64(len(packed)) {
			packed = packed[:n]
		}
		if err := s.unlistedEntry(c, h, packed, g.start+int64(at)); err != nil {
			return err
		}
		if at += data; h[6]&8 == 0 {
			at += len(packed)
		}
	}
}

// unlistedEntry reads one such member, whose local header is h.
func (s *session) unlistedEntry(c *container, h, packed []byte, off int64) error {
	name := string(h[localHeader : localHeader+int(binary.LittleEndian.Uint16(h[26:]))])
	if name == "" || name[len(name)-1] == '/' {
		return nil
	}
	method := binary.LittleEndian.Uint16(h[8:])
	open, ok := zipMethods[method]
	switch {
	case h[6]&1 != 0:
		s.damage(c.memberPath(name), "zip entry outside of the directory", off, fstree.ErrEncrypted)
		return nil
	case !ok:
		s.damage(c.memberPath(name), "zip entry outside of the directory", off, fmt.Errorf("compression method %d: %w", method, fstree.ErrUnsupported))
		return nil
	}
	rc := open(bytes.NewReader(packed))
	defer rc.Close()
	return s.member(c, name, rc, int64(binary.LittleEndian.Uint32(h[22:])))
}
