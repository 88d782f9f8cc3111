package php

import (
	"bytes"
	"strings"
)

// numberBytes is what a number counts for in the material of a computed text.
const numberBytes = 8

// maxTokens bounds the memory of one file's tokens.
const maxTokens = 4 << 20

// stats is what the lexer counts on its way.
type stats struct {
	comments  int // comments glued to a token on both sides
	odd       int // <% %> and <script language=php> tags
	words     [256]uint32
	inputs    int // superglobals that an attacker fills
	dynCalls  int // a variable or ] ) } followed by an opening parenthesis
	dynNames  int // $$x, ${...}, new $x, ::$x
	backticks int
	bitops    int // ^ | & ~ beside a string, ++ on names of only _
	silences  int
	gotos     int
	halt      int // offset behind __halt_compiler(); 0: none
	cut       bool
	code      int // bytes of code
	longest   int // longest line that holds code
	firstCode int // offset of the first opening tag, -1: none
	oddNames  int
	escapes   int // bytes of strings written as \x or octal escapes
	literal   int // bytes of double-quoted strings
	given     int // bytes of all strings, and numberBytes for each number
}

type lexer struct {
	src   []byte
	toks  []token
	count int  // tokens that were not kept
	dry   bool // only what st counts is wanted
	pos   int
	st    stats
	low   [64]byte
	prev  token // its kind and operator
}

// lex splits src into tokens. With code set it starts inside of code.
func lex(src []byte, code bool) *lexer {
	return lexInto(make([]token, 0, len(src)/6+16), src, code)
}

// lexInto is lex with a buffer for the tokens.
func lexInto(buf []token, src []byte, code bool) *lexer {
	l := &lexer{src: src, toks: buf[:0]}
	l.run(code)
	l.toks = append(l.toks, token{pos: uint32(len(src)), end: uint32(len(src)), kind: tEOF})
	return l
}

// survey is lex without the tokens: what it counts, and how many they are.
func survey(src []byte, code bool) *lexer {
	l := &lexer{src: src, dry: true}
	l.run(code)
	return l
}

func (l *lexer) run(code bool) {
	l.st.firstCode = -1
	if code {
		l.st.firstCode = 0
		l.code("?>")
	}
	for l.pos < len(l.src) && !l.st.cut {
		l.html()
	}
}

func (l *lexer) add(k kind, o op, pos, end int) {
	if l.count+len(l.toks) >= maxTokens {
		l.st.cut = true
		l.pos = len(l.src)
		return
	}
	l.prev.kind, l.prev.op = k, o
	if l.dry {
		l.count++
		return
	}
	l.toks = append(l.toks, token{pos: uint32(pos), end: uint32(end), kind: k, op: o})
}

// html reads text up to the next opening tag, then the code behind it.
func (l *lexer) html() {
	start := l.pos
	for l.pos < len(l.src) {
		i := bytes.IndexByte(l.src[l.pos:], '<')
		if i < 0 {
			break
		}
		at := l.pos + i
		n, end, echo := openTag(l.src[at:])
		if n == 0 {
			l.pos = at + 1
			continue
		}
		if at > start {
			l.add(tHTML, 0, start, at)
		}
		if l.st.firstCode < 0 {
			l.st.firstCode = at
		}
		l.pos = at + n
		if end != "?>" {
			l.st.odd++
		}
		if echo {
			l.add(tEcho, 0, at, l.pos)
		}
		l.code(end)
		return
	}
	l.pos = len(l.src)
	if l.pos > start {
		l.add(tHTML, 0, start, l.pos)
	}
}

