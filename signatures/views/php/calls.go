package php

import (
	"strings"
)

// call is one call of a function that PHP has.
type call struct {
	name  string
	args  []*value
	nodes []*node // the arguments as written, nil if there are none
	pos   uint32
	via   via
	name2 *value // where the name comes from
}

// arg returns argument i, unknown-null if it is missing.
func (c *call) arg(i int) *value {
	if i < len(c.args) {
		return c.args[i]
	}
	return null
}

// via is how a call is reached.
type via struct {
	name   string // variable, computed:x, input, alias, unknown
	taker  string // callback:x, reflection, ...
	method string // set if the sink itself is a method
}

// callExpr evaluates the four forms of calls.
func (in *interp) callExpr(n *node) *value {
	switch n.kind {
	case nMethod:
		return in.methodCall(n)
	case nStaticCall:
		return in.staticCall(n)
	case nNew:
		return in.newObject(n)
	}
	if n.a.kind == nName {
		name := n.a.str
		if i := strings.LastIndexByte(name, '\\'); i >= 0 {
			if f := in.funcs[lower(strings.TrimPrefix(name, "\\"))]; f == nil {
				name = name[i+1:]
			}
		}
		v := via{}
		low := in.lower(name)
		if a := in.aliases[low]; a != "" && in.funcs[low] == nil {
			low = lower(a[strings.LastIndexByte(a, '\\')+1:])
			v.name = "alias"
		}
		if f := in.funcs[low]; f != nil {
			return in.callFunc(f, nil, nil, in.args(n.list), n.list)
		}
		c := in.callsMade.one()
		*c = call{name: low, args: in.args(n.list), nodes: n.list, pos: n.pos, via: v}
		return in.builtin(c)
	}
	callee := in.eval(n.a)
	in.out.dynCalls++
	args := in.args(n.list)
	return in.callVia(callee, args, n.list, via{}, n.pos)
}

// args evaluates arguments.
func (in *interp) args(list []*node) []*value {
	out := in.argLists.room(len(list))
	for _, e := range list {
		if e.kind == nItem && e.op == opEllipsis {
			v := in.eval(e.b)
			if v.k == vArray && v.a.rest == nil {
				out = append(out, v.a.vals...)
			} else {
				el := in.element(v, nil)
				out = append(out, el, el, el)
			}
			continue
		}
		v := in.eval(e)
		if v.k == vArray {
			v.a.shared = true
		} else if v.k == vUnknown && strings.HasPrefix(v.det, "\x00") && !isUpper(v.det[1:]) {
			v = bareword(v)
		}
		out = append(out, v)
	}
	return out
}

// callValue calls a callback that taker was given.
func (in *interp) callValue(callee *value, args []*value, taker string, pos uint32) *value {
	return in.callVia(callee, args, nil, via{taker: taker}, pos)
}

// callVia calls what callee names.
func (in *interp) callVia(callee *value, args []*value, nodes []*node, v via, pos uint32) *value {
	if !in.step() {
		return unknown
	}
	callee = bareword(callee)
	switch callee.k {
	case vClosure:
		return in.callClosure(callee.fn, args, nodes, v)
	case vObject:
		o := callee.o
		if o.name == "reflection" && o.class == nil {
			return in.callVia(o.args[0], args, nodes, via{name: v.name, taker: "reflection"}, pos)
		}
		if o.class != nil {
			if f := in.method(o.class, "__invoke"); f != nil {
				return in.callFunc(f, o, o.class, args, nodes)
			}
		}
		return unknown
	case vArray:
		if len(callee.a.vals) == 2 {
			return in.callPair(callee, args, nodes, v, pos)
		}
	case vString:
		return in.callText(callee, args, nodes, v, pos)
	}
	if callee.k == vNull {
		if callee == undefined && in.sc == in.globals && joinAll(args).attacker() { // an old server sets it from the request
			in.out.trait("unknown-call", "")
			in.emit(sinkLine{kind: "call", name: "?", arg: joinAll(args), aux: unknown, via: via{name: "unknown"}, pos: pos})
		}
		return unknown
	}
	return in.callUnknown("call", callee, args, v, pos)
}

