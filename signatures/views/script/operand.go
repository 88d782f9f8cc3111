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
		if t.tpl {
			return r.template(t.text)
		}
		return r.literal(t)
	case tNumber:
		r.next()
		return r.literal(t)
	case tCommand:
		r.next()
		v := r.template(t.text)
		r.emit("command", "backtick", v, nil, "backtick", t.pos)
		return &value{src: oCommand, run: true}
	case tName:
		return r.name(t)
	}
	switch t.op {
	case '(', '[', '{':
		return r.group(t.op)
	case ')', ']', '}', ';', '\n', ',', 0:
		return unknown
	case ':':
		if n := r.peek(1); r.ruby && n.kind == tName { // a symbol
			r.next()
			r.next()
			return constant(n.text)
		}
	case '<': // <STDIN>, <$sock>
		if n := r.peek(1); r.perl && n.kind == tName && r.peek(2).op == '>' {
			r.next()
			r.next()
			r.next()
			return r.readsHandle(n.text)
		}
	}
	r.next()
	return unknown
}

// group reads a bracketed list and returns the join of what is in it.
func (r *reader) group(open op) *value {
	r.next()
	end := op(')')
	switch open {
	case '[':
		end = ']'
	case '{':
		end = '}'
	}
	assigns := open == '{' || open == '(' && (r.perl || r.lang.typed)
	base := len(r.items)
	for {
		t := r.tok()
		if t.op == end || t.kind == tEnd {
			break
		}
		switch t.op {
		case '\n', ',', ';', opFatArrow:
			r.next()
			continue
		case ':':
			if !r.ruby {
				r.next()
				continue
			}
		}
		if assigns && t.kind == tName && (open == '{' || r.assigns()) && (r.word(t.sym.low) || r.assignment()) {
			continue
		}
		if open == '{' && r.listAssignment() {
			continue
		}
		at := r.at
		v := r.expr()
		r.items = append(r.items, v)
		if r.at == at {
			r.next()
		}
		if n := len(r.items) - base; n > 4096 && n&0xfff == 0 && r.ctx.Err() != nil {
			break
		}
	}
	r.accept(end)
	items := r.items[base:]
	r.items = r.items[:base]
	switch {
	case len(items) == 1 && open == '(':
		return items[0]
	case len(items) == 0:
		return unknown
	}
	out, path, run := strongest(items)
	c := r.copyOf(out)
	c.path, c.run, c.items = path, run, r.kept(items)
	if out.known && len(items) > 1 {
		c.known, c.s = false, ""
	}
	return c
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
	toks, ok := r.codes[code]
	if !ok {
		toks, _ = r.lex(nil, code)
		if r.coded += len(toks); r.coded <= maxTokens {
			r.codes[code] = toks
		}
	}
	outer, at := r.toks, r.at
	r.toks, r.at = toks, 0
	r.depth++
	v := r.expr()
	r.depth--
	r.toks, r.at = outer, at
	return v
}

// nothing is what null and its like stand for.
var nothing = &value{src: oConstant}

// name reads a name: a variable, the start of a path, or a call without brackets.
func (r *reader) name(t *token) *value {
	r.next()
	low := t.sym.low
	if low.class&cSpecial != 0 && low.text == "new" {
		n := r.tok()
		if n.kind != tName {
			return unknown
		}
		if r.lang.regexps && n.text == "Function" { // of JScript: makes code of a text
			r.next()
			return r.value(r.path(newFunction))
		}
		return r.name(n)
	}
	if r.perl && low.class&cPerlName != 0 {
		if v := r.perlName(low.text); v != nil {
			return v
		}
	}
	if low.bare && r.argumentsFollow() {
		base := len(r.items)
		v := r.call(r.placeOf(low), nil, r.bareArgs(), t.pos)
		r.items = r.items[:base]
		return v
	}
	if low.class&cSpecial != 0 {
		switch low.text {
		case "null", "none", "nil", "nothing": // names no class: what is assigned later does
			return nothing
		case "true", "false", "this", "self":
			return &value{src: oConstant, path: r.placeOf(low)}
		}
	}
	s := t.sym
	switch v := s.home.value; {
	case v == nil:
	case v.path != nil:
		return v
	case s.bared == v:
		return s.named
	default:
		s.bared, s.named = v, r.copyOf(v)
		s.named.path = r.placeOf(low)
		return s.named
	}
	p := r.placeOf(low)
	if v := r.source(p); v != nil {
		return v
	}
	return r.value(p)
}

// argumentsFollow reports whether arguments stand behind a function that is called
// without brackets.
func (r *reader) argumentsFollow() bool {
	switch t := r.tok(); t.op {
	case '(':
		return r.powershell
	case '=', '.', ',', ')', '\n':
		return false
	case 0:
		return t.kind != tEnd
	}
	return true
}

// literal returns the value of a literal, which is made once for all readings.
func (r *reader) literal(t *token) *value {
	if t.memo == nil {
		t.memo = r.values.get()
		t.memo.known, t.memo.s, t.memo.src = true, t.text, oConstant
	}
	return t.memo
}

// bareArgs reads arguments without brackets up to the end of the statement. They
// stand at the end of r.items, which is for the caller to cut.
func (r *reader) bareArgs() []*value {
	base := len(r.items)
	for {
		at := r.at
		v := r.expr()
		r.items = append(r.items, v)
		for r.at > at && (r.powershell && (r.tok().kind == tName || r.tok().kind == tString || r.is('(')) || r.perl && r.operandFollows()) {
			at = r.at
			v := r.expr()
			r.items = append(r.items, v)
		}
		if !r.accept(',') {
			return r.items[base:]
		}
		r.skipNewlines()
	}
}

// source returns what a path reads, nil if it is none.
func (r *reader) source(p *place) *value {
	if p.source == unasked {
		p.source = -1
		if len(p.text) <= maxPath {
			p.source = r.tables.sources.first(p.text)
		}
		if p.source >= 0 {
			s := &r.lang.sources[p.source]
			p.input = &value{src: s.src, path: p.orNone(), det: s.det, run: s.src == oCommand}
		}
	}
	if p.source < 0 {
		return nil
	}
	if p.input.src <= oUpload {
		r.found.inputs++
	}
	return p.input
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
