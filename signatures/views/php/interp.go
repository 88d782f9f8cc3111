package php

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/seed-181f3109/assay/fstree"
)

const (
	maxEval    = 3000 // nesting of eval, each level a few hundred bytes of stack
	maxCalls   = 24   // nesting of calls of functions of the file
	maxInlines = 24   // bodies read again for other arguments
	maxFacts   = 64
	maxAlloc   = 256 << 20 // bytes of computed strings
)

// interp reads a tree as if it ran, with what is not known left unknown.
type interp struct {
	ctx      context.Context
	pure     map[string]builtinFunc
	opt      *Options
	until    time.Time
	main     *unit
	funcs    map[string]*function
	classes  map[string]*class
	consts   map[string]*value
	aliases  map[string]string
	globals  *scope
	sc       *scope
	facts    []fact
	out      output
	steps    int
	loops    int // steps left for loops that run with known values
	alloc    int
	stop     bool
	why      string // what was given up
	depth    int    // of eval
	calls    int
	concrete int  // > 0 inside a loop that runs with known values
	unsure   int  // conditions met that are not known
	abstract int  // nesting of loops that are read without running
	round    int  // numbers the merges
	small    bool // the file is short enough to follow every constant
	soft     int  // steps after which functions are not read again
	exited   bool // the expression ended the script
	logging  int
	log      []change
	label    string
	handlers []*value // registered for the end of the script
	objects  []*object
	buffers  []*value // output handlers
	echoed   *value   // what was written, if an attacker chose it
	statics  map[string]*variable
	nest     int
	unit     *unit
	chain    string
	written  []written // constant code that the script writes to files
	units    []*unit   // decoded code that declares functions
}

// scope is the variables of one function or of the file.
type scope struct {
	vars  map[string]*variable
	this  *object
	cls   *class
	fn    *function
	in    string // where, as a sink line says it
	magic string
	rest  *value // what variables hold that extract() made
	ret   *value
	args  []*value
}

// change is an assignment that a branch may have made.
type change struct {
	v   *variable
	old *value
}

// control says how a statement ended.
type control uint8

const (
	next control = iota
	breaks
	continues
	returns
	exits
	jumps
)

func (in *interp) giveUp(why string) {
	if in.why == "" {
		in.why = why
	}
	in.stop = true
}

// step counts one step and reports whether to go on.
func (in *interp) step() bool {
	if in.stop {
		return false
	}
	in.steps++
	if in.steps&0x7ff == 0 {
		if in.ctx.Err() != nil {
			in.giveUp("cancelled")
		} else if time.Now().After(in.until) {
			in.giveUp("time")
		}
	}
	if in.steps > in.opt.Steps {
		in.giveUp("steps")
	}
	return !in.stop
}

// charge counts bytes of computed strings.
func (in *interp) charge(n int) bool {
	in.alloc += n
	if in.alloc > maxAlloc {
		in.giveUp("memory")
		return false
	}
	return true
}

// cause is the error for what was given up, nil if nothing was.
func (in *interp) cause() error {
	if in.why == "" {
		return nil
	}
	return fmt.Errorf("%s of interpretation: %w", in.why, fstree.ErrLimit)
}

func newScope(where string) *scope {
	return &scope{vars: map[string]*variable{}, in: where}
}

// declare makes functions and classes of a unit known.
func (in *interp) declare(u *unit) {
	for _, f := range u.funcs {
		if _, ok := in.funcs[lower(f.name)]; !ok {
			in.funcs[lower(f.name)] = f
		}
	}
	for _, c := range u.classes {
		if c.name != "" {
			if _, ok := in.classes[lower(c.name)]; !ok {
				in.classes[lower(c.name)] = c
			}
		}
	}
	for k, v := range u.aliases {
		in.aliases[k] = v
	}
}

// run reads the whole file: the code at the top, then what runs at the end, then
// functions that nothing called.
func (in *interp) run(u *unit) {
	in.unit = u
	in.declare(u)
	in.block(u.stmts)
	in.exited = false
	in.finish()
	in.rest(u)
	for i := 0; i < len(in.units); i++ {
		in.rest(in.units[i])
	}
	in.sc = in.globals
	for i := 0; i < len(in.out.closures) && i < 2000; i++ {
		if c := in.out.closures[i]; !c.fn.called {
			in.runClosure(c)
		}
	}
}