// callText calls the function of a known name.
func (in *interp) callText(callee *value, args []*value, nodes []*node, v via, pos uint32) *value {
	name := lower(strings.TrimPrefix(callee.s, "\\"))
	if v.name == "" {
		if v.name = callee.comp.via(); v.name == "" && v.taker == "" {
			v.name = "variable"
		}
	}
	if i := strings.Index(name, "::"); i > 0 {
		if c := in.classes[name[:i]]; c != nil {
			if f := in.method(c, name[i+2:]); f != nil {
				return in.callFunc(f, nil, c, args, nodes)
			}
		}
		return in.methodSink(&object{name: name[:i]}, name[i+2:], args, nodes, pos, v)
	}
	if f := in.funcs[name]; f != nil {
		return in.callFunc(f, nil, nil, args, nodes)
	}
	in.noteComputed(callee, name)
	switch name {
	case "eval": // not callable in PHP, but its name is telling
		return in.code("eval", at(args, 0), pos, v.name)
	case "include", "require", "include_once", "require_once":
		return unknown
	}
	return in.builtin(&call{name: name, args: args, nodes: nodes, pos: pos, via: v, name2: callee})
}

// noteComputed records that the name of a function of interest was computed.
func (in *interp) noteComputed(callee *value, name string) {
	if how := callee.comp.via(); how != "" && isSinkName(name) {
		in.out.computedNames++
		in.out.trait("computed-name", detail(name))
	}
}

func at(args []*value, i int) *value {
	if i < len(args) {
		return args[i]
	}
	return null
}

func (in *interp) callPair(callee *value, args []*value, nodes []*node, v via, pos uint32) *value {
	target, m := callee.a.vals[0], callee.a.vals[1]
	name, ok := m.text()
	if !ok || m.k == vUnknown {
		return in.callUnknown("call", callee, args, v, pos)
	}
	if v.name == "" {
		v.name = m.comp.via()
	}
	if target.k == vObject {
		return in.callMethod(target, name, args, nodes, pos, v)
	}
	if s, ok := target.text(); ok && target.k == vString {
		if c := in.classes[lower(s)]; c != nil {
			if f := in.method(c, name); f != nil {
				return in.callFunc(f, nil, c, args, nodes)
			}
		}
		return in.methodSink(&object{name: lower(s)}, name, args, nodes, pos, v)
	}
	if target.attacker() {
		return in.callUnknown("call", callee, args, v, pos)
	}
	return in.callMethod(target, name, args, nodes, pos, v)
}

// callUnknown is a call of something whose name is not known.
func (in *interp) callUnknown(kind string, callee *value, args []*value, v via, pos uint32) *value {
	arg := joinAll(args)
	flat := callee.flat()
	switch {
	case flat.attacker():
		v.name = "input"
		in.out.trait("input-call", "")
	case v.name == "":
		v.name = "unknown"
		if arg.attacker() && (flat.comp != 0 || flat.dec != 0 || flat.src&(oUnknown|oParam) == 0) {
			in.out.trait("unknown-call", "")
		}
	}
	in.emit(sinkLine{kind: kind, name: "?", arg: arg, aux: flat, via: v, pos: pos})
	out := arg.derive()
	if out.src&oAttacker != 0 {
		out.g |= gCall
	}
	return out
}

func joinAll(args []*value) *value {
	var out *value
	for _, a := range args {
		out = join(out, a.flat())
	}
	if out == nil {
		return null
	}
	return out
}

func (in *interp) callClosure(c *closure, args []*value, nodes []*node, v via) *value {
	return in.invoke(c.fn, c.this, c.fn.class, args, nodes, c.bound)
}

func (in *interp) callFunc(f *function, this *object, cls *class, args []*value, nodes []*node) *value {
	if cls == nil {
		cls = f.class
	}
	return in.invoke(f, this, cls, args, nodes, nil)
}

func (in *interp) methodCall(n *node) *value {
	base := in.eval(n.a)
	if n.b.kind == nString {
		name, ok := in.text(n.b)
		args := in.args(n.list)
		if !ok {
			return passed(args)
		}
		return in.callMethod(base, name, args, n.list, n.pos, via{})
	}
	nameValue := in.eval(n.b)
	v := via{}
	in.out.dynCalls++
	if v.name = nameValue.comp.via(); v.name == "" {
		v.name = "variable"
	}
	if nameValue.k == vClosure || nameValue.k == vObject {
		return in.callVia(nameValue, in.args(n.list), n.list, v, n.pos)
	}
	name, ok := nameValue.text()
	args := in.args(n.list)
	if !ok || nameValue.k == vUnknown {
		if nameValue.attacker() {
			return in.callUnknown("call", nameValue, args, via{}, n.pos)
		}
		return passed(args)
	}
	// ($this->f)(...) is written as a property, $this->f(...) as a method.
	return in.callMethod(base, name, args, n.list, n.pos, v)
}

