package script

import "strings"

// sends are functions that hand their arguments to another host or to the
// visitor of a page; they are worth a line if a command's output is among them.
var sends = set("send", "sendall", "sendto", "sendmsg", "send_json", "send_string", "sendmail", "send_message", "sendmessage", "post", "put", "publish", "emit",
	"reply", "reply_text", "writelines", "httpresponse", "make_response", "endheaders", "urlopen", "request", "puts")

// sends writes a line for output of a command that leaves the host.
func (r *reader) sends(name string, args []*value, pos int32) {
	for _, a := range args {
		if a.run {
			r.emit("reveal", name, a, nil, "", pos)
			return
		}
	}
}

// listAssignment reads "a, b = expr", "(a, b) = expr" and "my (a, b) = expr".
func (r *reader) listAssignment() bool {
	t := r.tok()
	if !(r.python || r.perl || r.ruby) || t.facts&fNoList != 0 {
		return false
	}
	names, behind := r.list()
	if names == nil {
		t.facts |= fNoList
		return false
	}
	r.at = behind
	r.skipNewlines()
	var values []*value
	if t := r.tok(); t.text == "$_" && r.fn != nil && r.peek(1).op != '[' {
		r.next()
		values = append(values, r.argument())
	} else {
		values = append(values, r.expr())
	}
	for r.accept(',') {
		values = append(values, r.expr())
	}
	if len(values) == 1 && len(values[0].items) == len(names) {
		values = values[0].items
	}
	for k, n := range names {
		v := values[min(k, len(values)-1)]
		if len(values) != len(names) {
			v = mix(v, unknown)
		}
		n.value = r.merge(n.value, v)
	}
	return true
}

// list returns the variables of "a, b =" or "(a, b) =" and the index behind it;
// none if something else stands here.
func (r *reader) list() ([]*symbol, int) {
	i, open := 0, false
	switch t := r.tok(); {
	case t.op == '(' || t.op == '[':
		i, open = 1, true
	case t.kind != tName || r.peek(1).op != ',':
		return nil, 0
	}
	var names []*symbol
	for ; ; i += 2 {
		t := r.peek(i)
		if t.kind != tName || len(names) > 32 {
			return nil, 0
		}
		names = append(names, t.sym.home)
		if r.peek(i+1).op != ',' {
			break
		}
	}
	if i++; open {
		if e := r.peek(i).text; e != ")" && e != "]" {
			return nil, 0
		}
		i++
	}
	if r.peek(i).op != '=' || len(names) < 2 && !open {
		return nil, 0
	}
	return names, min(r.at+i+1, len(r.toks)-1)
}

// pythonImport reads "import a.b as c" and "from a import b as c, d": the new
// names stand for the old ones.
func (r *reader) pythonImport() bool {
	at := r.at
	word := r.next().text
	if word == "import" {
		for {
			path := r.dotted()
			if path == "" {
				break
			}
			if r.tok().text == "as" && r.peek(1).kind == tName {
				r.next()
				r.alias(r.next().sym, path)
			}
			if !r.accept(',') {
				break
			}
		}
		return r.at > at
	}
	module := r.dotted()
	if module == "" || r.tok().text != "import" {
		r.at = at
		return false
	}
	r.next()
	r.accept('(')
	for {
		r.skipNewlines()
		t := r.tok()
		if t.kind != tName {
			break
		}
		r.next()
		name := t
		if r.tok().text == "as" && r.peek(1).kind == tName {
			r.next()
			name = r.next()
		}
		r.alias(name.sym, module+"."+t.sym.low.text)
		if !r.accept(',') {
			break
		}
	}
	return true
}

// dotted reads a.b.c in lower case.
func (r *reader) dotted() string {
	var parts []string
	for r.tok().kind == tName && r.tok().text != "import" && r.tok().text != "as" && len(parts) < 16 {
		parts = append(parts, r.next().sym.low.text)
		if !r.accept('.') {
			break
		}
	}
	return strings.Join(parts, ".")
}

// alias lets a name stand for a path that the tables know.
func (r *reader) alias(name *symbol, path string) {
	if p := r.path(path); len(path) < maxPath && r.sinkIndex(p) >= 0 || !strings.Contains(path, ".") {
		name.value = r.value(p)
	}
}