// finish runs shutdown functions and destructors.
func (in *interp) finish() {
	in.sc = in.globals
	for i := 0; i < len(in.handlers) && i < 100; i++ {
		in.exited = false
		in.callValue(in.handlers[i], nil, "callback:register_shutdown_function", 0)
	}
	for i := 0; i < len(in.buffers) && i < 20; i++ {
		out := in.outputSoFar()
		in.callValue(in.buffers[i], []*value{out, unknown}, "callback:ob_start", 0)
	}
	for i := 0; i < len(in.objects) && i < 200; i++ {
		in.destroy(in.objects[i])
	}
	in.exited = false
}

func (in *interp) destroy(o *object) {
	if o.ended || o.class == nil {
		return
	}
	o.ended = true
	if f := in.method(o.class, "__destruct"); f != nil {
		in.callFunc(f, o, o.class, nil, nil)
	}
}

// rest reads the bodies of functions and methods that nothing called.
func (in *interp) rest(u *unit) {
	in.sc = in.globals
	base := len(in.facts)
	for _, f := range u.funcs {
		if !f.called {
			in.body(f, nil, nil)
		}
		in.facts = in.facts[:base]
	}
	for _, c := range u.classes {
		var this *object
		for _, f := range c.order {
			if f.called || f.body == nil {
				continue
			}
			if this == nil {
				this = in.instance(c)
				this.rest = unknown
			}
			in.body(f, this, c)
			in.facts = in.facts[:base]
		}
	}
}

// body reads a function with parameters that are not known.
func (in *interp) body(f *function, this *object, c *class) {
	args := make([]*value, len(f.params))
	for i := range args {
		args[i] = from(oParam, "")
	}
	in.callFunc(f, this, c, args, nil)
	in.exited = false
}

// block runs statements; gotos lead to labels of the same block.
func (in *interp) block(stmts []*node) control {
	var pending []string
	var seen map[string]bool
	jump := func(label string) int {
		if seen[label] && in.concrete == 0 && len(seen) > 0 {
			return -1
		}
		for i, s := range stmts {
			if s.kind == nLabel && s.str == label {
				if seen == nil {
					seen = map[string]bool{}
				}
				seen[label] = true
				return i
			}
		}
		return -1
	}
	for i := 0; ; i++ {
		if i >= len(stmts) {
			if i = in.resume(&pending, jump); i < 0 {
				return next
			}
		}
		c := in.exec(stmts[i])
		if in.stop {
			return exits
		}
		switch c {
		case next:
			if in.label != "" { // a branch that may have jumped
				pending = append(pending, in.label)
				in.label = ""
			}
		case jumps:
			label := in.label
			in.label = ""
			j := jump(label)
			if j < 0 {
				if !seen[label] {
					in.label = label
					return jumps
				}
				if j = in.resume(&pending, jump); j < 0 {
					return exits
				}
			}
			i = j
		default:
			j := in.resume(&pending, jump)
			if j < 0 {
				return c
			}
			i = j
		}
	}
}

// resume takes up a jump that a branch may have made.
func (in *interp) resume(pending *[]string, jump func(string) int) int {
	for len(*pending) > 0 {
		label := (*pending)[0]
		*pending = (*pending)[1:]
		if j := jump(label); j >= 0 {
			return j
		}
	}
	return -1
}

// exec runs one statement.
func (in *interp) exec(n *node) control {
	if n == nil || !in.step() {
		return exits
	}
	in.depth++
	defer func() { in.depth-- }()
	if in.depth > maxEval {
		in.giveUp("nesting")
		return exits
	}
	c := in.statement(n)
	if in.exited {
		in.exited = false
		return exits
	}
	return c
}

func (in *interp) statement(n *node) control {
	switch n.kind {
	case nBlock:
		return in.block(n.list)
	case nHTML, nFuncDecl, nLabel, nHalt, nNone:
		return next
	case nEcho:
		for _, e := range n.list {
			in.echo(in.eval(e), e)
		}
	case nIf:
		return in.ifStatement(n)
	case nWhile:
		return in.loop(nil, []*node{n.a}, nil, n.b, false)
	case nDo:
		return in.loop(nil, []*node{n.a}, nil, n.b, true)
	case nFor:
		return in.loop(n.list[0].list, n.list[1].list, n.list[2].list, n.a, false)
	case nForeach:
		return in.foreach(n)
	case nSwitch:
		return in.switchStatement(n)
	case nReturn:
		v := null
		if n.a != nil {
			v = in.eval(n.a)
		}
		in.sc.ret = join(in.sc.ret, v)
		if in.exited {
			return exits
		}
		return returns
	case nBreak:
		return breaks
	case nContinue:
		return continues
	case nThrow:
		in.eval(n.a)
		return exits
	case nGoto:
		in.label = n.str
		return jumps
	case nGlobal:
		for _, e := range n.list {
			if name, ok := in.varName(e); ok {
				in.sc.vars[name] = in.slot(in.globals, name)
			}
		}
	case nStaticVars:
		in.staticVars(n)
	case nUnset:
		for _, e := range n.list {
			in.unset(e)
		}
	case nConstDecl:
		for _, e := range n.list {
			if e.kind == nAssign && e.a != nil {
				in.consts[e.a.str] = in.eval(e.b)
			}
		}
	case nClassDecl:
		in.makeClass(n.x.(*class))
	case nTry:
		return in.try(n)
	default:
		in.eval(n)
	}
	return next
}

