package php

import (
	"math"
	"strconv"
	"strings"
	"unsafe"
)

// vkind is what is known of a value.
type vkind uint8

const (
	vUnknown vkind = iota // s is a known prefix of its text
	vNull
	vBool
	vInt
	vFloat
	vString
	vArray
	vObject
	vClosure
)

// value is an abstract value: known content, or unknown with its origin. A
// value is never changed after it was made, but for the array it points to.
type value struct {
	k    vkind
	part bool // author's text with an origin inside
	comp how
	g    guard
	src  origin
	det  string
	dec  decoders
	i    int64
	f    float64
	s    string
	a    *array
	o    *object
	fn   *closure
	buf  *buffer
	cond *truthFacts // what its truth tells, nil: nothing
}

// truthFacts are facts that the truth of a value tells.
type truthFacts struct {
	yes []fact // hold if the value is true
	no  []fact // hold if it is false
}

// facts returns the facts that hold if v is true, and those if it is false.
func (v *value) facts() (yes, no []fact) {
	if v.cond == nil {
		return nil, nil
	}
	return v.cond.yes, v.cond.no
}

// telling returns an unknown value whose truth tells facts.
func telling(yes, no []fact) *value {
	v := &value{src: oUnknown}
	if len(yes)+len(no) > 0 {
		v.cond = &truthFacts{yes, no}
	}
	return v
}

// closure is a function value with what it captured.
type closure struct {
	fn    *function
	this  *object
	bound *vars
}

// object is an instance, or $this of a method that nothing calls.
type object struct {
	class *class
	name  string
	props map[string]*value
	rest  *value // stands for properties that are not known
	data  string // content of a stream, callable of a Reflection object
	at    int
	args  []*value
	ended bool
	hot   bool // a property holds something worth following
}

// variable is a place that holds a value.
type variable struct {
	v     *value
	round int // of the last merge that saw it
}

// buffer lets repeated ".=" append in place: bytes once written never change.
type buffer struct{ b []byte }

var (
	unknown  = &value{src: oUnknown}
	null     = &value{k: vNull, src: oConstant}
	vTrue    = &value{k: vBool, i: 1, src: oConstant}
	vFalse   = &value{k: vBool, src: oConstant}
	emptyStr = &value{k: vString, src: oConstant}
)

// smallInts are the integers that programs use most.
var smallInts = func() (t [256]value) {
	for i := range t {
		t[i] = value{k: vInt, i: int64(i), src: oConstant}
	}
	return t
}()

func str(s string) *value { return &value{k: vString, s: s, src: oConstant} }
func num(i int64) *value {
	if uint64(i) < uint64(len(smallInts)) {
		return &smallInts[i]
	}
	return &value{k: vInt, i: i, src: oConstant}
}
func flt(f float64) *value {
	return &value{k: vFloat, f: f, src: oConstant}
}
func boolean(b bool) *value {
	if b {
		return vTrue
	}
	return vFalse
}
func from(o origin, det string) *value { return &value{src: o, det: det} }

// known reports whether v is a known scalar.
func (v *value) known() bool { return v.k >= vNull && v.k <= vString }

// text returns the string a known value turns into.
func (v *value) text() (string, bool) {
	switch v.k {
	case vString:
		return v.s, true
	case vInt:
		return strconv.FormatInt(v.i, 10), true
	case vNull:
		return "", true
	case vBool:
		if v.i != 0 {
			return "1", true
		}
		return "", true
	case vFloat:
		return floatText(v.f), true
	case vArray:
		return "Array", true
	}
	return "", false
}

// floatText writes a float as PHP does with precision 14.
func floatText(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "INF"
	case math.IsInf(f, -1):
		return "-INF"
	case math.IsNaN(f):
		return "NAN"
	case f == math.Trunc(f) && math.Abs(f) < 1e15:
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	s := strconv.FormatFloat(f, 'G', 14, 64)
	if i := strings.IndexByte(s, 'E'); i > 0 {
		m, e := s[:i], s[i+1:]
		if !strings.Contains(m, ".") {
			m += ".0"
		}
		return m + "E" + e[:1] + strings.TrimLeft(e[1:], "0")
	}
	return s
}

// truth returns whether v is true, and whether that is known.
func (v *value) truth() (is, ok bool) {
	switch v.k {
	case vNull:
		return false, true
	case vBool, vInt:
		return v.i != 0, true
	case vFloat:
		return v.f != 0, true
	case vString:
		return v.s != "" && v.s != "0", true
	case vArray:
		if v.a.rest == nil {
			return len(v.a.keys) > 0, true
		}
	case vObject, vClosure:
		return true, true
	}
	return false, false
}

// number returns the number a known value turns into.
func (v *value) number() (i int64, f float64, isFloat, ok bool) {
	switch v.k {
	case vNull:
		return 0, 0, false, true
	case vBool, vInt:
		return v.i, float64(v.i), false, true
	case vFloat:
		return int64(v.f), v.f, true, true
	case vArray:
		if len(v.a.keys) > 0 {
			return 1, 1, false, true
		}
		return 0, 0, false, true
	case vString:
		i, f, isFloat = numeric(v.s)
		return i, f, isFloat, true
	}
	return 0, 0, false, false
}

