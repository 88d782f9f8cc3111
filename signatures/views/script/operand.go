package script

import (
	"strings"

	"github.com/seed-181f3109/assay/signatures/views/line"
)

// maxPath is the longest path that tables are asked about, in bytes.
const maxPath = 256

// newFunction is the path of "new Function", which a definition has not.
const newFunction = "newfunction"

// primary reads an operand.
func (r *reader) primary() *value {
	if r.steps++; r.steps > maxSteps*4 {
		r.why = "steps"
	}
	t := r.tok()
	switch t.kind {
	case tString:
		r.next()
		if t.tpl && (strings.ContainsAny(t.text, "$#{@")) {
			return r.template(t.text)
		}
		return t.constant()
	case tNumber:
		r.next()
		return t.constant()
	case tCommand:
		r.next()
		v := r.template(t.text)
		r.emit("command", "backtick", v, nil, "backtick", t.pos)
		return &value{src: oCommand, run: true}
	case tName:
		return r.name(t)
	case tOp:
		switch t.text {
		case "(", "[", "{":
			return r.group(t.text)
		case ":":
			if n := r.peek(1); r.lang.name == "ruby" && n.kind == tName { // a symbol
				r.next()
				r.next()
				return constant(n.text)
			}
		case "<": // <STDIN>, <$sock>
			if n, e := r.peek(1), r.peek(2); r.lang.name == "perl" && n.kind == tName && e.kind == tOp && e.text == ">" {
				r.next()
				r.next()
				r.next()
				return r.readsHandle(n.text)
			}
		}
		if t.text != ")" && t.text != "]" && t.text != "}" && t.text != ";" && t.text != "\n" && t.text != "," {
			r.next()
		}
	}
	return unknown
}

// group reads a bracketed list and returns the join of what is in it.
func (r *reader) group(open string) *value {
	r.next()
	end := ")"
	switch open {
	case "[":
		end = "]"
	case "{":
		end = "}"
	}
	var items []*value
	for r.tok().kind != tEnd && !r.is(end) {
		at := r.at
		if r.is("\n") || r.is(",") || r.is(";") || r.is(":") && r.lang.name != "ruby" || r.is("=>") {
			r.next()
			continue
		}
		if t := r.tok(); t.kind == tName && (open == "{" || (r.lang.name == "perl" || r.lang.typed) && open == "(" && r.assigns()) && (r.word(key(t.text)) || r.assignment()) {
			continue
		}
		if open == "{" && r.listAssignment() {
			continue
		}
		items = append(items, r.expr())
		if r.at == at {
			r.next()
		}
		if len(items) > 4096 && len(items)&0xfff == 0 && r.ctx.Err() != nil {
			break
		}
	}
	r.accept(end)
	if len(items) == 1 && open == "(" {
		return items[0]
	}
	out := joinAll(items)
	c := *out
	c.items = items
	if out.known && len(items) > 1 {
		c.known, c.s = false, ""
	}
	if open == "(" && r.lang.typed && len(items) == 1 {
		return items[0]
	}
	return &c
}

func joinAll(items []*value) *value {
	var out *value
	for _, v := range items {
		out = join(out, v)
	}
	if out == nil {
		return unknown
	}
	return out
}

// template joins the text of a string with the variables in it.
func (r *reader) template(s string) *value {
	out := constant("")
	for s != "" {
		i := strings.IndexAny(s, "$#{@")
		if i < 0 {
			return concat(out, constant(s))
		}
		n, expr := r.embeddedCode(s[i:])
		if n == 0 {
			out = concat(out, constant(s[:i+1]))
			s = s[i+1:]
			continue
		}
		if i > 0 {
			out = concat(out, constant(s[:i]))
		}
		out = concat(out, r.inner(expr))
		s = s[i+n:]
	}
	return out
}

