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
	count int  // tokens so far
	dry   bool // only what st counts is wanted
	pos   int
	st    stats
	low   [64]byte
	prev  token
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
	if l.count++; l.count > maxTokens {
		l.st.cut = true
		l.pos = len(l.src)
		return
	}
	l.prev = token{pos: uint32(pos), end: uint32(end), kind: k, op: o}
	if !l.dry {
		l.toks = append(l.toks, l.prev)
	}
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

func isWord(c byte) bool { return wordBytes[c] }

// wordBytes are the bytes of names.
var wordBytes = func() (t [256]bool) {
	for c := range t {
		t[c] = isStart(byte(c)) || c >= '0' && c <= '9'
	}
	return t
}()

// code reads tokens until the tag that closes.
func (l *lexer) code(end string) {
	from := l.pos
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		switch {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			l.pos++
		case c == '$' && l.pos+1 < len(l.src) && isStart(l.src[l.pos+1]):
			l.variable()
		case isStart(c) || c == '\\' && l.pos+1 < len(l.src) && isStart(l.src[l.pos+1]):
			l.name()
			if l.st.halt > 0 && l.pos == len(l.src) {
				l.st.code += l.st.halt - from
				return
			}
		case c >= '0' && c <= '9' || c == '.' && l.pos+1 < len(l.src) && l.src[l.pos+1] >= '0' && l.src[l.pos+1] <= '9':
			l.number()
		case c == '\'' || c == '"' || c == '`':
			l.quoted(c)
		case c == '#' && !(l.pos+1 < len(l.src) && l.src[l.pos+1] == '['), c == '/' && l.pos+1 < len(l.src) && l.src[l.pos+1] == '/':
			l.lineComment(end)
		case c == '/' && l.pos+1 < len(l.src) && l.src[l.pos+1] == '*':
			l.blockComment()
		case c == '?' && l.has("?>") && end != "</script", c == end[0] && l.hasFold(end):
			l.st.code += l.pos - from
			l.closeTag(end)
			return
		case c == '<' && l.has("<<<") && l.heredoc():
		default:
			l.operator(c)
		}
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
	odd := true
	for i < len(l.src) && isWord(l.src[i]) {
		if c := l.src[i]; c < 0x80 && c != '_' && c != 'O' && c != '0' && c != 'I' && c != 'l' && c != '1' {
			odd = false
		}
		i++
	}
	if odd && i-start > 2 {
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

// classify looks up the class of the name src[start:end].
func (l *lexer) classify(start, end int) word {
	if l.src[start] == '\\' {
		start++
	}
	n := end - start
	if n > 32 || n < 2 || wordLengths[wordStart(l.src[start], l.src[start+1])]>>n&1 == 0 {
		return wNone
	}
	for i := range n {
		c := l.src[start+i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		l.low[i] = c
	}
	return words[string(l.low[:n])]
}

// wordLengths holds, for the first two letters of words, a bit for each length that
// a word has: most names are none of them.
var wordLengths = func() (t [1 << 10]uint64) {
	for w := range words {
		if len(w) >= 2 {
			t[wordStart(w[0], w[1])] |= 1 << len(w)
		}
	}
	return t
}()

// wordStart numbers two letters, alike in both cases.
func wordStart(a, b byte) int { return int(a&0x1f)<<5 | int(b&0x1f) }

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
	for _, o := range operatorsOf[c] {
		if l.has(o.text) {
			l.pos += len(o.text)
			l.add(tOp, o.op, at, l.pos)
			return
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
	if first >= len(b) || !isStart(b[first]) {
		return 0
	}
	i := bytes.IndexByte(b, ')')
	if i < 4 {
		return 0
	}
	name := strings.ToLower(strings.Trim(string(b[1:i]), " \t"))
	if castNames[name] {
		return i + 1
	}
	return 0
}
