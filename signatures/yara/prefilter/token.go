package prefilter

import (
	"errors"
	"fmt"
	"strings"
)

// errSource means that the text is no YARA that this package reads.
var errSource = errors.New("rules not understood")

type tokenKind uint8

const (
	tEnd    tokenKind = iota
	tWord             // identifier, keyword or number
	tString           // $a, #a, @a, !a, with "*"
	tText             // "..." without its quotes, escapes as written
	tRegexp           // /.../ without its slashes
	tOp
)

type token struct {
	kind  tokenKind
	text  string
	flags string // of a regular expression: "is"
}

// tokenizer splits the text of a rule file.
type tokenizer struct {
	src string
	at  int
	tok token // the current one
	err error
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func (t *tokenizer) fail(format string, args ...any) {
	if t.err == nil {
		t.err = fmt.Errorf("%w: %s", errSource, fmt.Sprintf(format, args...))
	}
	t.at, t.tok = len(t.src), token{}
}

// skip passes over space and comments.
func (t *tokenizer) skip() {
	for t.at < len(t.src) {
		rest := t.src[t.at:]
		switch {
		case strings.HasPrefix(rest, "//"):
			if i := strings.IndexByte(rest, '\n'); i >= 0 {
				t.at += i
			} else {
				t.at = len(t.src)
			}
		case strings.HasPrefix(rest, "/*"):
			i := strings.Index(rest[2:], "*/")
			if i < 0 {
				t.fail("comment without end")
				return
			}
			t.at += i + 4
		case rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\r' || rest[0] == '\n':
			t.at++
		default:
			return
		}
	}
}

// next moves to the next token.
func (t *tokenizer) next() {
	t.skip()
	if t.at >= len(t.src) {
		t.tok = token{}
		return
	}
	c := t.src[t.at]
	switch {
	case c == '"':
		t.tok = token{kind: tText, text: t.quoted('"')}
	case c == '/':
		t.tok = token{kind: tRegexp, text: t.quoted('/')}
		for t.at < len(t.src) && (t.src[t.at] == 'i' || t.src[t.at] == 's') {
			t.tok.flags += t.src[t.at : t.at+1]
			t.at++
		}
	case isWord(c):
		t.tok = token{kind: tWord, text: t.run(0)}
	case strings.IndexByte("$#@!", c) >= 0 && !(c == '!' && strings.HasPrefix(t.src[t.at:], "!=")):
		text := t.run(1)
		if t.at < len(t.src) && t.src[t.at] == '*' {
			text += "*"
			t.at++
		}
		t.tok = token{kind: tString, text: text}
	default:
		n := 1
		for _, op := range []string{"==", "!=", "<=", ">=", "<<", ">>", ".."} {
			if strings.HasPrefix(t.src[t.at:], op) {
				n = 2
			}
		}
		t.tok = token{kind: tOp, text: t.src[t.at : t.at+n]}
		t.at += n
	}
}

// run takes a word whose first skip bytes are of any kind.
func (t *tokenizer) run(skip int) string {
	from := t.at
	t.at += skip
	for t.at < len(t.src) && isWord(t.src[t.at]) {
		t.at++
	}
	return t.src[from:t.at]
}

// quoted takes what stands between two quotes on one line.
func (t *tokenizer) quoted(quote byte) string {
	from := t.at + 1
	for i := from; i < len(t.src); i++ {
		switch t.src[i] {
		case '\\':
			i++
		case '\n':
			t.fail("quote without end")
			return ""
		case quote:
			t.at = i + 1
			return t.src[from:i]
		}
	}
	t.fail("quote without end")
	return ""
}

// hex takes a hexadecimal string, from its opening to its closing brace.
func (t *tokenizer) hex() string {
	i := strings.IndexByte(t.src[t.at:], '}')
	if i < 0 {
		t.fail("hexadecimal string without end")
		return ""
	}
	text := t.src[t.at : t.at+i]
	t.at += i + 1
	return text
}

// wildcard reports a "*" right behind the current token.
func (t *tokenizer) wildcard() bool { return t.at < len(t.src) && t.src[t.at] == '*' }

func (t *tokenizer) is(text string) bool {
	return (t.tok.kind == tOp || t.tok.kind == tWord) && t.tok.text == text
}

// accept moves over a token if it is the one named.
func (t *tokenizer) accept(text string) bool {
	if t.is(text) {
		t.next()
		return true
	}
	return false
}

func (t *tokenizer) expect(text string) {
	if !t.accept(text) {
		t.fail("want %q, found %q", text, t.tok.text)
	}
}
