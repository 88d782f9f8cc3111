package views

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// embedded yields code inside or behind an image, a PDF file or a font: Offset is
// where it starts, Bytes run from there to the end of the file.
func (s *session) embedded(content []byte, kinds []string) {
	name := formatName(content)
	end := imageEnd(content, name)
	if end > 0 && end < len(content) {
		tail := content[end:]
		if k := Kinds("", tail); len(bytes.Trim(tail, "\x00 \r\n\t")) > 4 && k[0] != KindBinary {
			s.emit(View{Chain: "appended:" + name, Kind: k[0], Bytes: tail, Offset: int64(end)})
			return
		}
	}
	if slices.Contains(kinds, KindPHP) {
		if i := tagPHP(content, false); i >= 0 {
			s.emit(View{Chain: "embedded:" + name, Kind: KindPHP, Bytes: content[i:], Offset: int64(i)})
		}
	}
}

// formatName names the format by its first bytes.
func formatName(b []byte) string {
	for _, f := range [][2]string{{"GIF8", "gif"}, {"\x89PNG", "png"}, {"\xff\xd8\xff", "jpeg"}, {"BM", "bmp"}, {"%PDF", "pdf"}, {"RIFF", "webp"}, {"II*\x00", "tiff"}, {"MM\x00*", "tiff"},
		{"\x00\x00\x01\x00", "ico"}, {"wOF", "font"}, {"OTTO", "font"}, {"\x00\x01\x00\x00", "font"}} {
		if bytes.HasPrefix(b, []byte(f[0])) {
			return f[1]
		}
	}
	return "data"
}

// imageEnd returns the offset behind an image's last structure, 0 if that is not known.
//
// Source: PNG specification 5.3, JPEG ITU-T T.81 annex B, GIF89a section 17 ff., PDF 32000-1 7.5.5.
func imageEnd(b []byte, name string) int {
	switch name {
	case "png":
		for i := 8; i+12 <= len(b); {
			n := int64(binary.BigEndian.Uint32(b[i:]))
			if int64(i)+12+n > int64(len(b)) {
				return 0
			}
			end := i + 12 + int(n)
			if string(b[i+4:i+8]) == "IEND" {
				return end
			}
			i = end
		}
	case "jpeg":
		return jpegEnd(b)
	case "gif":
		return gifEnd(b)
	case "pdf":
		if i := bytes.LastIndex(b, []byte("%%EOF")); i >= 0 {
			return i + 5
		}
	case "bmp":
		if len(b) > 6 {
			if n := int64(binary.LittleEndian.Uint32(b[2:])); n >= 26 && n < int64(len(b)) {
				return int(n)
			}
		}
	case "webp":
		if len(b) > 8 {
			if n := int64(binary.LittleEndian.Uint32(b[4:])) + 8; n < int64(len(b)) {
				return int(n)
			}
		}
	}
	return 0
}

func jpegEnd(b []byte) int {
	i := 2
	for i+4 <= len(b) && b[i] == 0xff {
		m := b[i+1]
		if m == 0xd9 {
			return i + 2
		}
		if m == 0xff {
			i++
			continue
		}
		if m == 0x01 || m >= 0xd0 && m <= 0xd7 {
			i += 2
			continue
		}
		i += 2 + int(binary.BigEndian.Uint16(b[i+2:]))
		if m != 0xda {
			continue
		}
		for i+1 < len(b) && !(b[i] == 0xff && b[i+1] != 0 && !(b[i+1] >= 0xd0 && b[i+1] <= 0xd7)) { // entropy-coded
			i++
		}
	}
	return 0
}

func gifEnd(b []byte) int {
	if len(b) < 13 {
		return 0
	}
	i := 13
	if b[10]&0x80 != 0 {
		i += 3 << (b[10]&7 + 1)
	}
	blocks := func() bool {
		for i < len(b) {
			n := int(b[i])
			i += n + 1
			if n == 0 {
				return true
			}
		}
		return false
	}
	for i < len(b) {
		switch b[i] {
		case 0x3b:
			return i + 1
		case 0x21:
			i += 2
			if !blocks() {
				return 0
			}
		case 0x2c:
			if i+10 > len(b) {
				return 0
			}
			flags := b[i+9]
			i += 10
			if flags&0x80 != 0 {
				i += 3 << (flags&7 + 1)
			}
			i++
			if !blocks() {
				return 0
			}
		default:
			return 0
		}
	}
	return 0
}
