package php

import (
	"net/url"
	"regexp"
	"strings"
)

// special calls the functions that need more than their arguments' values; false
// if the name is none of them. A nil value is unknown, of the arguments' origin.
func (in *interp) special(c *call) (*value, bool) {
	switch c.name {
	case "define":
		if s, ok := c.arg(0).text(); ok && len(in.consts) < 10000 {
			in.consts[s] = c.arg(1)
		}
		return vTrue, true
	case "constant":
		return in.constantNamed(c.arg(0)), true
	case "defined":
		return telling([]fact{{g: gDefined}}, nil), true
	case "create_function":
		return in.createFunction(c), true
	case "preg_replace", "preg_filter", "mb_ereg_replace", "mb_eregi_replace":
		return in.pregReplace(c), true
	case "preg_match", "preg_match_all", "mb_ereg", "ereg", "eregi":
		return in.pregMatch(c), true
	case "parse_str", "mb_parse_str":
		return in.parseStr(c), true
	case "extract":
		return in.extract(c), true
	case "import_request_variables":
		in.sc.rest = from(oRequest, "_REQUEST[*]")
		return null, true
	case "compact":
		return in.compact(c), true
	case "get_defined_vars":
		return in.definedVars(), true
	case "func_get_args":
		return list(in.sc.args...), true
	case "func_get_arg":
		if i, ok := c.arg(0).integer(); ok && i >= 0 && int(i) < len(in.sc.args) {
			return in.sc.args[i], true
		}
		return joinAll(in.sc.args), true
	case "func_num_args":
		return num(int64(len(in.sc.args))), true
	case "getallheaders", "apache_request_headers":
		return from(oHeader, "headers"), true
	case "getenv", "apache_getenv":
		if s, ok := c.arg(0).text(); ok && s != "" {
			if v := serverVar(s); v != unknown {
				return v, true
			}
		}
		return from(oEnv, ""), true
	case "filter_input_array":
		return from(oRequest, "_REQUEST"), true
	case "error_reporting", "set_time_limit", "ignore_user_abort", "ini_set", "ini_get", "header", "http_response_code", "touch", "get_cfg_var":
		return in.settings(c), true
	case "in_array", "array_key_exists", "key_exists", "array_search":
		return in.membership(c), true
	case "strcmp", "strcasecmp", "strncmp", "hash_equals", "password_verify", "strncasecmp":
		return in.equality(c), true
	case "is_file", "file_exists", "is_dir", "is_readable", "function_exists", "is_callable", "method_exists", "class_exists", "is_writable":
		out := tested(c.arg(0), gExists)
		if s, ok := c.arg(0).text(); ok && in.concrete > 0 && c.name == "function_exists" && (in.funcs[lower(s)] != nil || isSinkName(s)) {
			return vTrue, true
		}
		return out, true
	case "is_numeric", "ctype_digit", "ctype_alnum", "ctype_alpha", "is_int", "ctype_xdigit", "checkdate":
		return tested(c.arg(0), gRegex), true
	case "session_start", "session_name":
		return unknown, true
	case "each":
		return in.each(c.arg(0)), true
	case "array_push", "array_unshift":
		return in.arrayPush(c), true
	case "array_pop", "array_shift":
		return in.arrayPop(c), true
	case "sort", "rsort", "shuffle", "asort", "ksort", "krsort", "arsort", "natsort":
		return in.sortArray(c), true
	case "next", "prev", "reset", "end", "current", "pos", "key":
		return in.pointer(c), true
	case "settype":
		in.writeBack(c, 0, castTo(c.arg(0)))
		return vTrue, true
	case "eval":
		return in.codeVia("eval", c.arg(0), c.pos, c.via), true
	case "get_defined_functions":
		return &value{src: oUnknown, det: "functions", comp: hOther}, true
	case "stream_wrapper_register", "stream_register_wrapper":
		return in.registerWrapper(c), true
	case "exit", "die":
		in.exited = true
		return null, true
	}
	return in.files(c)
}

// constantNamed is constant(): of the file or of a class.
func (in *interp) constantNamed(name *value) *value {
	s, ok := name.text()
	if !ok {
		return unknown
	}
	if v := in.consts[strings.TrimPrefix(s, "\\")]; v != nil {
		return v
	}
	if cls, member, ok := strings.Cut(s, "::"); ok {
		return in.staticMember(&node{kind: nClassConst, a: &node{kind: nName, str: cls}, str: member})
	}
	return unknown
}

// createFunction is create_function: its body is code.
func (in *interp) createFunction(c *call) *value {
	how := c.via
	if how.taker == "" {
		how.taker = "create_function"
	}
	if c.name2 != nil {
		in.noteComputed(c.name2, c.name)
	}
	body := c.arg(1)
	in.emit(sinkLine{kind: "code", name: c.name, arg: body, via: how, pos: c.pos})
	if ps, ok := c.arg(0).text(); ok && body.k == vString {
		code := "return function(" + ps + "){" + body.s + "};"
		return in.runCode(body, code)
	}
	return &value{src: oUnknown}
}

var (
	evalFlag = regexp.MustCompile(`^\s*([^\w\s\\]).*([^\w\s\\])[imsxADSUXJu]*e[imsxADSUXJu]*$`)
	backRef  = regexp.MustCompile(`\\+\d\d?|\$\{?\d\d?\}?`)
)