func (in *interp) staticVars(n *node) {
	for _, e := range n.list {
		name, init := "", (*node)(nil)
		switch {
		case e.kind == nAssign && e.a != nil && e.a.kind == nVar:
			name, init = e.a.str, e.b
		case e.kind == nVar:
			name = e.str
		default:
			continue
		}
		m := in.statics
		if f := in.sc.fn; f != nil {
			if f.statics == nil {
				f.statics = map[string]*variable{}
			}
			m = f.statics
		}
		v := m[name]
		if v == nil {
			v = &variable{v: null}
			if init != nil {
				v.v = in.eval(init)
			}
			m[name] = v
		}
		in.sc.vars[name] = v
	}
}

func (in *interp) try(n *node) control {
	c := in.exec(n.list[0])
	for _, part := range n.list[1:] {
		if part.kind == nCase {
			if part.a != nil {
				in.assign(part.a, unknown)
			}
			in.branch(func() control { return in.block(part.list) })
			continue
		}
		if f := in.exec(part); f != next {
			return f
		}
	}
	if c == exits && len(n.list) > 1 {
		return next // the exception was caught
	}
	return c
}

// branch runs f, which may or may not run, and joins what it assigned with what
// was before. It returns how f ended, and removes facts that f added.
func (in *interp) branch(f func() control) control {
	mark, facts := len(in.log), len(in.facts)
	in.logging++
	c := f()
	in.logging--
	in.facts = in.facts[:min(len(in.facts), facts)]
	for i := len(in.log) - 1; i >= mark; i-- {
		ch := in.log[i]
		if c == returns || c == exits {
			if ch.old != nil {
				ch.v.v = ch.old
			}
		} else {
			ch.v.v = join(ch.old, ch.v.v)
		}
	}
	if in.logging == 0 {
		in.log = in.log[:0]
	}
	return c
}

// branches runs alternatives of which exactly one runs, or none if open is set;
// then closed facts hold for what was before. It returns next unless all of
// them end otherwise.
func (in *interp) branches(open bool, closed []fact, alts ...func() control) control {
	var m merged
	ended := next
	live := 0
	if open {
		live++
	}
	for _, f := range alts {
		mark, facts := len(in.log), len(in.facts)
		in.logging++
		c := f()
		in.logging--
		in.facts = in.facts[:min(len(in.facts), facts)]
		if c != returns && c != exits {
			live++
			m.add(in, in.log[mark:])
		}
		for j := len(in.log) - 1; j >= mark; j-- {
			in.log[j].v.v = in.log[j].old
		}
		in.log = in.log[:mark]
		if c != next && (ended == next || c == jumps) {
			ended = c
		}
		if c == next {
			open = true // something goes on behind the alternatives
		}
	}
	for i := range m.vars {
		v, x := m.vars[i], m.vals[i]
		if m.count[i] < live && v.v != nil {
			x = join(guarded(v.v, closed), x)
		}
		in.set(v, x)
	}
	if open || len(alts) == 0 {
		return next
	}
	return ended
}

// merged is what alternatives assigned, by variable.
type merged struct {
	vars  []*variable
	vals  []*value
	count []int
	index map[*variable]int
}

// add notes the last value of each variable that one alternative assigned.
func (m *merged) add(in *interp, log []change) {
	in.round++
	for j := len(log) - 1; j >= 0; j-- {
		v := log[j].v
		if v.round == in.round {
			continue // a later assignment counts
		}
		v.round = in.round
		i := m.find(v)
		if i < 0 {
			m.vars, m.vals, m.count = append(m.vars, v), append(m.vals, v.v), append(m.count, 1)
			if m.index != nil {
				m.index[v] = len(m.vars) - 1
			}
			continue
		}
		m.vals[i] = join(m.vals[i], v.v)
		m.count[i]++
	}
}

