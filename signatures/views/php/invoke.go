package php

import (
	"hash/maphash"
	"strconv"
	"strings"
	"unsafe"
)

// invoke runs the body of a function of this file, unless the same was read
// before with arguments of the same origins.
func (in *interp) invoke(f *function, this *object, cls *class, args []*value, nodes []*node, bound *vars) *value {
	f.called = true
	if f.body == nil || in.stop {
		return unknown
	}
	if f.busy > 0 && (f.busy > 3 || !allKnown(args)) || in.calls >= maxCalls {
		return passed(args)
	}
	memo := ""
	known := allKnown(args)
	plain := !in.worthFollowing(f, this, args, known)
	switch {
	case plain:
		memo = "-"
		args = paramsOnly(args)
	case in.concrete == 0 || !known:
		memo = in.memoKey(f, this, args)
	}
	if memo != "" {
		if v, ok := f.memo[memo]; ok {
			return v
		}
		if (f.inlined >= maxInlines || f.inlined > 0 && in.steps > in.soft) && !known {
			return passed(args)
		}
		f.inlined++
		if len(f.memo) < maxMemo {
			in.keep(this, args)
		}
	}
	if in.steps > in.soft && f.runs > 0 && (f.class != nil || f.runs > 2000) && in.unit.nest == 0 {
		return passed(args)
	}
	f.runs++
	sc := in.newScope(whereOf(f))
	sc.fn, sc.this, sc.cls, sc.args = f, this, cls, args
	sc.magic = magicName(f)
	if bound != nil {
		for _, n := range bound.list {
			if v := n.v; f.arrow || byRef(f.uses, n.name) {
				sc.vars.put(n.name, v)
			} else {
				sc.vars.put(n.name, in.newVariable(v.v))
			}
		}
	}
	in.bind(f, sc, args, nodes)
	outer, unit, facts, label := in.sc, in.unit, len(in.facts), in.label
	depth := in.depth
	in.sc, in.unit = sc, f.unit
	f.busy++
	in.calls++
	c := in.exec(f.body)
	in.calls--
	f.busy--
	in.sc, in.unit, in.label = outer, unit, label
	in.depth = depth
	in.facts = in.facts[:min(facts, len(in.facts))]
	if c == exits && !in.stop {
		in.exited = true
	}
	ret := sc.ret
	if ret == nil {
		ret = null
	}
	if memo != "" {
		if f.memo == nil {
			f.memo = map[string]*value{}
		}
		if len(f.memo) < maxMemo {
			f.memo[memo] = ret
		}
	}
	return ret
}

// worthFollowing reports whether a body may do something with just these
// arguments. In a long file constants are followed into short functions and
// into those that can decode only.
func (in *interp) worthFollowing(f *function, this *object, args []*value, known bool) bool {
	if in.small || this != nil && this.hot {
		return true
	}
	for _, a := range args {
		if in.interesting(a, 0) {
			return true
		}
	}
	return known && len(args) > 0 && f.class == nil && (f.end-f.pos < 600 || f.unit.st.words[wDecoder] > 0 || f.unit.st.bitops > 0)
}

// interesting reports whether a value has an origin or a computation to follow.
func (in *interp) interesting(v *value, depth int) bool {
	switch v.k {
	case vUnknown:
		return v.src&oTelling != 0 || v.dec != 0 || v.comp&^hVariable != 0
	case vString:
		return in.small || v.dec != 0 || v.comp&^(hVariable|hConcat|hOffset|hCase) != 0 || isSinkName(v.s)
	case vClosure:
		return true
	case vObject:
		return v.o.hot
	case vArray:
		for i, e := range v.a.vals {
			if i > 16 || depth > 2 {
				break
			}
			if in.interesting(e, depth+1) {
				return true
			}
		}
		return v.a.rest != nil && in.interesting(v.a.rest, depth+1)
	}
	return false
}

// paramsOnly replaces arguments by parameters that are not known.
func paramsOnly(args []*value) []*value {
	out := make([]*value, len(args))
	for i := range out {
		out[i] = anyParam
	}
	return out
}

var anyParam = from(oParam, "")

func byRef(ps []param, name string) bool {
	for _, p := range ps {
		if p.name == name {
			return p.byRef
		}
	}
	return false
}

func whereOf(f *function) string {
	switch {
	case magicName(f) != "":
		return "magic"
	case f.name == "":
		return "closure"
	case f.class != nil:
		return "method"
	}
	return "func"
}

var magicNames = map[string]string{"__destruct": "__destruct", "__tostring": "__toString", "__invoke": "__invoke", "__call": "__call",
	"__callstatic": "__callStatic", "__get": "__get", "__set": "__set", "__isset": "__isset", "__unset": "__unset", "__wakeup": "__wakeup",
	"__sleep": "__sleep", "__serialize": "__serialize", "__unserialize": "__unserialize", "__clone": "__clone", "__debuginfo": "__debugInfo", "__set_state": "__set_state"}

