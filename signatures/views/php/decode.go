package php

import (
	"compress/bzip2"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"html"
	"io"
	"strconv"
	"strings"
)

// base64Values maps a byte to its value, 64 for those that are skipped.
var base64Values = func() (t [256]byte) {
	for i := range t {
		t[i] = 64
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = byte(i)
	}
	t['-'], t['_'] = 62, 63
	return t
}()

// decode64 decodes base64 as PHP does: bytes outside of the alphabet are skipped.
func decode64(s string) []byte {
	out := make([]byte, 0, len(s)*3/4+3)
	var acc uint32
	n := 0
	for i := range len(s) {
		v := base64Values[s[i]]
		if v == 64 {
			continue
		}
		acc = acc<<6 | uint32(v)
		if n++; n == 4 {
			out = append(out, byte(acc>>16), byte(acc>>8), byte(acc))
			acc, n = 0, 0
		}
	}
	switch n {
	case 2:
		out = append(out, byte(acc>>4))
	case 3:
		out = append(out, byte(acc>>10), byte(acc>>2))
	}
	return out
}

func encode64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func hex2bin(s string) (string, bool) {
	b, err := hex.DecodeString(s)
	return string(b), err == nil
}

// readLimited reads at most maxText bytes; what came before an error counts.
func readLimited(r io.Reader) (string, bool) {
	b, err := io.ReadAll(io.LimitReader(r, maxText))
	return string(b), len(b) > 0 || err == nil
}

func inflate(s string) (string, bool) { return readLimited(flate.NewReader(strings.NewReader(s))) }

func uncompress(s string) (string, bool) {
	r, err := zlib.NewReader(strings.NewReader(s))
	if err != nil {
		return "", false
	}
	return readLimited(r)
}

func gunzip(s string) (string, bool) {
	r, err := gzip.NewReader(strings.NewReader(s))
	if err != nil {
		return "", false
	}
	return readLimited(r)
}

func anyZlib(s string) (string, bool) {
	for _, f := range []func(string) (string, bool){gunzip, uncompress, inflate} {
		if out, ok := f(s); ok && out != "" {
			return out, true
		}
	}
	return "", false
}

func bunzip(s string) (string, bool) { return readLimited(bzip2.NewReader(strings.NewReader(s))) }

func rot13(s string) (string, bool) {
	b := []byte(s)
	for i, c := range b {
		switch {
		case c >= 'a' && c <= 'z':
			b[i] = 'a' + (c-'a'+13)%26
		case c >= 'A' && c <= 'Z':
			b[i] = 'A' + (c-'A'+13)%26
		}
	}
	return string(b), true
}

func urlDecode(s string) (string, bool) {
	return rawURLDecode(strings.ReplaceAll(s, "+", " "))
}

func rawURLDecode(s string) (string, bool) {
	if !strings.Contains(s, "%") {
		return s, true
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			out = append(out, byte(unhex(s[i+1])<<4|unhex(s[i+2])))
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return string(out), true
}

func quotedPrintable(s string) (string, bool) {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "=\r\n", ""), "=\n", "")
	return rawURLDecode(strings.ReplaceAll(s, "=", "%"))
}

func htmlDecode(s string) (string, bool) { return html.UnescapeString(s), true }

func stripcslashes(s string) (string, bool) {
	var out []byte
	for i := 0; i < len(s); {
		if s[i] != '\\' || i+1 >= len(s) {
			out = append(out, s[i])
			i++
			continue
		}
		var n int
		out, n, _ = unescape(out, []byte(s[i:min(len(s), i+12)]), 0)
		i += n
	}
	return string(out), true
}

func uudecode(s string) (string, bool) {
	var out []byte
	for line := range strings.SplitSeq(s, "\n") {
		if line == "" || line[0] == '`' || line[0] < ' ' || line[0] > '`' {
			continue
		}
		n := int(line[0]-' ') & 0x3f
		body := line[1:]
		var dec []byte
		for i := 0; i+3 < len(body)+3 && len(dec) < n; i += 4 {
			var q [4]byte
			for j := range 4 {
				if i+j < len(body) {
					q[j] = (body[i+j] - ' ') & 0x3f
				}
			}
			dec = append(dec, q[0]<<2|q[1]>>4, q[1]<<4|q[2]>>2, q[2]<<6|q[3])
		}
		out = append(out, dec[:min(n, len(dec))]...)
	}
	return string(out), true
}

func digest(c *call, s string) (string, bool) {
	algo := c.name
	if algo == "hash" {
		algo, _ = textOf(c.arg(0))
	}
	switch algo {
	case "md5":
		return fmt.Sprintf("%x", md5.Sum([]byte(s))), true
	case "sha1":
		return fmt.Sprintf("%x", sha1.Sum([]byte(s))), true
	case "sha256":
		return fmt.Sprintf("%x", sha256.Sum256([]byte(s))), true
	case "crc32":
		return strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(s))), 10), true
	}
	return "", false
}

