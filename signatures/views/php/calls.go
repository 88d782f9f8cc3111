package php

import (
	"fmt"
	"strings"
	"unsafe"
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
		low := lower(name)
		if a := in.aliases[low]; a != "" && in.funcs[low] == nil {
			low = lower(a[strings.LastIndexByte(a, '\\')+1:])
			v.name = "alias"
		}
		if f := in.funcs[low]; f != nil {
			return in.callFunc(f, nil, nil, in.args(n.list), n.list)
		}
		return in.builtin(&call{name: low, args: in.args(n.list), nodes: n.list, pos: n.pos, via: v})
	}
	callee := in.eval(n.a)
	in.out.dynCalls++
	args := in.args(n.list)
	return in.callVia(callee, args, n.list, via{}, n.pos)
}

// args evaluates arguments.
func (in *interp) args(list []*node) []*value {
	out := make([]*value, 0, len(list))
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

// invoke runs the body of a function of this file, unless the same was read
// before with arguments of the same origins.
func (in *interp) invoke(f *function, this *object, cls *class, args []*value, nodes []*node, bound map[string]*variable) *value {
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
	}
	if in.steps > in.soft && f.runs > 0 && (f.class != nil || f.runs > 2000) && in.unit.nest == 0 {
		return passed(args)
	}
	f.runs++
	sc := newScope(whereOf(f))
	sc.fn, sc.this, sc.cls, sc.args = f, this, cls, args
	sc.magic = magicName(f)
	if f.arrow {
		for k, v := range bound {
			sc.vars[k] = v
		}
	} else {
		for k, v := range bound {
			sc.vars[k] = &variable{v: v.v}
			if byRef(f.uses, k) {
				sc.vars[k] = v
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
		if len(f.memo) < 64 {
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
				sc.vars[p.name] = slot
				continue
			}
		}
		if v.k == vArray {
			v.a.shared = true
		}
		sc.vars[p.name] = &variable{v: v}
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

// memoKey tells calls apart that may end in different lines.
func (in *interp) memoKey(f *function, this *object, args []*value) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%p", this)
	for _, a := range args {
		switch {
		case a.k == vUnknown:
			fmt.Fprintf(&b, "|u%x%s%v%x%x", a.src, a.det, a.part, a.dec, a.g)
		case a.k == vArray, a.k == vObject, a.k == vClosure:
			fmt.Fprintf(&b, "|%p%p%p", a.a, a.o, a.fn)
		case len(a.s) > 64:
			fmt.Fprintf(&b, "|%p%d", unsafe.StringData(a.s), len(a.s))
		default:
			fmt.Fprintf(&b, "|%d%s%d%x", a.k, a.s, a.i, a.comp)
		}
	}
	for _, g := range in.facts {
		fmt.Fprintf(&b, ";%x%s", g.g, g.det)
	}
	return b.String()
}

// method finds a method in a class, its traits and its parents.
func (in *interp) method(c *class, name string) *function {
	name = lower(name)
	for depth := 0; c != nil && depth < 16; depth++ {
		if f := c.methods[name]; f != nil {
			return f
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

func (in *interp) methodCall(n *node) *value {
	base := in.eval(n.a)
	nameValue := in.eval(n.b)
	v := via{}
	if n.b.kind != nString {
		in.out.dynCalls++
		if v.name = nameValue.comp.via(); v.name == "" {
			v.name = "variable"
		}
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
