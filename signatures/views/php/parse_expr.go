package php

import (
	"strings"
)

// Precedences, low to high.
const (
	precNone = iota
	precLogOr
	precLogXor
	precLogAnd
	precAssign
	precTernary
	precCoal
	precOr
	precAnd
	precBitOr
	precBitXor
	precBitAnd
	precEqual
	precCompare
	precConcat // since PHP 8 below shift; the same for what matters here
	precShift
	precAdd
	precMul
	precNot
	precInstanceof
	precUnary
	precPow
)

func binaryPrec(o op) int {
	switch o {
	case opLogOr:
		return precLogOr
	case opLogXor:
		return precLogXor
	case opLogAnd:
		return precLogAnd
	case opCoal:
		return precCoal
	case opOr:
		return precOr
	case opAnd:
		return precAnd
	case '|':
		return precBitOr
	case '^':
		return precBitXor
	case '&':
		return precBitAnd
	case opEq, opNe, opSame, opNotSame, opCmp:
		return precEqual
	case '<', '>', opLe, opGe:
		return precCompare
	case opShl, opShr:
		return precShift
	case '+', '-', '.': // one level before PHP 8, as most samples are written
		return precAdd
	case '*', '/', '%':
		return precMul
	case opInstanceof:
		return precInstanceof
	case opPow:
		return precPow
	}
	return precNone
}

// assignOps maps a compound assignment to its operator, 0 if it is none.
var assignOps = [opAttr + 1]op{opAssignPlus: '+', opAssignMinus: '-', opAssignMul: '*', opAssignDiv: '/', opAssignCat: '.', opAssignMod: '%',
	opAssignAnd: '&', opAssignOr: '|', opAssignXor: '^', opAssignShl: opShl, opAssignShr: opShr, opAssignPow: opPow, opAssignCoal: opCoal}

func (p *parser) expr() *node { return p.exprPrec(precNone + 1) }

// exprPrec reads an expression of operators that bind at least as tight as prec.
func (p *parser) exprPrec(prec int) *node {
	if !p.enter() {
		p.leave()
		return p.node(nNone, p.tok().pos)
	}
	defer p.leave()
	left := p.unary()
	for {
		t := p.tok()
		if t.kind != tOp {
			return left
		}
		if n := p.assignment(left, t); n != nil {
			left = n
			continue
		}
		if t.op == '?' {
			if prec > precTernary {
				return left
			}
			left = p.ternary(left)
			continue
		}
		bp := binaryPrec(t.op)
		if bp == precNone || bp < prec {
			return left
		}
		left = p.binary(left, t, bp)
	}
}

// binary reads the right side of the operator at t.
func (p *parser) binary(left *node, t *token, bp int) *node {
	p.advance()
	switch t.op {
	case '.':
		right := p.exprPrec(bp + 1)
		if left.kind == nConcat && left.op == 0 {
			left.list = append(left.list, right)
			return left
		}
		n := p.node(nConcat, t.pos)
		n.list = p.mem.pair(left, right)
		return n
	case opInstanceof:
		n := p.node(nInstanceof, t.pos)
		n.a = left
		n.b = p.unary()
		return n
	case opCoal, opPow:
		n := p.node(nBin, t.pos)
		n.op, n.a, n.b = t.op, left, p.exprPrec(bp)
		return n
	}
	n := p.node(nBin, t.pos)
	n.op, n.a, n.b = t.op, left, p.exprPrec(bp+1)
	return n
}

// assignment reads "= expr" and the compound forms behind left, whatever the
// precedence around: "!$a = f()" assigns. nil if there is none.
func (p *parser) assignment(left *node, t *token) *node {
	switch left.kind {
	case nVar, nVarVar, nIndex, nProp, nStaticProp, nArray, nConst, nCall, nSilence, nNone, nMethod:
	default:
		return nil
	}
	if t.op == '=' {
		p.advance()
		n := p.node(nAssign, t.pos)
		n.a = left
		if p.isOp('&') {
			p.advance()
			n.kind = nAssignRef
		}
		n.b = p.exprPrec(precAssign)
		return n
	}
	if o := assignOps[t.op]; o != 0 {
		p.advance()
		n := p.node(nAssignOp, t.pos)
		n.op, n.a, n.b = o, left, p.exprPrec(precAssign)
		return n
	}
	return nil
}

