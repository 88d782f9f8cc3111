package php

import (
	"slices"
	"strconv"
	"strings"
)

// maxNesting is how deep statements and expressions may nest.
const maxNesting = 400

// parser builds the tree. It never fails: what it cannot read becomes nNone, one
// token at a time, and is counted in unit.broken.
type parser struct {
	src   []byte
	toks  []token
	at    int
	depth int
	mem   *nodes
	stack []*node // parts of the lists that are being read
	u     *unit
	base  uint32 // added to positions of code inside strings
	cls   *class
	uses  map[string]string
}

// parse reads src. With code set it starts inside of code.
func parse(src []byte, code bool, mem *nodes) *unit {
	l := lex(src, code)
	return parseTokens(src, l, mem)
}

// parseTokens makes the tree of src, which must not change while it is in use.
func parseTokens(src []byte, l *lexer, mem *nodes) *unit {
	u := &unit{src: src, st: l.st}
	p := &parser{src: src, toks: l.toks, u: u, mem: mem}
	for !p.eof() {
		p.stack = append(p.stack, p.statement())
	}
	u.stmts = p.popped(0)
	u.aliases = p.uses
	return u
}

func (p *parser) node(k nodeKind, pos uint32) *node {
	n := p.mem.node()
	n.kind = k
	n.pos = pos + p.base
	return n
}

// popped takes what was put on the stack since it had from nodes as a list.
func (p *parser) popped(from int) []*node {
	list := p.mem.list(p.stack[from:])
	p.stack = p.stack[:from]
	return list
}

func (p *parser) eof() bool      { return p.toks[p.at].kind == tEOF }
func (p *parser) tok() *token    { return &p.toks[p.at] }
func (p *parser) next() *token   { t := &p.toks[p.at]; p.advance(); return t }
func (p *parser) isOp(o op) bool { t := &p.toks[p.at]; return t.kind == tOp && t.op == o }

func (p *parser) advance() {
	if p.at < len(p.toks)-1 {
		p.at++
	}
}

// text returns the text of a token; it shares the memory of the source.
func (p *parser) text(t *token) string { return shared(p.src[t.pos:t.end]) }

func (p *parser) accept(o op) bool {
	if p.isOp(o) {
		p.advance()
		return true
	}
	return false
}

func (p *parser) expect(o op) {
	if !p.accept(o) {
		p.u.broken++
	}
}

func (p *parser) isWord(w word) bool { t := &p.toks[p.at]; return t.kind == tName && t.word == w }

func (p *parser) acceptWord(w word) bool {
	if p.isWord(w) {
		p.advance()
		return true
	}
	return false
}

// peek returns the token n places ahead.
func (p *parser) peek(n int) *token {
	return &p.toks[min(p.at+n, len(p.toks)-1)]
}

// enter counts one level of nesting; at the limit it skips a balanced group
// and returns false.
func (p *parser) enter() bool {
	p.depth++
	if p.depth <= maxNesting {
		return true
	}
	p.u.deep = true
	p.skipGroup()
	return false
}

func (p *parser) leave() { p.depth-- }

// skipGroup skips one token, or everything up to the bracket that closes it.
func (p *parser) skipGroup() {
	depth := 0
	for !p.eof() {
		t := p.next()
		if t.kind == tOp {
			switch t.op {
			case '(', '[', '{', opAttr:
				depth++
			case ')', ']', '}':
				depth--
			}
		}
		if depth <= 0 {
			return
		}
	}
}

// end reads the semicolon of a statement and recovers if there is none.
func (p *parser) end() {
	if p.accept(';') || p.eof() || p.isOp('}') {
		return
	}
	k := p.tok().kind
	if k == tHTML || k == tEcho || k == tHalted {
		return
	}
	p.u.broken++
}

func (p *parser) statement() *node {
	t := p.tok()
	if !p.enter() {
		p.leave()
		return p.node(nNone, t.pos)
	}
	defer p.leave()
	start := p.at
	n := p.statementAt(t)
	if p.at == start { // never stand still
		p.u.broken++
		p.advance()
	}
	return n
}

func (p *parser) statementAt(t *token) *node {
	switch t.kind {
	case tHTML:
		p.advance()
		n := p.node(nHTML, t.pos)
		n.i = int64(t.end)
		return n
	case tEcho:
		p.advance()
		n := p.node(nEcho, t.pos)
		n.list = p.exprList()
		p.end()
		return n
	case tHalted:
		p.advance()
		n := p.node(nHalt, t.pos)
		n.i = int64(t.pos)
		return n
	case tOp:
		switch t.op {
		case '{':
			p.advance()
			return p.block('}')
		case ';':
			p.advance()
			return p.node(nBlock, t.pos)
		case opAttr:
			p.skipGroup()
			return p.statement()
		case '}':
			p.advance()
			p.u.broken++
			return p.node(nNone, t.pos)
		}
	case tName:
		if n := p.keyword(t); n != nil {
			return n
		}
	}
	n := p.expr()
	p.end()
	return n
}

// block reads statements up to the closing brace.
func (p *parser) block(end op) *node {
	n := p.node(nBlock, p.tok().pos)
	from := len(p.stack)
	for !p.eof() && !p.isOp(end) {
		p.stack = append(p.stack, p.statement())
	}
	n.list = p.popped(from)
	p.expect(end)
	return n
}

// body reads the body of a control structure: a statement, or the form with a
// colon up to one of the words.
func (p *parser) body(ends ...word) *node {
	if !p.accept(':') {
		return p.statement()
	}
	n := p.node(nBlock, p.tok().pos)
	from := len(p.stack)
	for !p.eof() {
		if t := p.tok(); t.kind == tName && slices.Contains(ends, t.word) {
			break
		}
		p.stack = append(p.stack, p.statement())
	}
	n.list = p.popped(from)
	return n
}

