package php

import (
	"strings"
)

// eval returns the value of an expression.
func (in *interp) eval(n *node) *value {
	if n == nil || !in.step() {
		return unknown
	}
	in.depth++
	if in.depth > maxEval {
		in.depth--
		in.giveUp("nesting")
		return unknown
	}
	v := in.expression(n)
	in.depth--
	if v == nil {
		return unknown
	}
	return v
}

func (in *interp) expression(n *node) *value {
	switch n.kind {
	case nString, nInt, nFloat:
		return in.literal(n)
	case nVar:
		return in.variable(n.str)
	case nVarVar:
		return in.varVar(n)
	case nInterp:
		return in.interpolate(n)
	case nConcat:
		return in.concatenate(n)
	case nConst:
		return in.constant(n)
	case nArray:
		return in.arrayOf(n)
	case nIndex:
		return in.index(n)
	case nProp:
		return in.property(n)
	case nStaticProp, nClassConst:
		return in.staticMember(n)
	case nCall, nMethod, nStaticCall, nNew:
		return in.callExpr(n)
	case nBin:
		return in.binary(n)
	case nUn:
		return in.unary(n)
	case nAssign, nAssignRef, nAssignOp, nPreInc, nPostInc:
		return in.assignment(n)
	case nTernary:
		return in.ternary(n)
	case nCast:
		return in.cast(n)
	case nIsset:
		return in.isset(n)
	case nEmpty:
		v := in.eval(n.a)
		if is, ok := v.truth(); ok && in.decided(v) {
			return boolean(!is)
		}
		return negate(checked(v))
	case nInclude:
		return in.include(n)
	case nEval:
		v := in.eval(n.a)
		return in.code("eval", v, n.pos, "")
	case nExit:
		if n.a != nil {
			in.echo(in.eval(n.a), n)
		}
		in.exited = true
		return null
	case nPrint:
		in.echo(in.eval(n.a), n)
		return num(1)
	case nBacktick:
		return in.backtick(n)
	case nFunc:
		return in.closure(n)
	case nClone:
		return in.eval(n.a)
	case nThrow:
		in.eval(n.a)
		in.exited = true
		return unknown
	case nMatch:
		return in.match(n)
	case nYield:
		v := in.eval(n.a)
		if n.b != nil {
			v = in.eval(n.b)
		}
		in.sc.ret = join(in.sc.ret, list(v))
		return unknown
	case nSilence:
		return in.eval(n.a)
	case nInstanceof:
		in.eval(n.a)
		return unknown
	case nName:
		return str(n.str)
	case nCase, nItem, nNone:
		return unknown
	}
	in.exec(n)
	return unknown
}

// text returns the string that an expression evaluates to, if it is known.
func (in *interp) text(n *node) (string, bool) {
	if n == nil || n.kind != nString || in.depth >= maxEval {
		return in.eval(n).text()
	}
	if !in.step() { // as eval
		return "", false
	}
	return n.str, true
}

func (in *interp) slot(sc *scope, name string) *variable {
	v := sc.vars.get(name)
	if v == nil {
		v = in.variables.one()
		sc.vars.put(name, v)
	}
	return v
}

// variable returns what a variable holds.
func (in *interp) variable(name string) *value {
	if v := in.sc.vars.get(name); v != nil && v.v != nil {
		return v.v
	}
	if v := superglobal(name); v != nil {
		return v
	}
	switch name {
	case "this":
		if in.sc.this != nil {
			if in.sc.self == nil {
				in.sc.self = &value{k: vObject, o: in.sc.this, src: oUnknown}
			}
			return in.sc.self
		}
		if in.sc == in.globals && in.logging == 0 { // a method of the application includes this file
			in.addFacts([]fact{{g: gInclude}})
		}
		return unknown
	case "GLOBALS":
		return &value{k: vObject, o: &object{name: "globals"}, src: oUnknown}
	case "argv":
		return from(oArgs, "argv")
	case "php_errormsg":
		return unknown
	}
	if in.sc.rest != nil {
		return in.sc.rest
	}
	if v := in.field(name); v != nil {
		return v
	}
	return undefined
}