func bin2hex(in *interp, c *call) *value {
	if s, ok := textOf(c.arg(0)); ok {
		return made(c.arg(0), hex.EncodeToString([]byte(s)), hOther, 0)
	}
	return c.arg(0).derive()
}

func parseBase(s string, base int) (int64, bool) {
	s = strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(s), "0x"), "0b")
	i, err := strconv.ParseInt(s, base, 64)
	return i, err == nil
}

func fromBase(base int) builtinFunc {
	return func(in *interp, c *call) *value {
		if s, ok := textOf(c.arg(0)); ok {
			if i, ok := parseBase(s, base); ok {
				return &value{k: vInt, i: i, src: oConstant}
			}
			return num(0)
		}
		out := c.arg(0).derive()
		return out
	}
}

func toBase(base int) builtinFunc {
	return func(in *interp, c *call) *value {
		if i, ok := c.arg(0).integer(); ok && c.arg(0).k != vUnknown {
			return made(c.arg(0), strconv.FormatInt(i, base), hOther, 0)
		}
		return castTo(c.arg(0))
	}
}

var (
	hexdec = fromBase(16)
	bindec = fromBase(2)
	octdec = fromBase(8)
	dechex = toBase(16)
	decbin = toBase(2)
)

func baseConvert(in *interp, c *call) *value {
	s, ok := textOf(c.arg(0))
	from, ok1 := c.arg(1).integer()
	to, ok2 := c.arg(2).integer()
	if !ok || !ok1 || !ok2 || from < 2 || from > 36 || to < 2 || to > 36 {
		return castTo(c.arg(0))
	}
	if i, ok := parseBase(s, int(from)); ok {
		return made(str(""), strconv.FormatInt(i, int(to)), hOther, 0)
	}
	return castTo(c.arg(0))
}

// pack knows the codes that make text: H h a A C c n N v V.
func pack(in *interp, c *call) *value {
	f, ok := textOf(c.arg(0))
	if !ok {
		return joinAll(c.args).derive()
	}
	var out []byte
	arg := 1
	for i := 0; i < len(f); {
		code := f[i]
		i++
		j := i
		for j < len(f) && (f[j] == '*' || f[j] >= '0' && f[j] <= '9') {
			j++
		}
		count := f[i:j]
		i = j
		n, _ := strconv.Atoi(count)
		switch code {
		case 'H', 'h', 'a', 'A':
			s, ok := textOf(c.arg(arg))
			if !ok {
				v := joinAll(c.args[1:]).derive()
				v.comp |= hDecode
				v.dec = v.dec.then(dPack)
				return v
			}
			arg++
			out = packText(out, code, s)
		case 'C', 'c', 'n', 'N', 'v', 'V':
			if count == "" {
				n = 1
			}
			if count == "*" {
				n = len(c.args) - arg
			}
			for ; n > 0 && arg < len(c.args); n-- {
				v, ok := c.args[arg].integer()
				if !ok || c.args[arg].k == vUnknown {
					return joinAll(c.args[1:]).derive()
				}
				arg++
				out = packNumber(out, code, v)
			}
		default:
			return joinAll(c.args[min(1, len(c.args)):]).derive()
		}
	}
	v := &value{k: vString, s: string(out), src: oConstant, comp: hDecode, dec: dPack}
	in.seeCode(v)
	return v
}

func packText(out []byte, code byte, s string) []byte {
	if code == 'a' || code == 'A' {
		return append(out, s...)
	}
	if len(s)%2 == 1 {
		s += "0"
	}
	for k := 0; k+1 < len(s); k += 2 {
		if !isHex(s[k]) || !isHex(s[k+1]) {
			break
		}
		hi, lo := unhex(s[k]), unhex(s[k+1])
		if code == 'h' {
			hi, lo = lo, hi
		}
		out = append(out, byte(hi<<4|lo))
	}
	return out
}

func packNumber(out []byte, code byte, v int64) []byte {
	switch code {
	case 'n':
		return binary.BigEndian.AppendUint16(out, uint16(v))
	case 'N':
		return binary.BigEndian.AppendUint32(out, uint32(v))
	case 'v':
		return binary.LittleEndian.AppendUint16(out, uint16(v))
	case 'V':
		return binary.LittleEndian.AppendUint32(out, uint32(v))
	}
	return append(out, byte(v))
}

func unpack(in *interp, c *call) *value {
	f, ok := textOf(c.arg(0))
	s, ok2 := textOf(c.arg(1))
	if !ok || !ok2 {
		return rest(c.arg(1).derive())
	}
	a := &array{}
	switch {
	case strings.HasPrefix(f, "H"):
		a.set(key{i: 1}, made(c.arg(1), hex.EncodeToString([]byte(s)), hOther, 0))
	case strings.HasPrefix(f, "C*"):
		for i, b := range []byte(s) {
			a.set(key{i: int64(i + 1)}, num(int64(b)))
			if i > 1<<16 {
				break
			}
		}
	default:
		return rest(c.arg(1).derive())
	}
	return arr(a)
}
