package script

import (
	"strings"
	"unsafe"
)

// Origins, strongest first, as docs/sink-lines.md lists them.
const (
	oRequest uint8 = iota
	oHeader
	oCookie
	oUpload
	oNetwork
	oSocket
	oFile
	oDatabase
	oSession
	oEnv
	oArgs
	oStdin
	oCommand
	oDecoded
	oConstant
	oParam
	oUnknown
)

var originNames = [...]string{"request", "header", "cookie", "upload", "network", "socket", "file", "database", "session", "env", "args", "stdin", "command",
	"decoded", "constant", "param", "unknown"}

// value is what is known of an expression.
type value struct {
	known bool // s is its text
	part  bool // author's text around it
	run   bool // output of a command is in it
	head  byte // first and last byte of the text that is known, 0 if none
	tail  byte
	src   uint8  // origin
	s     string // known text
	det   string
	dec   string // decoders joined with commas
	how   string // how a known text was computed: chr, decode, reverse, replace, concat
	path  *place // what it is called or made of: "java.lang.runtime.getruntime"
	guard string
	items []*value
	buf   *buffer // that s is the whole of
}

// buffer lets a chain of joins append in place: bytes once written never change.
type buffer struct{ b []byte }

var unknown = &value{src: oUnknown}

func constant(s string) *value { return &value{known: true, s: s, src: oConstant} }

func (v *value) attacker() bool { return v.src <= oUpload }

// describe writes the origin of v as a line shows it.
func (v *value) describe() string {
	if v == nil {
		return "-"
	}
	if v.known && v.dec != "" {
		return "decoded"
	}
	if v.src == oConstant && v.dec != "" {
		return "decoded"
	}
	name := originNames[v.src]
	if v.attacker() {
		if v.part {
			name = "part-" + name
		}
		d := v.det
		if d == "" {
			d = "*"
		}
		return name + ":" + d
	}
	return name
}

// join returns what is true of a or b.
func join(a, b *value) *value {
	out, other := stronger(a, b)
	if other != nil {
		out = out.withPath(other.path)
	}
	if a != nil && b != nil && out.run != (a.run || b.run) {
		c := *out
		c.run = true
		return &c
	}
	return out
}

// stronger returns the one of a and b whose origin counts, and the other one if
// its path is worth taking.
func stronger(a, b *value) (*value, *value) {
	switch {
	case a == nil || a == b:
		return b, nil
	case b == nil:
		return a, nil
	case a.known && b.known && a.s == b.s:
		return a, nil
	case a.src == oUnknown && b.src != oUnknown:
		return b, a
	case b.src == oUnknown:
		return a, b
	case a.src == oConstant && b.src == oConstant:
		if len(b.s) > len(a.s) {
			return b, nil
		}
		return a, nil
	case b.src < a.src:
		return b, a
	}
	return a, b
}

// strongest joins values one by one. It returns the one that counts, nil if there
// are none, the path that the join has, and whether it has output of a command.
func strongest(items []*value) (out *value, path *place, run bool) {
	for _, v := range items {
		run = run || v.run
		w, other := stronger(out, v)
		switch {
		case w == v && w != out:
			from := path
			if path = v.path; path == nil && other != nil {
				path = from
			}
		case other != nil && path == nil:
			path = v.path
		}
		out = w
	}
	return out, path, run
}

// joinAll joins values; what none give is unknown.
func joinAll(items []*value) *value {
	out, path, run := strongest(items)
	switch {
	case out == nil:
		return unknown
	case out.path == path && out.run == run:
		return out
	}
	c := *out
	c.path, c.run = path, run
	return &c
}

func (v *value) withPath(p *place) *value {
	if v.path != nil || p == nil {
		return v
	}
	c := *v
	c.path = p
	return &c
}

const maxText = 1 << 20

// concat joins two values as text.
func concat(a, b *value) *value {
	if a.known && b.known {
		if len(a.s)+len(b.s) > maxText || a.forks() && len(a.s) > maxFork {
			return unknown
		}
		how := a.how
		if how == "" {
			how = b.how
		}
		if how == "" {
			how = "concat"
		}
		out := &value{known: true, src: oConstant, how: how, dec: longer(a.dec, b.dec)}
		appendText(out, a, b.s)
		return out
	}
	s, w := a, b
	if b.src < a.src {
		s, w = b, a
	}
	out := &value{src: s.src, det: s.det, dec: s.dec, guard: s.guard, part: s.part || w.part || w.known && w.s != "" || s.known, run: a.run || b.run}
	if out.head = a.edges(true); out.head == 0 && a.known {
		out.head = b.edges(true)
	}
	if out.tail = b.edges(false); out.tail == 0 && b.known {
		out.tail = a.edges(false)
	}
	if w.attacker() {
		out.part = s.part && w.part
	}
	if out.src == oConstant || out.src == oDecoded {
		out.src = w.src
	}
	return out
}

// edges returns the first or last byte of a value that is no space, 0 if unknown.
func (v *value) edges(first bool) byte {
	if v.known {
		s := strings.TrimSpace(v.s)
		switch {
		case s == "":
			return 0
		case first:
			return s[0]
		}
		return s[len(s)-1]
	}
	if first {
		return v.head
	}
	return v.tail
}

// maxFork is the longest text that is copied because two texts go on from it, in bytes.
const maxFork = 16 << 10

// forks reports a text that has been gone on from already.
func (v *value) forks() bool { return v.buf != nil && len(v.buf.b) != len(v.s) }

// appendText sets out to the texts of a and s, in place if a ends its buffer.
func appendText(out, a *value, s string) {
	if len(a.s)+len(s) < 256 {
		out.s = a.s + s
		return
	}
	buf := a.buf
	if buf == nil || len(buf.b) != len(a.s) {
		buf = &buffer{b: append(make([]byte, 0, 2*(len(a.s)+len(s))), a.s...)}
	}
	buf.b = append(buf.b, s...)
	out.buf = buf
	out.s = unsafe.String(&buf.b[0], len(buf.b))
}

func longer(a, b string) string {
	if len(b) > len(a) {
		return b
	}
	return a
}

// decoded marks v as having passed the decoder d.
func (v *value) decoded(d string) *value {
	c := *v
	c.known, c.s, c.path = false, "", nil
	if !strings.HasSuffix(c.dec, d) && len(c.dec) < 60 {
		if c.dec != "" {
			c.dec += ","
		}
		c.dec += d
	}
	return &c
}

// text makes a known text computed from v.
func (v *value) text(s, how, dec string) *value {
	c := v
	if dec != "" {
		c = v.decoded(dec)
	}
	return &value{known: true, s: s, src: oConstant, how: how, dec: c.dec}
}
