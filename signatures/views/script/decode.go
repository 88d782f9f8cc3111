package script

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf16"
)

// maxInflate bounds what one decoder gives, in bytes.
const maxInflate = 8 << 20

// decoderNames maps the last part of a function's name to the decoder it is.
var decoderNames = map[string]string{
	"b64decode": "base64", "base64decode": "base64", "decodebase64": "base64", "frombase64string": "base64", "decode_base64": "base64", "decodebuffer": "base64", "atob": "base64",
	"urlsafe_b64decode": "base64", "decode64": "base64", "strict_decode64": "base64", "urlsafe_decode64": "base64", "parsebase64binary": "base64", "decodestring": "base64", "base64_decode": "base64", "decodefast": "base64",
	"unhexlify": "hex", "fromhex": "hex", "a2b_hex": "hex", "parsehexbinary": "hex", "hextobytes": "hex", "hex2bytes": "hex", "hextostr": "hex",
	"decompress": "inflate", "inflate": "inflate", "inflatesync": "inflate", "gunzip": "inflate", "gunzipsync": "inflate", "uncompress": "inflate", "gzipstream": "inflate", "deflatestream": "inflate", "unzipsync": "inflate", "inflaterawsync": "inflate",
	"urldecode": "url", "unquote": "url", "uri_unescape": "url", "decodeuricomponent": "url", "decodeuri": "url", "unescape": "url", "unquote_plus": "url",
	"strreverse": "reverse", "reverse": "reverse", "reversed": "reverse", "rot13": "rot13",
	"chr": "chr", "chrw": "chr", "chrb": "chr", "fromcharcode": "chr", "fromcodepoint": "chr", "char": "chr", "unichr": "chr", "pack": "pack", "unpack": "pack", "dofinal": "crypt", "decrypt": "crypt",
	"transformfinalblock": "crypt", "createdecryptor": "crypt", "loads": "serialize",
}

// decode computes functions of texts; nil if name is none of them.
func (r *reader) decode(p *place, on *value, args []*value) *value {
	if p.last.class&(cText|cDecodes) == 0 {
		return nil
	}
	var in *value
	switch {
	case len(args) > 0:
		in = args[0]
	case on != nil:
		in = on
	default:
		return nil
	}
	name := p.last.text
	if p.last.class&cText != 0 {
		return r.textFunction(p, on, args)
	}
	d := decoderNames[name]
	if d == "" || name == "loads" && !strings.Contains(p.text, "marshal") && !strings.Contains(p.text, "pickle") {
		return nil
	}
	if d == "chr" {
		return chars(args)
	}
	if name == "reverse" && on != nil {
		in = on
	}
	if in.known {
		if s, ok := undo(d, in.s); ok && len(s) <= maxInflate {
			return in.text(s, howOf(d), d)
		}
	}
	if (name == "decompress" || name == "decrypt" || name == "dofinal") && !in.attacker() && in.src >= oConstant && in.dec == "" && d != "inflate" {
		return in.decoded(d).withPath(p.orNone())
	}
	return in.decoded(d)
}

func howOf(d string) string {
	if d == "reverse" {
		return d
	}
	return "decode"
}

// chars makes text of character codes.
func chars(args []*value) *value {
	var b []byte
	for _, a := range args {
		n, ok := code(a)
		if !ok {
			return joinAll(args).decoded("chr")
		}
		if n < 256 {
			b = append(b, byte(n))
		} else {
			b = append(b, string(rune(n))...)
		}
	}
	if strings.Trim(string(b), " \t\r\n\"'") == "" { // how Basic writes a quote or the end of a line
		return constant(string(b))
	}
	return &value{known: true, s: string(b), src: oConstant, how: "chr", dec: "chr"}
}

// code returns a character code; &H of Basic counts as 0x.
func code(v *value) (int, bool) {
	if !v.known || len(v.s) > maxNumber {
		return 0, false
	}
	s := strings.ToLower(strings.TrimSpace(v.s))
	if strings.HasPrefix(s, "&h") {
		s = "0x" + s[2:]
	}
	n, err := strconv.ParseInt(s, 0, 32)
	return int(n), err == nil && n >= 0 && n < 0x110000
}

