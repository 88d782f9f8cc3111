package php

import (
	"strings"
)

// builtinFunc computes a function of PHP from its arguments. nil means that the
// result is not known; then it has the origin of the arguments.
type builtinFunc func(in *interp, c *call) *value

// words is the class of every name that the lexer looks up.
var words = makeWords()

func makeWords() map[string]word {
	m := map[string]word{}
	for n := range takers {
		m[n] = wTaker
	}
	for n := range sinks {
		m[n] = wSink
	}
	for _, n := range []string{"base64_decode", "gzinflate", "gzuncompress", "gzdecode", "str_rot13", "hex2bin", "convert_uudecode", "strrev", "chr", "pack",
		"gzdeflate", "rawurldecode", "urldecode", "openssl_decrypt", "mcrypt_decrypt", "bzdecompress", "zlib_decode"} {
		m[n] = wDecoder
	}
	for _, n := range []string{"getallheaders", "apache_request_headers", "filter_input", "filter_input_array", "import_request_variables", "parse_str",
		"get_defined_vars", "func_get_args", "getenv", "extract", "apache_getenv"} {
		m[n] = wSource
	}
	for _, n := range []string{"create_function", "preg_replace", "preg_filter", "eval", "perl", "ffi", "splfileobject", "fopen", "file_get_contents", "com", "reflectionfunction", "reflectionmethod", "reflectionclass",
		"reflectionobject", "mb_ereg_replace", "mb_eregi_replace", "arrayobject", "arrayiterator", "xsltprocessor", "domxpath", "python", "runkit_function_redefine"} {
		m[n] = wSink
	}
	for n, w := range keywords {
		m[n] = w
	}
	return m
}

// builtin calls a function that is not in the file.
func (in *interp) builtin(c *call) *value {
	if len(c.args) > 0 && c.via.name == "" && c.name2 != nil {
		c.via.name = c.name2.comp.via()
	}
	if v, ok := in.special(c); ok {
		if v == nil {
			return in.result(c)
		}
		return v
	}
	if t, ok := takers[c.name]; ok {
		return in.take(c, t)
	}
	if s, ok := sinks[c.name]; ok {
		if c.name2 != nil {
			in.noteComputed(c.name2, c.name)
		}
		if c.name == "assert" {
			if c.arg(0).k == vString || c.arg(0).src&^(oUnknown|oConstant|oParam) != 0 || c.arg(0).dec != 0 {
				return in.codeVia("assert", c.arg(0), c.pos, c.via)
			}
			return unknown
		}
		return in.sinkCall(c, s)
	}
	if len(c.args) > 0 && c.args[0].k == vObject {
		if v := in.asked(c); v != nil {
			return v
		}
	}
	if f := in.pure[c.name]; f != nil {
		v := f(in, c)
		if v == nil {
			return in.result(c)
		}
		if v.k == vString {
			in.charge(len(v.s))
			if in.concrete == 0 {
				in.out.computed(v)
			}
		}
		return v
	}
	if fs := nameFacts(c.name); fs != nil {
		out := telling(fs, nil)
		if strings.HasPrefix(c.name, "check_") || strings.HasPrefix(c.name, "require") || strings.HasPrefix(c.name, "auth_redirect") || strings.HasPrefix(c.name, "verify") {
			in.addFacts(fs)
		}
		return out
	}
	in.runCallbacks(c.args, c.pos)
	return passed(c.args)
}

// askedMethods are what functions call in an object that they are given.
var askedMethods = map[string]string{"count": "count", "sizeof": "count", "json_encode": "jsonserialize", "iterator_to_array": "getiterator"}

// asked calls the method that a function of PHP calls in its argument, nil if
// there is none.
func (in *interp) asked(c *call) *value {
	o := c.args[0].o
	if o.class == nil {
		return nil
	}
	if f := in.method(o.class, askedMethods[c.name]); f != nil {
		return in.callFunc(f, o, o.class, nil, nil)
	}
	return nil
}

// result is the unknown result of a function of PHP: text made of its arguments.
func (in *interp) result(c *call) *value {
	out := joinAll(c.args).derive()
	out.s = ""
	return out
}

// nameFacts tells from its name what a function of the application checks.
func nameFacts(name string) []fact {
	low := lower(name)
	has := letters(low)
	for i := range tellingNames {
		w := &tellingNames[i]
		if w.letters&^has == 0 && strings.Contains(low, w.text) {
			return []fact{{g: w.g}}
		}
	}
	return nil
}

// tellingName is a part of the names of functions that check something.
type tellingName struct {
	text    string
	letters uint32 // of text
	g       guard
}

// tellingNames are those parts, the ones that count first first.
var tellingNames = makeTellingNames()

func makeTellingNames() (list []tellingName) {
	add := func(g guard, texts ...string) {
		for _, t := range texts {
			list = append(list, tellingName{t, letters(t), g})
		}
	}
	add(gNonce, "nonce", "csrf", "admin_referer", "sesskey", "checktoken", "validtoken", "check_token", "matchedittoken", "checksectok")
	add(gCapability, "user_can", "isallowed", "permission", "capability", "hasrole", "has_access", "isgranted", "authorize", "userallowed", "auth_quickaclcheck", "is_super_admin", "checkright")
	add(gAuth, "logged_in", "loggedin", "is_user", "authenticat", "is_auth", "isauth", "checklogin", "check_login", "require_login", "isadmin", "is_admin", "auth_redirect", "checkauth", "check_auth")
	return list
}

// letters returns the set of the letters of s, a bit for the low five bits of each.
func letters(s string) (set uint32) {
	for i := range len(s) {
		set |= 1 << (s[i] & 0x1f)
	}
	return set
}

// conditionOf returns v with the facts that its truth tells.
func conditionOf(v *value) *value {
	if v.cond == nil && v.src&oSession != 0 {
		return checked(v)
	}
	return v
}

// tested makes the result of a check of v.
func tested(v *value, g guard) *value {
	v = v.flat()
	if v.attacker() || v.src&oSession != 0 {
		return telling([]fact{{g, v.det}}, nil)
	}
	return &value{src: oUnknown}
}

// writeBack stores v in the variable that argument i names.
func (in *interp) writeBack(c *call, i int, v *value) {
	if i < len(c.nodes) {
		in.assign(c.nodes[i], v)
	}
}
