package php

import (
	"slices"
	"strings"
)

// logical evaluates operators whose right side may not run.
func (in *interp) logical(n *node) *value {
	a := in.eval(n.a)
	if in.exited {
		return unknown
	}
	and := n.op == opAnd || n.op == opLogAnd
	if n.op == opCoal {
		if a.k != vUnknown && a.k != vNull {
			return a
		}
		b := unknown
		in.branch(func() control { b = in.eval(n.b); return in.afterExpr() })
		if a.k == vNull {
			return b
		}
		return join(a, b)
	}
	if is, ok := a.truth(); ok && in.decided(a) {
		if is != and {
			if in.concrete == 0 {
				in.peek(func() control { in.eval(n.b); return next })
			}
			return boolean(is)
		}
		b := in.eval(n.b)
		if is, ok := b.truth(); ok && in.decided(b) {
			return boolean(is)
		}
		return truthOf(b)
	}
	b := unknown
	yes, no := a.facts()
	ended := in.branch(func() control {
		if and {
			in.addFacts(yes)
		} else {
			in.addFacts(no)
		}
		b = in.eval(n.b)
		return in.afterExpr()
	})
	if ended == exits { // "check() or die"
		if and {
			in.addFacts(no)
		} else {
			in.addFacts(yes)
		}
	}
	bYes, bNo := b.facts()
	if and {
		yes, no = slices.Concat(yes, bYes), common(no, bNo)
	} else {
		yes, no = common(yes, bYes), slices.Concat(no, bNo)
	}
	out := telling(yes, no)
	out.g = a.g & b.g
	return out
}

// afterExpr turns an exit inside an expression into control flow.
func (in *interp) afterExpr() control {
	if in.exited {
		in.exited = false
		return exits
	}
	return next
}

func common(a, b []fact) []fact {
	var out []fact
	for _, f := range a {
		for _, g := range b {
			if f == g {
				out = append(out, f)
			}
		}
	}
	return out
}

// truthOf returns the truth of v as a value of its own.
func truthOf(v *value) *value {
	return &value{src: oUnknown, cond: v.cond}
}

func negate(v *value) *value {
	yes, no := v.facts()
	return telling(no, yes)
}

// checked is what isset and empty tell: an authenticated session counts.
func checked(v *value) *value {
	if v.src&oSession == 0 {
		return truthOf(v)
	}
	yes, no := v.facts()
	return telling(append(yes[:len(yes):len(yes)], fact{g: gAuth}), no)
}

// looseEqual is == of known values.
func looseEqual(a, b *value) bool {
	switch {
	case a.k == vString && b.k == vString:
		return a.s == b.s
	case a.k == vBool || b.k == vBool || a.k == vNull || b.k == vNull:
		x, _ := a.truth()
		y, _ := b.truth()
		return x == y
	}
	_, x, _, _ := a.number()
	_, y, _, _ := b.number()
	return x == y
}

func compare(o op, a, b *value) *value {
	if a.known() && b.known() && (a.src|b.src)&(oAttacker|oUnknown) == 0 {
		switch o {
		case opEq:
			return boolean(looseEqual(a, b))
		case opNe:
			return boolean(!looseEqual(a, b))
		case opSame:
			return boolean(a.k == b.k && a.i == b.i && a.f == b.f && a.s == b.s)
		case opNotSame:
			return boolean(!(a.k == b.k && a.i == b.i && a.f == b.f && a.s == b.s))
		}
		if a.k == vString && b.k == vString {
			return order(o, strings.Compare(a.s, b.s))
		}
		_, x, _, _ := a.number()
		_, y, _, _ := b.number()
		c := 0
		if x < y {
			c = -1
		} else if x > y {
			c = 1
		}
		return order(o, c)
	}
	var yes, no []fact
	switch o {
	case opEq, opSame, opNe, opNotSame:
		if b.k == vBool || a.k == vBool || a.k == vNull || b.k == vNull { // f($x) === false
			yes, no = factsOfTruth(a, b)
		} else {
			yes = equalFacts(a, b)
		}
		if o == opNe || o == opNotSame {
			yes, no = no, yes
		}
	default: // strpos($x, ...) > 0 and the like
		yes = bothTrue(a, b)
	}
	return telling(yes, no)
}

