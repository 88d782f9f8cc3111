package php

import (
	"sort"
	"strings"
)

// known reports whether every key of an array is known.
func knownArray(v *value) bool { return v.k == vArray && v.a.rest == nil }

func arr(a *array) *value { return &value{k: vArray, a: a, src: oConstant} }

func rest(v *value) *value { return arr(&array{rest: v}) }

func rangeOf(in *interp, c *call) *value {
	a := &array{}
	step := int64(1)
	if s, ok := c.arg(2).integer(); ok && s != 0 {
		step = max(s, -s)
	}
	lo, hi := c.arg(0), c.arg(1)
	if lo.k == vString && hi.k == vString && len(lo.s) > 0 && len(hi.s) > 0 && !(lo.s[0] >= '0' && lo.s[0] <= '9' && hi.s[0] >= '0' && hi.s[0] <= '9') {
		x, y := int64(lo.s[0]), int64(hi.s[0])
		for ; x <= y; x += step {
			a.push(&value{k: vString, s: string([]byte{byte(x)}), src: oConstant, comp: hOffset})
		}
		for ; x >= y && x > 0 && len(a.keys) == 0 || len(a.keys) > 0 && x > y && lo.s[0] > hi.s[0] && x >= y; x -= step {
			a.push(&value{k: vString, s: string([]byte{byte(x)}), src: oConstant, comp: hOffset})
		}
		return arr(a)
	}
	x, ok1 := lo.integer()
	y, ok2 := hi.integer()
	if !ok1 || !ok2 || lo.k == vUnknown || hi.k == vUnknown || y-x > 1<<16 || x-y > 1<<16 {
		return rest(unknown)
	}
	for i := x; i <= y; i += step {
		a.push(num(i))
	}
	for i := x; i >= y && x > y; i -= step {
		a.push(num(i))
	}
	return arr(a)
}

func arrayReverse(in *interp, c *call) *value {
	v := c.arg(0)
	if !knownArray(v) {
		return v
	}
	a := &array{}
	keep, _ := c.arg(1).truth()
	for i := len(v.a.keys) - 1; i >= 0; i-- {
		if v.a.keys[i].str || keep {
			a.set(v.a.keys[i], v.a.vals[i])
		} else {
			a.push(v.a.vals[i])
		}
	}
	return arr(a)
}

func arrayFlip(in *interp, c *call) *value {
	v := c.arg(0)
	if !knownArray(v) {
		return &value{src: v.flat().src, det: starred(v)}
	}
	a := &array{}
	for i, x := range v.a.vals {
		if k, ok := keyOf(x); ok {
			a.set(k, v.a.keys[i].value())
		}
	}
	return arr(a)
}

func arrayKeys(in *interp, c *call) *value {
	v := c.arg(0)
	if !knownArray(v) {
		if v.k == vUnknown && v.attacker() {
			return rest(&value{src: v.src & oAttacker, det: starred(v)})
		}
		return rest(unknown)
	}
	a := &array{}
	for _, k := range v.a.keys {
		a.push(k.value())
	}
	return arr(a)
}

func arrayValues(in *interp, c *call) *value {
	v := c.arg(0)
	if !knownArray(v) {
		return v
	}
	a := &array{}
	for _, x := range v.a.vals {
		a.push(x)
	}
	return arr(a)
}

func arrayMerge(in *interp, c *call) *value {
	a := &array{}
	for _, v := range c.args {
		if v.k != vArray {
			if v.k == vUnknown {
				a.rest = join(a.rest, in.element(v, nil))
			}
			continue
		}
		for i, k := range v.a.keys {
			if k.str {
				a.set(k, v.a.vals[i])
			} else {
				a.push(v.a.vals[i])
			}
		}
		a.rest = join(a.rest, v.a.rest)
	}
	return arr(a)
}

func arraySlice(in *interp, c *call) *value {
	v := c.arg(0)
	off, ok := c.arg(1).integer()
	if !knownArray(v) || !ok {
		return v
	}
	n := int64(len(v.a.keys))
	if off < 0 {
		off = max(0, n+off)
	}
	off = min(off, n)
	end := n
	if l, ok := c.arg(2).integer(); ok && len(c.args) > 2 && c.args[2].k != vNull {
		if l < 0 {
			end = n + l
		} else {
			end = min(n, off+l)
		}
	}
	a := &array{}
	for i := off; i < end; i++ {
		if v.a.keys[i].str {
			a.set(v.a.keys[i], v.a.vals[i])
		} else {
			a.push(v.a.vals[i])
		}
	}
	return arr(a)
}

func arrayCombine(in *interp, c *call) *value {
	ks, vs := c.arg(0), c.arg(1)
	if !knownArray(ks) || !knownArray(vs) {
		return rest(in.element(vs, nil))
	}
	a := &array{}
	for i, k := range ks.a.vals {
		if kk, ok := keyOf(k); ok && i < len(vs.a.vals) {
			a.set(kk, vs.a.vals[i])
		}
	}
	return arr(a)
}

