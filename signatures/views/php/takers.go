package php

import (
	"strings"
)

// taker says which argument of a function is a callback and what it is given.
type taker struct {
	fn   int   // index of the callback; -1: the last
	args []int // indexes of what its arguments come from
	el   bool  // elements of them rather than the values
}

// takers are functions that call what they are given.
var takers = map[string]taker{
	"call_user_func": {0, []int{1, 2, 3}, false}, "call_user_func_array": {0, []int{1}, true},
	"forward_static_call": {0, []int{1, 2, 3}, false}, "forward_static_call_array": {0, []int{1}, true},
	"array_map": {0, []int{1, 2}, true}, "array_filter": {1, []int{0}, true}, "array_walk": {1, []int{0, 0}, true},
	"array_walk_recursive": {1, []int{0, 0}, true}, "array_reduce": {1, []int{2, 0}, true},
	"usort": {1, []int{0, 0}, true}, "uasort": {1, []int{0, 0}, true}, "uksort": {1, []int{0, 0}, true},
	"array_udiff": {-1, []int{0, 1}, true}, "array_uintersect": {-1, []int{0, 1}, true}, "array_diff_ukey": {-1, []int{0, 1}, true},
	"array_intersect_ukey": {-1, []int{0, 1}, true}, "array_diff_uassoc": {-1, []int{0, 1}, true}, "array_udiff_assoc": {-1, []int{0, 1}, true},
	"array_intersect_uassoc": {-1, []int{0, 1}, true}, "array_uintersect_assoc": {-1, []int{0, 1}, true},
	"array_udiff_uassoc": {2, []int{0, 1}, true}, "array_uintersect_uassoc": {2, []int{0, 1}, true},
	"preg_replace_callback": {1, []int{2}, false}, "mb_ereg_replace_callback": {1, []int{2}, false},
	"ob_start": {0, nil, false}, "register_shutdown_function": {0, []int{1, 2, 3}, false}, "register_tick_function": {0, []int{1, 2}, false},
	"set_error_handler": {0, nil, false}, "set_exception_handler": {0, nil, false}, "spl_autoload_register": {0, nil, false},
	"header_register_callback": {0, nil, false}, "iterator_apply": {1, []int{2}, true}, "session_set_save_handler": {0, nil, false},
	"sqlite_create_function": {2, nil, false}, "assert_options": {1, nil, false}, "filter_var": {-2, []int{0}, false},
	"filter_var_array": {-2, []int{0}, true}, "filter_input": {-2, nil, false}, "xml_set_character_data_handler": {1, nil, false},
	"is_callable": {-3, nil, false}, "array_all": {1, []int{0}, true}, "array_any": {1, []int{0}, true}, "array_find": {1, []int{0}, true},
	"curl_setopt": {-3, nil, false}, "readline_completion_function": {0, nil, false}, "libxml_set_external_entity_loader": {0, nil, false},
}

// take calls the callback of a taker.
func (in *interp) take(c *call, t taker) *value {
	switch t.fn {
	case -2:
		return in.filter(c)
	case -3:
		return unknown
	case -1:
		t.fn = len(c.args) - 1
	}
	if c.name == "session_set_save_handler" {
		return in.sessionHandlers(c)
	}
	callee := c.arg(t.fn)
	marker := "callback:" + c.name
	if c.via.name != "" && c.via.name != "variable" {
		in.noteComputed(c.name2, c.name)
	}
	var args []*value
	for _, i := range t.args {
		if i >= len(c.args) {
			continue
		}
		switch {
		case c.name == "call_user_func_array" || c.name == "forward_static_call_array":
			args = append(args, spread(in, c.args[i])...)
		case t.el:
			args = append(args, in.anyElement(c.args[i]))
		default:
			args = append(args, c.args[i])
		}
	}
	if callee.k == vNull || callee.k == vBool {
		if c.name == "array_map" {
			return c.arg(1)
		}
		return unknown
	}
	switch c.name {
	case "register_shutdown_function", "register_tick_function":
		in.callVia(callee, args, nil, via{name: viaName(c, callee), taker: marker}, c.pos)
		return null
	case "array_map":
		if v := in.mapKnown(c, callee, marker); v != nil {
			return v
		}
	case "array_filter":
		args = args[:1]
	case "ob_start":
		in.buffers = append(in.buffers, callee)
		if callee.k == vString {
			in.buffers[len(in.buffers)-1] = withHow(callee, viaName(c, callee))
		}
		return vTrue
	case "array_walk", "array_walk_recursive":
		if in.walkKnown(c, callee, marker) {
			return vTrue
		}
	case "uksort":
		if len(c.args) > 0 && c.args[0].k == vArray && len(c.args[0].a.keys) > 0 {
			for i := range args {
				k := c.args[0].a.keys[min(i, len(c.args[0].a.keys)-1)].value()
				args[i] = k
			}
		}
	case "preg_replace_callback", "mb_ereg_replace_callback":
		s := args[len(args)-1]
		m := s.flat()
		args = []*value{list(m, m)}
		if callee.k == vString {
			args = []*value{m}
		}
	}
	r := in.callVia(callee, args, nil, via{name: viaName(c, callee), taker: marker}, c.pos)
	switch c.name {
	case "call_user_func", "call_user_func_array", "forward_static_call", "forward_static_call_array", "array_reduce":
		return r
	case "array_map":
		return &value{k: vArray, a: &array{rest: r}, src: oConstant}
	case "usort", "uasort", "uksort", "array_walk":
		return vTrue
	}
	if c.name == "array_filter" || strings.HasPrefix(c.name, "array_u") {
		return c.arg(0)
	}
	return join(r, passed(c.args))
}

