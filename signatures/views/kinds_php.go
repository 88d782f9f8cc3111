package views

import (
	"bytes"
	"strings"
)

// hasPHP reports whether b holds an opening tag of PHP.
func hasPHP(b []byte, text bool) bool {
	return tagPHP(b, text) >= 0 || text && scriptPHP(b)
}

// tagPHP returns the offset of the first opening tag of PHP, -1 if there is none. In
// binary content "<?" and "<?=" alone are chance, so that there "<?php" or "<?=" with
// code counts.
func tagPHP(b []byte, text bool) int {
	for off := 0; ; {
		i := bytes.Index(b[off:], []byte("<?"))
		if i < 0 {
			return -1
		}
		at := off + i
		p := b[at+2:]
		off = at + 2
		switch {
		case len(p) >= 4 && strings.EqualFold(string(p[:3]), "php") && (p[3] <= ' ' || text):
			return at
		case len(p) >= 3 && p[0] == '=' && (text || plainASCII(p[1:]) && likelyCode(p[1:])):
			return at
		case text && len(p) >= 2 && (p[0] <= ' ' || p[0] == '$' || p[0] == '@' || p[0] == '/') && likelyCode(p):
			return at
		}
	}
}

// plainASCII reports whether the code behind a tag, up to 24 bytes of it, is
// printable ASCII, which random bytes are not.
func plainASCII(p []byte) bool {
	p = p[:min(len(p), 24)]
	if i := bytes.Index(p, []byte("?>")); i >= 0 {
		p = p[:i]
	}
	for _, c := range p {
		if c >= 0x7f || c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return len(p) >= 6
}

// likelyCode reports whether the text after a short tag is code: printable, with
// a variable, call or backtick before the closing tag.
func likelyCode(p []byte) bool {
	p = p[:min(len(p), 512)]
	if i := bytes.Index(p, []byte("?>")); i >= 0 {
		p = p[:i]
	}
	for _, c := range p[:min(len(p), 24)] {
		if c < 0x09 || c == 0x7f {
			return false
		}
	}
	return bytes.ContainsAny(p, "$`(")
}

// scriptPHP reports whether b holds <script language="php">.
func scriptPHP(b []byte) bool {
	for off := 0; ; {
		i := bytes.IndexByte(b[off:], '<')
		if i < 0 {
			return false
		}
		off += i + 1
		if len(b)-off < 20 || b[off]|0x20 != 's' {
			continue
		}
		tag := b[off:min(len(b), off+80)]
		if j := bytes.IndexByte(tag, '>'); j > 0 {
			low := strings.ToLower(string(tag[:j]))
			if strings.HasPrefix(low, "script") && strings.Contains(low, "language") && strings.Contains(low, "php") {
				return true
			}
		}
	}
}