// undefined is an unset variable: empty in strings, null elsewhere, but not
// worth more than unknown in a function or behind an include.
var undefined = &value{k: vNull, src: oUnknown}

func superglobal(name string) *value {
	switch name {
	case "_GET", "_POST", "_REQUEST", "HTTP_POST_VARS", "HTTP_GET_VARS":
		return from(oRequest, name)
	case "_COOKIE", "HTTP_COOKIE_VARS":
		return from(oCookie, name)
	case "_FILES", "HTTP_POST_FILES":
		return from(oUpload, name)
	case "_SERVER", "HTTP_SERVER_VARS":
		return &value{src: oUnknown, det: "_SERVER"}
	case "_ENV":
		return from(oEnv, name)
	case "_SESSION":
		return from(oSession, name)
	case "HTTP_RAW_POST_DATA":
		return from(oRequest, "input")
	}
	return nil
}

// serverVar returns an element of $_SERVER.
func serverVar(k string) *value {
	switch {
	case k == "HTTP_COOKIE":
		return from(oCookie, "*")
	case k == "HTTP_HOST" || k == "SERVER_NAME":
		return from(oUnknown, "")
	case strings.HasPrefix(k, "HTTP_"):
		return from(oHeader, k)
	case k == "QUERY_STRING" || k == "REQUEST_URI" || k == "PATH_INFO" || k == "ORIG_PATH_INFO" || k == "PHP_AUTH_USER" || k == "PHP_AUTH_PW" || k == "PATH_TRANSLATED":
		return from(oRequest, "_SERVER["+k+"]")
	case k == "argv":
		return from(oArgs, "argv")
	case k == "REQUEST_METHOD":
		return from(oUnknown, "")
	case k == "SCRIPT_FILENAME":
		return &value{src: oUnknown, det: "__FILE__"}
	}
	return unknown
}

// varName returns the name that a variable expression names, if it is known.
func (in *interp) varName(n *node) (string, bool) {
	switch n.kind {
	case nVar:
		return n.str, true
	case nVarVar:
		v := in.eval(n.a)
		if s, ok := v.text(); ok {
			if superglobal(s) != nil && v.comp&^hVariable != 0 {
				in.out.trait("computed-input", detail(s))
			}
			return s, true
		}
	}
	return "", false
}

func (in *interp) varVar(n *node) *value {
	in.out.dynNames++
	if name, ok := in.varName(n); ok {
		v := in.variable(name)
		return v
	}
	v := in.eval(n.a)
	if v.attacker() {
		return &value{src: v.src & oAttacker, det: v.det, part: true}
	}
	return unknown
}

func (in *interp) interpolate(n *node) *value {
	out := emptyStr
	for i, e := range n.list {
		v := in.eval(e)
		if i == 0 {
			out = in.stringOf(v, e.pos)
			continue
		}
		out = concat(out, in.stringOf(v, e.pos))
	}
	if len(n.list) == 1 && n.list[0].kind == nString {
		return out
	}
	in.charge(len(out.s))
	return out
}

// stringOf returns v as a string; objects are asked for theirs.
func (in *interp) stringOf(v *value, pos uint32) *value {
	if v.k == vObject && v.o.class != nil {
		if f := in.method(v.o.class, "__tostring"); f != nil {
			return in.callFunc(f, v.o, v.o.class, nil, nil)
		}
	}
	if v.k == vArray && len(v.a.keys) == 0 && v.a.rest == nil {
		return &value{k: vString, s: "Array", src: oConstant, comp: hOther}
	}
	if v.k == vUnknown && strings.HasPrefix(v.det, "\x00") && !isUpper(v.det[1:]) {
		return bareword(v)
	}
	if v.k != vString {
		if s, ok := v.text(); ok && v.k != vArray {
			return &value{k: vString, s: s, src: v.src, comp: v.comp, g: v.g, det: v.det}
		}
	}
	return v
}

