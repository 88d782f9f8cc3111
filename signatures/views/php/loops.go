package php

import (
	"slices"
	"strings"
)

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
	dubious, texts := 0, in.alloc
	for rounds := 0; ; rounds++ {
		var c *value
		if !first || rounds > 0 {
			c = test()
			if in.exited {
				return next
			}
			is, ok := c.truth()
			if !ok || !in.decided(c) || in.loops <= 0 || dubious > 2 || rounds > 100 && (len(cond) == 0 || isConstant(cond)) || rounds > maxIdle && in.alloc == texts {
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

// maxIdle is how many rounds a loop may run that computes no text.
const maxIdle = 1 << 14

// isConstant reports whether a loop's condition holds nothing that may change.
func isConstant(cond []*node) bool { return constantNode(cond[len(cond)-1]) }

func constantNode(n *node) bool {
	if n == nil {
		return false
	}
	switch n.kind {
	case nInt, nFloat, nConst, nString:
		return true
	case nBin:
		return constantNode(n.a) && constantNode(n.b)
	case nConcat:
		return !slices.ContainsFunc(n.list, func(e *node) bool { return !constantNode(e) })
	case nAssign: // to a word: other languages have no dollar
		return n.a != nil && n.a.kind == nConst && constantNode(n.b)
	case nUn, nCast, nSilence, nPreInc, nPostInc:
		return constantNode(n.a)
	}
	return false
}

func (in *interp) abstractLoop(cond *value, step []*node, body *node) control {
	facts := len(in.facts)
	once := func() control {
		if cond != nil {
			yes, _ := cond.facts()
			in.addFacts(yes)
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

// each is the function each: key and value at the internal pointer, which moves on,
// false at the end. Of an array that is not known it gives what may be in it, and
// may be at its end.
func (in *interp) each(v *value) *value {
	if v.k == vArray && v.a.rest == nil {
		a := v.a
		if a.pos < 0 || a.pos >= len(a.keys) {
			return boolean(false)
		}
		a.pos++
		return list(a.keys[a.pos-1].value(), a.vals[a.pos-1])
	}
	el := in.element(v, nil)
	pair := list(el, el)
	pair.a.rest = el
	return pair
}