func (p *parser) ternary(cond *node) *node {
	n := p.node(nTernary, p.next().pos)
	n.a = cond
	if !p.accept(':') {
		n.b = p.exprPrec(precAssign)
		p.expect(':')
	}
	n.c = p.exprPrec(precCoal)
	// "a ? b : c = d" and assignments inside the last part
	if t := p.tok(); t.kind == tOp && (t.op == '=' || assignOps[t.op] != 0) {
		if a := p.assignment(n.c, t); a != nil {
			n.c = a
		}
	}
	return n
}

// unary reads prefix operators and what they apply to.
func (p *parser) unary() *node {
	t := p.tok()
	switch t.kind {
	case tCast:
		p.advance()
		n := p.node(nCast, t.pos)
		n.str = lower(strings.Trim(p.text(t), "() \t"))
		n.a = p.exprPrec(precUnary)
		return n
	case tOp:
		switch t.op {
		case '!', '~', '-', '+':
			p.advance()
			n := p.node(nUn, t.pos)
			n.op = t.op
			n.a = p.exprPrec(precUnary)
			return n
		case '@':
			p.advance()
			n := p.node(nSilence, t.pos)
			n.a = p.exprPrec(precUnary)
			return n
		case '&':
			p.advance()
			return p.exprPrec(precUnary)
		case opInc, opDec:
			p.advance()
			n := p.node(nPreInc, t.pos)
			n.op = t.op
			n.a = p.exprPrec(precUnary)
			return n
		}
	case tName:
		if n := p.wordExpr(t); n != nil {
			return p.postfix(n)
		}
	}
	return p.postfix(p.primary())
}

// wordExpr reads expressions that start with a keyword; nil if t is none.
func (p *parser) wordExpr(t *token) *node {
	switch t.word {
	case wNew:
		return p.newExpr(t)
	case wClone, wPrint, wThrow, wInclude:
		p.advance()
		n := p.node(nodeOf[t.word], t.pos)
		n.str = lower(p.text(t))
		n.a = p.exprPrec(precAssign)
		return n
	case wYield:
		p.advance()
		n := p.node(nYield, t.pos)
		if !p.isOp(';') && !p.isOp(')') && !p.isOp(']') && !p.isOp(',') {
			if tt := p.tok(); tt.kind == tName && equalFold(p.src[tt.pos:tt.end], "from") {
				p.advance()
			}
			n.a = p.exprPrec(precAssign)
			if p.accept(opDouble) {
				n.b = p.exprPrec(precAssign)
			}
		}
		return n
	case wExit, wEmpty, wEval:
		if t.word != wExit && !(p.peek(1).kind == tOp && p.peek(1).op == '(') {
			return nil
		}
		p.advance()
		n := p.node(nodeOf[t.word], t.pos)
		if p.accept('(') && !p.accept(')') {
			n.a = p.expr()
			p.expect(')')
		}
		return n
	case wIsset, wList, wArray:
		if !(p.peek(1).kind == tOp && p.peek(1).op == '(') {
			return nil
		}
		p.advance()
		p.advance()
		if t.word == wIsset {
			n := p.node(nIsset, t.pos)
			n.list = p.args()
			return n
		}
		return p.array(t.pos, ')')
	case wFunction:
		p.advance()
		n := p.node(nFunc, t.pos)
		n.x = p.function(p.tok().kind == tName && p.tok().word != wUse)
		return n
	case wFn:
		if nt := p.peek(1); nt.kind == tOp && (nt.op == '(' || nt.op == '&') {
			p.advance()
			n := p.node(nFunc, t.pos)
			n.x = p.arrowFn()
			return n
		}
	case wStatic:
		if nt := p.peek(1); nt.kind == tName && (nt.word == wFunction || nt.word == wFn) {
			p.advance()
			return p.wordExpr(p.tok())
		}
	case wMatch:
		if nt := p.peek(1); nt.kind == tOp && nt.op == '(' {
			return p.matchExpr(t)
		}
	}
	return nil
}