// bothTrue returns what the truth of a and of b tells.
func bothTrue(a, b *value) []fact {
	x, _ := a.facts()
	y, _ := b.facts()
	return slices.Concat(x, y)
}

// factsOfTruth returns the facts of "a == true" or "a == false".
func factsOfTruth(a, b *value) (is, not []fact) {
	v, c := a, b
	if a.k == vBool || a.k == vNull {
		v, c = b, a
	}
	v = conditionOf(v)
	is, not = v.facts()
	if c.i == 0 {
		is, not = not, is
	}
	return is, not
}

func order(o op, c int) *value {
	switch o {
	case '<':
		return boolean(c < 0)
	case '>':
		return boolean(c > 0)
	case opLe:
		return boolean(c <= 0)
	case opGe:
		return boolean(c >= 0)
	}
	return num(int64(c))
}

var passwordWords = []string{"pass", "pwd", "pw", "key", "auth", "token", "secret", "login", "user", "hash", "code", "pin", "_AUTH_", "psw", "admin"}

// equalFacts returns what "a equals b" says about them.
func equalFacts(a, b *value) []fact {
	in, other := a, b
	if b.attacker() && !a.attacker() {
		in, other = b, a
	}
	if in.src&oSession != 0 || other.src&oSession != 0 {
		return []fact{{g: gAuth}}
	}
	if !in.attacker() {
		return bothTrue(a, b)
	}
	det := in.det
	if in.g&gHashed != 0 || other.g&gHashed != 0 || other.dec&31 == dCrypt {
		return []fact{{g: gHash}, {g: gWhitelist, det: det}}
	}
	if other.k == vString && len(other.s) == 0 || other.k == vNull {
		return nil
	}
	low := lower(det)
	for _, w := range passwordWords {
		if strings.Contains(low, w) {
			return []fact{{g: gPassword}, {g: gWhitelist, det: det}}
		}
	}
	if other.k == vString && len(other.s) >= 12 {
		return []fact{{g: gPassword}, {g: gWhitelist, det: det}}
	}
	return []fact{{g: gEquals}, {g: gWhitelist, det: det}}
}

func (in *interp) ternary(n *node) *value {
	c := in.eval(n.a)
	if is, ok := c.truth(); ok && in.decided(c) {
		if n.b == nil && is {
			return c
		}
		if is {
			return in.eval(n.b)
		}
		return in.eval(n.c)
	}
	var a, b *value
	yes, no := c.facts()
	moreYes, moreNo := conditionOf(c).facts()
	in.branches(false, nil, func() control {
		in.addFacts(moreYes)
		if n.b == nil {
			a = guarded(c, yes)
		} else {
			a = guarded(in.eval(n.b), yes)
		}
		return in.afterExpr()
	}, func() control {
		in.addFacts(moreNo)
		b = guarded(in.eval(n.c), no)
		return in.afterExpr()
	})
	return join(a, b)
}

func (in *interp) isset(n *node) *value {
	var yes []fact
	sure := len(n.list) > 0
	for _, e := range n.list {
		v := in.eval(e)
		is, _ := checked(v).facts()
		yes = append(yes, is...)
		if e.kind == nIndex && e.b != nil {
			base, k := in.eval(e.a), in.eval(e.b)
			if base.k == vArray && k.attacker() && !base.a.all().attacker() {
				yes = append(yes, fact{gWhitelist, k.flat().det})
			}
		}
		if v.k == vUnknown || v == undefined {
			sure = false
		}
	}
	if sure && in.concrete > 0 {
		for _, e := range n.list {
			if in.eval(e).k == vNull {
				return vFalse
			}
		}
		return vTrue
	}
	return telling(yes, nil)
}

func (in *interp) match(n *node) *value {
	subject := in.eval(n.a)
	var out *value
	var alts []func() control
	for _, c := range n.list {
		alts = append(alts, func() control {
			for _, e := range c.list {
				v := in.eval(e)
				in.addFacts(equalFacts(subject, v))
				is, _ := v.facts()
				in.addFacts(is)
			}
			out = join(out, in.eval(c.b))
			return in.afterExpr()
		})
	}
	in.branches(false, nil, alts...)
	return out
}