// embeddedCode returns the length of the embedded code s starts with and the code.
func (r *reader) embeddedCode(s string) (int, string) {
	braces := func(from int) (int, string) {
		depth := 0
		for j := from; j < len(s) && j < from+2048; j++ {
			switch s[j] {
			case '{', '(':
				depth++
			case '}', ')':
				depth--
				if depth == 0 {
					return j + 1, s[from+1 : j]
				}
			}
		}
		return 0, ""
	}
	switch r.lang.template {
	case '{': // f"{x}"
		if s[0] == '{' {
			return braces(0)
		}
	case '#': // "#{x}"
		if len(s) > 1 && s[0] == '#' && s[1] == '{' {
			return braces(1)
		}
	case 'j': // `${x}`
		if len(s) > 1 && s[0] == '$' && s[1] == '{' {
			return braces(1)
		}
	case '$':
		if s[0] != '$' && s[0] != '@' || len(s) < 2 {
			return 0, ""
		}
		if s[1] == '(' || s[1] == '{' {
			n, e := braces(1)
			if n > 0 && s[1] == '{' {
				e = "$" + e
			}
			return n, e
		}
		j := 1
		for j < len(s) && (isWord(s[j]) || s[j] == ':' && j+1 < len(s) && isStart(s[j+1])) {
			j++
		}
		if j == 1 {
			return 0, ""
		}
		if j < len(s) && (s[j] == '{' || s[j] == '[') { // $h{key}
			k := strings.IndexAny(s[j:], "}]")
			if k > 0 && k < 64 {
				return j + k + 1, s[:j+k+1]
			}
		}
		return j, s[:j]
	}
	return 0, ""
}

// inner evaluates code inside a string.
func (r *reader) inner(code string) *value {
	if r.depth > maxDepth/2 {
		return unknown
	}
	toks, _ := lex(r.lang, code)
	toks2, at := r.toks, r.at
	r.toks, r.at = toks, 0
	r.depth++
	v := r.expr()
	r.depth--
	r.toks, r.at = toks2, at
	return v
}

// name reads a name: a variable, the start of a path, or a call without brackets.
func (r *reader) name(t *token) *value {
	r.next()
	low := key(t.text)
	if low == "new" {
		if n := r.tok(); n.kind == tName {
			if r.lang.regexps && n.text == "Function" { // of JScript: makes code of a text
				r.next()
				return &value{src: oUnknown, path: newFunction}
			}
			v := r.name(n2(r))
			return v
		}
		return unknown
	}
	if r.lang.name == "perl" {
		if v := r.perlName(t.text, low); v != nil {
			return v
		}
	}
	if r.lang.bare[low] && (!r.is("(") || r.lang.name == "powershell") && !r.is("=") && !r.is(".") && !r.is(",") && !r.is(")") && !r.is("\n") && r.tok().kind != tEnd {
		args := r.bareArgs()
		return r.call(low, nil, args, t.pos)
	}
	switch low {
	case "null", "none", "nil", "nothing": // names no class: what is assigned later does
		return &value{src: oConstant}
	case "true", "false", "this", "self":
		return &value{src: oConstant, path: low}
	}
	if v := r.lookup(t.text); v != nil {
		if v.path == "" {
			return v.withPath(low)
		}
		return v
	}
	if s := r.source(low); s != nil {
		return s
	}
	if t.memo == nil {
		t.memo = &value{src: oUnknown, path: low}
	}
	return t.memo
}

// constant returns the value of a literal, which is made once for all readings.
func (t *token) constant() *value {
	if t.memo == nil {
		t.memo = constant(t.text)
	}
	return t.memo
}

// n2 returns a copy of the token at hand, for reading the class behind new.
func n2(r *reader) *token { t := *r.tok(); return &t }

func (r *reader) lookup(name string) *value { return r.vars[r.fold(name)] }

// bareArgs reads arguments without brackets up to the end of the statement.
func (r *reader) bareArgs() []*value {
	var args []*value
	for {
		at := r.at
		args = append(args, r.expr())
		for r.at > at && (r.lang.name == "powershell" && (r.tok().kind == tName || r.tok().kind == tString || r.is("(")) || r.lang.name == "perl" && r.operandFollows()) {
			at = r.at
			args = append(args, r.expr())
		}
		if !r.accept(",") {
			return args
		}
		r.skipNewlines()
	}
}

// source returns what a path reads, nil if it is none.
func (r *reader) source(path string) *value {
	if len(path) > maxPath {
		return nil
	}
	found, ok := r.sourceOf[path]
	if !ok {
		found = r.tables.sources.first(path)
		if len(r.sourceOf) < 1<<16 {
			r.sourceOf[path] = found
		}
	}
	if found < 0 {
		return nil
	}
	s := &r.lang.sources[found]
	if s.src <= oUpload {
		r.found.inputs++
	}
	return &value{src: s.src, path: path, det: s.det, run: s.src == oCommand}
}

