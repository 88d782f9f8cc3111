package php

import (
	"strings"
)

func (in *interp) index(n *node) *value {
	base := in.eval(n.a)
	if n.b == nil {
		return in.element(base, nil)
	}
	return in.element(base, in.eval(n.b))
}

// element returns base[k]; k nil means any.
func (in *interp) element(base, k *value) *value {
	switch base.k {
	case vArray:
		return arrayElement(base, k)
	case vString:
		if k == nil {
			break
		}
		if i, ok := k.integer(); ok && k.known() {
			if i < 0 {
				i += int64(len(base.s))
			}
			if i >= 0 && i < int64(len(base.s)) {
				return &value{k: vString, s: base.s[i : i+1], src: base.src, comp: base.comp | hOffset, dec: base.dec}
			}
			return emptyStr
		}
		out := base.derive()
		if k.attacker() { // a letter that the attacker picks
			return merge(out, k.derive())
		}
		out.comp |= hOffset
		return out
	case vObject:
		return in.objectElement(base, k)
	case vUnknown:
		if strings.HasPrefix(base.det, "\x00") {
			return in.element(bareword(base), k)
		}
	}
	return in.unknownElement(base, k)
}

func arrayElement(base, k *value) *value {
	if k == nil {
		return base.a.all()
	}
	if kk, ok := keyOf(k); ok {
		if v := base.a.get(kk); v != nil {
			return v
		}
		if base.a.rest != nil {
			return base.a.rest
		}
		return undefined
	}
	v := base.a.all()
	if k.attacker() && v.src&oAttacker == 0 && v.k != vArray {
		// Chosen from a list of the author's.
		return &value{src: v.src | oUnknown, g: v.g | gWhitelist, k: vUnknown}
	}
	if v.k == vArray {
		return v
	}
	return v
}

// objectElement returns an element of $GLOBALS, or calls offsetGet.
func (in *interp) objectElement(base, k *value) *value {
	if base.o.name == "globals" && k != nil {
		if s, ok := k.text(); ok {
			if superglobal(s) != nil && k.comp&^hVariable != 0 {
				in.out.trait("computed-input", detail(s))
			}
			sc := in.sc
			in.sc = in.globals
			v := in.variable(s)
			in.sc = sc
			return v
		}
		return unknown
	}
	if base.o.class != nil && k != nil {
		if f := in.method(base.o.class, "offsetget"); f != nil {
			return in.callFunc(f, base.o, base.o.class, []*value{k}, nil)
		}
	}
	if base.o.rest != nil {
		return base.o.rest
	}
	return unknown
}

// unknownElement names the element of what comes from elsewhere.
func (in *interp) unknownElement(base, k *value) *value {
	if base.k != vUnknown || base.src == oUnknown && base.det == "" {
		if base.k == vNull {
			return undefined
		}
		return unknown
	}
	ks, known := "*", false
	if k != nil {
		k = bareword(k)
		if s, ok := k.text(); ok {
			ks, known = s, true
		}
	}
	if base.det == "_SERVER" {
		if known {
			return serverVar(ks)
		}
		return from(oHeader, "*")
	}
	if base.src == oUnknown {
		if base.comp != 0 {
			return base
		}
		return unknown
	}
	out := *base
	out.k, out.s, out.cond = vUnknown, "", nil
	if !strings.HasSuffix(base.det, "]") && base.det != "input" && base.det != "*" && base.det != "" {
		out.det = base.det + "[" + ks + "]"
	}
	if base.src&oUpload != 0 && strings.HasSuffix(base.det, "]") && known {
		out.det = strings.TrimSuffix(base.det, "]") + "." + ks + "]"
	}
	return &out
}

func (in *interp) property(n *node) *value {
	base := in.eval(n.a)
	name, ok := in.text(n.b)
	return in.prop(base, name, ok)
}

func (in *interp) prop(base *value, name string, known bool) *value {
	if base.k != vObject {
		if base.k == vUnknown && base.src != oUnknown {
			return in.unknownElement(base, str(name))
		}
		return unknown
	}
	o := base.o
	if known {
		if v := o.props[name]; v != nil {
			return v
		}
		if o.class != nil {
			if v := in.defaultProp(o.class, name, 0); v != nil {
				return v
			}
			if f := in.method(o.class, "__get"); f != nil && f.busy == 0 {
				return in.callFunc(f, o, o.class, []*value{str(name)}, nil)
			}
		}
	}
	if o.rest != nil {
		return o.rest
	}
	return unknown
}