// sessionHandlers calls each handler with the id of the session, which the
// sender chooses.
func (in *interp) sessionHandlers(c *call) *value {
	for _, f := range c.args {
		if f.k == vString || f.k == vClosure {
			in.callVia(f, []*value{from(oCookie, "session")}, nil, via{name: viaName(c, f), taker: "callback:" + c.name}, c.pos)
		}
	}
	return vTrue
}

// withHow returns callee; a name that was computed stays marked as such.
func withHow(callee *value, how string) *value {
	if how != "" && callee.comp&^hVariable == 0 {
		v := *callee
		v.comp |= hOther
		return &v
	}
	return callee
}

// walkKnown calls the callback with each element and key of a known array.
func (in *interp) walkKnown(c *call, callee *value, marker string) bool {
	src := c.arg(0)
	if src.k != vArray || src.a.rest != nil || len(src.a.vals) > 1000 {
		return false
	}
	for i, v := range src.a.vals {
		args := []*value{v, src.a.keys[i].value()}
		if len(c.args) > 2 {
			args = append(args, c.args[2])
		}
		in.callVia(callee, args, nil, via{name: viaName(c, callee), taker: marker}, c.pos)
	}
	return true
}

// viaName is how the callee's name was made, or that of the taker.
func viaName(c *call, callee *value) string {
	if callee.k == vString {
		if h := callee.comp.via(); h != "" {
			return h
		}
	}
	if c.via.name != "variable" && c.via.name != "alias" {
		return c.via.name
	}
	return ""
}

// outputSoFar is what an output handler is given: the page, attacker's input included.
func (in *interp) outputSoFar() *value {
	if in.echoed != nil {
		return in.echoed
	}
	return unknown
}

// anyElement returns any element of v, known if they are all one.
func (in *interp) anyElement(v *value) *value {
	if v.k == vString || v.k == vInt {
		return v
	}
	if v.k == vArray && v.a.names != nil && v.a.names.attacker() {
		return join(v.a.names, v.a.rest)
	}
	return in.element(v, nil)
}

// mapKnown maps over an array of known elements.
func (in *interp) mapKnown(c *call, callee *value, marker string) *value {
	src := c.arg(1)
	if src.k != vArray || src.a.rest != nil || len(src.a.vals) > 1<<16 || len(src.a.vals) == 0 || len(c.args) > 3 {
		return nil
	}
	out := &array{}
	for i, v := range src.a.vals {
		args := []*value{v}
		if len(c.args) == 3 {
			args = append(args, in.element(c.args[2], src.a.keys[i].value()))
		}
		in.concrete++
		r := in.callVia(callee, args, nil, via{name: viaName(c, callee), taker: marker}, c.pos)
		in.concrete--
		out.set(src.a.keys[i], r)
		if in.stop {
			break
		}
	}
	return &value{k: vArray, a: out, src: oConstant}
}

var inputNames = []string{"_POST", "_GET", "_COOKIE", "_ENV", "_SERVER", "_SERVER"}

// filter is filter_var and filter_input: with FILTER_CALLBACK they call.
func (in *interp) filter(c *call) *value {
	v := c.arg(0)
	opts := 2
	if c.name == "filter_input" {
		opts = 3
		name := "*"
		if s, ok := c.arg(1).text(); ok {
			name = s
		}
		where := "_REQUEST"
		if i, ok := c.arg(0).integer(); ok && i >= 0 && int(i) < len(inputNames) {
			where = inputNames[i]
		}
		o := oRequest
		if where == "_COOKIE" {
			o = oCookie
		}
		if where == "_SERVER" {
			v = serverVar(name)
		} else {
			v = from(o, where+"["+name+"]")
		}
	}
	o := c.arg(opts)
	if c.name == "filter_var_array" && c.arg(1).k == vArray {
		for _, e := range c.arg(1).a.vals {
			if e.k == vArray {
				o = e
				v = c.arg(0).flat()
			}
		}
	}
	if o.k == vArray {
		if f := o.a.get(key{s: "options", str: true}); f != nil && (f.k == vString || f.k == vClosure || f.k == vUnknown && f.attacker()) {
			return in.callVia(f, []*value{v}, nil, via{name: viaName(c, f), taker: "callback:" + c.name}, c.pos)
		}
	}
	out := v.derive()
	if len(c.args) > opts-1 && c.name != "filter_var_array" {
		if i, ok := c.arg(opts - 1).integer(); !ok || i != 516 && c.arg(opts-1).k != vNull {
			out.g |= gRegex
		}
	}
	return out
}
