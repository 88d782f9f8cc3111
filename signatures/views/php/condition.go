package php

import (
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
	ended := in.branch(func() control {
		if and {
			in.addFacts(a.tf)
		} else {
			in.addFacts(a.ff)
		}
		b = in.eval(n.b)
		return in.afterExpr()
	})
	if ended == exits { // "check() or die"
		if and {
			in.addFacts(a.ff)
		} else {
			in.addFacts(a.tf)
		}
	}
	out := &value{src: oUnknown, g: a.g & b.g}
	if and {
		out.tf = append(append([]fact(nil), a.tf...), b.tf...)
		out.ff = common(a.ff, b.ff)
	} else {
		out.ff = append(append([]fact(nil), a.ff...), b.ff...)
		out.tf = common(a.tf, b.tf)
	}
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
	return &value{src: oUnknown, tf: v.tf, ff: v.ff}
}

func negate(v *value) *value { return &value{src: oUnknown, tf: v.ff, ff: v.tf} }

// checked is what isset and empty tell: an authenticated session counts.
func checked(v *value) *value {
	out := &value{src: oUnknown, tf: v.tf, ff: v.ff}
	if v.src&oSession != 0 {
		out.tf = append(out.tf, fact{g: gAuth})
	}
	return out
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
	out := &value{src: oUnknown}
	switch o {
	case opEq, opSame:
		out.tf = equalFacts(a, b)
		if b.k == vBool || a.k == vBool || a.k == vNull || b.k == vNull { // f($x) === false
			out.tf, out.ff = truthFacts(a, b)
		}
	case opNe, opNotSame:
		out.ff = equalFacts(a, b)
		if b.k == vBool || a.k == vBool || a.k == vNull || b.k == vNull {
			out.ff, out.tf = truthFacts(a, b)
		}
	default: // strpos($x, ...) > 0 and the like
		out.tf = append(append([]fact(nil), a.tf...), b.tf...)
	}
	return out
}

// truthFacts returns the facts of "a == true" or "a == false".
func truthFacts(a, b *value) (is, not []fact) {
	v, c := a, b
	if a.k == vBool || a.k == vNull {
		v, c = b, a
	}
	v = conditionOf(v)
	if c.i != 0 {
		return v.tf, v.ff
	}
	return v.ff, v.tf
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
		return append(append([]fact(nil), a.tf...), b.tf...)
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
	in.branches(false, nil, func() control {
		in.addFacts(conditionOf(c).tf)
		if n.b == nil {
			a = guarded(c, c.tf)
		} else {
			a = guardedFacts(in.eval(n.b), c.tf)
		}
		return in.afterExpr()
	}, func() control {
		in.addFacts(conditionOf(c).ff)
		b = guardedFacts(in.eval(n.c), c.ff)
		return in.afterExpr()
	})
	return join(a, b)
}

func guardedFacts(v *value, fs []fact) *value { return guarded(v, fs) }

func (in *interp) isset(n *node) *value {
	out := &value{src: oUnknown}
	sure := len(n.list) > 0
	for _, e := range n.list {
		v := in.eval(e)
		out.tf = append(out.tf, checked(v).tf...)
		if e.kind == nIndex && e.b != nil {
			base, k := in.eval(e.a), in.eval(e.b)
			if base.k == vArray && k.attacker() && !base.a.all().attacker() {
				out.tf = append(out.tf, fact{gWhitelist, k.flat().det})
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
	return out
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
				in.addFacts(v.tf)
			}
			out = join(out, in.eval(c.b))
			return in.afterExpr()
		})
	}
	in.branches(false, nil, alts...)
	return out
}
