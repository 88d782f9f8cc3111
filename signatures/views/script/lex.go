package script

import (
	"strings"
	"sync"
	"unicode/utf8"
)

type kind uint8

const (
	tEnd kind = iota
	tName
	tString // text is its value
	tNumber
	tOp
	tCommand // `text` of Perl and Ruby
)

// token is one token; tpl marks a string whose text may hold variables.
type token struct {
	kind kind
	tpl  bool
	pos  int
	text string
	memo *value // what it stands for, if that is the same in every reading
}

// maxTokens bounds the memory of one file.
const maxTokens = 1 << 20

type lexer struct {
	lang *language
	src  string
	pos  int
	toks []token
	cut  bool
}

func isStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

func isWord(c byte) bool { return isStart(c) || c >= '0' && c <= '9' }

// tokenBuffers are reused from file to file.
var tokenBuffers = sync.Pool{New: func() any { return new([]token) }}

// maxKept is the longest buffer that is kept, in tokens.
const maxKept = 1 << 17

// lex splits code into tokens.
func lex(lang *language, src string) ([]token, bool) { return lexInto(nil, lang, src) }

// lexInto is lex with a buffer for the tokens.
func lexInto(buf []token, lang *language, src string) ([]token, bool) {
	if most := min(len(src)/5+16, maxTokens); cap(buf) < most {
		buf = make([]token, 0, most)
	}
	l := &lexer{lang: lang, src: src, toks: buf[:0]}
	for l.pos < len(src) && !l.cut {
		l.next()
	}
	end := token{kind: tEnd, pos: len(src)}
	l.toks = append(l.toks, end)
	return l.toks, l.cut
}

func (l *lexer) add(k kind, pos int, text string, tpl bool) {
	if len(l.toks) >= maxTokens {
		l.cut = true
		return
	}
	l.toks = append(l.toks, token{kind: k, tpl: tpl, pos: pos, text: text})
}

func (l *lexer) has(s string) bool { return strings.HasPrefix(l.src[l.pos:], s) }

func (l *lexer) next() {
	c := l.src[l.pos]
	switch {
	case c == '\n':
		l.add(tOp, l.pos, "\n", false)
		l.pos++
		return
	case c == ' ' || c == '\t' || c == '\r':
		l.pos++
		return
	case l.comment(c), l.longString(c):
		return
	case c == '/' && l.lang.regexps && l.regexp():
		return
	}
	if l.lang.sigils && (c == '$' || c == '@' || c == '%') && l.pos+1 < len(l.src) && (isStart(l.src[l.pos+1]) || l.src[l.pos+1] == '{' && c == '$' || l.src[l.pos+1] == ':') {
		l.sigil()
		return
	}
	switch {
	case strings.IndexByte(l.lang.quotes, c) >= 0:
		l.quoted(c, "", false)
	case isStart(c):
		l.word()
	case c >= '0' && c <= '9' || c == '&' && l.lang.vb && l.pos+1 < len(l.src) && l.src[l.pos+1]|0x20 == 'h':
		l.number()
	default:
		l.operator()
	}
}

// comment skips a comment; false if there is none.
func (l *lexer) comment(c byte) bool {
	for _, s := range l.lang.lineComments {
		if c == s[0] && l.has(s) {
			if s == "#" && l.lang.sigils && l.pos > 0 && (l.src[l.pos-1] == '$' || isWord(l.src[l.pos-1])) {
				continue // $#array
			}
			if i := strings.IndexByte(l.src[l.pos:], '\n'); i >= 0 {
				l.pos += i
			} else {
				l.pos = len(l.src)
			}
			return true
		}
	}
	for _, b := range l.lang.blockComments {
		if c == b[0][0] && l.has(b[0]) {
			i := strings.Index(l.src[l.pos+len(b[0]):], b[1])
			if i < 0 {
				l.pos = len(l.src)
			} else {
				l.pos += len(b[0]) + i + len(b[1])
			}
			return true
		}
	}
	return false
}

// longString reads """ and ”' of Python, @" of C#, @" and @' of PowerShell.
func (l *lexer) longString(c byte) bool {
	for _, q := range l.lang.longQuotes {
		if c != q[0] || !l.has(q) {
			continue
		}
		if q[0] == '@' { // C# verbatim: "" is a quote
			l.pos++
			l.quoted(l.src[l.pos], "", true)
			return true
		}
		start := l.pos
		i := strings.Index(l.src[l.pos+len(q):], q)
		if i < 0 {
			l.pos = len(l.src)
		} else {
			l.pos += len(q)*2 + i
		}
		l.add(tString, start, l.src[min(start+len(q), l.pos):max(min(start+len(q), l.pos), l.pos-len(q))], l.lang.template != 0)
		return true
	}
	return false
}

// regexp reads /pattern/flags where an operand may stand; false if there is none.
// A pattern of plain characters is a string, any other a name that says nothing.
func (l *lexer) regexp() bool {
	if n := len(l.toks); n > 0 {
		switch t := &l.toks[n-1]; {
		case t.kind == tName && t.text != "return" && t.text != "typeof", t.kind == tString, t.kind == tNumber:
			return false
		case t.kind == tOp && (t.text == ")" || t.text == "]" || t.text == "}"):
			return false
		}
	}
	class := false
	for i := l.pos + 1; i < len(l.src) && l.src[i] != '\n'; i++ {
		switch c := l.src[i]; {
		case c == '\\':
			i++
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '/' && !class:
			pattern, start := l.src[l.pos+1:i], l.pos
			for i++; i < len(l.src) && isWord(l.src[i]); i++ {
			}
			l.pos = i
			if strings.ContainsAny(pattern, `\^$.|?*+()[]{}`) {
				l.add(tName, start, "regexp", false)
			} else {
				l.add(tString, start, pattern, false)
			}
			return true
		}
	}
	return false
}

