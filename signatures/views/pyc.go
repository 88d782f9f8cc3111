package views

import (
	"encoding/binary"
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
)

// Marshal types of text, with and without the bit that enters an object into the
// table of references. Source: CPython, Python/marshal.c and Doc/library/marshal.rst.
const (
	marshalRef           = 0x80
	marshalShortASCII    = 'z'
	marshalShortInterned = 'Z'
	marshalASCII         = 'a'
	marshalInterned      = 'A'
	marshalUnicode       = 'u'
	marshalInternedOld   = 't'
	marshalBytes         = 's'
)

const (
	maxPyc      = 16 << 20 // longest compiled module that is searched
	minPycText  = 2        // shorter constants tell nothing
	longPycBlob = 200      // bytes that are no text and worth a line
)

// compiled lists the names and constants of a compiled Python module, a line
// each; rules over it are those of python-names. Code objects differ from version
// to version, the forms of text in them do not, so that texts are looked for
// wherever they can stand, without the structure around them.
func (s *session) compiled(content []byte) {
	if len(content) > maxPyc {
		s.gaveUp("compiled Python", maxPyc, errTooLarge(len(content), maxPyc))
		content = content[:maxPyc]
	}
	var out []byte
	for at := 8; at < len(content); {
		text, next, ok := marshalText(content, at)
		if !ok {
			at++
			continue
		}
		at = next
		switch {
		case len(text) < minPycText:
		case printable(text):
			out = append(append(out, text...), '\n')
		case len(text) >= longPycBlob:
			out = fmt.Appendf(out, "blob=%d\n", len(text))
		}
	}
	if len(out) == 0 {
		s.gaveUp("compiled Python", 0, fmt.Errorf("no names: %w", fstree.ErrCorrupt))
		return
	}
	s.emit(View{Chain: "pyc:names", Kind: KindPythonNames, Bytes: append([]byte{'\n'}, out...)})
}

// marshalText returns the text object at a place and where the next object can be.
func marshalText(b []byte, at int) (text []byte, next int, ok bool) {
	size, head := 0, 5
	switch b[at] &^ marshalRef {
	case marshalShortASCII, marshalShortInterned:
		if at+2 > len(b) {
			return nil, 0, false
		}
		size, head = int(b[at+1]), 2
	case marshalASCII, marshalInterned, marshalUnicode, marshalInternedOld, marshalBytes:
		if at+5 > len(b) {
			return nil, 0, false
		}
		n := binary.LittleEndian.Uint32(b[at+1:])
		if n > uint32(len(b)) {
			return nil, 0, false
		}
		size = int(n)
	default:
		return nil, 0, false
	}
	from := at + head
	if size > len(b)-from {
		return nil, 0, false
	}
	text = b[from : from+size]
	if b[at]&^marshalRef == marshalBytes && !printable(text) {
		// Bytecode is bytes too, and names follow it; only a long one without them is a blob.
		return text, from, size >= longPycBlob
	}
	return text, from + size, size == 0 || printable(text)
}

// printable reports text that is ASCII or valid in lines.
func printable(b []byte) bool {
	for _, c := range b {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' || c == 0x7f {
			return false
		}
	}
	return true
}
