package script

import (
	"strings"

	"github.com/seed-181f3109/assay/signatures/views/line"
)

// call is a call of what a path names; on is what it is a method of, or the name itself.
func (r *reader) call(p *place, on *value, args []*value, pos int32) *value {
	if p == nil {
		p = r.nowhere
	}
	if on != nil && on.known && on.path == nil && len(on.s) < maxPath { // the name is a computed text
		if p = r.path(key(on.s)); p == nil {
			p = r.nowhere
		}
		if r.emits && r.sinkIndex(p) >= 0 {
			r.found.computed++
			r.set.Trait("computed-name", line.Detail(p.text))
		}
	}
	last := p.last
	if r.emits && last.class&cSends != 0 {
		r.sends(last.text, args, pos)
	}
	if r.relays && r.shows(p, args) {
		r.emit("reveal", last.text, args[0], nil, "", pos)
	}
	if r.perl && last.text == "open" {
		return r.perlOpen(args, pos)
	}
	if f := last.fn; f != nil && (last.text == p.text || r.sinkIndex(p) < 0) {
		return r.userCall(f, args)
	}
	if v := r.decode(p, on, args); v != nil {
		if r.emits && v.known && v.dec != "" {
			r.keepDecoded(v)
		}
		return v
	}
	if i := r.sinkIndex(p); i >= 0 {
		s := &r.lang.sinks[i]
		r.sink(s, last.text, args, pos, on)
		return r.after(s, p, args, on)
	}
	if r.lang.name == "asp" && (p.text == "session" || p.text == "application") && len(args) == 1 && args[0].known {
		if v := r.handles[stored(p.text, args[0].s)]; v != nil && v.attacker() {
			return v
		}
	}
	if s := r.source(p); s != nil {
		if len(args) > 0 && s.det == "" && args[0].known {
			c := *s
			c.det = line.Detail(args[0].s)
			return &c
		}
		return s
	}
	if on != nil && on.attacker() {
		return inputMethod(p, on, args)
	}
	return r.called(p, on, args)
}

// shows reports a call of Python that gives its visitor what another host sent.
func (r *reader) shows(p *place, args []*value) bool {
	if p.last.text != "print" && p.text != "self.wfile.write" || len(args) == 0 || args[0].src != oNetwork {
		return false
	}
	from := args[0].path
	return from != nil && bodies[from.last.text]
}

// inputMethod is what a method of an input gives.
func inputMethod(p *place, on *value, args []*value) *value {
	if len(args) == 1 && on.det == "" && args[0].known {
		return withDetail(on, args[0]).withPath(p.orNone())
	}
	c := *on
	c.path = p.orNone()
	if g := guardName(p.last.text); g != "" {
		c.guard = g
	}
	return &c
}

// called is what a function gives that nothing is known of: its arguments, or what
// it is a method of.
func (r *reader) called(p *place, on *value, args []*value) *value {
	v, _, run := strongest(args)
	if v == nil {
		v = unknown
	}
	out := value{src: v.src, det: v.det, dec: v.dec, part: v.part, guard: v.guard, path: p.orNone(), how: v.how, run: run || on != nil && on.run}
	if out.src == oConstant || out.src == oParam {
		out.src = oUnknown
		if v.dec != "" {
			out.src = oConstant
		}
	}
	if on != nil && on.src < out.src && on.src != oConstant {
		out.src, out.det, out.dec = on.src, on.det, on.dec
	}
	if on != nil && on.dec != "" && out.dec == "" {
		out.dec = on.dec
		out.src = min(out.src, on.src)
	}
	if out.attacker() {
		if g := guardName(p.last.text); g != "" {
			out.guard = g
		}
	}
	if out.src == oUnknown && !out.part && !out.run && out.det == "" && out.dec == "" && out.guard == "" && out.how == "" {
		if out.path == nil {
			return unknown
		}
		return r.value(p)
	}
	return r.copyOf(&out)
}

// bodies are the members of an answer that hold what the other host sent.
var bodies = set("text", "content", "read", "decode", "data")

// guardName tells what a function does to make its argument harmless.
func guardName(name string) string {
	switch {
	case name == "int" || name == "parseint" || name == "toint" || name == "cint" || name == "clng" || name == "integer.parseint" || name == "float" || name == "to_i" || name == "tonumber":
		return "cast"
	case strings.Contains(name, "quote") || strings.Contains(name, "escape") && !strings.Contains(name, "unescape") || strings.Contains(name, "htmlencode") || strings.Contains(name, "sanitize"):
		return "escape"
	case name == "mappath":
		return name
	case name == "basename" || name == "secure_filename" || name == "getfilename" || name == "realpath":
		return "basename"
	}
	return ""
}

// sinkIndex returns which rule a path is of, -1 if none.
func (r *reader) sinkIndex(p *place) int {
	if p.sink == unasked {
		p.sink = -1
		if len(p.text) <= maxPath {
			p.sink = r.tables.sinks.first(p.text)
		}
	}
	return p.sink
}

// userCall gives the parameters of a function of the file what it is called with.
func (r *reader) userCall(f *function, args []*value) *value {
	if r.perl && len(args) > 0 {
		f.args = r.merge(f.args, joinAll(args))
	}
	for i, p := range f.params {
		if i < len(args) {
			p.value = r.merge(p.value, args[i])
		}
	}
	if f.ret != nil {
		return f.ret
	}
	v := joinAll(args)
	if v.attacker() {
		return mix(v, unknown)
	}
	return unknown
}

