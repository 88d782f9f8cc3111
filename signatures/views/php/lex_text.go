package php

import (
	"bytes"
)

// quoted reads a string in quotes q. One that is not closed ends with the file.
func (l *lexer) quoted(q byte) {
	start := l.pos
	end := stringEnd(l.src, start+1, q)
	l.pos = end
	l.st.given += end - start
	k := tSQ
	if end-start > 6 && maybeStream(l.src[start+1:end]) && streamOf(string(l.src[start+1:min(end, start+80)])) != "" {
		l.st.inputs++
	}
	switch q {
	case '"':
		k = tDQ
		l.st.literal += end - start
		if i := bytes.IndexByte(l.src[start:end], '\\'); i >= 0 {
			l.st.escapes += countEscapes(l.src[start+i : end])
		}
	case '`':
		k = tBQ
		l.st.backticks++
	}
	if q != '`' && l.prev.kind == tOp && (l.prev.op == '^' || l.prev.op == '|' || l.prev.op == '&' || l.prev.op == '~') {
		l.st.bitops++
	}
	l.add(k, 0, start, end)
}

// maybeStream reports whether a string begins like one that streamOf names; it has
// at least six bytes.
func maybeStream(b []byte) bool {
	switch b[0] | 0x20 {
	case 'p':
		return b[1]|0x20 == 'h' && b[3] == ':'
	case 'd':
		return b[1]|0x20 == 'a' && b[4] == ':'
	case 'e':
		return b[1]|0x20 == 'x' && b[2]|0x20 == 'p'
	}
	return false
}

func countEscapes(b []byte) (n int) {
	for i := 0; i+1 < len(b); i++ {
		if b[i] == '\\' {
			i++
			if c := b[i]; c == 'x' && i+1 < len(b) && isHex(b[i+1]) {
				n += 4
			} else if c >= '0' && c <= '7' {
				n += 3
			}
		}
	}
	return n
}

// stringEnd returns the offset behind the closing quote q of a string whose
// content starts at i. Braces of "{$a["x"]}" may hold quotes of their own.
func stringEnd(src []byte, i int, q byte) int {
	start := i
	if q == '\'' {
		if n := bytes.IndexByte(src[i:], q); n >= 0 && bytes.IndexByte(src[i:i+n], '\\') < 0 {
			return i + n + 1
		}
	}
	for i < len(src) {
		switch c := src[i]; {
		case c == q:
			return i + 1
		case c == '\\':
			i++
		case q != '\'' && (c == '{' && i+1 < len(src) && src[i+1] == '$' || c == '$' && i+1 < len(src) && src[i+1] == '{'):
			if j := braceEnd(src, i, q); j > 0 {
				i = j - 1
			}
		}
		i++
	}
	// Not closed with braces taken as code: take the plain next quote.
	for i = start; i < len(src); i++ {
		if src[i] == '\\' {
			i++
		} else if src[i] == q {
			return i + 1
		}
	}
	return len(src)
}

// braceEnd returns the offset behind the brace that closes the first one at or
// after i, or 0 if there is none within 4 KiB.
func braceEnd(src []byte, i int, q byte) int {
	depth := 0
	for limit := min(len(src), i+4096); i < limit; i++ {
		switch src[i] {
		case '{':
			depth++
		case '}':
			depth--
			if depth == 0 {
				return i + 1
			}
		case '\\':
			i++
		case '\'', '"':
			in := src[i]
			j := i + 1
			for j < limit && src[j] != in && src[j] != '\n' {
				if src[j] == '\\' {
					j++
				}
				j++
			}
			if j >= limit || src[j] != in {
				return 0
			}
			i = j
		}
	}
	return 0
}

// comment skips a comment that starts with c; false if there is none.
func (l *lexer) comment(c byte, end string) bool {
	switch second := l.at(1); {
	case c == '#' && second == '[':
		return false
	case c == '#' || second == '/':
		l.lineComment(end)
	case second == '*':
		l.blockComment()
	default:
		return false
	}
	return true
}

// lineComment skips to the end of the line or to the closing tag.
func (l *lexer) lineComment(end string) {
	for l.pos < len(l.src) && l.src[l.pos] != '\n' && l.src[l.pos] != '\r' {
		if l.src[l.pos] == '?' && l.has("?>") || end == "%>" && l.has(end) {
			return
		}
		l.pos++
	}
}

func (l *lexer) blockComment() {
	glued := l.pos > 0 && l.src[l.pos-1] > ' '
	i := bytes.Index(l.src[l.pos+2:], []byte("*/"))
	if i < 0 {
		l.pos = len(l.src)
		return
	}
	l.pos += i + 4
	if glued && l.pos < len(l.src) && l.src[l.pos] > ' ' {
		l.st.comments++
	}
}

// heredoc reads <<<X or <<<'X' with its body; false if it is none.
func (l *lexer) heredoc() bool {
	i := l.pos + 3
	for i < len(l.src) && (l.src[i] == ' ' || l.src[i] == '\t') {
		i++
	}
	var q byte
	if i < len(l.src) && (l.src[i] == '\'' || l.src[i] == '"') {
		q = l.src[i]
		i++
	}
	start := i
	for i < len(l.src) && isWord(l.src[i]) {
		i++
	}
	id := l.src[start:i]
	if len(id) == 0 {
		return false
	}
	if q != 0 {
		if i >= len(l.src) || l.src[i] != q {
			return false
		}
		i++
	}
	if i < len(l.src) && l.src[i] == '\r' {
		i++
	}
	if i >= len(l.src) || l.src[i] != '\n' { // the line ends behind the name
		return false
	}
	body := i + 1
	k := tHere
	if q == '\'' {
		k = tNow
	}
	for at := body; ; {
		j := at
		for j < len(l.src) && (l.src[j] == ' ' || l.src[j] == '\t') {
			j++
		}
		if bytes.HasPrefix(l.src[j:], id) && (j+len(id) >= len(l.src) || !isWord(l.src[j+len(id)])) {
			l.st.given += max(body, at-1) - body
			l.add(k, 0, body, max(body, at-1))
			l.pos = j + len(id)
			return true
		}
		n := bytes.IndexByte(l.src[at:], '\n')
		if n < 0 {
			l.st.given += len(l.src) - body
			l.add(k, 0, body, len(l.src))
			l.pos = len(l.src)
			return true
		}
		at += n + 1
	}
}
