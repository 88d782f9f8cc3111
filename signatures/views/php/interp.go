package php

import (
	"context"
	"fmt"
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
	turns    bool   // the jump comes from a condition that is known
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
	merges   []mergedVar // of the branches that are being read
	label    string
	handlers []*value // registered for the end of the script
	objects  []*object
	buffers  []*value // output handlers
	echoed   *value   // what was written, if an attacker chose it
	statics  map[string]*variable
	nest     int
	unit     *unit
	mem      *nodes
	chain    string
	written  []written // constant code that the script writes to files
	units    []*unit   // decoded code that declares functions
	fields   map[string]bool
	wrappers map[string]*class // by scheme

	variables slab[variable]
	scopes    slab[scope]
	key       []byte // of the memo, used again
	kept      []any  // see keep
	named     slab[namedVar]
	literals  slab[value]
	argLists  slab[*value]
	callsMade slab[call]
	lowered   [64]lowered
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
	from := in.steps
	jump := func(label string) int {
		if in.turns && len(seen) > 0 && in.loops > 0 {
			clear(seen)
			in.loops -= in.steps - from + 1
			from = in.steps
		}
		if seen[label] && in.concrete == 0 {
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
		// A loop made of jumps turns while its condition is known, and is left when
		// that takes too long.
		in.turns = c == jumps && stmts[i].kind == nIf
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
				if in.turns {
					continue
				}
				if j = in.resume(&pending, jump); j < 0 {
					return next // all of it was read
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
				in.sc.vars.put(name, in.slot(in.globals, name))
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