// numeric returns the leading number of s.
func numeric(s string) (int64, float64, bool) {
	s = strings.TrimLeft(s, " \t\n\r\v\f")
	n := 0
	if n < len(s) && (s[n] == '-' || s[n] == '+') {
		n++
	}
	digits := n
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	isFloat := false
	if n < len(s) && s[n] == '.' && n+1 < len(s) && s[n+1] >= '0' && s[n+1] <= '9' {
		isFloat = true
		for n++; n < len(s) && s[n] >= '0' && s[n] <= '9'; n++ {
		}
	}
	if n > digits && n+1 < len(s) && s[n]|0x20 == 'e' {
		m := n + 1
		if s[m] == '-' || s[m] == '+' {
			m++
		}
		if m < len(s) && s[m] >= '0' && s[m] <= '9' {
			isFloat = true
			for n = m; n < len(s) && s[n] >= '0' && s[n] <= '9'; n++ {
			}
		}
	}
	if !isFloat {
		if i, err := strconv.ParseInt(s[:n], 10, 64); err == nil {
			return i, float64(i), false
		}
	}
	f, _ := strconv.ParseFloat(s[:n], 64)
	return int64(f), f, isFloat || n > 18
}

// integer returns a known integer.
func (v *value) integer() (int64, bool) {
	i, _, _, ok := v.number()
	return i, ok
}

func (k key) value() *value {
	if k.str {
		return str(k.s)
	}
	return num(k.i)
}

// attacker reports whether an attacker chooses v.
func (v *value) attacker() bool { return v.flat().src&oAttacker != 0 }

// flat returns v, or for an array the join of its elements.
func (v *value) flat() *value {
	if v.k == vArray {
		return v.a.deep(0)
	}
	return v
}

// join returns what is true of both a and b; either may be nil.
func join(a, b *value) *value {
	switch {
	case a == nil || a == b:
		return b
	case b == nil:
		return a
	case a.k == b.k && a.known() && a.i == b.i && a.f == b.f && a.s == b.s:
		if b.comp != 0 {
			return b
		}
		return a
	}
	ta, tb := a.src&^(oConstant|oUnknown|oParam), b.src&^(oConstant|oUnknown|oParam)
	if ta == 0 && tb == 0 {
		// Without an origin of interest what is known is worth more.
		switch {
		case a.k == vUnknown && b.k != vUnknown:
			return b
		case b.k == vUnknown && a.k != vUnknown:
			return a
		case a.k == vString && b.k == vString && isSinkName(a.s) && !isSinkName(b.s):
			return a
		case b.k == vNull || b.k == vBool && a.k != vBool:
			return a
		}
		if a.k != vUnknown {
			return b
		}
	}
	return merge(a, b)
}

// merge returns an unknown value with the origins of both.
func merge(a, b *value) *value {
	s, w := a, b // the stronger origin first
	if strength(b.src) < strength(a.src) {
		s, w = b, a
	}
	out := &value{src: a.src | b.src, det: s.det, dec: s.dec, part: s.part, comp: a.comp | b.comp, g: s.g}
	if out.src&oConstant != 0 && out.src != oConstant {
		out.src &^= oConstant
	}
	switch {
	case s.src == oConstant:
		out.g = w.g
	case w.src&(oAttacker|oParam) == 0:
	case s.g == 0 || w.g == 0:
		out.g = 0
	default:
		out.g |= w.g // each part has its own
	}
	if w.src&oAttacker != 0 {
		out.part = s.part && w.part
	}
	if w.dec != 0 && out.dec == 0 {
		out.dec = w.dec
	}
	return out
}

// derive returns an unknown value with the origin of v.
func (v *value) derive() *value {
	v = v.flat()
	src := v.src
	return &value{src: src, det: v.det, dec: v.dec, part: v.part, comp: v.comp, g: v.g}
}

// concat joins two values as strings.
func concat(a, b *value) *value {
	as, aok := a.text()
	bs, bok := b.text()
	if aok && bok && a.k != vArray && b.k != vArray || aok && bok && (a.k == vArray && a.a.rest == nil || b.k == vArray && b.a.rest == nil) && !a.attacker() && !b.attacker() {
		out := &value{k: vString, src: oConstant, comp: a.comp | b.comp | hConcat, dec: a.dec.add(b.dec)}
		out.src |= (a.src | b.src) & (oSelf | oAttacker)
		if len(as)+len(bs) > maxText {
			out.k = vUnknown
			out.s = as[:min(len(as), maxPrefix)]
			return out
		}
		appendText(out, a, as, bs)
		return out
	}
	out := merge(a.flat(), b.flat())
	fixed := 0
	if aok && a.k != vArray {
		fixed += len(as)
		out.s = cut(as)
	} else if a.k == vUnknown {
		out.s = a.s
	}
	if bok && b.k != vArray {
		fixed += len(bs)
		if a.k == vUnknown && a.s == "" && a.src == oUnknown {
			out.s = ""
		}
	}
	if fixed > 0 {
		out.part = true
	}
	if a.part || b.part {
		out.part = true
	}
	return out
}

const (
	maxText   = 8 << 20
	maxPrefix = 256
)

func cut(s string) string { return s[:min(len(s), maxPrefix)] }

// appendText sets out.s to as+bs, in place if a owns the end of its buffer.
func appendText(out, a *value, as, bs string) {
	if len(as)+len(bs) < 64 {
		out.s = as + bs
		return
	}
	buf := a.buf
	if buf == nil || len(buf.b) != len(as) {
		buf = &buffer{b: append(make([]byte, 0, (len(as)+len(bs))*2), as...)}
	}
	buf.b = append(buf.b, bs...)
	out.buf = buf
	out.s = unsafe.String(&buf.b[0], len(buf.b))
}