// quoted reads a string in quotes c; raw strings have no escapes.
func (l *lexer) quoted(c byte, prefix string, raw bool) {
	start := l.pos
	i := l.pos + 1
	var b []byte
	plain := true
	for i < len(l.src) {
		ch := l.src[i]
		if ch == c {
			if (l.lang.vb || raw || l.lang.name == "powershell") && i+1 < len(l.src) && l.src[i+1] == c {
				b = append(b, c)
				i += 2
				continue
			}
			break
		}
		if ch == '\n' && (l.lang.vb || c == '\'' && !l.lang.sigils) {
			break // not closed
		}
		switch {
		case ch == '\\' && !raw && !l.lang.vb && l.lang.name != "powershell" && i+1 < len(l.src):
			if c == '\'' && l.lang.sigils { // single quotes of Perl and Ruby
				if l.src[i+1] != '\\' && l.src[i+1] != '\'' {
					b = append(b, '\\')
				}
				b = append(b, l.src[i+1])
				i += 2
				continue
			}
			var n int
			b, n = unescape(b, l.src[i:])
			i += n
			plain = false
		case ch == '`' && c == '"' && l.lang.name == "powershell" && i+1 < len(l.src):
			b = append(b, l.src[i+1])
			i += 2
		default:
			b = append(b, ch)
			i++
		}
	}
	l.pos = min(i+1, len(l.src))
	_ = plain
	k := tString
	if c == '`' && l.lang.sigils {
		k = tCommand
	}
	tpl := l.lang.template != 0 && (c != '\'' || strings.ContainsAny(prefix, "fF")) || c == '`'
	if l.lang.name == "python" {
		tpl = strings.ContainsAny(prefix, "fF")
	}
	l.add(k, start, string(b), tpl)
}

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

// sigil reads $name, ${name}, @name, $env:name.
func (l *lexer) sigil() {
	start := l.pos
	i := l.pos + 1
	if l.src[i] == '{' {
		j := strings.IndexByte(l.src[i:], '}')
		if j < 0 || j > 64 {
			l.operator()
			return
		}
		l.pos = i + j + 1
		l.add(tName, start, "$"+l.src[i+1:i+j], false)
		return
	}
	for i < len(l.src) && (isWord(l.src[i]) || l.src[i] == ':' && i+1 < len(l.src) && (isStart(l.src[i+1]) || l.src[i+1] == ':')) {
		i++
	}
	if i == start+1 {
		l.operator()
		return
	}
	l.pos = i
	l.add(tName, start, "$"+l.src[start+1:i], false)
}

func (l *lexer) word() {
	start := l.pos
	i := l.pos
	for i < len(l.src) && (isWord(l.src[i]) || l.src[i] == '-' && l.lang.dashes && i+1 < len(l.src) && isStart(l.src[i+1])) {
		i++
	}
	w := l.src[start:i]
	if i < len(l.src) && (l.src[i] == '"' || l.src[i] == '\'') && len(w) <= 2 && l.lang.prefixes && strings.Trim(w, "rRbBuUfF") == "" {
		l.pos = i
		for _, q := range l.lang.longQuotes {
			if l.has(q) {
				l.longString(l.src[i])
				return
			}
		}
		l.quoted(l.src[i], w, strings.ContainsAny(w, "rR"))
		return
	}
	if l.lang.sigils && l.lang.name != "powershell" && (w == "q" || w == "qq" || w == "qx" || w == "qw" || w == "m") && i < len(l.src) && strings.IndexByte("{(/|![<", l.src[i]) >= 0 {
		l.perlQuote(w, start, i)
		return
	}
	l.pos = i
	l.add(tName, start, w, false)
}

// perlQuote reads q{}, qq(), qx// and the like.
func (l *lexer) perlQuote(w string, start, i int) {
	open := l.src[i]
	end := open
	if k := strings.IndexByte("([{<", open); k >= 0 {
		end = ")]}>"[k]
	}
	depth := 0
	j := i
	for ; j < len(l.src); j++ {
		switch {
		case l.src[j] == '\\':
			j++
		case l.src[j] == end && (end == open && j > i || end != open && depth == 1):
			k := tString
			if w == "qx" {
				k = tCommand
			}
			l.pos = j + 1
			l.add(k, start, l.src[i+1:j], w != "q" && w != "qw")
			return
		case l.src[j] == open:
			depth++
		case l.src[j] == end:
			depth--
		}
	}
	l.pos = i
	l.add(tName, start, w, false)
}

func (l *lexer) number() {
	start := l.pos
	i := l.pos + 1
	for i < len(l.src) && (isWord(l.src[i]) || l.src[i] == '.' && i+1 < len(l.src) && l.src[i+1] >= '0' && l.src[i+1] <= '9') {
		i++
	}
	l.pos = i
	l.add(tNumber, start, l.src[start:i], false)
}

// twoByte are the operators of more than one byte that matter.
var twoByte = []string{"===", "!==", "**=", "<<=", ">>=", "->", "::", "=>", "==", "!=", "<=", ">=", "+=", ".=", "&=", "||", "&&", "=~", "!~", "<<", ">>", "++", "--", "-=", "*=", "|="}

// operators are twoByte by their first byte, in the same order.
var operators = func() (t [256][]string) {
	for _, o := range twoByte {
		t[o[0]] = append(t[o[0]], o)
	}
	return t
}()

func (l *lexer) operator() {
	for _, o := range operators[l.src[l.pos]] {
		if l.has(o) {
			l.add(tOp, l.pos, o, false)
			l.pos += len(o)
			return
		}
	}
	l.add(tOp, l.pos, l.src[l.pos:l.pos+1], false)
	l.pos++
}
