package php

import (
	"math"
	"strings"
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

func (in *interp) assignment(n *node) *value {
	switch n.kind {
	case nAssign:
		if n.a != nil && n.a.kind == nArray {
			v := in.eval(n.b)
			in.destructure(n.a, v, 0)
			return v
		}
		v := in.eval(n.b)
		v = in.stored(v)
		in.assign(n.a, v)
		return v
	case nAssignRef:
		return in.assignRef(n)
	case nAssignOp:
		return in.assignOp(n)
	}
	old := in.eval(n.a)
	now := increment(old, n.op)
	in.assign(n.a, now)
	if n.kind == nPostInc {
		if old == undefined {
			return null
		}
		return old
	}
	return now
}

// stored returns v as a variable keeps it.
func (in *interp) stored(v *value) *value {
	if v.k == vArray {
		v.a.shared = true
		return v
	}
	if v.k == vString && v.comp&hVariable == 0 && len(v.s) < 64 && v.buf == nil {
		c := *v
		c.comp |= hVariable
		return &c
	}
	return v
}

// increment applies ++ or --; a string of letters counts as in Perl.
func increment(v *value, o op) *value {
	v = bareword(v)
	switch v.k {
	case vNull:
		if o == opInc {
			return num(1)
		}
		return null
	case vInt, vBool, vFloat:
		d := &value{k: vInt, i: 1, src: oConstant}
		if o == opInc {
			return arithmetic('+', v, d)
		}
		return arithmetic('-', v, d)
	case vString:
		if v.s == "" {
			return str("1")
		}
		if c := v.s[0]; c >= '0' && c <= '9' || c == '-' || c == '.' {
			return arithmetic('+', v, num(int64(1-2*bit(o == opDec))))
		}
		if o == opDec {
			return v
		}
		return &value{k: vString, s: succ(v.s), src: v.src, comp: v.comp | hIncrement, dec: v.dec}
	}
	return castTo(v)
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// succ returns the successor of a string: "az" to "ba", "Zz" to "AAa".
func succ(s string) string {
	b := []byte(s)
	for i := len(b) - 1; i >= 0; i-- {
		c := b[i]
		switch {
		case c == 'z':
			b[i] = 'a'
		case c == 'Z':
			b[i] = 'A'
		case c == '9':
			b[i] = '0'
		case c >= 'a' && c < 'z' || c >= 'A' && c < 'Z' || c >= '0' && c < '9':
			b[i]++
			return string(b)
		default:
			return string(b)
		}
		if i == 0 {
			first := map[byte]byte{'a': 'a', 'A': 'A', '0': '1'}[b[0]]
			return string(first) + string(b)
		}
	}
	return string(b)
}

func (in *interp) assignOp(n *node) *value {
	if n.op == opCoal {
		old := in.eval(n.a)
		v := old
		if old.k == vNull || old.k == vUnknown {
			v = join(old, in.eval(n.b))
		}
		in.assign(n.a, v)
		return v
	}
	right := in.eval(n.b)
	old := in.eval(n.a)
	var v *value
	switch n.op {
	case '.':
		v = concat(in.stringOf(old, n.pos), in.stringOf(right, n.pos))
		if v.buf == nil {
			in.charge(len(v.s))
		} else {
			in.charge(len(right.s))
		}
	case '^', '|', '&':
		v = in.bitwise(n.op, bareword(old), bareword(right))
	default:
		v = arithmetic(n.op, old, right)
	}
	in.assign(n.a, v)
	return v
}

func (in *interp) assignRef(n *node) *value {
	if n.a.kind == nVar || n.a.kind == nVarVar {
		if name, ok := in.varName(n.a); ok {
			if slot := in.place(n.b); slot != nil {
				in.sc.vars[name] = slot
				if slot.v == nil {
					return null
				}
				return slot.v
			}
		}
	}
	v := in.eval(n.b)
	in.assign(n.a, v)
	return v
}

// place returns the variable that an expression names, nil if it is none.
func (in *interp) place(n *node) *variable {
	switch n.kind {
	case nVar, nVarVar:
		name, ok := in.varName(n)
		if !ok || name == "this" {
			return nil
		}
		if v := in.sc.vars[name]; v == nil || v.v == nil {
			if sg := superglobal(name); sg != nil {
				return &variable{v: sg}
			}
		}
		return in.slot(in.sc, name)
	case nStaticProp:
		if c, _, _ := in.classNamed(n.a); c != nil {
			if s, ok := in.eval(n.b).text(); ok {
				return in.staticVar(c, s)
			}
		}
	}
	return nil
}

// destructure assigns to list(...) or [...].
func (in *interp) destructure(n *node, v *value, depth int) {
	if depth > 16 {
		return
	}
	for i, it := range n.list {
		if it == nil || it.b == nil {
			continue
		}
		k := num(int64(i))
		if it.a != nil {
			k = in.eval(it.a)
		}
		el := in.element(v, k)
		if it.b.kind == nArray {
			in.destructure(it.b, el, depth+1)
			continue
		}
		in.assign(it.b, el)
	}
}

// assign stores v in what the expression n names.
func (in *interp) assign(n *node, v *value) {
	if n == nil {
		return
	}
	switch n.kind {
	case nVar, nVarVar:
		if name, ok := in.varName(n); ok {
			in.set(in.slot(in.sc, name), v)
		} else if v.attacker() || in.eval(n.a).attacker() {
			in.sc.rest = join(in.sc.rest, v) // $$k = $v from input makes any variable
		}
	case nIndex:
		in.assignElement(n, v, 0)
	case nProp:
		base := in.eval(n.a)
		name, ok := in.eval(n.b).text()
		if base.k == vObject {
			in.setProp(base.o, name, ok, v)
		} else if base.k == vUnknown || base.k == vNull {
			o := &object{props: map[string]*value{}, rest: unknown}
			in.setProp(o, name, ok, v)
			if n.a.kind == nVar && n.a.str != "this" {
				in.assign(n.a, &value{k: vObject, o: o, src: oUnknown})
			}
		}
	case nStaticProp:
		if p := in.place(n); p != nil {
			in.set(p, v)
		}
	case nArray:
		in.destructure(n, v, 0)
	case nSilence:
		in.assign(n.a, v)
	}
}

func (in *interp) setProp(o *object, name string, known bool, v *value) {
	if !known {
		o.rest = join(o.rest, v)
		return
	}
	if o.class != nil && o.props[name] == nil && in.defaultProp(o.class, name, 0) == nil {
		if f := in.method(o.class, "__set"); f != nil && f.busy == 0 {
			in.callFunc(f, o, o.class, []*value{str(name), v}, nil)
			return
		}
	}
	if o.props == nil {
		o.props = map[string]*value{}
	}
	if in.logging > 0 && in.concrete == 0 {
		v = join(o.props[name], v)
	}
	o.props[name] = v
	o.hot = o.hot || in.interesting(v, 0)
}

// assignElement stores v in an array element; a string's letter is replaced.
func (in *interp) assignElement(n *node, v *value, depth int) {
	if depth > 32 || n.a == nil {
		return
	}
	base := in.eval(n.a)
	var k *value
	if n.b != nil {
		k = in.eval(n.b)
	}
	switch base.k {
	case vObject:
		if base.o.name == "globals" && k != nil {
			if s, ok := k.text(); ok {
				in.set(in.slot(in.globals, s), v)
			}
			return
		}
		if base.o.class != nil {
			if f := in.method(base.o.class, "offsetset"); f != nil {
				in.callFunc(f, base.o, base.o.class, []*value{orNull(k), v}, nil)
			}
		}
		return
	case vString:
		if base.s != "" && k != nil {
			in.setLetter(n, base, k, v)
			return
		}
	case vUnknown:
		if base.src != oUnknown && base.src != oParam {
			m := join(base, v.flat())
			if n.a.kind == nVar && superglobal(n.a.str) != nil {
				return
			}
			in.store(n.a, m, depth)
			return
		}
	}
	a := &array{}
	if base.k == vArray {
		a = base.a
		if a.shared || in.logging > 0 && in.concrete == 0 {
			a = a.clone()
		}
	} else if base.k == vUnknown {
		a.rest = base
	}
	if v.k == vArray {
		v.a.shared = true
	}
	if k == nil {
		a.push(v)
	} else if kk, ok := keyOf(k); ok {
		a.set(kk, v)
	} else {
		a.rest = join(a.rest, v)
		a.names = join(a.names, k)
	}
	if base.k == vArray && base.a == a {
		return // changed in place
	}
	in.store(n.a, &value{k: vArray, a: a, src: oConstant}, depth)
}

func orNull(v *value) *value {
	if v == nil {
		return null
	}
	return v
}

func (in *interp) store(n *node, v *value, depth int) {
	if n.kind == nIndex {
		in.assignElement(n, v, depth+1)
		return
	}
	in.assign(n, v)
}

func (in *interp) setLetter(n *node, base, k, v *value) {
	i, ok := k.integer()
	s, sok := v.text()
	if !ok || !sok || i < 0 || i > int64(len(base.s))+1024 || s == "" {
		in.store(n.a, merge(base, v.flat()), 0)
		return
	}
	b := []byte(base.s)
	for int64(len(b)) <= i {
		b = append(b, ' ')
	}
	b[i] = s[0]
	in.charge(len(b))
	in.store(n.a, &value{k: vString, s: string(b), src: base.src, comp: base.comp | hOther, dec: base.dec}, 0)
}

func (in *interp) unset(n *node) {
	switch n.kind {
	case nVar, nVarVar:
		if name, ok := in.varName(n); ok {
			if v := in.sc.vars[name]; v != nil {
				if v.v != nil && v.v.k == vObject && v.v.o.class != nil {
					in.destroy(v.v.o)
				}
				in.set(v, null)
			}
		}
	case nIndex:
		base := in.eval(n.a)
		if n.b == nil {
			return
		}
		if kk, ok := keyOf(in.eval(n.b)); ok && base.k == vArray {
			a := base.a
			if a.shared {
				a = a.clone()
			}
			a.remove(kk)
			in.store(n.a, &value{k: vArray, a: a, src: oConstant}, 0)
		}
	}
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
			for k, p := range v.o.props {
				a.set(key{s: k, str: true}, p)
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
