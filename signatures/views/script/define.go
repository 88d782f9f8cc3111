package script

import "strings"

// function is a function of the file.
type function struct {
	params []*symbol // their variables
	ret    *value
	args   *value // join of all that it is called with, for languages without parameters
	end    int    // index of the token behind its body, if known
}

// definition reads the head of a function.
func (r *reader) definition(w *symbol) bool {
	at := r.at
	if w.class&cDefines != 0 {
		r.next()
	} else if !r.lang.typed || !r.typedHead() {
		return false
	}
	name := r.tok()
	if name.kind != tName {
		r.at = at
		return false
	}
	r.next()
	home := name.sym.home
	if home.fn == nil {
		home.fn = &function{}
	}
	f := home.fn
	f.params = f.params[:0]
	if r.accept('(') {
		r.parameters(f)
	}
	for _, p := range f.params {
		if p.value == nil {
			p.value = parameter
		}
	}
	f.end = r.bodyEnd()
	r.fn = f
	return true
}

// parameters reads the names of what a function takes.
func (r *reader) parameters(f *function) {
	var last *symbol
	add := func() {
		if last != nil {
			f.params = append(f.params, last)
		}
		last = nil
	}
	for depth := 1; depth > 0 && r.tok().kind != tEnd; {
		switch t := r.next(); {
		case t.op == '(':
			depth++
		case (t.op == ')' || t.op == ',') && depth == 1:
			add()
			if t.op == ')' {
				depth = 0
			}
		case t.op == ')':
			depth--
		case t.op == '=':
			add()
			for r.tok().kind != tEnd && !r.is(',') && !r.is(')') {
				r.next()
			}
			r.accept(',')
		case t.kind == tName && depth == 1:
			last = t.sym.home
		}
	}
}

// typedHead reports whether "type name(" starts a definition of Java or C#, and
// moves to the name.
func (r *reader) typedHead() bool {
	i := r.at
	for n := 0; n < 12 && r.toks[i].kind != tEnd; n++ {
		t, u, v := &r.toks[i], &r.toks[min(i+1, len(r.toks)-1)], &r.toks[min(i+2, len(r.toks)-1)]
		if t.kind != tName && !(t.kind == tOp && strings.Contains("<>[].,", t.text)) || t.kind == tName && (t.text == "new" || t.text == "return" || t.text == "else" || t.text == "throw") {
			return false
		}
		if (t.kind == tName || t.text == ">" || t.text == "]") && u.kind == tName && v.op == '(' {
			// the list must be followed by a body
			depth := 0
			for j := i + 2; j < len(r.toks) && j < i+200; j++ {
				if x := r.toks[j]; x.kind == tOp {
					switch x.text {
					case "(":
						depth++
					case ")":
						depth--
						if depth == 0 {
							k := j + 1
							for k < len(r.toks)-1 && (r.toks[k].kind == tName || r.toks[k].text == "," || r.toks[k].text == "\n" || r.toks[k].text == ".") {
								k++
							}
							if r.toks[k].text == "{" {
								r.at = i + 1
								return true
							}
							return false
						}
					case ";":
						return false
					}
				}
			}
			return false
		}
		i++
	}
	return false
}

// bodyEnd returns the index behind the braces that open here, 0 if there are none.
func (r *reader) bodyEnd() int {
	i := r.at
	for i < len(r.toks)-1 && (r.toks[i].kind == tName || r.toks[i].op == '\n' || r.toks[i].op == ',' || r.toks[i].op == '.') {
		i++
	}
	return int(r.toks[i].end)
}
