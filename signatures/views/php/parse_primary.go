package php

import (
	"math"
	"strconv"
	"strings"
)

func (p *parser) matchExpr(t *token) *node {
	p.advance()
	n := p.node(nMatch, t.pos)
	p.advance()
	n.a = p.expr()
	p.expect(')')
	if !p.accept('{') {
		// a function called match
		c := p.node(nCall, t.pos)
		c.a = p.node(nName, t.pos)
		c.a.str = "match"
		c.list = []*node{n.a}
		return c
	}
	for !p.eof() && !p.isOp('}') {
		c := p.node(nCase, p.tok().pos)
		if !p.acceptWord(wDefault) {
			c.list = append(c.list, p.expr())
			for p.accept(',') && !p.isOp(opDouble) {
				c.list = append(c.list, p.expr())
			}
		}
		p.accept(',')
		p.expect(opDouble)
		c.b = p.expr()
		n.list = append(n.list, c)
		if !p.accept(',') && !p.isOp('}') {
			p.u.broken++
			p.skipGroup()
		}
	}
	p.expect('}')
	return n
}

func (p *parser) newExpr(t *token) *node {
	p.advance()
	n := p.node(nNew, t.pos)
	for p.isOp(opAttr) {
		p.skipGroup()
	}
	p.acceptWord(wModifier)
	if p.isWord(wClass) {
		p.advance()
		if p.accept('(') {
			n.list = p.args()
		}
		n.x = p.class(false)
		return n
	}
	tt := p.tok()
	switch {
	case tt.kind == tName:
		p.advance()
		n.a = p.node(nName, tt.pos)
		n.a.str = p.text(tt)
	case tt.kind == tOp && tt.op == '(':
		n.a = p.paren()
	default:
		n.a = p.primary()
	}
	for { // class named by a property, an index or a static property
		switch {
		case p.isOp('['):
			p.advance()
			i := p.node(nIndex, tt.pos)
			i.a = n.a
			if !p.isOp(']') {
				i.b = p.expr()
			}
			p.expect(']')
			n.a = i
			continue
		case p.isOp(opArrow), p.isOp(opNullArrow):
			p.advance()
			i := p.node(nProp, tt.pos)
			i.a, i.b = n.a, p.memberName()
			n.a = i
			continue
		case p.isOp(opStatic):
			p.advance()
			i := p.node(nStaticProp, tt.pos)
			i.a, i.b = n.a, p.staticName()
			n.a = i
			continue
		}
		break
	}
	if p.accept('(') {
		n.list = p.args()
	}
	return n
}

// array reads the items of an array up to the bracket.
func (p *parser) array(pos uint32, end op) *node {
	n := p.node(nArray, pos)
	from := len(p.stack)
	for !p.eof() && !p.isOp(end) && !p.isOp(';') {
		if p.accept(',') {
			p.stack = append(p.stack, nil) // a hole of list(, $a)
			continue
		}
		it := p.node(nItem, p.tok().pos)
		switch {
		case p.accept(opEllipsis):
			it.op = opEllipsis
		case p.accept('&'):
			it.op = '&'
		}
		it.b = p.expr()
		if p.accept(opDouble) {
			it.a = it.b
			if p.accept('&') {
				it.op = '&'
			}
			it.b = p.expr()
		}
		p.stack = append(p.stack, it)
		if !p.accept(',') && !p.isOp(end) {
			p.u.broken++
			if p.isOp(')') || p.isOp(']') || p.isOp('}') {
				break
			}
		}
	}
	p.expect(end)
	n.list = p.popped(from)
	return n
}

// args reads arguments from behind the opening parenthesis to behind the closing one.
func (p *parser) args() []*node {
	from := len(p.stack)
	for !p.eof() && !p.isOp(')') && !p.isOp(';') && !p.isOp('}') {
		spread := p.accept(opEllipsis)
		if spread && p.isOp(')') {
			break // f(...): a closure of f
		}
		if t := p.tok(); t.kind == tName && p.peek(1).kind == tOp && p.peek(1).op == ':' {
			p.advance() // named argument
			p.advance()
		}
		e := p.expr()
		if spread {
			it := p.node(nItem, e.pos-p.base)
			it.op, it.b = opEllipsis, e
			e = it
		}
		p.stack = append(p.stack, e)
		if !p.accept(',') && !p.isOp(')') {
			p.u.broken++
			if p.isOp(']') {
				break
			}
		}
	}
	p.expect(')')
	return p.popped(from)
}

