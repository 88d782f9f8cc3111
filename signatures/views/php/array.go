package php

import (
	"strconv"
)

// array is an ordered map. A shared one is copied before it is written.
type array struct {
	keys   []key
	vals   []*value
	index  map[key]int
	next   int64
	rest   *value // elements at keys that are not known
	names  *value // keys that are not known
	shared bool
	pos    int // the internal pointer
}

// key is an integer or a string.
type key struct {
	s   string
	i   int64
	str bool
}

const maxArray = 1 << 18

func (a *array) find(k key) int {
	if !k.str && uint64(k.i) < uint64(len(a.keys)) && a.keys[k.i] == k {
		return int(k.i) // as in a list
	}
	if len(a.keys) <= 16 {
		for i := range a.keys {
			if a.keys[i] == k {
				return i
			}
		}
		return -1
	}
	if a.index == nil {
		a.index = make(map[key]int, len(a.keys)*2)
		for i, k := range a.keys {
			a.index[k] = i
		}
	}
	if i, ok := a.index[k]; ok {
		return i
	}
	return -1
}

func (a *array) get(k key) *value {
	if i := a.find(k); i >= 0 {
		return a.vals[i]
	}
	return nil
}

func (a *array) set(k key, v *value) {
	if i := a.find(k); i >= 0 {
		a.vals[i] = v
		return
	}
	if len(a.keys) >= maxArray {
		a.rest = join(a.rest, v)
		return
	}
	a.keys = append(a.keys, k)
	a.vals = append(a.vals, v)
	if a.index != nil {
		a.index[k] = len(a.keys) - 1
	}
	if !k.str && k.i >= a.next {
		a.next = k.i + 1
	}
}

// push adds v at the next free number.
func (a *array) push(v *value) {
	if len(a.keys) >= maxArray {
		a.rest = join(a.rest, v)
		return
	}
	k := key{i: a.next}
	a.keys = append(a.keys, k)
	a.vals = append(a.vals, v)
	if a.index != nil {
		a.index[k] = len(a.keys) - 1
	}
	a.next++
}

// renumbered adds the elements of b, those at numbers at the next free ones.
func (a *array) renumbered(b *array) {
	for i, k := range b.keys {
		if k.str {
			a.set(k, b.vals[i])
		} else {
			a.push(b.vals[i])
		}
	}
}

func (a *array) remove(k key) {
	i := a.find(k)
	if i < 0 {
		return
	}
	a.keys = append(a.keys[:i:i], a.keys[i+1:]...)
	a.vals = append(a.vals[:i:i], a.vals[i+1:]...)
	a.index = nil
}

func (a *array) clone() *array {
	room := len(a.keys) + 2 // what is cloned is about to grow
	return &array{keys: append(make([]key, 0, room), a.keys...), vals: append(make([]*value, 0, room), a.vals...), next: a.next, rest: a.rest, names: a.names, pos: a.pos}
}

// all joins every element.
func (a *array) all() *value {
	out := a.rest
	for i, v := range a.vals {
		if i > 64 {
			break
		}
		out = join(out, v)
	}
	if out == nil {
		return unknown
	}
	return out
}

func list(vs ...*value) *value {
	a := &array{}
	for _, v := range vs {
		a.push(v)
	}
	return &value{k: vArray, a: a, src: oConstant}
}

// keyOf returns v as an array key.
func keyOf(v *value) (key, bool) {
	switch v.k {
	case vInt, vBool:
		return key{i: v.i}, true
	case vFloat:
		return key{i: int64(v.f)}, true
	case vNull:
		return key{str: true}, true
	case vString:
		if n := len(v.s); n > 0 && n < 19 && (v.s[0] >= '1' && v.s[0] <= '9' || v.s == "0" || v.s[0] == '-' && n > 1 && v.s[1] != '0') {
			if i, err := strconv.ParseInt(v.s, 10, 64); err == nil {
				return key{i: i}, true
			}
		}
		return key{s: v.s, str: true}, true
	}
	return key{}, false
}

func (a *array) deep(depth int) *value {
	var out *value
	if a.rest != nil {
		out = a.rest
	}
	for i, v := range a.vals {
		if i > 64 {
			break
		}
		if v.k == vArray {
			if depth > 4 {
				continue
			}
			v = v.a.deep(depth + 1)
		}
		out = join(out, v)
	}
	if out == nil {
		return emptyStr
	}
	return out
}