// withDetail names the element of an input.
func withDetail(v *value, k *value) *value {
	if !v.attacker() || k == nil {
		return v
	}
	c := *v
	c.items = nil
	if k.known && v.det == "" {
		c.det = line.Detail(k.s)
	}
	return &c
}

// postfix reads members, indexes and calls behind an operand.
func (r *reader) postfix(v *value) *value {
	for {
		t := r.tok()
		if t.kind != tOp {
			if r.lang.vb && v.path != "" && t.kind != tEnd && strings.Contains(v.path, ".") && r.sinkIndex(v.path) >= 0 && !basicWords[key(t.text)] {
				return r.call(v.path, v, r.bareArgs(), t.pos) // s.Run "x"
			}
			return v
		}
		switch t.text {
		case ".", "->", "::", "?.":
			n := r.peek(1)
			if n.kind != tName {
				if t.text == "->" && n.kind == tOp && (n.text == "[" || n.text == "{" || n.text == "(") {
					r.next()
					continue
				}
				return v
			}
			r.next()
			r.next()
			v = r.member(v, n)
		case "(":
			args := r.args()
			v = r.call(v.path, v, args, t.pos)
		case "[", "{":
			if t.text == "{" && !r.lang.sigils {
				return v
			}
			if t.text == "{" && (r.lang.name != "perl" || v == block) {
				return v
			}
			g := r.group(t.text)
			v = r.element(v, g)
		case "++", "--":
			r.next()
		default:
			return v
		}
	}
}

// basicWords may stand behind an operand of Basic.
var basicWords = set("then", "and", "or", "xor", "mod", "is", "to", "else", "step", "like", "not", "as", "in")

func (r *reader) element(v, g *value) *value {
	if len(g.items) == 1 {
		g = g.items[0]
	}
	if v.attacker() {
		return withDetail(v, g)
	}
	if len(v.items) > 0 && g.known {
		i := 0
		for _, c := range g.s {
			if c < '0' || c > '9' || i > 1<<16 {
				i = len(v.items)
				break
			}
			i = i*10 + int(c-'0')
		}
		if i < len(v.items) {
			return v.items[i]
		}
	}
	if v.path != "" && g.known && len(v.path)+len(g.s) < maxPath {
		if s := r.source(v.path + "[" + key(g.s) + "]"); s != nil {
			return s
		}
	}
	c := *v
	c.known, c.s, c.items = false, "", nil
	return &c
}

// member reads a property.
func (r *reader) member(v *value, n *token) *value {
	path := key(n.text)
	if v.path != "" && len(v.path) < 200 {
		path = v.path + "." + path
	}
	if s := r.source(path); s != nil {
		return s
	}
	if v.path == "this" || v.path == "self" || v.path == "" {
		if m := r.vars["."+r.fold(n.text)]; m != nil {
			return m.withPath(path)
		}
	}
	if v.path != "" && !v.attacker() {
		if m := r.lookup(n.text); m != nil && (v.path == "this" || v.path == "self" || v.path == "me") {
			return m.withPath(path)
		}
	}
	c := *v
	if v.attacker() && v.det == "" && !r.is("(") {
		c.det = line.Detail(n.text)
	}
	c.path, c.known, c.s = path, false, ""
	if v.known {
		c.known, c.s = true, v.s
	}
	return &c
}

// args reads arguments with their brackets.
func (r *reader) args() []*value {
	r.next()
	var args []*value
	for r.tok().kind != tEnd && !r.is(")") {
		at := r.at
		if r.is("\n") || r.is(",") || r.is("=>") || r.is(";") || r.is("->") {
			r.next()
			continue
		}
		if t, n := r.tok(), r.peek(1); t.kind == tName && n.kind == tOp && (n.text == "=" || n.text == ":") && !r.lang.vb { // keyword argument
			r.next()
			r.next()
		}
		args = append(args, r.expr())
		if r.is("{") { // a function as argument
			args = append(args, r.group("{"))
		}
		if r.at == at {
			r.next()
		}
		if len(args) > 1<<16 {
			r.why = "arguments"
			break
		}
	}
	r.accept(")")
	return args
}