func (in *interp) parseStr(c *call) *value {
	v := c.arg(0).flat()
	el := v.derive()
	if v.k == vString {
		a := &array{}
		for part := range strings.SplitSeq(v.s, "&") {
			k, x, _ := strings.Cut(part, "=")
			item := queryValue(v, x)
			kk, _ := keyOf(str(queryText(k)))
			a.set(kk, item)
			if len(c.args) < 2 {
				in.assign(&node{kind: nVar, str: queryText(k)}, item)
			}
		}
		in.writeBack(c, 1, &value{k: vArray, a: a, src: oConstant})
		return null
	}
	if len(c.args) > 1 {
		in.writeBack(c, 1, el)
		return null
	}
	if el.attacker() {
		in.emit(sinkLine{kind: "extract", name: c.name, arg: el, via: c.via, pos: c.pos})
		in.sc.rest = el
	}
	return null
}

// queryText undoes the escapes of a query string.
func queryText(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

// queryValue is a value of the query string v, a known text.
func queryValue(v *value, s string) *value {
	out := &value{k: vString, s: queryText(s), src: oConstant, comp: v.comp | hOffset, dec: v.dec}
	if out.s != s {
		out.comp |= hDecode
	}
	return out
}

func (in *interp) extract(c *call) *value {
	v := c.arg(0)
	if v.k == vArray {
		for i, k := range v.a.keys {
			if k.str {
				in.set(in.slot(in.sc, k.s), v.a.vals[i])
			}
		}
	}
	el := in.element(v, nil)
	if el.attacker() && v.k != vArray || v.k == vArray && v.a.rest != nil && v.a.rest.attacker() {
		in.emit(sinkLine{kind: "extract", name: c.name, arg: el, via: c.via, pos: c.pos})
		in.sc.rest = el
	}
	return unknown
}

func (in *interp) compact(c *call) *value {
	a := &array{}
	for _, v := range c.args {
		if s, ok := v.text(); ok {
			a.set(key{s: s, str: true}, in.variable(s))
		}
	}
	return &value{k: vArray, a: a, src: oConstant}
}

func (in *interp) definedVars() *value {
	a := &array{}
	for _, n := range []string{"_GET", "_POST", "_COOKIE", "_FILES"} {
		a.set(key{s: n, str: true}, superglobal(n))
	}
	return &value{k: vArray, a: a, src: oConstant}
}

// settings are calls that are telling by themselves.
func (in *interp) settings(c *call) *value {
	s, _ := c.arg(0).text()
	low := lower(s)
	switch c.name {
	case "error_reporting":
		if i, ok := c.arg(0).integer(); ok && i == 0 && len(c.args) > 0 {
			in.out.trait("hidden-errors", "")
		}
	case "ignore_user_abort":
		in.out.trait("time-limit", "")
	case "set_time_limit":
		if i, ok := c.arg(0).integer(); ok && i == 0 {
			in.out.trait("time-limit", "")
		}
	case "ini_get", "get_cfg_var":
		if strings.Contains(low, "disable_functions") || strings.Contains(low, "safe_mode") || strings.Contains(low, "open_basedir") {
			in.out.trait("disable-check", "")
		}
	case "ini_set":
		if strings.Contains(low, "auto_prepend") || strings.Contains(low, "auto_append") {
			in.out.trait("auto-prepend", "")
		}
		if strings.Contains(low, "disable_functions") || strings.Contains(low, "open_basedir") {
			in.out.trait("disable-check", "")
		}
	case "header", "http_response_code":
		if strings.Contains(low, "404") {
			in.out.trait("disguise", "")
		}
	case "touch":
		if len(c.args) > 1 && (c.arg(1).src&oFile != 0 || c.arg(1).attacker()) {
			in.out.trait("timestomp", "")
		}
	}
	return unknown
}

// membership is in_array and the like: a whitelist, if the list is the author's.
func (in *interp) membership(c *call) *value {
	x, set := c.arg(0), c.arg(1)
	if set.k == vArray && set.a.rest == nil && x.known() && x.src&(oUnknown|oAttacker) == 0 {
		for i, v := range set.a.vals {
			hit := v.known() && looseEqual(v, x)
			if c.name == "array_key_exists" || c.name == "key_exists" {
				k, _ := keyOf(x)
				hit = set.a.keys[i] == k
			}
			if hit {
				if c.name == "array_search" {
					return set.a.keys[i].value()
				}
				return vTrue
			}
		}
		return vFalse
	}
	if set.attacker() && !x.attacker() {
		return &value{src: oUnknown}
	}
	return tested(x, gWhitelist)
}

func (in *interp) equality(c *call) *value {
	a, b := c.arg(0), c.arg(1)
	fs := equalFacts(a, b)
	if c.name == "password_verify" {
		fs = []fact{{g: gHash}}
	}
	if c.name == "hash_equals" || c.name == "password_verify" {
		return telling(fs, nil)
	}
	if a.k == vString && b.k == vString && c.name == "strcmp" {
		return num(int64(strings.Compare(a.s, b.s)))
	}
	return telling(nil, fs)
}