func arrayFillKeys(in *interp, c *call) *value {
	ks := c.arg(0)
	if !knownArray(ks) {
		return &value{k: vArray, a: &array{rest: c.arg(1), names: in.element(ks, nil)}, src: oConstant}
	}
	a := &array{}
	for _, k := range ks.a.vals {
		if kk, ok := keyOf(k); ok {
			a.set(kk, c.arg(1))
		}
	}
	return arr(a)
}

// strGetCSV reads a line of values; one with quotes is not read.
func strGetCSV(in *interp, c *call) *value {
	v, sep := c.arg(0), ","
	if s, ok := c.arg(1).text(); ok && s != "" {
		sep = s
	}
	if v.k != vString || strings.Contains(v.s, `"`) {
		return nil
	}
	a := &array{}
	for part := range strings.SplitSeq(v.s, sep) {
		a.push(&value{k: vString, s: part, src: v.src, comp: v.comp | hOffset, dec: v.dec})
	}
	return arr(a)
}

func arrayFill(in *interp, c *call) *value {
	start, ok := c.arg(0).integer()
	n, ok2 := c.arg(1).integer()
	if !ok || !ok2 || n < 0 || n > 1<<16 {
		return rest(c.arg(2))
	}
	a := &array{}
	for i := range n {
		a.set(key{i: start + i}, c.arg(2))
	}
	return arr(a)
}

func arrayRand(in *interp, c *call) *value {
	if v := c.arg(0); knownArray(v) && len(v.a.keys) == 1 {
		return v.a.keys[0].value()
	}
	return unknown
}

func arrayChunk(in *interp, c *call) *value {
	v := c.arg(0)
	n, ok := c.arg(1).integer()
	if !knownArray(v) || !ok || n < 1 {
		return rest(v)
	}
	out, cur := &array{}, &array{}
	for _, x := range v.a.vals {
		cur.push(x)
		if int64(len(cur.keys)) == n {
			out.push(arr(cur))
			cur = &array{}
		}
	}
	if len(cur.keys) > 0 {
		out.push(arr(cur))
	}
	return arr(out)
}

func minMax(in *interp, c *call) *value {
	vs := c.args
	if len(vs) == 1 && knownArray(vs[0]) {
		vs = vs[0].a.vals
	}
	var best *value
	for _, v := range vs {
		if !v.known() {
			return castTo(joinAll(vs))
		}
		if best == nil {
			best = v
			continue
		}
		_, x, _, _ := v.number()
		_, y, _, _ := best.number()
		if c.name == "min" && x < y || c.name == "max" && x > y {
			best = v
		}
	}
	return orResult(best)
}

// sortArray sorts arrays of known scalars; others keep their order.
func (in *interp) sortArray(c *call) *value {
	v := c.arg(0)
	if !knownArray(v) || len(v.a.keys) > 1<<14 || c.name == "shuffle" {
		return vTrue
	}
	type pair struct {
		k key
		v *value
	}
	ps := make([]pair, len(v.a.keys))
	for i := range ps {
		ps[i] = pair{v.a.keys[i], v.a.vals[i]}
		if !ps[i].v.known() {
			return vTrue
		}
	}
	byKey := strings.HasPrefix(c.name, "k")
	down := c.name == "rsort" || c.name == "krsort" || c.name == "arsort"
	sort.SliceStable(ps, func(i, j int) bool {
		x, y := ps[i].v, ps[j].v
		if byKey {
			x, y = ps[i].k.value(), ps[j].k.value()
		}
		if down {
			x, y = y, x
		}
		if x.k == vString && y.k == vString {
			return x.s < y.s
		}
		_, a, _, _ := x.number()
		_, b, _, _ := y.number()
		return a < b
	})
	a := &array{}
	for _, p := range ps {
		if c.name == "sort" || c.name == "rsort" {
			a.push(p.v)
		} else {
			a.set(p.k, p.v)
		}
	}
	in.writeBack(c, 0, arr(a))
	return vTrue
}

// arrayDiff is array_diff and array_intersect of known arrays.
func arrayDiff(in *interp, c *call) *value {
	v := c.arg(0)
	if !knownArray(v) || len(c.args) < 2 {
		return v
	}
	others := map[string]bool{}
	for _, o := range c.args[1:] {
		if !knownArray(o) {
			return v
		}
		for _, x := range o.a.vals {
			s, _ := x.text()
			others[s] = true
		}
	}
	a := &array{}
	for i, x := range v.a.vals {
		if s, ok := x.text(); ok && others[s] == (c.name == "array_intersect") {
			a.set(v.a.keys[i], x)
		}
	}
	return arr(a)
}
