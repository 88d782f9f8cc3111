package php

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
				in.sc.vars.put(name, slot)
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
		if v := in.sc.vars.get(name); v == nil || v.v == nil {
			if sg := superglobal(name); sg != nil {
				return &variable{v: sg}
			}
		}
		return in.slot(in.sc, name)
	case nStaticProp:
		if c, _, _ := in.classNamed(n.a); c != nil {
			if s, ok := in.text(n.b); ok {
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
		name, ok := in.text(n.b)
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
			if v := in.sc.vars.get(name); v != nil {
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
