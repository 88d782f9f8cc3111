package php

import (
	"math"
)

// literal returns the value of a literal, which is made once.
func (in *interp) literal(n *node) *value {
	if v, ok := n.x.(*value); ok {
		return v
	}
	var v *value
	switch n.kind {
	case nInt:
		v = num(n.i)
	case nFloat:
		v = flt(math.Float64frombits(uint64(n.i)))
	default:
		v = in.literals.one()
		*v = value{k: vString, s: n.str, src: oConstant}
		if n.op == 1 {
			v.comp = hEscape
		}
	}
	n.x = v
	return v
}

// literals reports whether an array holds literals only.
func literals(n *node) bool {
	plain := func(n *node) bool { return n.kind == nString || n.kind == nInt || n.kind == nFloat }
	for _, it := range n.list {
		if it == nil || it.op != 0 || it.a != nil && !plain(it.a) {
			return false
		}
		if _, made := it.b.x.(*array); !plain(it.b) && !(it.b.kind == nArray && made) {
			return false
		}
	}
	return true
}

// arrayOf makes an array. One of literals is made once, and then shared until
// somebody writes to it.
func (in *interp) arrayOf(n *node) *value {
	if made, ok := n.x.(*array); ok {
		a := *made
		return &value{k: vArray, a: &a, src: oConstant}
	}
	v := in.newArray(n)
	if literals(n) {
		a := *v.a
		a.shared = true
		n.x = &a
		v.a.shared = true
	}
	return v
}

func (in *interp) newArray(n *node) *value {
	a := &array{}
	if len(n.list) > 0 {
		a.keys, a.vals = make([]key, 0, len(n.list)), make([]*value, 0, len(n.list))
	}
	for _, it := range n.list {
		if it == nil {
			continue
		}
		v := in.eval(it.b)
		if it.op == opEllipsis {
			if v.k == vArray {
				for _, e := range v.a.vals {
					a.push(e)
				}
				a.rest = join(a.rest, v.a.rest)
			} else {
				a.rest = join(a.rest, in.element(v, nil))
			}
			continue
		}
		if v.k == vArray {
			v.a.shared = true
		}
		if it.a == nil {
			a.push(v)
			continue
		}
		kv := in.eval(it.a)
		if k, ok := keyOf(kv); ok {
			a.set(k, v)
		} else {
			a.rest = join(a.rest, v)
			a.names = join(a.names, kv)
		}
	}
	return &value{k: vArray, a: a, src: oConstant}
}