func (m *merged) find(v *variable) int {
	if m.index == nil && len(m.vars) > 16 {
		m.index = make(map[*variable]int, 64)
		for i, w := range m.vars {
			m.index[w] = i
		}
	}
	if m.index != nil {
		if i, ok := m.index[v]; ok {
			return i
		}
		return -1
	}
	for i, w := range m.vars {
		if w == v {
			return i
		}
	}
	return -1
}

// guarded returns v with the guards that facts hold for its origin.
func guarded(v *value, facts []fact) *value {
	for _, f := range facts {
		if f.det != "" && f.det == v.det && v.g&f.g == 0 {
			c := *v
			c.g |= f.g
			v = &c
		}
	}
	return v
}

// set stores a value, so that a branch can take it back.
func (in *interp) set(v *variable, x *value) {
	if in.logging > 0 {
		in.log = append(in.log, change{v, v.v})
		if len(in.log) > 1<<20 {
			in.giveUp("branches")
		}
	}
	v.v = x
}

func (in *interp) addFacts(fs []fact) {
	for _, f := range fs {
		if len(in.facts) >= maxFacts {
			return
		}
		dup := false
		for _, g := range in.facts {
			if g == f {
				dup = true
				break
			}
		}
		if !dup {
			in.facts = append(in.facts, f)
		}
	}
}

// ifStatement runs one branch if the condition is known, else all.
func (in *interp) ifStatement(n *node) control {
	list := n.list
	if len(list) < 2 {
		return next
	}
	in.depth++ // elseif nests
	defer func() { in.depth-- }()
	if in.depth > maxEval {
		in.giveUp("nesting")
		return exits
	}
	cond := in.eval(list[0])
	if in.exited {
		return exits
	}
	rest := func() control { return next }
	open := true
	switch {
	case len(list) == 3:
		rest = func() control { return in.exec(list[2]) }
		open = false
	case len(list) > 3:
		// elseif: the same again with the conditions left
		m := &node{kind: nIf, list: list[2:], pos: n.pos}
		rest = func() control { return in.ifStatement(m) }
		open = false
	}
	if is, ok := cond.truth(); ok && in.decided(cond) {
		taken, other := func() control { return in.exec(list[1]) }, rest
		if !is {
			taken, other = rest, taken
		}
		if in.concrete == 0 {
			in.peek(other)
		}
		return taken()
	}
	in.unsure++
	then := func() control { in.addFacts(cond.tf); return in.exec(list[1]) }
	var c1, c2 control
	first := func() control { c1 = then(); return c1 }
	second := func() control { in.addFacts(cond.ff); c2 = rest(); return c2 }
	var c control
	if open {
		c = in.branches(true, cond.ff, first)
		c2 = next
	} else {
		c = in.branches(false, nil, first, second)
	}
	if c1 != next && c2 == next && c1 != jumps {
		in.addFacts(cond.ff)
	} else if c1 == next && c2 != next && c2 != jumps {
		in.addFacts(cond.tf)
	}
	return c
}

// decided reports whether a known condition is worth believing: what compares
// constants of the author is, what only is not empty is not.
func (in *interp) decided(cond *value) bool {
	return cond.src&(oAttacker|oUnknown|oParam) == 0
}

// peek reads code that does not run, for its sinks only.
func (in *interp) peek(f func() control) {
	mark, facts := len(in.log), len(in.facts)
	label, ret := in.label, in.sc.ret
	in.logging++
	f()
	in.logging--
	for j := len(in.log) - 1; j >= mark; j-- {
		in.log[j].v.v = in.log[j].old
	}
	in.log = in.log[:mark]
	in.facts = in.facts[:min(len(in.facts), facts)]
	in.exited = false
	in.label, in.sc.ret = label, ret
}

func (in *interp) switchStatement(n *node) control {
	subject := in.eval(n.a)
	var alts []func() control
	open := true
	for i, c := range n.list {
		var fs []fact
		if c.a == nil {
			open = false
		} else {
			v := in.eval(c.a)
			if subject.known() && v.known() && in.decided(subject) && in.concrete > 0 {
				if !looseEqual(subject, v) {
					continue
				}
				return in.fallThrough(n.list[i:])
			}
			fs = equalFacts(subject, v)
		}
		if len(c.list) == 0 {
			continue
		}
		alts = append(alts, func() control {
			in.addFacts(fs)
			return in.fallThrough(n.list[i : i+1])
		})
		if len(alts) > 400 {
			break
		}
	}
	in.unsure++
	return in.branches(open, nil, alts...)
}