// defaultProp returns a property's initial value.
func (in *interp) defaultProp(c *class, name string, depth int) *value {
	if depth > 16 {
		return nil
	}
	for _, p := range c.props {
		switch {
		case p.kind == nVar && p.str == name:
			return null
		case p.kind == nAssign && p.a != nil && p.a.kind == nVar && p.a.str == name && p.i == 0:
			return in.eval(p.b)
		}
	}
	for _, t := range append([]string{c.parent}, c.traits...) {
		if pc := in.classes[lower(strings.TrimPrefix(t, "\\"))]; pc != nil && pc != c {
			if v := in.defaultProp(pc, name, depth+1); v != nil {
				return v
			}
		}
	}
	return nil
}

// classNamed returns the class that an expression before "::" names.
func (in *interp) classNamed(n *node) (*class, string, *value) {
	if n == nil {
		return nil, "", unknown
	}
	if n.kind == nName || n.kind == nConst {
		name := lower(strings.TrimPrefix(n.str, "\\"))
		switch name {
		case "self", "static":
			if in.sc.cls != nil {
				return in.sc.cls, in.sc.cls.name, nil
			}
		case "parent":
			if in.sc.cls != nil {
				p := lower(strings.TrimPrefix(in.sc.cls.parent, "\\"))
				return in.classes[p], p, nil
			}
		}
		if a := in.aliases[name]; a != "" && in.classes[name] == nil {
			name = lower(a)
		}
		return in.classes[name], name, nil
	}
	v := in.eval(n)
	if v.k == vObject {
		return v.o.class, lower(v.o.name), v
	}
	if s, ok := v.text(); ok {
		name := lower(strings.TrimPrefix(s, "\\"))
		return in.classes[name], name, v
	}
	return nil, "", v
}

func (in *interp) staticMember(n *node) *value {
	c, name, _ := in.classNamed(n.a)
	if n.kind == nClassConst {
		if n.str == "class" {
			return str(name)
		}
		for d := 0; c != nil && d < 16; d++ {
			if e := c.consts[n.str]; e != nil {
				return in.eval(e)
			}
			if e, ok := c.cases[n.str]; ok {
				return in.enumCase(c, n.str, e)
			}
			c = in.classes[lower(strings.TrimPrefix(c.parent, "\\"))]
		}
		return unknown
	}
	s, ok := in.text(n.b)
	if c == nil || !ok {
		return unknown
	}
	v := in.staticVar(c, s)
	if v.v == nil {
		return unknown
	}
	return v.v
}

// enumCase returns a case of an enum, an object with name and value.
func (in *interp) enumCase(c *class, name string, val *node) *value {
	o := in.instance(c)
	o.props["name"] = str(name)
	if val != nil {
		o.props["value"] = in.eval(val)
	}
	return &value{k: vObject, o: o, src: oUnknown}
}

// staticVar returns the place of a static property.
func (in *interp) staticVar(c *class, name string) *variable {
	for d, k := 0, c; k != nil && d < 16; d++ {
		for _, p := range k.props {
			if p.i == 1 && (p.kind == nVar && p.str == name || p.kind == nAssign && p.a != nil && p.a.str == name) {
				if k.statics == nil {
					k.statics = map[string]*variable{}
				}
				v := k.statics[name]
				if v == nil {
					v = &variable{v: null}
					k.statics[name] = v
					if p.kind == nAssign {
						v.v = in.eval(p.b)
					}
				}
				return v
			}
		}
		k = in.classes[lower(strings.TrimPrefix(k.parent, "\\"))]
	}
	if c.statics == nil {
		c.statics = map[string]*variable{}
	}
	if c.statics[name] == nil {
		c.statics[name] = &variable{}
	}
	return c.statics[name]
}

func (in *interp) closure(n *node) *value {
	f := n.x.(*function)
	c := &closure{fn: f, this: in.sc.this}
	if f.arrow {
		c.bound = &in.sc.vars
	} else if len(f.uses) > 0 {
		c.bound = &vars{}
		for _, u := range f.uses {
			s := in.slot(in.sc, u.name)
			if u.byRef {
				c.bound.put(u.name, s)
			} else {
				c.bound.put(u.name, in.newVariable(s.v))
			}
		}
	}
	in.out.closures = append(in.out.closures, c)
	return &value{k: vClosure, fn: c, src: oConstant}
}
