package fat

import (
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// codepage437 is the upper half of the character set of short names.
//
// Source: Unicode consortium, mapping of IBM PC code page 437.
const codepage437 = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0"

var upperHalf = []rune(codepage437)

// shortName returns the name of 11 bytes as Linux shows it: in the case that the
// flags say, without trailing spaces.
func (e *dirEntry) shortName() string {
	raw := e.name
	if raw[0] == 0x05 { // stands for 0xE5, which marks a deleted entry
		raw[0] = 0xe5
	}
	name := half(raw[:8], e.lower&0x08 != 0)
	if ext := half(raw[8:], e.lower&0x10 != 0); ext != "" {
		name += "." + ext
	}
	return name
}

func half(b []byte, lower bool) string {
	var s strings.Builder
	for _, c := range []byte(trimSpaces(b)) {
		r := rune(c)
		if c >= 0x80 {
			r = upperHalf[c-0x80]
		}
		if lower {
			r = unicode.ToLower(r)
		}
		s.WriteRune(r)
	}
	return s.String()
}

// checksum is the sum of a short name that its long-name slots carry.
//
// Source: fatgen103, "Organization and Association of Short & Long Directory
// Entries".
func checksum(name [11]byte) byte {
	var s byte
	for _, c := range name {
		s = s<<7 | s>>1
		s += c
	}
	return s
}

const (
	slotUnits = 13 // UTF-16 units in one slot
	maxSlots  = 20
	lastSlot  = 0x40 // LAST_LONG_ENTRY
)

// longName collects the slots of a long name, which precede the short one in
// reverse order.
type longName struct {
	units [maxSlots * slotUnits]uint16
	slots int  // of the name
	next  int  // number of the slot that must come next; 0 if complete
	sum   byte // of the short name
	start int64
}

// reset forgets what was collected.
func (l *longName) reset() { l.slots, l.next = 0, 0 }

// continues reports whether a slot goes on with the name that was begun.
func (l *longName) continues(b []byte) bool {
	return l.slots > 0 && l.next > 0 && int(b[0]) == l.next && b[13] == l.sum
}

// add takes one slot that stands at byte offset off of the volume. It returns
// false for a slot that neither goes on with the name nor starts another one.
func (l *longName) add(b []byte, off int64) bool {
	number := int(b[0] &^ lastSlot)
	switch {
	case l.continues(b):
	case b[0]&lastSlot != 0 && number >= 1 && number <= maxSlots:
		l.slots, l.sum, l.start = number, b[13], off
	default:
		return false
	}
	l.next = number - 1
	at := (number - 1) * slotUnits
	for _, part := range [][]byte{b[1:11], b[14:26], b[28:32]} {
		for i := 0; i < len(part); i += 2 {
			l.units[at] = binary.LittleEndian.Uint16(part[i:])
			at++
		}
	}
	return true
}

// text returns the long name of a short name, and false if there is none, if
// slots are missing, or if they belong to another short name.
func (l *longName) text(short [11]byte) (string, bool) {
	if l.slots == 0 || l.next != 0 || l.sum != checksum(short) {
		return "", false
	}
	u := l.units[:l.slots*slotUnits]
	for i, c := range u {
		if c == 0 {
			u = u[:i]
			break
		}
	}
	return decode(u), len(u) > 0
}

// decode converts UTF-16 to UTF-8. A surrogate without its other half becomes the
// three bytes that UTF-8 would have for it, so that different names stay different.
func decode(u []uint16) string {
	b := make([]byte, 0, len(u)+8)
	for i := 0; i < len(u); i++ {
		r := rune(u[i])
		if utf16.IsSurrogate(r) {
			if i+1 < len(u) {
				if full := utf16.DecodeRune(r, rune(u[i+1])); full != utf8.RuneError {
					b = utf8.AppendRune(b, full)
					i++
					continue
				}
			}
			b = append(b, 0xe0|byte(r>>12), 0x80|byte(r>>6&0x3f), 0x80|byte(r&0x3f))
			continue
		}
		b = utf8.AppendRune(b, r)
	}
	return string(b)
}
