package php

import (
	"bytes"
	"strings"
	"unicode/utf8"
	"unsafe"
)

func lower(s string) string { return strings.ToLower(s) }

// lowered is a text and what lower makes of it.
type lowered struct{ text, low string }

// lower is lower for names of the source, which are met again and again.
func (in *interp) lower(s string) string {
	at := unsafe.StringData(s)
	e := &in.lowered[(uintptr(unsafe.Pointer(at))^uintptr(len(s)))%uintptr(len(in.lowered))]
	if len(e.text) != len(s) || unsafe.StringData(e.text) != at {
		*e = lowered{s, lower(s)}
	}
	return e.low
}

func equalFold(b []byte, s string) bool { return len(b) == len(s) && strings.EqualFold(string(b), s) }

// shared returns b as a string that shares its memory: b must not change while
// the string is in use.
func shared(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// unquoteSingle returns the value of a 'string' with its quotes.
func unquoteSingle(b []byte) string {
	b = cutQuotes(b)
	if bytes.IndexByte(b, '\\') < 0 {
		return shared(b)
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) && (b[i+1] == '\\' || b[i+1] == '\'') {
			i++
		}
		out = append(out, b[i])
	}
	return string(out)
}

// cutQuotes removes the quotes of a string token; the closing one may be missing.
func cutQuotes(b []byte) []byte {
	if len(b) == 0 {
		return b
	}
	q := b[0]
	b = b[1:]
	if len(b) > 0 && b[len(b)-1] == q {
		b = b[:len(b)-1]
	}
	return b
}

// template reads a "string", `command` or heredoc body.
func (p *parser) template(t *token) *node {
	body := p.src[t.pos:t.end]
	off := t.pos
	q := byte(0)
	if t.kind != tHere {
		q = body[0]
		body = cutQuotes(body)
		off++
	}
	n := p.node(nInterp, t.pos)
	if t.kind == tBQ {
		n.kind = nBacktick
	}
	n.list = p.parts(body, off, q)
	if n.kind == nBacktick {
		return n
	}
	switch len(n.list) {
	case 0:
		n.kind = nString
	case 1:
		if n.list[0].kind == nString {
			return n.list[0]
		}
	}
	return n
}

// parts splits the body of a template into constant text and expressions.
func (p *parser) parts(b []byte, off uint32, q byte) []*node {
	var list []*node
	var lit []byte
	escaped := false
	start := off
	flush := func() {
		if len(lit) > 0 {
			n := p.node(nString, start)
			n.str = shared(lit)
			if escaped {
				n.op = 1
			}
			list = append(list, n)
			lit, escaped = nil, false
		}
	}
	if bytes.IndexByte(b, '\\') < 0 && bytes.IndexByte(b, '$') < 0 {
		lit = b
		flush()
		return list
	}
	for i := 0; i < len(b); {
		c := b[i]
		switch {
		case c == '\\' && i+1 < len(b):
			var n int
			var hex bool
			lit, n, hex = unescape(lit, b[i:], q)
			escaped = escaped || hex
			i += n
		case c == '$' && i+1 < len(b) && isStart(b[i+1]):
			flush()
			n, e := p.simpleVar(b[i:], off+uint32(i))
			list = append(list, e)
			i += n
			start = off + uint32(i)
		case c == '{' && i+1 < len(b) && b[i+1] == '$', c == '$' && i+1 < len(b) && b[i+1] == '{':
			end := braceEnd(b, i, q)
			if end == 0 {
				lit = append(lit, c)
				i++
				continue
			}
			flush()
			inner := b[i+1 : end-1]
			if c == '$' {
				inner = b[i:end]
				if name := b[i+2 : end-1]; isPlainName(name) { // "${name}"
					e := p.node(nVar, off+uint32(i))
					e.str = string(name)
					list = append(list, e)
					i = end
					continue
				}
			}
			list = append(list, p.inner(inner, off+uint32(i)+1))
			i = end
			start = off + uint32(i)
		default:
			lit = append(lit, c)
			i++
		}
	}
	flush()
	return list
}