// after is what a sink gives back.
func (r *reader) after(s *sinkRule, p *place, args []*value, on *value) *value {
	path := p.orNone()
	if v := r.source(p); v != nil {
		return v
	}
	switch s.kind {
	case "load":
		v := pick(args, s.arg)
		switch {
		case v == nil:
		case !v.known:
			return &value{src: v.src, det: v.det, path: path}
		case len(v.s) < maxPath: // __import__("os")
			return &value{src: oUnknown, path: r.path(key(v.s))}
		}
	case "call":
		if v := pick(args, s.aux); p.text == "getattr" && v != nil && v.known && len(args[0].path.String())+len(v.s) < maxPath {
			return &value{src: oUnknown, path: r.path(args[0].path.String() + "." + key(v.s))}
		}
	case "new":
		if v := pick(args, s.aux); v != nil && v.known && len(v.s) < maxPath {
			return &value{src: oUnknown, path: r.path(key(v.s))}
		}
	case "command":
		return &value{src: oCommand, path: path, run: true}
	case "network", "listen":
		return &value{src: oSocket, path: path}
	case "file-read":
		if v := pick(args, s.arg); v != nil && v.attacker() {
			return &value{src: v.src, det: v.det, path: path}
		}
		return &value{src: oFile, path: path}
	case "sql":
		return &value{src: oDatabase, path: path}
	}
	return &value{src: oUnknown, path: path}
}

func pick(args []*value, i int) *value {
	if i == all {
		if len(args) == 0 {
			return nil
		}
		return joinAll(args)
	}
	if i >= 0 && i < len(args) {
		return args[i]
	}
	return nil
}

// sink writes a line for a call.
func (r *reader) sink(s *sinkRule, last string, args []*value, pos int32, on *value) {
	relays := s.kind == "network" && r.python
	if !r.emits && !relays {
		return
	}
	arg := pick(args, s.arg)
	if s.arg == self {
		arg = on
	}
	if arg == nil && s.kind != "listen" && s.kind != "info" {
		if len(args) == 0 && (s.kind == "code" || s.kind == "command") {
			return
		}
	}
	if relays && arg != nil && arg.attacker() && !arg.part {
		r.relays = true
	}
	via := ""
	if on != nil && on.known && on.path == nil {
		via = "variable"
		if on.how != "" {
			via = "computed:" + on.how
		}
	}
	if s.via != "" {
		via = s.via
	}
	name := s.name
	if name == "" {
		name = last
	}
	aux := pick(args, s.aux)
	if s.aux == self {
		aux = on
	}
	r.emitAux(s.kind, name, arg, aux, via, pos)
	if s.kind == "code" && arg != nil && arg.known && r.emits {
		r.keepDecoded(arg)
	}
}

func (r *reader) emit(kind, name string, arg, aux *value, via string, pos int32) {
	r.emitAux(kind, name, arg, aux, via, pos)
}

// emitAux writes a line on the last reading, if it tells something.
func (r *reader) emitAux(kind, name string, arg, aux *value, via string, pos int32) {
	if !r.emits {
		return
	}
	telling := arg != nil && (arg.src <= oSocket || arg.run || arg.src == oDatabase || arg.src == oCommand || arg.dec != "")
	telling = telling || aux != nil && aux.src <= oSocket
	switch kind {
	case "code", "command", "listen", "upload":
	case "reveal":
		if r.lang.name == "asp" { // pages show all they have
			telling = arg != nil && (arg.src == oNetwork || arg.run)
		}
		if !telling && via == "" {
			return
		}
	case "load":
		if !telling && (arg == nil || arg.known && arg.how == "") {
			return
		}
	case "network":
		telling = telling || arg != nil && arg.src == oConstant
		if !telling {
			return
		}
	default:
		if !telling && via == "" {
			return
		}
	}
	from := arg.describe()
	if kind == "reveal" && arg.run {
		from = originNames[oCommand]
	}
	l := line.Line{Sink: kind, Name: name, Arg: from, Aux: aux.describe(), Via: via, Nest: r.nest, Line: r.lineOf(pos), In: "top"}
	if r.fn != nil {
		l.In = "func"
	}
	if arg != nil {
		l.Dec, l.Guard = arg.dec, arg.guard
		if arg.known {
			l.Text = line.Quote(arg.s)
		}
	}
	r.set.Add(l)
}

// lineOf returns the line number of an offset.
func (r *reader) lineOf(pos int32) int {
	if r.lines == nil {
		r.lines = append(make([]int32, 0, strings.Count(r.src, "\n")+1), 0)
		for at := 0; ; {
			i := strings.IndexByte(r.src[at:], '\n')
			if i < 0 {
				break
			}
			at += i + 1
			r.lines = append(r.lines, int32(at))
		}
	}
	lo, hi := 0, len(r.lines)
	for lo+1 < hi {
		if mid := (lo + hi) / 2; r.lines[mid] <= pos {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo + 1
}

// maxDecoded is how many computed texts of one file are kept.
const maxDecoded = 1000

// keepDecoded keeps computed text that is code, and reads it too.
func (r *reader) keepDecoded(v *value) {
	if len(v.s) < 8 || v.how == "" && v.dec == "" || r.known[v.s] {
		return
	}
	if len(r.known) >= maxDecoded {
		r.lost = "decoded texts"
		return
	}
	r.known[v.s] = true
	chain := strings.ReplaceAll(v.dec, ",", ">")
	if chain == "" {
		chain = v.how
	}
	r.out.Decoded = append(r.out.Decoded, Decoded{Chain: chain, Bytes: []byte(v.s)})
}
