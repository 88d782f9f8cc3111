package php

// control reads a control structure.
func (p *parser) control(t *token) *node {
	p.advance()
	switch t.word {
	case wIf:
		return p.ifStatement(t)
	case wWhile:
		n := p.node(nWhile, t.pos)
		n.a = p.paren()
		n.b = p.body(wEndwhile)
		p.altEnd(wEndwhile)
		return n
	case wDo:
		n := p.node(nDo, t.pos)
		n.b = p.statement()
		if p.acceptWord(wWhile) {
			n.a = p.paren()
		}
		p.end()
		return n
	case wFor:
		return p.forStatement(t)
	case wForeach:
		return p.foreachStatement(t)
	case wSwitch:
		return p.switchStatement(t)
	case wTry:
		return p.tryStatement(t)
	}
	// declare(...)
	if p.accept('(') {
		p.args()
	}
	if p.isOp('{') {
		return p.statement()
	}
	p.end()
	return p.node(nBlock, t.pos)
}

func (p *parser) ifStatement(t *token) *node {
	n := p.node(nIf, t.pos)
	from := len(p.stack)
	p.alternative()
	for more := true; more; {
		switch {
		case p.acceptWord(wElseif):
			p.alternative()
		case p.isWord(wElse) && p.peek(1).kind == tName && p.peek(1).word == wIf:
			p.advance()
			p.advance()
			p.alternative()
		case p.acceptWord(wElse):
			p.stack = append(p.stack, p.body(wEndif))
			more = false
		default:
			more = false
		}
	}
	p.altEnd(wEndif)
	n.list = p.popped(from)
	return n
}

// alternative reads a condition and its body.
func (p *parser) alternative() {
	p.stack = append(p.stack, p.paren())
	p.stack = append(p.stack, p.body(wElse, wElseif, wEndif))
}

func (p *parser) forStatement(t *token) *node {
	n := p.node(nFor, t.pos)
	p.expect('(')
	for i := range 3 {
		part := p.node(nBlock, p.tok().pos)
		end := op(';')
		if i == 2 {
			end = ')'
		}
		if !p.isOp(end) {
			part.list = p.exprList()
		}
		p.expect(end)
		n.list = append(n.list, part)
	}
	n.a = p.body(wEndfor)
	p.altEnd(wEndfor)
	return n
}

func (p *parser) foreachStatement(t *token) *node {
	n := p.node(nForeach, t.pos)
	p.expect('(')
	n.a = p.expr()
	if p.acceptWord(wAs) {
		n.c = p.foreachTarget()
		if p.accept(opDouble) {
			n.b = n.c
			n.c = p.foreachTarget()
		}
	}
	p.expect(')')
	n.list = p.mem.list([]*node{p.body(wEndforeach)})
	p.altEnd(wEndforeach)
	return n
}

func (p *parser) foreachTarget() *node {
	p.accept('&')
	return p.expr()
}

func (p *parser) switchStatement(t *token) *node {
	n := p.node(nSwitch, t.pos)
	n.a = p.paren()
	if !p.accept('{') {
		p.expect(':')
	}
	for !p.eof() && !p.isOp('}') && !p.isWord(wEndswitch) {
		ct := p.tok()
		c := p.node(nCase, ct.pos)
		switch {
		case p.acceptWord(wCase):
			c.a = p.expr()
		case p.acceptWord(wDefault):
		default:
			p.u.broken++
		}
		if !p.accept(':') {
			p.accept(';')
		}
		from := len(p.stack)
		for !p.eof() && !p.isOp('}') && !p.isWord(wCase) && !p.isWord(wDefault) && !p.isWord(wEndswitch) {
			p.stack = append(p.stack, p.statement())
		}
		c.list = p.popped(from)
		n.list = append(n.list, c)
	}
	if !p.accept('}') {
		p.altEnd(wEndswitch)
	}
	return n
}

func (p *parser) tryStatement(t *token) *node {
	n := p.node(nTry, t.pos)
	n.list = append(n.list, p.statement())
	for p.isWord(wCatch) {
		c := p.node(nCase, p.next().pos)
		p.expect('(')
		for !p.eof() && !p.isOp(')') && !p.isOp('{') {
			if v := p.next(); v.kind == tVar {
				c.a = p.node(nVar, v.pos)
				c.a.str = p.text(v)
			}
		}
		p.expect(')')
		c.list = p.mem.list([]*node{p.statement()})
		n.list = append(n.list, c)
	}
	if p.acceptWord(wFinally) {
		n.list = append(n.list, p.statement())
	}
	return n
}

// function reads a function from behind the word: name, parameters, body.
func (p *parser) function(named bool) *function {
	f := &function{pos: p.tok().pos + p.base, class: p.cls, unit: p.u}
	f.byRef = p.accept('&')
	if named {
		f.name = p.text(p.next())
	}
	f.params = p.params()
	if p.acceptWord(wUse) {
		f.uses = p.params()
	}
	if p.accept(':') {
		p.skipType()
	}
	if p.accept('{') {
		f.body = p.block('}')
	} else {
		p.end()
	}
	f.end = p.tok().pos + p.base
	return f
}