func (in *interp) fallThrough(cases []*node) control {
	for _, c := range cases {
		switch r := in.block(c.list); r {
		case next:
		case breaks, continues:
			return next
		default:
			return r
		}
	}
	return next
}

// loop runs a loop as it would run while its condition is known; else its body
// twice, so that what one round assigns reaches the next.
func (in *interp) loop(init, cond, step []*node, body *node, first bool) control {
	for _, e := range init {
		in.eval(e)
	}
	test := func() *value {
		v := vTrue
		for _, e := range cond {
			v = in.eval(e)
		}
		return v
	}
	dubious := 0
	for rounds := 0; ; rounds++ {
		var c *value
		if !first || rounds > 0 {
			c = test()
			if in.exited {
				return next
			}
			is, ok := c.truth()
			if !ok || !in.decided(c) || in.loops <= 0 || dubious > 2 || rounds > 100 && (len(cond) == 0 || c == vTrue && isConstant(cond)) {
				return in.abstractLoop(c, step, body)
			}
			if !is {
				if rounds == 0 && in.concrete == 0 {
					in.peek(func() control { return in.exec(body) })
				}
				return next
			}
		}
		before, unsure := in.steps, in.unsure
		in.concrete++
		r := in.exec(body)
		if in.unsure > unsure {
			dubious++
		}
		if r == next || r == continues {
			for _, e := range step {
				in.eval(e)
			}
		}
		in.concrete--
		in.loops -= in.steps - before + 1
		switch r {
		case breaks:
			return next
		case returns, exits, jumps:
			return r
		}
		if in.stop {
			return exits
		}
	}
}

// isConstant reports whether a loop's condition is written as a constant.
func isConstant(cond []*node) bool {
	k := cond[len(cond)-1].kind
	return k == nInt || k == nConst || k == nString
}

func (in *interp) abstractLoop(cond *value, step []*node, body *node) control {
	facts := len(in.facts)
	once := func() control {
		if cond != nil {
			in.addFacts(cond.tf)
		}
		c := in.exec(body)
		for _, e := range step {
			in.eval(e)
		}
		return c
	}
	in.abstract++
	c := in.branch(once)
	if !in.stop && in.concrete == 0 && in.abstract < 3 && c != returns && c != exits {
		in.branch(once)
	}
	in.abstract--
	in.facts = in.facts[:min(len(in.facts), facts)]
	return next
}

func (in *interp) foreach(n *node) control {
	subject := in.eval(n.a)
	body := n.list[0]
	if subject.k == vArray && subject.a.rest == nil && in.loops > 0 && len(subject.a.keys) <= 1<<17 {
		subject.a.shared = true
		keys, vals := subject.a.keys, subject.a.vals
		if len(keys) == 0 && in.concrete == 0 {
			in.peek(func() control { return in.exec(body) })
		}
		for i := range keys {
			before := in.steps
			if n.b != nil {
				in.assign(n.b, keys[i].value())
			}
			if n.c != nil {
				in.assign(n.c, vals[i])
			}
			in.concrete++
			r := in.exec(body)
			in.concrete--
			in.loops -= in.steps - before + 1
			if r == breaks {
				break
			}
			if r == returns || r == exits || r == jumps {
				return r
			}
			if in.loops <= 0 || in.stop {
				break
			}
		}
		return next
	}
	el := in.element(subject, nil)
	kv := unknown
	if subject.k == vArray && subject.a.names != nil {
		kv = subject.a.names
	}
	if subject.src&oAttacker != 0 {
		kv = &value{src: subject.src & oAttacker, det: starred(subject)}
	}
	once := func() control {
		if n.b != nil {
			in.assign(n.b, kv)
		}
		if n.c != nil {
			in.assign(n.c, el)
		}
		return in.exec(body)
	}
	in.abstract++
	if c := in.branch(once); !in.stop && in.concrete == 0 && in.abstract < 3 && c != returns && c != exits {
		in.branch(once)
	}
	in.abstract--
	return next
}

func starred(v *value) string {
	d := v.flat().det
	if strings.HasSuffix(d, "]") || d == "" || strings.HasSuffix(d, "*") {
		return d
	}
	return d + "[*]"
}