func (in *interp) concatenate(n *node) *value {
	out := in.stringOf(in.eval(n.list[0]), n.pos)
	total := 0
	for _, e := range n.list[1:] {
		out = concat(out, in.stringOf(in.eval(e), e.pos))
		total += len(out.s)
		if in.stop {
			return unknown
		}
	}
	in.charge(len(out.s))
	if out.k == vString && in.concrete == 0 {
		in.out.computed(out)
	}
	return out
}

var magicConsts = map[string]func(in *interp, n *node) *value{
	"__line__":                 func(in *interp, n *node) *value { return num(int64(in.unit.line(n.pos))) },
	"__file__":                 func(in *interp, n *node) *value { return &value{src: oUnknown, det: "__FILE__"} },
	"__dir__":                  func(in *interp, n *node) *value { return &value{src: oUnknown, s: "/", g: 0, det: "__DIR__"} },
	"__function__":             func(in *interp, n *node) *value { return str(in.sc.name()) },
	"__method__":               func(in *interp, n *node) *value { return str(in.sc.name()) },
	"__class__":                func(in *interp, n *node) *value { return str(in.sc.className()) },
	"__namespace__":            func(in *interp, n *node) *value { return emptyStr },
	"__compiler_halt_offset__": func(in *interp, n *node) *value { return num(int64(in.unit.st.halt)) },
	"true":                     func(in *interp, n *node) *value { return vTrue },
	"false":                    func(in *interp, n *node) *value { return vFalse },
	"null":                     func(in *interp, n *node) *value { return null },
	"php_eol":                  func(in *interp, n *node) *value { return str("\n") },
	"directory_separator":      func(in *interp, n *node) *value { return str("/") },
	"path_separator":           func(in *interp, n *node) *value { return str(":") },
	"php_int_max":              func(in *interp, n *node) *value { return num(1<<63 - 1) },
	"m_pi":                     func(in *interp, n *node) *value { return flt(3.141592653589793) },
	"nan":                      func(in *interp, n *node) *value { return str("NAN") },
	"inf":                      func(in *interp, n *node) *value { return str("INF") },
	"str_pad_left":             func(in *interp, n *node) *value { return num(0) },
	"str_pad_right":            func(in *interp, n *node) *value { return num(1) },
	"ent_quotes":               func(in *interp, n *node) *value { return num(3) },
	"stdin":                    func(in *interp, n *node) *value { return from(oStdin, "") },
	"input_post":               func(in *interp, n *node) *value { return &value{k: vInt, i: 0, src: oConstant, det: "_POST"} },
	"input_get":                func(in *interp, n *node) *value { return &value{k: vInt, i: 1, src: oConstant, det: "_GET"} },
	"input_cookie":             func(in *interp, n *node) *value { return &value{k: vInt, i: 2, src: oConstant, det: "_COOKIE"} },
	"input_server":             func(in *interp, n *node) *value { return &value{k: vInt, i: 5, src: oConstant, det: "_SERVER"} },
	"filter_callback":          func(in *interp, n *node) *value { return num(1024) },
	"extr_skip":                func(in *interp, n *node) *value { return num(1) },
}

func (s *scope) name() string {
	if s.fn != nil {
		return s.fn.name
	}
	return ""
}

func (s *scope) className() string {
	if s.cls != nil {
		return s.cls.name
	}
	return ""
}

func (in *interp) constant(n *node) *value {
	if f := magicConsts[in.lower(strings.TrimPrefix(n.str, "\\"))]; f != nil {
		return f(in, n)
	}
	if v := in.consts[n.str]; v != nil {
		return v
	}
	// A constant nobody defined was its own name before PHP 8.
	return &value{k: vUnknown, src: oUnknown, det: "\x00" + n.str}
}

// isUpper reports whether a name is written as applications write constants.
func isUpper(s string) bool {
	return len(s) >= 4 && strings.ToUpper(s) == s || strings.ContainsAny(s, "\\")
}

// bareword returns the name of a constant that nobody defined.
func bareword(v *value) *value {
	if v.k == vUnknown && strings.HasPrefix(v.det, "\x00") {
		return &value{k: vString, s: v.det[1:], src: oConstant, comp: hOther}
	}
	return v
}
