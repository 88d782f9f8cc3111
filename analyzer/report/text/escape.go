package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Escape returns s safe for a terminal or a log: control characters (C0, C1),
// characters that reorder text or have no width, line separators and bytes that
// are not UTF-8 are written as \n, \t, \r, \xNN or \u{N}; a backslash is kept.
func Escape(s string) string {
	clean := true
	for i, r := range s {
		if hidden(r) || (r == utf8.RuneError && invalidAt(s, i)) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case hidden(r) && r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case hidden(r):
			fmt.Fprintf(&b, `\u{%x}`, r)
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

func invalidAt(s string, i int) bool {
	_, n := utf8.DecodeRuneInString(s[i:])
	return n == 1
}

// hidden reports whether r does something else to a terminal than show a glyph or a space.
func hidden(r rune) bool {
	if r < 0x7f {
		return r < ' '
	}
	return r != ' ' && !unicode.IsGraphic(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == '\u00a0'
}

// Path returns a path for people: as it is, or in double quotes with escapes if
// anything in it had to be escaped or it begins or ends with a space.
func Path(s string) string {
	e := Escape(s)
	if e != s || strings.TrimSpace(s) != s {
		return `"` + strings.ReplaceAll(e, `"`, `\"`) + `"`
	}
	return s
}

// shorten cuts s to at most n characters, the middle replaced by an ellipsis.
func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n || n < 8 {
		return s
	}
	head := (n - 1) * 2 / 3
	return string(r[:head]) + "…" + string(r[len(r)-(n-1-head):])
}
