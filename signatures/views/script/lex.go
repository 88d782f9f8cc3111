package script

import "strings"

type kind uint8

const (
	tEnd kind = iota
	tName
	tString // text is its value
	tNumber
	tOp
	tCommand // `text` of Perl and Ruby
)

// token is one token.
type token struct {
	kind  kind
	op    op    // which operator, 0 if it is none
	tpl   bool  // a string whose text holds what may be variables
	facts facts // what does not change from reading to reading
	pos   int32
	end   int32 // of a brace that opens: the index behind the one that closes, 0 if none
	text  string
	sym   *symbol // of a name
	memo  *value  // what a literal stands for
}

// facts are what readings found out of the tokens from one on.
type facts uint8

const (
	fNoList   facts = 1 << iota // no assignment to a list starts here
	fNoMember                   // no assignment to a member starts here
	fBranched                   // fElse and fIf are known
	fElse                       // see behindElse
	fIf                         // see behindIf
)

// maxTokens bounds the memory of one file.
const maxTokens = 1 << 20

type lexer struct {
	lang *language
	src  string
	pos  int
	toks []token
	open []int32 // braces that are open, as indexes of tokens
	cut  bool
	*names
}

func isStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

func isWord(c byte) bool { return isStart(c) || c >= '0' && c <= '9' }

// lex splits code into tokens, in the memory of buf if that is large enough. It
// reports whether there were too many.
func (n *names) lex(buf []token, src string) ([]token, bool) {
	if most := min(len(src)/5+16, maxTokens); cap(buf) < most {
		buf = make([]token, 0, most)
	}
	l := &lexer{lang: n.lang, src: src, toks: buf[:0], names: n}
	for l.pos < len(src) && !l.cut {
		l.next()
	}
	end := token{kind: tEnd, pos: int32(len(src))}
	l.toks = append(l.toks, end)
	return l.toks, l.cut
}

func (l *lexer) add(t token) {
	if len(l.toks) >= maxTokens {
		l.cut = true
		return
	}
	l.toks = append(l.toks, t)
}

// literal adds a string, a number or a command; tpl tells that it may hold variables.
func (l *lexer) literal(k kind, pos int, text string, tpl bool) {
	l.add(token{kind: k, pos: int32(pos), text: text, tpl: tpl && strings.ContainsAny(text, "$#{@")})
}

func (l *lexer) name(pos int, s *symbol) {
	l.add(token{kind: tName, pos: int32(pos), text: s.text, sym: s})
}

func (l *lexer) punctuation(pos int, o op, text string) {
	l.add(token{kind: tOp, op: o, pos: int32(pos), text: text})
	switch n := int32(len(l.toks)); {
	case l.cut:
	case o == '{':
		l.open = append(l.open, n-1)
	case o == '}' && len(l.open) > 0:
		l.toks[l.open[len(l.open)-1]].end = n
		l.open = l.open[:len(l.open)-1]
	}
}

func (l *lexer) has(s string) bool { return strings.HasPrefix(l.src[l.pos:], s) }

func (l *lexer) next() {
	c := l.src[l.pos]
	switch {
	case c == '\n':
		l.punctuation(l.pos, '\n', "\n")
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
		l.literal(tString, start, l.src[min(start+len(q), l.pos):max(min(start+len(q), l.pos), l.pos-len(q))], l.lang.template != 0)
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
		case t.op == ')' || t.op == ']' || t.op == '}':
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
				l.name(start, l.symbol("regexp"))
			} else {
				l.literal(tString, start, pattern, false)
			}
			return true
		}
	}
	return false
}

// quoted reads a string in quotes c; raw strings have no escapes.
func (l *lexer) quoted(c byte, prefix string, raw bool) {
	start := l.pos
	doubles := l.lang.vb || raw || l.lang.name == "powershell"
	i := l.plain(c)
	text := l.src[l.pos+1 : i]
	if i == len(l.src) || l.src[i] != c || doubles && i+1 < len(l.src) && l.src[i+1] == c {
		text, i = l.escaped(c, raw, doubles, i)
	}
	l.pos = min(i+1, len(l.src))
	k := tString
	if c == '`' && l.lang.sigils {
		k = tCommand
	}
	tpl := l.lang.template != 0 && (c != '\'' || strings.ContainsAny(prefix, "fF")) || c == '`'
	if l.lang.name == "python" {
		tpl = strings.ContainsAny(prefix, "fF")
	}
	l.literal(k, start, text, tpl)
}

// plain returns the offset of the first byte of a string in quotes c that may
// stand for something else than itself.
func (l *lexer) plain(c byte) int {
	i := l.pos + 1
	for i < len(l.src) && l.src[i] != c && l.src[i] != '\\' && l.src[i] != '\n' && l.src[i] != '`' {
		i++
	}
	return i
}

// escaped reads the rest of a string from offset i on. It returns the whole text
// and the offset of its end.
func (l *lexer) escaped(c byte, raw, doubles bool, i int) (string, int) {
	escapes := !raw && !l.lang.vb && l.lang.name != "powershell"
	b := append(l.buf[:0], l.src[l.pos+1:i]...)
	for i < len(l.src) {
		ch := l.src[i]
		if ch == c {
			if doubles && i+1 < len(l.src) && l.src[i+1] == c {
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
		case ch == '\\' && escapes && i+1 < len(l.src):
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
		case ch == '`' && c == '"' && l.lang.name == "powershell" && i+1 < len(l.src):
			b = append(b, l.src[i+1])
			i += 2
		default:
			b = append(b, ch)
			i++
		}
	}
	l.buf = b
	return string(b), i
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
		l.buf = append(append(l.buf[:0], '$'), l.src[i+1:i+j]...)
		l.name(start, l.symbolOf(l.buf))
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
	l.buf = append(append(l.buf[:0], '$'), l.src[start+1:i]...)
	l.name(start, l.symbolOf(l.buf))
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
	l.name(start, l.symbol(w))
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
			l.literal(k, start, l.src[i+1:j], w != "q" && w != "qw")
			return
		case l.src[j] == open:
			depth++
		case l.src[j] == end:
			depth--
		}
	}
	l.pos = i
	l.name(start, l.symbol(w))
}

func (l *lexer) number() {
	start := l.pos
	i := l.pos + 1
	for i < len(l.src) && (isWord(l.src[i]) || l.src[i] == '.' && i+1 < len(l.src) && l.src[i+1] >= '0' && l.src[i+1] <= '9') {
		i++
	}
	l.pos = i
	l.literal(tNumber, start, l.src[start:i], false)
}