// altEnd reads the word that ends the form with a colon.
func (p *parser) altEnd(w word) {
	if p.acceptWord(w) {
		p.end()
	}
}

func (p *parser) paren() *node {
	p.expect('(')
	e := p.expr()
	p.expect(')')
	return e
}

// keyword reads a statement that starts with a keyword, or returns nil.
func (p *parser) keyword(t *token) *node {
	switch t.word {
	case wIf, wWhile, wDo, wFor, wForeach, wSwitch, wTry, wDeclare:
		return p.control(t)
	case wFunction:
		if nt := p.peek(1); nt.kind == tName || nt.kind == tOp && nt.op == '&' && p.peek(2).kind == tName {
			p.advance()
			n := p.node(nFuncDecl, t.pos)
			f := p.function(true)
			p.u.funcs = append(p.u.funcs, f)
			n.x = f
			return n
		}
	case wClass, wInterface, wTrait, wEnum:
		if p.peek(1).kind == tName && p.peek(1).word < wKeywords {
			p.advance()
			n := p.node(nClassDecl, t.pos)
			n.x = p.class(true)
			return n
		}
	case wModifier:
		if p.peek(1).kind == tName {
			p.advance()
			return p.statement()
		}
	case wReturn, wBreak, wContinue, wEcho, wGlobal, wUnset, wGoto, wThrow:
		return p.simple(t)
	case wStatic:
		if p.peek(1).kind == tVar {
			p.advance()
			n := p.node(nStaticVars, t.pos)
			n.list = p.exprList()
			p.end()
			return n
		}
	case wConst:
		p.advance()
		n := p.node(nConstDecl, t.pos)
		n.list = p.exprList()
		p.end()
		return n
	case wNamespace:
		if nt := p.peek(1); nt.kind == tName {
			p.advance()
			p.advance()
			if p.accept('{') {
				return p.block('}')
			}
			p.end()
			return p.node(nBlock, t.pos)
		} else if nt.kind == tOp && nt.op == '{' {
			p.advance()
			p.advance()
			return p.block('}')
		}
	case wUse:
		p.advance()
		p.use()
		return p.node(nBlock, t.pos)
	case wElse, wElseif:
		p.u.broken++
		p.advance()
		return p.statement()
	case wEndif, wEndfor, wEndforeach, wEndwhile, wEndswitch:
		p.u.broken++
		p.advance()
		p.end()
		return p.node(nNone, t.pos)
	case wCase, wDefault:
		if p.peek(1).kind == tOp && p.peek(1).op == '(' {
			return nil
		}
		p.u.broken++
		p.advance()
		if t.word == wCase {
			p.expr()
		}
		if !p.accept(':') {
			p.accept(';')
		}
		return p.node(nNone, t.pos)
	case wNone:
		if nt := p.peek(1); nt.kind == tOp && nt.op == ':' {
			p.advance()
			p.advance()
			n := p.node(nLabel, t.pos)
			n.str = p.text(t)
			return n
		}
	}
	return nil
}

// use reads "use [function] a\b as c, d\{e, f as g};".
func (p *parser) use() {
	prefix := ""
	for !p.eof() && !p.isOp(';') {
		t := p.next()
		switch {
		case t.kind == tName && t.word == wFunction || t.word == wConst:
		case t.kind == tName && t.word != wAs:
			full := prefix + strings.TrimPrefix(p.text(t), "\\")
			alias := full[strings.LastIndexByte(full, '\\')+1:]
			if p.isWord(wAs) {
				p.advance()
				alias = p.text(p.next())
			}
			if !strings.EqualFold(alias, full) {
				if p.uses == nil {
					p.uses = map[string]string{}
				}
				p.uses[strings.ToLower(alias)] = full
			}
			if p.isOp('\\') || p.isOp('{') {
				prefix = full + "\\"
			}
		case t.kind == tOp && t.op == '}':
			prefix = ""
		}
	}
	p.end()
}

// nodeOf is the node of a statement or an operator that is named by a word.
var nodeOf = [256]nodeKind{wReturn: nReturn, wBreak: nBreak, wContinue: nContinue, wEcho: nEcho, wGlobal: nGlobal, wUnset: nUnset, wGoto: nGoto, wThrow: nThrow,
	wClone: nClone, wPrint: nPrint, wInclude: nInclude, wExit: nExit, wEmpty: nEmpty, wEval: nEval}

// simple reads the short statements.
func (p *parser) simple(t *token) *node {
	p.advance()
	n := p.node(nodeOf[t.word], t.pos)
	switch t.word {
	case wEcho, wGlobal:
		n.list = p.exprList()
	case wUnset:
		p.expect('(')
		n.list = p.args()
	case wGoto:
		n.str = p.text(p.next())
	default:
		if !p.isOp(';') && !p.eof() && !p.isOp('}') && p.tok().kind != tHTML {
			n.a = p.expr()
		}
	}
	p.end()
	return n
}

// exprList reads expressions separated by commas.
func (p *parser) exprList() []*node {
	from := len(p.stack)
	p.stack = append(p.stack, p.expr())
	for p.accept(',') {
		p.stack = append(p.stack, p.expr())
	}
	return p.popped(from)
}

func unquoteInt(s string) (int64, bool) {
	s = strings.ReplaceAll(s, "_", "")
	if len(s) > 1 && s[0] == '0' && s[1] >= '0' && s[1] <= '9' {
		s = "0o" + s[1:]
	}
	v, err := strconv.ParseInt(s, 0, 64)
	return v, err == nil
}
