package php

// postfix reads calls, indexes, members and ++ behind an operand.
func (p *parser) postfix(n *node) *node {
	for {
		t := p.tok()
		if t.kind != tOp {
			break
		}
		switch t.op {
		case '(':
			p.advance()
			c := p.node(nCall, t.pos)
			c.a = n
			if n.kind == nName {
				c.pos = n.pos
			}
			c.list = p.args()
			n = c
		case '[', '{':
			if t.op == '{' && !p.braceIndex(n) {
				return settle(n)
			}
			p.advance()
			end := op(']')
			if t.op == '{' {
				end = '}'
			}
			i := p.node(nIndex, t.pos)
			i.a = settle(n)
			if !p.isOp(end) {
				i.b = p.expr()
			}
			p.expect(end)
			n = i
		case opArrow, opNullArrow:
			p.advance()
			m := p.node(nProp, t.pos)
			m.a, m.b = settle(n), p.memberName()
			if p.accept('(') {
				m.kind = nMethod
				m.list = p.args()
			}
			n = m
		case opStatic:
			n = p.static(n, t)
		case opInc, opDec:
			p.advance()
			i := p.node(nPostInc, t.pos)
			i.op, i.a = t.op, n
			return i
		default:
			return settle(n)
		}
	}
	return settle(n)
}

// settle turns a name that was not called into a constant.
func settle(n *node) *node {
	if n.kind == nName {
		n.kind = nConst
	}
	return n
}

// braceIndex reports whether a brace behind n is an offset, as in $s{3}.
func (p *parser) braceIndex(n *node) bool {
	switch n.kind {
	case nVar, nIndex, nProp, nStaticProp, nVarVar:
	default:
		return false
	}
	// An offset is short and its brace closes before any semicolon.
	depth := 0
	for i := p.at; i < len(p.toks) && i < p.at+64; i++ {
		t := &p.toks[i]
		if t.kind == tHTML || t.kind == tEOF {
			return false
		}
		if t.kind != tOp {
			continue
		}
		switch t.op {
		case '{':
			depth++
		case ';':
			return false
		case '}':
			if depth--; depth == 0 {
				return i > p.at+1
			}
		}
	}
	return false
}

// static reads class::member.
func (p *parser) static(n *node, t *token) *node {
	p.advance()
	nt := p.tok()
	if nt.kind == tName && nt.word == wClass {
		p.advance()
		c := p.node(nClassConst, t.pos)
		c.a, c.str = n, "class"
		return c
	}
	isProp := nt.kind == tVar || nt.kind == tOp && nt.op == '$'
	name := p.staticNameKeep(isProp)
	if p.isOp('(') {
		p.advance()
		c := p.node(nStaticCall, t.pos)
		c.a, c.b = n, name
		if isProp { // A::$f(...) calls the method that $f names
			v := p.node(nVar, nt.pos)
			if name.kind == nString {
				v.str = name.str
				c.b = v
			}
		}
		c.list = p.args()
		return c
	}
	if isProp {
		c := p.node(nStaticProp, t.pos)
		c.a, c.b = n, name
		return c
	}
	c := p.node(nClassConst, t.pos)
	c.a, c.str = n, name.str
	return c
}

func (p *parser) staticNameKeep(isProp bool) *node {
	if isProp {
		return p.staticName()
	}
	return p.memberName()
}
