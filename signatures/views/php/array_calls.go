package php

func (in *interp) arrayPush(c *call) *value {
	v := c.arg(0)
	a := &array{}
	if v.k == vArray {
		a = v.a.clone()
	} else if v.k == vUnknown {
		a.rest = v
	}
	if c.name == "array_unshift" {
		b := &array{rest: a.rest}
		for _, x := range c.args[min(1, len(c.args)):] {
			b.push(x)
		}
		b.renumbered(a)
		a = b
	} else {
		for _, x := range c.args[min(1, len(c.args)):] {
			a.push(x)
		}
	}
	in.writeBack(c, 0, &value{k: vArray, a: a, src: oConstant})
	return num(int64(len(a.keys)))
}

func (in *interp) arrayPop(c *call) *value {
	v := c.arg(0)
	if v.k != vArray || len(v.a.keys) == 0 {
		return in.element(v, nil)
	}
	a := v.a.clone()
	i := len(a.keys) - 1
	if c.name == "array_shift" {
		i = 0
	}
	out := a.vals[i]
	a.remove(a.keys[i])
	if c.name == "array_shift" {
		b := &array{rest: a.rest}
		b.renumbered(a)
		a = b
	}
	in.writeBack(c, 0, &value{k: vArray, a: a, src: oConstant})
	return out
}

// pointer is the internal pointer of an array.
func (in *interp) pointer(c *call) *value {
	v := c.arg(0)
	if v.k != vArray || v.a.rest != nil || len(v.a.keys) == 0 {
		if c.name == "key" && v.src&oAttacker != 0 {
			return &value{src: v.src & oAttacker, det: starred(v)}
		}
		return in.element(v, nil)
	}
	a := v.a
	switch c.name {
	case "next":
		a.pos++
	case "prev":
		a.pos--
	case "reset":
		a.pos = 0
	case "end":
		a.pos = len(a.keys) - 1
	}
	if a.pos < 0 || a.pos >= len(a.keys) {
		return vFalse
	}
	if c.name == "key" {
		return a.keys[a.pos].value()
	}
	return a.vals[a.pos]
}
