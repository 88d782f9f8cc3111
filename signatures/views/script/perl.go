package script

import "strings"

// block is what "eval {" and the like give: the code in the braces is read by itself.
var block = &value{src: oUnknown}

// parameter is what a function is called with while no call is known.
var parameter = &value{src: oParam}

// perlName reads names of Perl that need more than a path: blocks, parameters
// and calls that fill a variable. It returns nil for all others.
func (r *reader) perlName(low string) *value {
	switch low {
	case "eval":
		if r.is('{') {
			return block
		}
	case "shift":
		if r.fn != nil {
			if r.is('(') && r.peek(1).text == ")" {
				r.next()
				r.next()
			} else if r.tok().text == "$_" {
				r.next()
			}
			return r.argument()
		}
	case "$_":
		if r.fn != nil && r.is('[') {
			return r.argument()
		}
	case "read", "sysread", "recv":
		r.fills(low)
	}
	return nil
}

// argument is what the function at hand is called with.
func (r *reader) argument() *value {
	if r.fn.args != nil {
		return r.fn.args
	}
	return parameter
}

// fills gives the variable of read(HANDLE, $variable, ...) its origin.
func (r *reader) fills(how string) {
	i := 0
	if r.is('(') {
		i++
	}
	handle := r.peek(i)
	if handle.kind != tName || r.peek(i+1).text != "," {
		return
	}
	v := r.peek(i + 2)
	if v.kind == tName && v.text == "my" {
		v = r.peek(i + 3)
	}
	if v.kind != tName || !strings.HasPrefix(v.text, "$") {
		return
	}
	from := r.readsHandle(handle.text)
	if how == "recv" {
		from = &value{src: oSocket}
	}
	v.sym.value = r.merge(v.sym.value, from)
}

// readsHandle is what comes out of a file handle. It is in $_ too.
func (r *reader) readsHandle(name string) *value {
	out := &value{src: oFile}
	switch v := r.handles[name]; {
	case strings.EqualFold(name, "stdin"):
		out.src = oStdin
		if r.cgi {
			out.src = oRequest
		}
	case v != nil:
		out = v
	case r.sock:
		out.src = oSocket
	}
	topic := r.symbol("$_")
	topic.value = r.merge(topic.value, out)
	return out
}

// perlOpen is open(HANDLE, MODE, PATH) and open(HANDLE, TEXT): a command if there
// is a pipe in the mode or at an end of the text, else a file.
func (r *reader) perlOpen(args []*value, pos int32) *value {
	if len(args) < 2 {
		return unknown
	}
	what := args[1]
	first, last := what.edges(true), what.edges(false)
	if len(args) > 2 {
		what = joinAll(args[2:])
	}
	from := &value{src: oFile}
	switch {
	case first == '|' || last == '|':
		r.emit("command", "open", what, nil, "", pos)
		from = &value{src: oCommand, run: true}
	case first == '>' || first == '+':
		r.emit("file-write", "open", nil, what, "", pos)
	default:
		r.emit("file-read", "open", what, nil, "", pos)
		if what.attacker() {
			from = &value{src: what.src, det: what.det}
		}
	}
	if h := args[0].path; h != nil {
		for _, name := range []string{h.text, strings.ToUpper(h.text)} {
			r.handles[name] = r.merge(r.handles[name], from)
		}
	}
	return unknown
}

// assigns reports whether "$x = " or "my $x" follows.
func (r *reader) assigns() bool {
	t, n := r.tok(), r.peek(1)
	return t.text == "my" || n.op == '='
}

// operandFollows reports whether an operand stands behind another, as in
// print $handle $text.
func (r *reader) operandFollows() bool {
	t := r.tok()
	return t.kind == tString || t.kind == tCommand || t.kind == tName && strings.HasPrefix(t.text, "$")
}
