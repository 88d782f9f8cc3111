package php

import (
	"strings"
)

// number reads an integer or a floating-point number.
func (l *lexer) number() {
	l.st.given += numberBytes
	start := l.pos
	i := start
	k := tInt
	if l.src[i] == '0' && i+1 < len(l.src) && (l.src[i+1]|0x20 == 'x' || l.src[i+1]|0x20 == 'b' || l.src[i+1]|0x20 == 'o') {
		i += 2
		for i < len(l.src) && (isHex(l.src[i]) || l.src[i] == '_') {
			i++
		}
	} else {
		for i < len(l.src) {
			c := l.src[i]
			switch {
			case c >= '0' && c <= '9' || c == '_':
			case c == '.' && k == tInt && !l.notFraction(i):
				k = tFloat
			case c|0x20 == 'e' && i+1 < len(l.src) && (l.src[i+1] >= '0' && l.src[i+1] <= '9' || i+2 < len(l.src) && (l.src[i+1] == '-' || l.src[i+1] == '+') && l.src[i+2] >= '0' && l.src[i+2] <= '9'):
				k = tFloat
				i++
			default:
				l.pos = i
				l.add(k, 0, start, i)
				return
			}
			i++
		}
	}
	l.pos = i
	l.add(k, 0, start, i)
}

// notFraction reports whether the dot behind a number, at i, starts an operator:
// 1..2 and 1.=2 are written so, but 1...2 is "1." . ".2" and 1.._ "1." . "_".
func (l *lexer) notFraction(i int) bool {
	if i+1 >= len(l.src) || l.src[i+1] != '.' {
		return i+1 < len(l.src) && l.src[i+1] == '='
	}
	return i+2 < len(l.src) && l.src[i+2] >= '0' && l.src[i+2] <= '9'
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

var castNames = map[string]bool{"int": true, "integer": true, "bool": true, "boolean": true, "float": true, "double": true, "real": true,
	"string": true, "binary": true, "array": true, "object": true, "unset": true}

// operator reads one operator.
func (l *lexer) operator(c byte) {
	at := l.pos
	if c == '(' {
		if n := l.castLen(); n > 0 {
			l.pos += n
			l.add(tCast, 0, at, l.pos)
			return
		}
		if l.prev.kind == tVar || l.prev.kind == tOp && (l.prev.op == ']' || l.prev.op == ')' || l.prev.op == '}') || l.prev.kind == tSQ || l.prev.kind == tDQ {
			l.st.dynCalls++
		}
	}
	if c == '#' {
		l.pos += 2
		l.add(tOp, opAttr, at, l.pos)
		return
	}
	if longer := operatorsOf[c]; len(longer) > 0 {
		second, third := l.at(1), l.at(2)
		for i := range longer {
			if o := &longer[i]; o.text[1] == second && (len(o.text) == 2 || o.text[2] == third) {
				l.pos += len(o.text)
				l.add(tOp, o.op, at, l.pos)
				return
			}
		}
	}
	switch c {
	case '$':
		l.st.dynNames++
	case '@':
		l.st.silences++
	case '^', '|', '~', '&':
		if l.prev.kind == tSQ || l.prev.kind == tDQ || c == '~' {
			l.st.bitops++
		}
	}
	l.pos++
	l.add(tOp, op(c), at, l.pos)
}

// castLen returns the length of a cast that starts here, or 0.
func (l *lexer) castLen() int {
	b := l.src[l.pos:min(len(l.src), l.pos+24)]
	first := 1
	for first < len(b) && (b[first] == ' ' || b[first] == '\t') {
		first++
	}
	i := first
	for i < len(b) && isWord(b[i]) {
		i++
	}
	if i == first {
		return 0
	}
	for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
		i++
	}
	if i >= len(b) || b[i] != ')' {
		return 0
	}
	name := strings.ToLower(strings.Trim(string(b[1:i]), " \t"))
	if castNames[name] {
		return i + 1
	}
	return 0
}
