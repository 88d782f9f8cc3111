package script

import (
	"strings"
	"unicode/utf8"
)

// unescape appends the value of the escape s starts with and returns its length.
func unescape(b []byte, s string) ([]byte, int) {
	hex := func(from, n int) (int, int) {
		v, k := 0, from
		for k < len(s) && k < from+n {
			d := strings.IndexByte("0123456789abcdef", s[k]|0x20)
			if s[k] >= '0' && s[k] <= '9' {
				d = int(s[k] - '0')
			}
			if d < 0 {
				break
			}
			v = v<<4 | d
			k++
		}
		return v, k
	}
	switch c := s[1]; c {
	case 'n':
		return append(b, '\n'), 2
	case 't':
		return append(b, '\t'), 2
	case 'r':
		return append(b, '\r'), 2
	case 'e':
		return append(b, 0x1b), 2
	case '\n':
		return b, 2
	case 'x':
		if v, k := hex(2, 2); k > 2 {
			return append(b, byte(v)), k
		}
	case 'u':
		k := 2
		for k < len(s) && s[k] == 'u' {
			k++
		}
		if v, e := hex(k, 4); e > k {
			return utf8.AppendRune(b, rune(v)), e
		}
	default:
		if c >= '0' && c <= '7' {
			v, k := 0, 1
			for k < len(s) && k < 4 && s[k] >= '0' && s[k] <= '7' {
				v = v<<3 | int(s[k]-'0')
				k++
			}
			return append(b, byte(v)), k
		}
	}
	return append(b, s[1]), 2
}