// textFunction is a function that keeps or rearranges text.
func (r *reader) textFunction(p *place, on *value, args []*value) *value {
	name := p.last.text
	a := func(i int) *value {
		if i < len(args) {
			return args[i]
		}
		return unknown
	}
	switch name {
	case "replace":
		s, from, to := on, a(0), a(1)
		if r.lang.vb || len(args) >= 3 || on == nil {
			s, from, to = a(0), a(1), a(2)
		}
		if s != nil && s.known && from.known && to.known && from.s != "" && strings.Count(s.s, from.s)*len(to.s) < maxText {
			return s.text(strings.ReplaceAll(s.s, from.s, to.s), "replace", "")
		}
		if s != nil {
			return s.decoded("replace")
		}
	case "join":
		if on != nil && on.known && len(args) == 1 && len(args[0].items) > 0 {
			return joinTexts(args[0].items, on.s)
		}
		if len(args) >= 1 && len(args[0].items) > 0 {
			sep := ""
			if a(1).known {
				sep = a(1).s
			}
			return joinTexts(args[0].items, sep)
		}
		if on != nil && len(on.items) > 0 {
			sep := ""
			if a(0).known {
				sep = a(0).s
			}
			return joinTexts(on.items, sep)
		}
	case "lcase", "tolowercase", "lower":
		if v := subject(on, args); v.known {
			return v.text(strings.ToLower(v.s), "case", "")
		}
	case "ucase", "touppercase", "upper":
		if v := subject(on, args); v.known {
			return v.text(strings.ToUpper(v.s), "case", "")
		}
	case "concat", "append":
		if on != nil && len(args) == 1 && (on.known || on.attacker()) {
			return concat(on, args[0])
		}
	case "decode":
		if v := subject(on, args); on != nil && len(args) > 0 && args[0].known && on.path != nil && !on.known && !strings.Contains(p.text, "base64") {
			return on
		} else if on != nil && (on.known || on.attacker()) {
			if len(args) > 0 && args[0].known {
				return codec(on, args[0].s)
			}
			return on
		} else if strings.Contains(p.text, "base64") {
			if v.known {
				if s, ok := undo("base64", v.s); ok {
					return v.text(s, "decode", "base64")
				}
			}
			return v.decoded("base64")
		} else {
			return v
		}
	case "from": // Buffer.from(x, 'base64')
		if len(args) > 1 && args[1].known {
			return codec(args[0], args[1].s)
		}
	case "unpack", "split":
		return mix(subject(on, args), unknown)
	}
	v := subject(on, args)
	if name == "string" || name == "str" || name == "tostring" || name == "getbytes" || name == "getstring" || name == "cstr" || name == "bytes" || name == "encode" || name == "trim" || name == "strip" || name == "tochararray" || name == "buffer" || name == "bytearray" {
		if len(v.items) > 0 {
			if c := chars(v.items); c.known {
				return c
			}
		}
		return v
	}
	if on != nil && !on.attacker() && on.src == oUnknown && len(args) > 0 {
		return join(mix(joinAll(args), unknown), on)
	}
	c := *v
	c.known, c.s = false, ""
	c.path = p.orNone()
	return &c
}

// subject is what a function or method works on.
func subject(on *value, args []*value) *value {
	if on != nil && (on.known || on.src <= oCommand || on.dec != "" || len(args) == 0) {
		return on
	}
	if len(args) > 0 {
		return args[0]
	}
	return unknown
}

func joinTexts(items []*value, sep string) *value {
	out := constant("")
	for i, v := range items {
		if i > 0 && sep != "" {
			out = concat(out, constant(sep))
		}
		out = concat(out, v)
	}
	return out
}

// codec decodes by the name of an encoding.
func codec(v *value, name string) *value {
	d := ""
	switch strings.ToLower(strings.Trim(name, " :")) {
	case "base64", "base-64":
		d = "base64"
	case "hex":
		d = "hex"
	case "rot13", "rot_13":
		d = "rot13"
	case "zlib", "zip":
		d = "inflate"
	default:
		return v
	}
	if v.known {
		if s, ok := undo(d, v.s); ok {
			return v.text(s, "decode", d)
		}
	}
	return v.decoded(d)
}

// undo reverses the encoding d.
func undo(d, s string) (string, bool) {
	switch d {
	case "base64":
		s = strings.Map(func(r rune) rune {
			switch r {
			case ' ', '\n', '\r', '\t', '=':
				return -1
			case '-':
				return '+'
			case '_':
				return '/'
			}
			return r
		}, s)
		b, err := base64.RawStdEncoding.DecodeString(s)
		return narrow(b), err == nil && len(b) > 0
	case "hex":
		b, err := hex.DecodeString(strings.TrimSpace(s))
		return string(b), err == nil
	case "url":
		u, err := url.PathUnescape(s)
		return u, err == nil
	case "reverse":
		b := []byte(s)
		for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
			b[i], b[j] = b[j], b[i]
		}
		return string(b), true
	case "rot13":
		return strings.Map(func(r rune) rune {
			switch {
			case r >= 'a' && r <= 'z':
				return 'a' + (r-'a'+13)%26
			case r >= 'A' && r <= 'Z':
				return 'A' + (r-'A'+13)%26
			}
			return r
		}, s), true
	case "inflate":
		return inflate([]byte(s))
	}
	return "", false
}

// narrow turns UTF-16 text, as PowerShell encodes it, into bytes.
func narrow(b []byte) string {
	if len(b) < 4 || len(b)%2 != 0 || b[1] != 0 || b[3] != 0 {
		return string(b)
	}
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
	}
	return string(utf16.Decode(u))
}

func inflate(b []byte) (string, bool) {
	var readers []io.Reader
	if r, err := gzip.NewReader(bytes.NewReader(b)); err == nil {
		readers = append(readers, r)
	}
	if r, err := zlib.NewReader(bytes.NewReader(b)); err == nil {
		readers = append(readers, r)
	}
	readers = append(readers, flate.NewReader(bytes.NewReader(b)))
	for _, r := range readers {
		if out, err := io.ReadAll(io.LimitReader(r, maxInflate)); len(out) > 0 && (err == nil || len(out) > 64) {
			return string(out), true
		}
	}
	return "", false
}
