package script

import (
	"strings"

	"github.com/seed-181f3109/assay/signatures/views/line"
)

// call is a call of what path names; on is what it is a method of, or the name itself.
func (r *reader) call(path string, on *value, args []*value, pos int) *value {
	last := path[strings.LastIndexByte(path, '.')+1:]
	if on != nil && on.known && on.path == "" && len(on.s) < maxPath { // the name is a computed text
		path = key(on.s)
		last = path
		if r.emits && r.dangerous(path) {
			r.found.computed++
			r.set.Trait("computed-name", line.Detail(path))
		}
	}
	if r.emits && sends[last] {
		r.sends(last, args, pos)
	}
	if r.relays && (last == "print" || path == "self.wfile.write") && len(args) > 0 && args[0].src == oNetwork && bodies[args[0].path[strings.LastIndexByte(args[0].path, '.')+1:]] {
		r.emit("reveal", last, args[0], nil, "", pos)
	}
	if last == "open" && r.lang.name == "perl" {
		return r.perlOpen(args, pos)
	}
	if f := r.funcs[r.fold(last)]; f != nil && (last == path || r.sinkIndex(path) < 0) {
		return r.userCall(f, args)
	}
	if v := r.decode(last, path, on, args); v != nil {
		if r.emits && v.known && v.dec != "" {
			r.keepDecoded(v)
		}
		return v
	}
	if i := r.sinkIndex(path); i >= 0 {
		s := r.lang.sinks[i]
		r.sink(s, path, args, pos, on)
		return r.after(s, path, args, on)
	}
	if (path == "session" || path == "application") && r.lang.name == "asp" && len(args) == 1 && args[0].known {
		if v := r.vars[stored(path, args[0].s)]; v != nil && v.attacker() {
			return v
		}
	}
	if s := r.source(path); s != nil {
		c := *s
		if len(args) > 0 && c.det == "" && args[0].known {
			c.det = line.Detail(args[0].s)
		}
		return &c
	}
	if on != nil && on.attacker() {
		if len(args) == 1 && on.det == "" && args[0].known {
			return withDetail(on, args[0]).withPath(path)
		}
		c := *on
		c.path = path
		if g := guardName(last); g != "" {
			c.guard = g
		}
		return &c
	}
	v := joinAll(args)
	out := &value{src: v.src, det: v.det, dec: v.dec, part: v.part, guard: v.guard, path: path, how: v.how, run: v.run || on != nil && on.run}
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
	if g := guardName(last); g != "" && out.attacker() {
		out.guard = g
	}
	return out
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

func (r *reader) dangerous(path string) bool {
	return r.sinkIndex(path) >= 0
}

// sinkIndex returns which rule a path is of, -1 if none.
func (r *reader) sinkIndex(path string) int {
	if len(path) > maxPath {
		return -1
	}
	if i, ok := r.sinkOf[path]; ok {
		return i
	}
	found := r.tables.sinks.first(path)
	if len(r.sinkOf) < 1<<16 {
		r.sinkOf[path] = found
	}
	return found
}

// userCall gives the parameters of a function of the file what it is called with.
func (r *reader) userCall(f *function, args []*value) *value {
	if r.lang.name == "perl" && len(args) > 0 {
		f.args = r.merge(f.args, joinAll(args))
	}
	for i, p := range f.params {
		if i < len(args) {
			k := r.fold(p)
			r.vars[k] = r.merge(r.vars[k], args[i])
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
func (r *reader) after(s sinkRule, path string, args []*value, on *value) *value {
	if v := r.source(path); v != nil {
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
			return &value{src: oUnknown, path: key(v.s)}
		}
	case "call":
		if v := pick(args, s.aux); path == "getattr" && v != nil && v.known && len(args[0].path)+len(v.s) < maxPath {
			return &value{src: oUnknown, path: args[0].path + "." + key(v.s)}
		}
	case "new":
		if v := pick(args, s.aux); v != nil && v.known && len(v.s) < maxPath {
			return &value{src: oUnknown, path: key(v.s)}
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
func (r *reader) sink(s sinkRule, path string, args []*value, pos int, on *value) {
	arg := pick(args, s.arg)
	if s.arg == self {
		arg = on
	}
	if arg == nil && s.kind != "listen" && s.kind != "info" {
		if len(args) == 0 && (s.kind == "code" || s.kind == "command") {
			return
		}
	}
	if s.kind == "network" && r.lang.name == "python" && arg != nil && arg.attacker() && !arg.part {
		r.relays = true
	}
	via := ""
	if on != nil && on.known && on.path == "" {
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
		name = path[strings.LastIndexByte(path, '.')+1:]
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

func (r *reader) emit(kind, name string, arg, aux *value, via string, pos int) {
	r.emitAux(kind, name, arg, aux, via, pos)
}

// emitAux writes a line on the last reading, if it tells something.
func (r *reader) emitAux(kind, name string, arg, aux *value, via string, pos int) {
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
func (r *reader) lineOf(pos int) int {
	if r.lines == nil {
		r.lines = []int{0}
		for i, c := range r.src {
			if c == '\n' {
				r.lines = append(r.lines, i+1)
			}
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
