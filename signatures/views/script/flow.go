package script

import "strings"

// sends are functions that hand their arguments to another host or to the
// visitor of a page; they are worth a line if a command's output is among them.
var sends = set("send", "sendall", "sendto", "sendmsg", "send_json", "send_string", "sendmail", "send_message", "sendmessage", "post", "put", "publish", "emit",
	"reply", "reply_text", "writelines", "httpresponse", "make_response", "endheaders", "urlopen", "request", "puts")

// sends writes a line for output of a command that leaves the host.
func (r *reader) sends(name string, args []*value, pos int) {
	for _, a := range args {
		if a.run {
			r.emit("reveal", name, a, nil, "", pos)
			return
		}
	}
}

// listAssignment reads "a, b = expr", "(a, b) = expr" and "my (a, b) = expr".
func (r *reader) listAssignment() bool {
	switch r.lang.name {
	case "python", "perl", "ruby":
	default:
		return false
	}
	i, open := 0, false
	if t := r.tok(); t.kind == tOp {
		if t.text != "(" && t.text != "[" {
			return false
		}
		i, open = 1, true
	}
	var names []string
	for ; ; i += 2 {
		if t := r.peek(i); t.kind != tName || len(names) > 32 {
			return false
		}
		names = append(names, r.peek(i).text)
		if t := r.peek(i + 1); t.kind != tOp || t.text != "," {
			break
		}
	}
	if i++; open {
		if e := r.peek(i).text; e != ")" && e != "]" {
			return false
		}
		i++
	}
	if t := r.peek(i); t.kind != tOp || t.text != "=" || len(names) < 2 && !open {
		return false
	}
	for range i + 1 {
		r.next()
	}
	r.skipNewlines()
	var values []*value
	if t := r.tok(); t.text == "$_" && r.fn != nil && !(r.peek(1).kind == tOp && r.peek(1).text == "[") {
		r.next()
		values = append(values, r.argument())
	} else {
		values = append(values, r.expr())
	}
	for r.accept(",") {
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
		r.vars[r.fold(n)] = r.merge(r.vars[r.fold(n)], v)
	}
	return true
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
				r.alias(r.next().text, path)
			}
			if !r.accept(",") {
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
	r.accept("(")
	for {
		r.skipNewlines()
		t := r.tok()
		if t.kind != tName {
			break
		}
		r.next()
		name := t.text
		if r.tok().text == "as" && r.peek(1).kind == tName {
			r.next()
			name = r.next().text
		}
		r.alias(name, module+"."+key(t.text))
		if !r.accept(",") {
			break
		}
	}
	return true
}

// dotted reads a.b.c in lower case.
func (r *reader) dotted() string {
	var parts []string
	for r.tok().kind == tName && r.tok().text != "import" && r.tok().text != "as" && len(parts) < 16 {
		parts = append(parts, key(r.next().text))
		if !r.accept(".") {
			break
		}
	}
	return strings.Join(parts, ".")
}

// alias lets a name stand for a path that the tables know.
func (r *reader) alias(name, path string) {
	if len(path) < maxPath && r.sinkIndex(path) >= 0 || !strings.Contains(path, ".") {
		r.vars[name] = &value{src: oUnknown, path: path}
	}
}
