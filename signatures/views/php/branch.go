package php

// change is an assignment that a branch may have made.
type change struct {
	v   *variable
	old *value
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
	m := merged{from: len(in.merges)}
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
	for _, e := range in.merges[m.from:] {
		x := e.val
		if e.count < live && e.v.v != nil {
			x = join(guarded(e.v.v, closed), x)
		}
		in.set(e.v, x)
	}
	in.merges = in.merges[:m.from]
	if open || len(alts) == 0 {
		return next
	}
	return ended
}

// merged is what alternatives assigned: interp.merges from a place on.
type merged struct {
	from  int
	index map[*variable]int
}

// mergedVar is a variable that count alternatives assigned.
type mergedVar struct {
	v     *variable
	val   *value
	count int
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
		i := m.find(in, v)
		if i < 0 {
			in.merges = append(in.merges, mergedVar{v, v.v, 1})
			if m.index != nil {
				m.index[v] = len(in.merges) - 1 - m.from
			}
			continue
		}
		e := &in.merges[m.from+i]
		e.val = join(e.val, v.v)
		e.count++
	}
}

func (m *merged) find(in *interp, v *variable) int {
	list := in.merges[m.from:]
	if m.index == nil && len(list) > 16 {
		m.index = make(map[*variable]int, 64)
		for i := range list {
			m.index[list[i].v] = i
		}
	}
	if m.index != nil {
		if i, ok := m.index[v]; ok {
			return i
		}
		return -1
	}
	for i := range list {
		if list[i].v == v {
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
	yes, no := cond.facts()
	then := func() control { in.addFacts(yes); return in.exec(list[1]) }
	var c1, c2 control
	first := func() control { c1 = then(); return c1 }
	second := func() control { in.addFacts(no); c2 = rest(); return c2 }
	var c control
	if open {
		c = in.branches(true, no, first)
		c2 = next
	} else {
		c = in.branches(false, nil, first, second)
	}
	if c1 != next && c2 == next && c1 != jumps {
		in.addFacts(no)
	} else if c1 == next && c2 != next && c2 != jumps {
		in.addFacts(yes)
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