// openTag returns the length of the opening tag that b starts with, what closes
// it, and whether it prints; 0 if there is none.
func openTag(b []byte) (n int, end string, echo bool) {
	if len(b) < 2 {
		return 0, "", false
	}
	switch b[1] {
	case '?':
		switch {
		case len(b) >= 5 && strings.EqualFold(string(b[2:5]), "php"):
			return 5, "?>", false
		case len(b) >= 3 && b[2] == '=':
			return 3, "?>", true
		case len(b) >= 5 && strings.EqualFold(string(b[2:5]), "xml"):
			return 0, "", false
		}
		if len(b) >= 3 && (b[2] >= 0x80 || b[2] < 9) {
			return 0, "", false
		}
		return 2, "?>", false
	case '%':
		if len(b) >= 3 && b[2] == '=' {
			return 3, "%>", true
		}
		if len(b) >= 3 && b[2] == '@' || !aspIsPHP(b[2:]) {
			return 0, "", false
		}
		return 2, "%>", false
	case 's', 'S':
		if len(b) < 20 || !strings.EqualFold(string(b[1:7]), "script") {
			return 0, "", false
		}
		j := bytes.IndexByte(b[:min(len(b), 80)], '>')
		if j < 0 {
			return 0, "", false
		}
		tag := strings.ToLower(string(b[:j]))
		if strings.Contains(tag, "language") && strings.Contains(tag, "php") {
			return j + 1, "</script", false
		}
	}
	return 0, "", false
}

// aspIsPHP reports whether text behind "<%" is PHP: it holds a variable.
func aspIsPHP(b []byte) bool {
	b = b[:min(len(b), 4096)]
	if i := bytes.Index(b, []byte("%>")); i >= 0 {
		b = b[:i]
	}
	i := bytes.IndexByte(b, '$')
	return i >= 0 && i+1 < len(b) && isStart(b[i+1])
}

func isStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

func isWord(c byte) bool { return nameBytes[c] != 0 }

// nameByte is what a byte is in a name; 0 is none of one.
type nameByte uint8

const (
	inName   nameByte = 1 << iota
	distinct          // not one of those that are hard to tell apart or not printed
)

var nameBytes = func() (t [256]nameByte) {
	for i := range t {
		c := byte(i)
		if !isStart(c) && (c < '0' || c > '9') {
			continue
		}
		t[c] = inName
		if c < 0x80 && c != '_' && c != 'O' && c != '0' && c != 'I' && c != 'l' && c != '1' {
			t[c] |= distinct
		}
	}
	return t
}()

// start is how a token begins.
type start uint8

const (
	startOther start = iota
	startSpace
	startName
	startDollar
	startBackslash
	startDigit
	startDot
	startQuote
	startHash
	startSlash
	startTag  // may close the code
	startMark // one byte that is never part of a longer operator
)

// starts tells by the first byte how a token begins.
var starts = func() (t [256]start) {
	for c := range t {
		if isStart(byte(c)) {
			t[c] = startName
		}
	}
	for s, bytes := range map[start]string{startSpace: " \n\t\r", startDollar: "$", startBackslash: "\\", startDigit: "0123456789", startDot: ".",
		startQuote: "'\"`", startHash: "#", startSlash: "/", startTag: "?%<", startMark: ")[]{},;"} {
		for _, c := range []byte(bytes) {
			t[c] = s
		}
	}
	return t
}()

// at returns the byte n places ahead, 0 behind the end.
func (l *lexer) at(n int) byte {
	if l.pos+n < len(l.src) {
		return l.src[l.pos+n]
	}
	return 0
}

// code reads tokens until the tag that closes.
func (l *lexer) code(end string) {
	from := l.pos
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		switch starts[c] {
		case startSpace:
			i := l.pos + 1
			for i < len(l.src) && starts[l.src[i]] == startSpace {
				i++
			}
			l.pos = i
			continue
		case startMark:
			l.pos++
			l.add(tOp, op(c), l.pos-1, l.pos)
			continue
		case startDollar:
			if isStart(l.at(1)) {
				l.variable()
				continue
			}
		case startName, startBackslash:
			if c == '\\' && !isStart(l.at(1)) {
				break
			}
			l.name()
			if l.st.halt > 0 && l.pos == len(l.src) {
				l.st.code += l.st.halt - from
				return
			}
			continue
		case startDigit, startDot:
			if c != '.' || l.at(1) >= '0' && l.at(1) <= '9' {
				l.number()
				continue
			}
		case startQuote:
			l.quoted(c)
			continue
		case startHash, startSlash:
			if l.comment(c, end) {
				continue
			}
		case startTag:
			if c == '?' && l.at(1) == '>' && end != "</script" || c == end[0] && l.hasFold(end) {
				l.st.code += l.pos - from
				l.closeTag(end)
				return
			}
			if c == '<' && l.has("<<<") && l.heredoc() {
				continue
			}
		}
		l.operator(c)
	}
	l.st.code += l.pos - from
}