// primary reads an operand.
func (p *parser) primary() *node {
	t := p.tok()
	switch t.kind {
	case tVar:
		p.advance()
		n := p.node(nVar, t.pos)
		n.str = p.text(t)
		return n
	case tSQ, tNow:
		p.advance()
		n := p.node(nString, t.pos)
		if t.kind == tNow {
			n.str = p.text(t)
		} else {
			n.str = unquoteSingle(p.src[t.pos:t.end])
		}
		return n
	case tDQ, tHere, tBQ:
		p.advance()
		return p.template(t)
	case tInt:
		p.advance()
		if v, ok := unquoteInt(p.text(t)); ok {
			n := p.node(nInt, t.pos)
			n.i = v
			return n
		}
		return p.float(t)
	case tFloat:
		p.advance()
		return p.float(t)
	case tName:
		p.advance()
		n := p.node(nName, t.pos)
		n.str = p.text(t)
		return n
	case tOp:
		switch t.op {
		case '(':
			p.advance()
			if p.isOp(')') { // broken
				p.advance()
				return p.node(nNone, t.pos)
			}
			e := p.expr()
			p.expect(')')
			if e.kind == nConcat {
				e.op = 1 // closed: must not be extended
			}
			return e
		case '[':
			p.advance()
			return p.array(t.pos, ']')
		case '$':
			return p.dynamicVar(t)
		case opAttr:
			p.skipGroup()
			return p.unary()
		case ';', '}', ')', ']', ',', ':', opDouble:
			p.u.broken++ // nothing to read: leave it to the caller
			n := p.node(nNone, t.pos)
			if t.op == ',' || t.op == ':' || t.op == opDouble || p.depth > 1 && p.at > 0 && t.op == ';' {
				if t.op == ',' || t.op == opDouble || t.op == ':' {
					p.advance()
				}
			}
			return n
		}
	}
	p.u.broken++
	p.advance()
	return p.node(nNone, t.pos)
}

// float makes the node of a floating-point number.
func (p *parser) float(t *token) *node {
	n := p.node(nFloat, t.pos)
	f, _ := strconv.ParseFloat(strings.ReplaceAll(p.text(t), "_", ""), 64) // out of range: infinite
	n.i = int64(math.Float64bits(f))
	return n
}

// dynamicVar reads $$a, ${...} from the dollar.
func (p *parser) dynamicVar(t *token) *node {
	p.advance()
	n := p.node(nVarVar, t.pos)
	switch {
	case p.accept('{'):
		n.a = p.expr()
		p.expect('}')
	case p.isOp('$'):
		if !p.enter() {
			p.leave()
			return p.node(nNone, t.pos)
		}
		n.a = p.dynamicVar(p.tok())
		p.leave()
	case p.tok().kind == tVar:
		n.a = p.primary()
	default:
		p.u.broken++
		n.kind = nNone
	}
	return n
}

// memberName reads what stands behind an arrow.
func (p *parser) memberName() *node {
	t := p.tok()
	switch {
	case t.kind == tName, t.kind == tOp && t.op >= opLogAnd && t.op <= opInstanceof:
		p.advance()
		n := p.node(nString, t.pos)
		n.str = p.text(t)
		return n
	case t.kind == tOp && t.op == '{':
		p.advance()
		e := p.expr()
		p.expect('}')
		return e
	case t.kind == tVar:
		return p.primary()
	case t.kind == tOp && t.op == '$':
		return p.dynamicVar(t)
	}
	p.u.broken++
	return p.node(nNone, t.pos)
}

// staticName reads what stands behind "::$".
func (p *parser) staticName() *node {
	t := p.tok()
	if t.kind == tVar {
		p.advance()
		n := p.node(nString, t.pos)
		n.str = p.text(t)
		return n
	}
	if t.kind == tOp && t.op == '$' {
		return p.dynamicVar(t).aOr()
	}
	return p.memberName()
}

// aOr returns the name expression of a dynamic variable.
func (n *node) aOr() *node {
	if n.kind == nVarVar && n.a != nil {
		return n.a
	}
	return n
}