func magicName(f *function) string {
	if f.class == nil || !strings.HasPrefix(f.name, "__") {
		return ""
	}
	return magicNames[lower(f.name)]
}

func (in *interp) newVariable(v *value) *variable {
	p := in.variables.one()
	p.v = v
	return p
}

// bind gives the parameters their values.
func (in *interp) bind(f *function, sc *scope, args []*value, nodes []*node) {
	for i, p := range f.params {
		var v *value
		switch {
		case p.variadic:
			v = list(args[min(i, len(args)):]...)
		case i < len(args):
			v = args[i]
		case p.def != nil:
			v = in.eval(p.def)
		default:
			v = from(oParam, "")
		}
		if p.byRef && i < len(nodes) {
			if slot := in.place(nodes[i]); slot != nil {
				if slot.v == nil {
					slot.v = null
				}
				sc.vars.put(p.name, slot)
				continue
			}
		}
		if v.k == vArray {
			v.a.shared = true
		}
		sc.vars.put(p.name, in.newVariable(v))
		if p.promote && sc.this != nil {
			if sc.this.props == nil {
				sc.this.props = map[string]*value{}
			}
			sc.this.props[p.name] = v
		}
	}
}

func allKnown(args []*value) bool {
	for _, a := range args {
		if a.k == vUnknown || a.k == vArray && a.a.rest != nil {
			return false
		}
	}
	return true
}

// passed is what a function that is not followed returns: what it was given.
func passed(args []*value) *value {
	out := joinAll(args).derive()
	if out.src&oAttacker == 0 {
		return unknown
	}
	out.g |= gCall
	return out
}

// maxMemo is how many calls of one function are remembered.
const maxMemo = 64

var textSeed = maphash.MakeSeed()

// keep holds on to what the key of a memo names by its address: another array or
// object that came to lie there would be taken for it.
func (in *interp) keep(this *object, args []*value) {
	if this != nil {
		in.kept = append(in.kept, this)
	}
	for _, a := range args {
		switch {
		case a.a != nil:
			in.kept = append(in.kept, a.a)
		case a.o != nil:
			in.kept = append(in.kept, a.o)
		}
	}
}

// memoKey tells calls apart that may end in different lines.
func (in *interp) memoKey(f *function, this *object, args []*value) string {
	b := appendHex(in.key[:0], ' ', uint64(uintptr(unsafe.Pointer(this))))
	for _, a := range args {
		switch {
		case a.k == vUnknown:
			b = appendHex(b, '|', uint64(a.src)<<1|uint64(bit(a.part)))
			b = append(append(b, 'u'), a.det...)
			b = appendHex(appendHex(b, 0, uint64(a.dec)), ',', uint64(a.g))
		case a.k == vArray, a.k == vObject, a.k == vClosure:
			b = appendHex(b, '|', uint64(uintptr(unsafe.Pointer(a.a))))
			b = appendHex(b, 'o', uint64(uintptr(unsafe.Pointer(a.o))))
			b = appendHex(b, 'f', uint64(uintptr(unsafe.Pointer(a.fn))))
		case len(a.s) > 64:
			b = appendHex(b, '|', maphash.String(textSeed, a.s))
			b = appendHex(b, 'l', uint64(len(a.s)))
		default:
			b = append(appendHex(b, '|', uint64(a.k)), 's')
			b = append(b, a.s...)
			b = appendHex(appendHex(b, 0, uint64(a.i)), ',', uint64(a.comp))
		}
	}
	for _, g := range in.facts {
		b = append(appendHex(b, ';', uint64(g.g)), 'd')
		b = append(b, g.det...)
	}
	in.key = b
	return string(b)
}

// appendHex appends a mark and a number.
func appendHex(b []byte, mark byte, n uint64) []byte {
	return strconv.AppendUint(append(b, mark), n, 16)
}

// method finds a method in a class, its traits and its parents.
func (in *interp) method(c *class, name string) *function {
	name = in.lower(name)
	for depth := 0; c != nil && depth < 16; depth++ {
		if f := c.methods[name]; f != nil {
			return f
		}
		if old := c.renamed[name]; old != "" {
			name = old
		}
		for _, t := range c.traits {
			if tc := in.classes[lower(strings.TrimPrefix(t, "\\"))]; tc != nil && tc != c {
				if f := tc.methods[name]; f != nil {
					return f
				}
			}
		}
		if c.parent == "" {
			return nil
		}
		c = in.classes[lower(strings.TrimPrefix(c.parent, "\\"))]
	}
	return nil
}
