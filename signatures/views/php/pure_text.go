package php

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

func reverse(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

func firstLetter(s string, f func(string) string) string {
	if s == "" {
		return s
	}
	return f(s[:1]) + s[1:]
}

func ucwords(s string) string {
	up := true
	return strings.Map(func(r rune) rune {
		if up {
			r = unicode.ToUpper(r)
		}
		up = r == ' ' || r == '\t' || r == '\n'
		return r
	}, s)
}

func stripslashes(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			if s[i] == '0' {
				b.WriteByte(0)
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func latin1(s string) string {
	out := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 255 {
			r = '?'
		}
		out = append(out, byte(r))
	}
	return string(out)
}

func trimmer(f func(string, string) string, space func(string) string) builtinFunc {
	return func(in *interp, c *call) *value {
		v := c.arg(0)
		s, ok := textOf(v)
		set, ok2 := " \t\n\r\x00\x0b", true
		if len(c.args) > 1 {
			set, ok2 = textOf(c.args[1])
			set = expandSet(set)
		}
		if !ok || !ok2 {
			return v.derive()
		}
		if set == "" {
			return v
		}
		return made(v, trimBytes(s, set, c.name), hOffset, 0)
	}
}

// trimBytes trims single bytes, whatever their encoding.
func trimBytes(s, set, name string) string {
	in := func(c byte) bool { return strings.IndexByte(set, c) >= 0 }
	if name != "rtrim" && name != "chop" {
		for len(s) > 0 && in(s[0]) {
			s = s[1:]
		}
	}
	if name != "ltrim" {
		for len(s) > 0 && in(s[len(s)-1]) {
			s = s[:len(s)-1]
		}
	}
	return s
}

// expandSet expands ranges such as "a..z".
func expandSet(s string) string {
	i := strings.Index(s, "..")
	if i < 1 || i+2 >= len(s) || s[i-1] > s[i+2] {
		return s
	}
	var b strings.Builder
	b.WriteString(s[:i-1])
	for c := int(s[i-1]); c <= int(s[i+2]); c++ {
		b.WriteByte(byte(c))
	}
	b.WriteString(s[i+3:])
	return b.String()
}

func replace(in *interp, c *call) *value {
	subject := c.arg(2)
	search, repl := c.arg(0), c.arg(1)
	if subject.k == vArray && subject.a.rest == nil && len(subject.a.vals) < 1000 {
		a := &array{}
		for i, v := range subject.a.vals {
			a.set(subject.a.keys[i], orResult(replace(in, &call{name: c.name, args: []*value{search, repl, v}})))
		}
		return &value{k: vArray, a: a, src: oConstant}
	}
	s, ok := textOf(subject)
	if !ok || search.k == vUnknown || repl.k == vUnknown {
		out := subject.derive()
		if search.k == vString && strings.Contains(search.s, "..") {
			out.g |= gBasename
		}
		if !subject.attacker() && repl.attacker() {
			out = merge(out, repl.flat())
			out.part = true
		}
		out.comp |= hReplace
		return out
	}
	pairs := replacePairs(search, repl)
	for _, p := range pairs {
		if p[0] == "" {
			continue
		}
		if grown := len(p[1]) - len(p[0]); grown > 0 && strings.Count(s, p[0]) > (maxText-len(s))/grown {
			return subject.derive()
		}
		if c.name == "str_ireplace" {
			s = ireplace(s, p[0], p[1])
		} else {
			s = strings.ReplaceAll(s, p[0], p[1])
		}
		if len(s) > maxText || !in.charge(len(s)/8) {
			return subject.derive()
		}
	}
	out := made(subject, s, hReplace, 0)
	if len(s) > 64 {
		out.dec = out.dec.then(dReplace)
	}
	return out
}

func orResult(v *value) *value {
	if v == nil {
		return unknown
	}
	return v
}

func replacePairs(search, repl *value) [][2]string {
	rs, _ := textOf(repl)
	if search.k != vArray {
		ss, _ := textOf(search)
		return [][2]string{{ss, rs}}
	}
	var out [][2]string
	for i, v := range search.a.vals {
		ss, _ := textOf(v)
		r := rs
		if repl.k == vArray {
			r = ""
			if i < len(repl.a.vals) {
				r, _ = textOf(repl.a.vals[i])
			}
		}
		out = append(out, [2]string{ss, r})
	}
	return out
}

func ireplace(s, old, repl string) string {
	low, o := strings.ToLower(s), strings.ToLower(old)
	if len(low) != len(s) {
		return s
	}
	var b strings.Builder
	for {
		i := strings.Index(low, o)
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		b.WriteString(repl)
		s, low = s[i+len(o):], low[i+len(o):]
	}
}

func strtr(in *interp, c *call) *value {
	v := c.arg(0)
	s, ok := textOf(v)
	if !ok {
		out := v.derive()
		out.comp |= hReplace
		return out
	}
	if len(c.args) == 2 && c.args[1].k == vArray && c.args[1].a.rest == nil {
		var pairs []string
		longest := 0
		for i, k := range c.args[1].a.keys {
			ks, _ := k.value().text()
			if r, ok := textOf(c.args[1].a.vals[i]); ok && ks != "" {
				pairs = append(pairs, ks, r)
				longest = max(longest, len(r))
			}
		}
		if len(pairs) > 4096 || longest*len(s) > maxText && longest > 1 {
			return v.derive()
		}
		return made(v, strings.NewReplacer(pairs...).Replace(s), hReplace, dStrtr)
	}
	a, ok1 := textOf(c.arg(1))
	b, ok2 := textOf(c.arg(2))
	if !ok1 || !ok2 {
		return v.derive()
	}
	var table [256]byte
	for i := range table {
		table[i] = byte(i)
	}
	for i := range min(len(a), len(b)) {
		table[a[i]] = b[i]
	}
	out := make([]byte, len(s))
	for i := range len(s) {
		out[i] = table[s[i]]
	}
	return made(v, string(out), hReplace, dStrtr)
}

func substrReplace(in *interp, c *call) *value {
	s, ok := textOf(c.arg(0))
	r, ok2 := textOf(c.arg(1))
	off, ok3 := c.arg(2).integer()
	if !ok || !ok2 || !ok3 {
		return joinAll(c.args).derive()
	}
	n := int64(len(s))
	if len(c.args) > 3 {
		n, _ = c.args[3].integer()
	}
	if off < 0 {
		off = max(0, int64(len(s))+off)
	}
	off = min(off, int64(len(s)))
	gone := int64(len(substr(s, off, n)))
	return made(c.arg(0), s[:off]+r+s[off+gone:], hReplace, 0)
}

func implode(in *interp, c *call) *value {
	sep, arr := c.arg(0), c.arg(1)
	if sep.k == vArray || len(c.args) == 1 {
		sep, arr = arr, sep
	}
	if arr.k != vArray || arr.a.rest != nil {
		out := arr.derive()
		out.comp |= hConcat
		return out
	}
	glue, _ := textOf(sep)
	out := emptyStr
	sepV := str(glue)
	for i, v := range arr.a.vals {
		if i > 0 && glue != "" {
			out = concat(out, sepV)
		}
		out = concat(out, in.stringOf(v, c.pos))
		if in.stop {
			return unknown
		}
	}
	return out
}

func explode(in *interp, c *call) *value {
	sep, ok := textOf(c.arg(0))
	v := c.arg(1)
	s, ok2 := textOf(v)
	if !ok || !ok2 || sep == "" || strings.Count(s, sep) > 1<<17 {
		return &value{k: vArray, a: &array{rest: v.derive()}, src: oConstant}
	}
	a := &array{}
	n := -1
	if l, ok := c.arg(2).integer(); ok && len(c.args) > 2 && l > 0 {
		n = int(l)
	}
	for _, p := range strings.SplitN(s, sep, n) {
		a.push(made(v, p, hOffset, 0))
	}
	return &value{k: vArray, a: a, src: oConstant}
}

func strSplit(in *interp, c *call) *value {
	v := c.arg(0)
	s, ok := textOf(v)
	n := int64(1)
	if len(c.args) > 1 {
		n, _ = c.args[1].integer()
	}
	if !ok || n < 1 || int64(len(s))/n > 1<<17 {
		return &value{k: vArray, a: &array{rest: v.derive()}, src: oConstant}
	}
	a := &array{}
	for i := int64(0); i < int64(len(s)); i += n {
		a.push(made(v, s[i:min(i+n, int64(len(s)))], hOffset, 0))
	}
	return &value{k: vArray, a: a, src: oConstant}
}

func pregSplit(in *interp, c *call) *value {
	p, ok := textOf(c.arg(0))
	v := c.arg(1)
	s, ok2 := textOf(v)
	re := compile(p)
	if !ok || !ok2 || re == nil || len(s) > 1<<18 {
		return &value{k: vArray, a: &array{rest: v.derive()}, src: oConstant}
	}
	a := &array{}
	for _, part := range re.Split(s, -1) {
		if part != "" || len(c.args) < 4 {
			a.push(made(v, part, hOffset, 0))
		}
	}
	return &value{k: vArray, a: a, src: oConstant}
}

func strstr(in *interp, c *call) *value {
	s, ok := textOf(c.arg(0))
	n, ok2 := textOf(c.arg(1))
	if !ok || !ok2 {
		return c.arg(0).derive()
	}
	i := strings.Index(s, n)
	if c.name == "stristr" {
		i = strings.Index(strings.ToLower(s), strings.ToLower(n))
	}
	if i < 0 {
		return vFalse
	}
	if before, _ := c.arg(2).truth(); before {
		return made(c.arg(0), s[:i], hOffset, 0)
	}
	return made(c.arg(0), s[i:], hOffset, 0)
}

func strrchr(in *interp, c *call) *value {
	s, ok := textOf(c.arg(0))
	n, ok2 := textOf(c.arg(1))
	if !ok || !ok2 || n == "" {
		return c.arg(0).derive()
	}
	if i := strings.LastIndexByte(s, n[0]); i >= 0 {
		return made(c.arg(0), s[i:], hOffset, 0)
	}
	return vFalse
}

// sprintf formats %s %d %c %x %X %o %b %u %% with width, zero padding and positions.
func sprintf(in *interp, c *call) *value {
	f, ok := textOf(c.arg(0))
	args := c.args[min(1, len(c.args)):]
	if c.name == "vsprintf" {
		args = spread(in, c.arg(1))
	}
	if !ok {
		out := joinAll(c.args).derive()
		out.part = true
		return out
	}
	out := emptyStr
	next := 0
	for f != "" {
		i := strings.IndexByte(f, '%')
		if i < 0 {
			out = concat(out, str(f))
			break
		}
		if i > 0 {
			out = concat(out, str(f[:i]))
		}
		f = f[i+1:]
		j := strings.IndexFunc(f, func(r rune) bool { return r == '%' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' })
		if j < 0 {
			break
		}
		flags, verb := f[:j], f[j]
		f = f[j+1:]
		if verb == '%' {
			out = concat(out, str("%"))
			continue
		}
		k := next
		if n, rest, ok := strings.Cut(flags, "$"); ok {
			p, _ := strconv.Atoi(n)
			k, flags = p-1, rest
		} else {
			next++
		}
		if k < 0 || k >= len(args) {
			continue
		}
		out = concat(out, in.formatOne(verb, flags, args[k], c.pos))
	}
	return out
}

func (in *interp) formatOne(verb byte, flags string, v *value, pos uint32) *value {
	if verb == 's' {
		v = in.stringOf(v, pos)
		if s, ok := v.text(); ok && flags != "" && len(flags) < 5 {
			if n, err := strconv.Atoi(flags); err == nil && n > 0 && n < 1000 && len(s) < n {
				return made(v, strings.Repeat(" ", n-len(s))+s, hOther, 0)
			}
		}
		return v
	}
	i, ok := v.integer()
	if !ok || v.k == vUnknown {
		return castTo(v)
	}
	if len(flags) > 4 {
		flags = ""
	}
	switch verb {
	case 'c':
		return &value{k: vString, s: string([]byte{byte(i)}), src: oConstant, comp: hChr, dec: dChr}
	case 'd', 'x', 'X', 'o', 'b':
		if strings.Trim(flags, "0123456789-+") == "" {
			return made(v, fmt.Sprintf("%"+flags+string(verb), i), hOther, 0)
		}
	}
	return made(v, strconv.FormatInt(i, 10), hOther, 0)
}