func isPlainName(b []byte) bool {
	if len(b) == 0 || !isStart(b[0]) {
		return false
	}
	for _, c := range b {
		if !isWord(c) {
			return false
		}
	}
	return true
}

// inner parses an expression inside a template.
func (p *parser) inner(b []byte, off uint32) *node {
	if !p.enter() {
		p.leave()
		return p.node(nNone, off)
	}
	defer p.leave()
	l := lex(b, true)
	q := &parser{src: b, toks: l.toks, u: p.u, mem: p.mem, base: p.base + off, depth: p.depth, cls: p.cls}
	e := q.expr()
	p.u.st.dynCalls += l.st.dynCalls
	p.u.st.inputs += l.st.inputs
	return e
}

// simpleVar reads $a, $a[x], $a[0], $a[$i], $a->b inside a template.
func (p *parser) simpleVar(b []byte, pos uint32) (int, *node) {
	i := 1
	for i < len(b) && isWord(b[i]) {
		i++
	}
	n := p.node(nVar, pos)
	n.str = shared(b[1:i])
	switch {
	case i < len(b) && b[i] == '[':
		j := bytes.IndexByte(b[i:min(len(b), i+128)], ']')
		if j < 2 {
			break
		}
		key := b[i+1 : i+j]
		k := p.node(nString, pos)
		k.str = strings.Trim(shared(key), "'\"")
		if key[0] == '$' {
			k.kind, k.str = nVar, shared(key[1:])
		} else if v, ok := unquoteInt(string(key)); ok {
			k.kind, k.i = nInt, v
		}
		x := p.node(nIndex, pos)
		x.a, x.b = n, k
		return i + j + 1, x
	case i+2 < len(b) && b[i] == '-' && b[i+1] == '>' && isStart(b[i+2]):
		j := i + 2
		for j < len(b) && isWord(b[j]) {
			j++
		}
		k := p.node(nString, pos)
		k.str = shared(b[i+2 : j])
		x := p.node(nProp, pos)
		x.a, x.b = n, k
		return j, x
	}
	return i, n
}

// unescape appends the value of the escape that b starts with and returns its
// length, and whether it is a numeric one.
func unescape(dst, b []byte, q byte) ([]byte, int, bool) {
	switch c := b[1]; c {
	case 'n':
		return append(dst, '\n'), 2, false
	case 't':
		return append(dst, '\t'), 2, false
	case 'r':
		return append(dst, '\r'), 2, false
	case 'v':
		return append(dst, '\v'), 2, false
	case 'e':
		return append(dst, 0x1b), 2, false
	case 'f':
		return append(dst, '\f'), 2, false
	case '\\', '$':
		return append(dst, c), 2, false
	case 'x', 'X':
		v, n := 0, 2
		for n < len(b) && n < 4 && isHex(b[n]) {
			v = v<<4 | unhex(b[n])
			n++
		}
		if n > 2 {
			return append(dst, byte(v)), n, true
		}
	case 'u':
		if len(b) > 3 && b[2] == '{' {
			v, n := 0, 3
			for n < len(b) && n < 10 && isHex(b[n]) {
				v = v<<4 | unhex(b[n])
				n++
			}
			if n < len(b) && b[n] == '}' && v <= 0x10ffff {
				return utf8.AppendRune(dst, rune(v)), n + 1, true
			}
		}
	default:
		if c == q && q != 0 {
			return append(dst, c), 2, false
		}
		if c >= '0' && c <= '7' {
			v, n := 0, 1
			for n < len(b) && n < 4 && b[n] >= '0' && b[n] <= '7' {
				v = v<<3 | int(b[n]-'0')
				n++
			}
			return append(dst, byte(v)), n, true
		}
	}
	return append(dst, '\\'), 1, false
}

func unhex(c byte) int {
	switch {
	case c <= '9':
		return int(c - '0')
	default:
		return int(c|0x20) - 'a' + 10
	}
}
