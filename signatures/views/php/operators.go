package php

import (
	"maps"
	"math"
	"slices"
)

func (in *interp) binary(n *node) *value {
	switch n.op {
	case opAnd, opLogAnd, opOr, opLogOr, opCoal:
		return in.logical(n)
	}
	a := in.eval(n.a)
	b := in.eval(n.b)
	switch n.op {
	case '^', '|', '&':
		return in.bitwise(n.op, bareword(a), bareword(b))
	case '+', '-', '*', '/', '%', opPow, opShl, opShr:
		return arithmetic(n.op, a, b)
	case opLogXor:
		return unknown
	}
	return compare(n.op, a, b)
}

func (in *interp) unary(n *node) *value {
	v := in.eval(n.a)
	switch n.op {
	case '!':
		if is, ok := v.truth(); ok && (in.decided(v) || v == undefined) {
			if v == undefined {
				return &value{k: vBool, i: 1, src: oUnknown}
			}
			return boolean(!is)
		}
		return negate(conditionOf(v))
	case '~':
		v = bareword(v)
		switch v.k {
		case vString:
			b := make([]byte, len(v.s))
			for i := range len(v.s) {
				b[i] = ^v.s[i]
			}
			in.charge(len(b))
			out := &value{k: vString, s: string(b), src: v.src, comp: v.comp | hXor, dec: v.dec.then(dXor)}
			in.out.computed(out)
			return out
		case vInt, vBool:
			return num(^v.i)
		case vFloat:
			return num(^int64(v.f))
		}
		out := v.derive()
		out.comp |= hXor
		out.dec = out.dec.then(dXor)
		return out
	case '-', '+':
		if i, f, isFloat, ok := v.number(); ok && v.k != vUnknown {
			switch {
			case n.op == '+' && isFloat:
				return flt(f)
			case n.op == '+':
				return num(i)
			case isFloat:
				return flt(-f)
			}
			return num(-i)
		}
		return castTo(v)
	}
	return unknown
}

// castTo returns v after a conversion to a number.
func castTo(v *value) *value {
	out := v.derive()
	out.g |= gCast
	out.s, out.dec = "", 0
	return out
}

// bitwise applies ^, | or & to strings byte by byte, to numbers as such.
func (in *interp) bitwise(o op, a, b *value) *value {
	if a.k == vString && b.k == vString {
		n := min(len(a.s), len(b.s))
		if o == '|' {
			n = max(len(a.s), len(b.s))
		}
		out := make([]byte, n)
		for i := range n {
			var x, y byte
			if i < len(a.s) {
				x = a.s[i]
			}
			if i < len(b.s) {
				y = b.s[i]
			}
			switch o {
			case '^':
				out[i] = x ^ y
			case '|':
				out[i] = x | y
			default:
				out[i] = x & y
			}
		}
		in.charge(n)
		v := &value{k: vString, s: string(out), src: a.src | b.src, comp: a.comp | b.comp | hXor, dec: a.dec.add(b.dec)}
		if n > 1 || v.dec != 0 {
			v.dec = v.dec.then(dXor)
		}
		if in.concrete == 0 {
			in.out.computed(v)
		}
		return v
	}
	if x, ok := a.integer(); ok && a.k != vUnknown {
		if y, ok := b.integer(); ok && b.k != vUnknown {
			switch o {
			case '^':
				return num(x ^ y)
			case '|':
				return num(x | y)
			}
			return num(x & y)
		}
	}
	out := merge(a.flat(), b.flat())
	if a.k == vUnknown && b.k == vUnknown && a.src&oAttacker == 0 && b.src&oAttacker == 0 {
		return out
	}
	out.comp |= hXor
	out.dec = out.dec.then(dXor)
	return out
}

func arithmetic(o op, a, b *value) *value {
	if o == '+' && a.k == vArray && b.k == vArray {
		out := a.a.clone()
		for i, k := range b.a.keys {
			if out.find(k) < 0 {
				out.set(k, b.a.vals[i])
			}
		}
		out.rest = join(out.rest, b.a.rest)
		return &value{k: vArray, a: out, src: oConstant}
	}
	x, xf, xFloat, ok1 := a.number()
	y, yf, yFloat, ok2 := b.number()
	if !ok1 || !ok2 || a.k == vUnknown || b.k == vUnknown {
		m := merge(a.flat(), b.flat())
		m.g |= gCast
		m.s, m.dec = "", 0
		return m
	}
	if xFloat || yFloat || o == '/' || o == opPow {
		return floatMath(o, xf, yf, x, y, xFloat || yFloat)
	}
	switch o {
	case '+':
		if s := x + y; (s > x) == (y > 0) {
			return num(s)
		}
		return flt(xf + yf)
	case '-':
		if s := x - y; (s < x) == (y > 0) {
			return num(s)
		}
		return flt(xf - yf)
	case '*':
		if p := x * y; x == 0 || p/x == y && !(x == -1 && y == math.MinInt64) {
			return num(p)
		}
		return flt(xf * yf)
	case '%':
		if y == 0 || y == -1 {
			return num(0)
		}
		return num(x % y)
	case opShl:
		if y < 0 || y > 63 {
			return num(0)
		}
		return num(x << uint(y))
	case opShr:
		if y < 0 || y > 63 {
			y = 63
		}
		return num(x >> uint(y))
	}
	return unknown
}

func floatMath(o op, x, y float64, xi, yi int64, isFloat bool) *value {
	switch o {
	case '+':
		return flt(x + y)
	case '-':
		return flt(x - y)
	case '*':
		return flt(x * y)
	case '/':
		if y == 0 {
			if x == 0 {
				return flt(math.NaN())
			}
			return flt(math.Inf(int(x)))
		}
		if !isFloat && xi%yi == 0 {
			return num(xi / yi)
		}
		return flt(x / y)
	case opPow:
		p := math.Pow(x, y)
		if !isFloat && math.Abs(p) < 1<<53 {
			return num(int64(p))
		}
		return flt(p)
	case '%':
		if yi == 0 || yi == -1 {
			return num(0)
		}
		return num(xi % yi)
	}
	return unknown
}

func (in *interp) cast(n *node) *value {
	v := in.eval(n.a)
	switch n.str {
	case "int", "integer":
		if i, ok := v.integer(); ok && v.k != vUnknown {
			return num(i)
		}
		return castTo(v)
	case "bool", "boolean", "float", "double", "real":
		if n.str[0] == 'b' {
			if is, ok := v.truth(); ok && in.decided(v) {
				return boolean(is)
			}
		} else if _, f, _, ok := v.number(); ok && v.k != vUnknown {
			return flt(f)
		}
		return castTo(v)
	case "string", "binary":
		return in.stringOf(v, n.pos)
	case "array":
		if v.k == vArray || v.k == vUnknown {
			return v
		}
		if v.k == vObject {
			a := &array{rest: v.o.rest}
			for _, k := range slices.Sorted(maps.Keys(v.o.props)) { // the same in every run
				a.set(key{s: k, str: true}, v.o.props[k])
			}
			return &value{k: vArray, a: a, src: oConstant}
		}
		if v.k == vNull {
			return list()
		}
		return list(v)
	case "object":
		if v.k == vArray {
			o := &object{name: "stdclass", props: map[string]*value{}, rest: v.a.rest}
			for i, k := range v.a.keys {
				s, _ := k.value().text()
				o.props[s] = v.a.vals[i]
			}
			return &value{k: vObject, o: o, src: oUnknown}
		}
		return v
	}
	return null
}