func (in *interp) callMethod(base *value, name string, args []*value, nodes []*node, pos uint32, v via) *value {
	if base.k == vClosure {
		switch lower(name) {
		case "call":
			return in.callClosure(base.fn, args[min(1, len(args)):], nil, v)
		case "__invoke", "bindto":
			if lower(name) == "bindto" {
				return base
			}
			return in.callClosure(base.fn, args, nodes, v)
		}
	}
	if base.k == vObject {
		o := base.o
		if o.class != nil {
			if f := in.method(o.class, name); f != nil {
				return in.callFunc(f, o, o.class, args, nodes)
			}
			if f := in.method(o.class, "__call"); f != nil && f.busy == 0 {
				return in.callFunc(f, o, o.class, []*value{str(name), list(args...)}, nil)
			}
		}
		return in.methodSink(o, name, args, nodes, pos, v)
	}
	return in.methodSink(&object{rest: base}, name, args, nodes, pos, v)
}

func (in *interp) staticCall(n *node) *value {
	c, cname, cv := in.classNamed(n.a)
	nameValue := in.eval(n.b)
	args := in.args(n.list)
	name, ok := nameValue.text()
	v := via{}
	if n.b.kind != nString {
		in.out.dynCalls++
		v.name = nameValue.comp.via()
	}
	if cv != nil && cv.attacker() || !ok && nameValue.attacker() {
		both := nameValue
		if cv != nil {
			both = join(cv, nameValue)
		}
		return in.callUnknown("call", both, args, via{}, n.pos)
	}
	if !ok {
		return passed(args)
	}
	if c != nil {
		if f := in.method(c, name); f != nil {
			var this *object
			if !f.static {
				this = in.sc.this
			}
			return in.callFunc(f, this, c, args, n.list)
		}
		if f := in.method(c, "__callstatic"); f != nil && f.busy == 0 {
			return in.callFunc(f, nil, c, []*value{str(name), list(args...)}, nil)
		}
	}
	return in.methodSink(&object{name: cname}, name, args, n.list, n.pos, v)
}

// instance makes an object of a class without running its constructor.
func (in *interp) instance(c *class) *object {
	return &object{class: c, name: lower(c.name), props: map[string]*value{}}
}

// makeClass runs what a class declaration runs.
func (in *interp) makeClass(c *class) {
	if c.name != "" {
		in.classes[lower(c.name)] = c
	}
}

func (in *interp) newObject(n *node) *value {
	args := in.args(n.list)
	if c, ok := n.x.(*class); ok {
		return in.construct(c, args, n.list)
	}
	c, name, v := in.classNamed(n.a)
	how := via{}
	if v != nil { // not a plain name
		in.out.dynCalls++
		if v.k != vString {
			if v.attacker() {
				return in.callUnknown("new", v, args, via{}, n.pos)
			}
			return &value{k: vObject, o: &object{rest: passed(args)}, src: oUnknown}
		}
		if how.name = v.comp.via(); how.name == "" {
			how.name = "variable"
		}
		how.taker = "dynamic-new"
		in.noteComputed(v, name)
	}
	if c != nil {
		return in.construct(c, args, n.list)
	}
	return in.newBuiltin(lastPart(name), args, n.pos, how)
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '\\')+1:] }

func (in *interp) construct(c *class, args []*value, nodes []*node) *value {
	o := in.instance(c)
	c.made = true
	if len(in.objects) < 1000 {
		in.objects = append(in.objects, o)
	}
	f := in.method(c, "__construct")
	if f == nil && c.name != "" {
		f = in.method(c, c.name)
	}
	if f != nil {
		in.callFunc(f, o, c, args, nodes)
	} else if c.parent != "" && in.classes[lower(strings.TrimPrefix(c.parent, "\\"))] == nil {
		o.rest = passed(args)
		b := in.newBuiltin(lower(lastPart(c.parent)), args, 0, via{})
		if b.k == vObject {
			o.name, o.data, o.at, o.args = b.o.name, b.o.data, b.o.at, b.o.args
		}
	}
	return &value{k: vObject, o: o, src: oUnknown}
}
