package script

import (
	"bytes"
	"encoding/hex"
)

// encodedTables holds, for each of three alphabets, what the bytes 0x20 to 0x7f
// of encoded VBScript stand for, in hexadecimal. They are the fixed tables of
// the Windows Script Encoder.
var encodedTables = [3]string{
	"2E477A56426A2F26494134325B7672433839704568714F09624423754A7E4A5E40774A615D224B6F4E3B4C50672A7D74542B2D2C306E6B66352521644D52633F7B7829287359337F6D55537C3A5F65465831696C5A48275C3D24793760512036",
	"2D755260715E495C627D2936207C7A7F6B63332B68516676316454434C3A4C7E4C452C2A7427374479592F6F26726A397B3F387767534734785D30235A5B6C485570692E4C21244E5009567335614B583B57226D4D2528464A32413D5F4F4265",
	"323021295B38333D583A3565395C5673664E456B6259785E7D4A6D714160415340422748727531374D5222546A47642D207F2E4C5D7E6C6F797443267625242B28234134092A443F773B55696163506751494F46687C36706E7A2F5F4B5A2C57",
}

// encodedOrder is which alphabet each of 64 bytes in turn is of.
const encodedOrder = "0120121221210212021200122102122100212120200120210212001220012021"

var (
	encodedStart = []byte("#@~^")
	encodedEnd   = []byte("==^#~@")
	encodedMarks = map[byte]byte{'&': '\n', '#': '\r', '*': '>', '!': '<', '$': '@'}
)

// decodeVBE replaces the encoded parts of VBScript: "#@~^", eight bytes of length,
// text, eight bytes of checksum, "^#~@". It reports whether there was one.
func decodeVBE(src []byte) ([]byte, bool) {
	var out []byte
	found := false
	for {
		i := bytes.Index(src, encodedStart)
		if i < 0 || i+12 > len(src) {
			break
		}
		j := bytes.Index(src[i:], encodedEnd)
		if j < 0 {
			j = len(src) - i
		}
		body := src[i+12 : max(i+12, i+j-6)]
		out = append(append(out, src[:i]...), decodeEncoded(body)...)
		src = src[min(len(src), i+j+len(encodedEnd)):]
		found = true
	}
	return append(out, src...), found
}

func decodeEncoded(b []byte) []byte {
	var tables [3][]byte
	for i, t := range encodedTables {
		tables[i], _ = hex.DecodeString(t) // constant and well-formed
	}
	tabs := [3]byte{0x57, 0x6e, 0x7b} // what a tab stands for
	out := make([]byte, 0, len(b))
	n := 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c == '@' && i+1 < len(b) {
			if m, ok := encodedMarks[b[i+1]]; ok {
				out = append(out, m)
				i++
				n++
				continue
			}
		}
		if c >= 0x80 {
			out = append(out, c)
			continue
		}
		k := encodedOrder[n%64] - '0'
		n++
		switch {
		case c == '\t':
			out = append(out, tabs[k])
		case c < 0x20 || c == '<' || c == '>' || c == '@':
			out = append(out, c)
		default:
			out = append(out, tables[k][c-0x20])
		}
	}
	return out
}