func (l *lexer) has(s string) bool {
	return len(l.src)-l.pos >= len(s) && string(l.src[l.pos:l.pos+len(s)]) == s
}

func (l *lexer) hasFold(s string) bool {
	return len(l.src)-l.pos >= len(s) && strings.EqualFold(string(l.src[l.pos:l.pos+len(s)]), s)
}

func (l *lexer) closeTag(end string) {
	at := l.pos
	if end == "</script" {
		i := bytes.IndexByte(l.src[l.pos:], '>')
		if i < 0 {
			i = len(l.src) - l.pos - 1
		}
		l.pos += i + 1
	} else {
		l.pos += 2
	}
	l.add(tOp, ';', at, at)
	if l.pos < len(l.src) && l.src[l.pos] == '\n' {
		l.pos++
	}
}

func (l *lexer) variable() {
	start := l.pos + 1
	i := start
	var seen nameByte
	for i < len(l.src) && nameBytes[l.src[i]] != 0 {
		seen |= nameBytes[l.src[i]]
		i++
	}
	if seen&distinct == 0 && i-start > 2 {
		l.st.oddNames++
	}
	l.pos = i
	l.add(tVar, 0, start, i)
	if l.src[start] == '_' && i-start >= 4 {
		switch string(l.src[start:i]) {
		case "_GET", "_POST", "_REQUEST", "_COOKIE", "_FILES", "_SERVER", "HTTP_RAW_POST_DATA":
			l.st.inputs++
		}
	} else if string(l.src[start:i]) == "HTTP_RAW_POST_DATA" || string(l.src[start:i]) == "HTTP_POST_VARS" || string(l.src[start:i]) == "HTTP_GET_VARS" {
		l.st.inputs++
	}
}

func (l *lexer) name() {
	start := l.pos
	i := start + 1
	for i < len(l.src) && (isWord(l.src[i]) || l.src[i] == '\\' && i+1 < len(l.src) && isStart(l.src[i+1])) {
		i++
	}
	l.pos = i
	if (i-start == 1 || l.src[start] == 'b') && i < len(l.src) && (l.src[i] == '\'' || l.src[i] == '"') && l.src[start]|0x20 == 'b' && i-start == 1 {
		return // binary string prefix
	}
	w := l.classify(start, i)
	afterArrow := l.prev.kind == tOp && (l.prev.op == opArrow || l.prev.op == opNullArrow || l.prev.op == opStatic)
	if afterArrow && w != wClass {
		w = wNone
	}
	l.st.words[w]++
	o := op(0)
	k := tName
	switch w {
	case wAnd:
		k, o = tOp, opLogAnd
	case wOr:
		k, o = tOp, opLogOr
	case wXor:
		k, o = tOp, opLogXor
	case wInstanceof:
		k, o = tOp, opInstanceof
	case wGoto:
		l.st.gotos++
	case wHalt:
		l.halt()
		return
	}
	l.add(k, o, start, i)
	if n := len(l.toks); n > 0 {
		l.toks[n-1].word = w
	}
}

// halt ends the code at __halt_compiler(); the rest is data.
func (l *lexer) halt() {
	i := bytes.IndexByte(l.src[l.pos:], ';')
	if j := bytes.Index(l.src[l.pos:], []byte("?>")); j >= 0 && (i < 0 || j < i) {
		i = j + 1
	}
	if i < 0 || i > 64 {
		i = -1
	}
	l.pos += i + 1
	l.st.halt = l.pos
	l.add(tHalted, 0, l.pos, len(l.src))
	l.pos = len(l.src)
}