// arrowFn reads fn(...) => expression from behind the word.
func (p *parser) arrowFn() *function {
	f := &function{pos: p.tok().pos + p.base, class: p.cls, arrow: true, unit: p.u}
	f.byRef = p.accept('&')
	f.params = p.params()
	if p.accept(':') {
		p.skipType()
	}
	p.expect(opDouble)
	ret := p.node(nReturn, p.tok().pos)
	ret.a = p.exprPrec(precAssign)
	f.body = ret
	return f
}

func (p *parser) skipType() {
	for !p.eof() {
		t := p.tok()
		if t.kind == tName || t.kind == tOp && (t.op == '?' || t.op == '|' || t.op == '&') {
			if t.kind == tOp && t.op == '&' && (p.peek(1).kind == tVar || p.peek(1).kind == tOp) {
				return
			}
			p.advance()
			continue
		}
		if t.kind == tOp && t.op == '(' { // (A&B)|null
			p.skipGroup()
			continue
		}
		return
	}
}

// params reads a parenthesised list of parameters.
func (p *parser) params() []param {
	if !p.accept('(') {
		return nil
	}
	var list []param
	for !p.eof() && !p.isOp(')') && !p.isOp('{') && !p.isOp(';') {
		var q param
		for p.isOp(opAttr) {
			p.skipGroup()
		}
		for p.isWord(wModifier) {
			q.promote = true
			p.advance()
		}
		p.skipType()
		q.byRef = p.accept('&')
		q.variadic = p.accept(opEllipsis)
		t := p.next()
		if t.kind == tVar {
			q.name = p.text(t)
		} else {
			p.u.broken++
		}
		if p.accept('=') {
			q.def = p.expr()
		}
		if q.name != "" {
			list = append(list, q)
		}
		if !p.accept(',') && !p.isOp(')') {
			p.u.broken++
		}
	}
	p.expect(')')
	return list
}

// class reads a class from behind the word.
func (p *parser) class(named bool) *class {
	c := &class{pos: p.tok().pos + p.base, methods: map[string]*function{}}
	if named {
		c.name = p.text(p.next())
	}
	for !p.eof() && !p.isOp('{') && !p.isOp(';') {
		t := p.next()
		if t.kind == tName && t.word == wExtends && equalFold(p.src[t.pos:t.end], "extends") && p.tok().kind == tName {
			c.parent = p.text(p.tok())
		}
	}
	p.expect('{')
	outer := p.cls
	p.cls = c
	for !p.eof() && !p.isOp('}') {
		p.member(c)
	}
	p.cls = outer
	p.expect('}')
	p.u.classes = append(p.u.classes, c)
	return c
}

// member reads one member of a class.
func (p *parser) member(c *class) {
	static := false
	for {
		switch {
		case p.isWord(wModifier):
			p.advance()
		case p.isWord(wStatic):
			static = true
			p.advance()
		case p.isOp(opAttr):
			p.skipGroup()
		default:
			p.memberBody(c, static)
			return
		}
	}
}

// renames reads the braces behind "use T": T::old as new, old as private new.
func (p *parser) renames(c *class) {
	p.advance()
	old := ""
	for !p.eof() && !p.isOp('}') {
		t := p.next()
		if t.kind != tName {
			continue
		}
		if !equalFold(p.src[t.pos:t.end], "as") || old == "" {
			old = p.text(t)
			continue
		}
		for p.isWord(wModifier) {
			p.advance()
		}
		if n := p.tok(); n.kind == tName {
			if c.renamed == nil {
				c.renamed = map[string]string{}
			}
			c.renamed[lower(p.text(n))] = lower(old)
		}
	}
	p.expect('}')
}

// addCase adds a case of an enum, as NAME or NAME = value.
func (c *class) addCase(e *node) {
	name, val := e, (*node)(nil)
	if e.kind == nAssign && e.a != nil {
		name, val = e.a, e.b
	}
	if name.kind != nConst {
		return
	}
	if c.cases == nil {
		c.cases = map[string]*node{}
	}
	c.cases[name.str] = val
}

func (p *parser) memberBody(c *class, static bool) {
	switch {
	case p.acceptWord(wFunction):
		f := p.function(true)
		f.static = static
		c.methods[lower(f.name)] = f
		c.order = append(c.order, f)
	case p.acceptWord(wConst):
		if p.tok().kind == tName && p.peek(1).kind == tName { // const TYPE NAME
			p.advance()
		}
		for _, e := range p.exprList() {
			if e.kind == nAssign && e.a != nil && e.a.kind == nConst {
				if c.consts == nil {
					c.consts = map[string]*node{}
				}
				c.consts[e.a.str] = e.b
			}
		}
		p.end()
	case p.acceptWord(wUse):
		for !p.eof() && !p.isOp(';') && !p.isOp('{') {
			if t := p.next(); t.kind == tName {
				c.traits = append(c.traits, p.text(t))
			}
		}
		if p.isOp('{') {
			p.renames(c)
		} else {
			p.end()
		}
	case p.acceptWord(wCase):
		for _, e := range p.exprList() {
			c.addCase(e)
		}
		p.end()
	default:
		p.skipType()
		if p.tok().kind != tVar {
			p.u.broken++
			p.skipGroup()
			return
		}
		for _, e := range p.exprList() {
			e.i = 0
			if static {
				e.i = 1
			}
			c.props = append(c.props, e)
		}
		if p.isOp('{') { // property hooks
			p.skipGroup()
			return
		}
		p.end()
	}
}
