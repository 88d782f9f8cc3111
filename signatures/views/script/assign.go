package script

import (
	"strings"
)

// function is a function of the file.
type function struct {
	name   string
	params []string
	ret    *value
	args   *value // join of all that it is called with, for languages without parameters
	end    int    // index of the token behind its body, if known
}

// definition reads the head of a function.
func (r *reader) definition(w string) bool {
	at := r.at
	switch w {
	case "def", "function", "sub", "fn", "func":
		r.next()
	default:
		if !r.lang.typed || !r.typedHead() {
			return false
		}
	}
	name := r.tok()
	if name.kind != tName {
		r.at = at
		return false
	}
	r.next()
	f := r.funcs[r.fold(name.text)]
	if f == nil {
		f = &function{name: name.text}
		r.funcs[r.fold(name.text)] = f
	}
	f.params = f.params[:0]
	if r.accept("(") {
		depth := 1
		last := ""
		for depth > 0 && r.tok().kind != tEnd {
			t := r.next()
			switch {
			case t.kind == tOp && t.text == "(":
				depth++
			case t.kind == tOp && (t.text == ")" || t.text == ",") && depth == 1:
				if last != "" {
					f.params = append(f.params, last)
				}
				last = ""
				if t.text == ")" {
					depth = 0
				}
			case t.kind == tOp && t.text == ")":
				depth--
			case t.kind == tOp && t.text == "=":
				if last != "" {
					f.params = append(f.params, last)
					last = ""
				}
				for r.tok().kind != tEnd && !r.is(",") && !r.is(")") {
					r.next()
				}
				r.accept(",")
			case t.kind == tName && depth == 1:
				last = t.text
			}
		}
	}
	for _, p := range f.params {
		if k := r.fold(p); r.vars[k] == nil {
			r.vars[k] = &value{src: oParam}
		}
	}
	f.end = r.bodyEnd()
	r.fn = f
	return true
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
		if (t.kind == tName || t.text == ">" || t.text == "]") && u.kind == tName && v.kind == tOp && v.text == "(" {
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
	for i < len(r.toks)-1 && (r.toks[i].kind == tName || r.toks[i].kind == tOp && (r.toks[i].text == "\n" || r.toks[i].text == "," || r.toks[i].text == ".")) {
		i++
	}
	if !(r.toks[i].kind == tOp && r.toks[i].text == "{") {
		return 0
	}
	depth := 0
	for ; i < len(r.toks); i++ {
		if t := &r.toks[i]; t.kind == tOp {
			if t.text == "{" {
				depth++
			} else if t.text == "}" {
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
	}
	return 0
}

// merge joins what a place holds and asks for another reading if that is new: a
// third one only for what comes from outside or out of a decoder.
func (r *reader) merge(old, v *value) *value {
	m := join(old, v)
	if old == nil || m.src < old.src || m.run && !old.run || m.attacker() && !old.attacker() {
		r.again = r.again || r.readings < 2 || m.src <= oSocket || m.run || m.dec != ""
	}
	return m
}

// assignment reads "[type] name = expr" and the compound forms.
func (r *reader) assignment() bool {
	i := r.at
	typ := ""
	if r.lang.typed { // Type name = , Type<X>[] name =
		for n := 0; n < 12; n++ {
			t, u := &r.toks[i], &r.toks[min(i+1, len(r.toks)-1)]
			if t.kind == tName && u.kind == tOp && (u.text == "=" || u.text == "+=" || u.text == ":") || t.kind == tEnd {
				break
			}
			if t.kind == tName && typ == "" && (u.kind == tName || u.kind == tOp && (u.text == "[" || u.text == "<" || u.text == ".")) {
				typ = key(t.text)
			} else if !(t.kind == tName || t.kind == tOp && strings.Contains("<>[].,?", t.text)) {
				break
			}
			i++
		}
	}
	name := r.toks[i]
	op := r.toks[min(i+1, len(r.toks)-1)]
	if name.kind != tName || op.kind != tOp || i > r.at && r.toks[i-1].text == "." {
		return r.memberAssignment()
	}
	switch op.text {
	case "=", "+=", ".=", "&=", "=~":
		if op.text == "=~" {
			return false
		}
	default:
		if op.text == ":" && r.lang.name == "java" && typ != "" {
			break
		}
		return r.memberAssignment()
	}
	if i > r.at && !r.lang.typed {
		return false
	}
	otherwise, maybe := r.behindElse(), r.behindIf()
	r.at = i + 2
	r.skipNewlines()
	v := r.expr()
	k := r.fold(name.text)
	if op.text != "=" && op.text != ":" {
		if old := r.vars[k]; old != nil && r.emits {
			if len(old.s) > maxAssembled {
				return true
			}
			v = concat(old, v)
			if old.known && v.known { // an assembled text: the last value counts
				r.vars[k] = v
				return true
			}
		} else if old != nil {
			v = r.accumulate(old, v)
			r.vars[k] = v
			return true
		}
	}
	if typ != "" && v.path == "" {
		v = v.withPath(typ)
	}
	if f := r.funcs[k]; f != nil && r.lang.vb { // Basic returns by its name
		f.ret = r.merge(f.ret, v)
	}
	if r.emits && v.known && op.text == "=" && !otherwise && !(maybe && r.vars[k] != nil && r.vars[k].attacker()) {
		r.vars[k] = v // in source order on the last reading
		return true
	}
	r.vars[k] = r.merge(r.vars[k], v)
	return true
}

// behindElse reports whether the statement at hand is the first of an else
// branch: what it assigns is only one of the values that a name has behind it.
func (r *reader) behindElse() bool {
	i := r.at - 1
	skip := func(text string) bool {
		for i > 0 && r.toks[i].kind == tOp && (r.toks[i].text == "\n" || r.toks[i].text == text) {
			i--
		}
		return i >= 0 && r.toks[i].kind == tName && strings.EqualFold(r.toks[i].text, "else")
	}
	return skip("{") || skip(":")
}

// behindIf reports whether the statement at hand is the first behind a condition:
// a constant that it assigns is what a name has where an input is missing.
func (r *reader) behindIf() bool {
	i := r.at - 1
	for i > 0 && r.toks[i].kind == tOp && r.toks[i].text == "\n" {
		i--
	}
	if i <= 0 {
		return false
	}
	switch t := &r.toks[i]; {
	case t.kind == tName:
		return strings.EqualFold(t.text, "then")
	case t.kind == tOp && (t.text == ":" || t.text == "{" || t.text == ")"):
	default:
		return false
	}
	for n := 0; i >= 0 && n < 60; n++ {
		t := &r.toks[i]
		if t.kind == tName {
			switch key(t.text) {
			case "if", "elif", "elseif", "elsif", "unless", "else", "except", "catch":
				return true
			}
		}
		if n > 0 && t.kind == tOp && (t.text == "\n" || t.text == ";" || t.text == "{" || t.text == "}") {
			return false
		}
		i--
	}
	return false
}

// accumulate is "+=" on the first readings: only where values come from counts.
func (r *reader) accumulate(old, v *value) *value {
	if old.known && v.known {
		return old
	}
	return r.merge(old, v)
}

// memberAssignment reads "a.b = expr" and "a[b] = expr": the whole of a gets it.
func (r *reader) memberAssignment() bool {
	i := r.at
	var names [20]string
	count, depth, name := 0, 0, false
	for n := 0; n < 40; n++ {
		t := &r.toks[i]
		if t.kind == tEnd || t.kind == tOp && (t.text == "\n" || t.text == ";" || t.text == "{" || t.text == ":" && r.lang.vb) {
			return false
		}
		if depth == 0 && t.kind != tOp {
			if name || t.kind != tName {
				return false // two operands in a row: no place
			}
			name = true
			names[count] = t.text // at most every second of 40 tokens
			count++
		}
		if t.kind == tOp {
			switch t.text {
			case "[", "(":
				depth++
			case "]", ")":
				depth--
				name = depth == 0
			case "=", "+=", ".=":
				if depth != 0 || i == r.at {
					return false
				}
				base, last := r.toks[r.at], r.toks[i-1]
				stored := r.storeName(r.at, i)
				r.at = i + 1
				r.skipNewlines()
				v := r.expr()
				if stored != "" {
					r.vars[stored] = r.merge(r.vars[stored], v)
					return true
				}
				r.storeMember(base, last, key(strings.Join(names[:count], ".")), v)
				return true
			case ".", "->", "::":
				if depth == 0 {
					name = false
				}
			default:
				if depth == 0 {
					return false
				}
			}
		}
		if depth < 0 {
			return false
		}
		i++
	}
	return false
}

// storeName is the name of the variable for Session("x") of classic ASP if that is
// what stands from token i to j, so that one element does not taint the others.
func (r *reader) storeName(i, j int) string {
	if r.lang.name != "asp" || j-i != 4 || r.toks[i+2].kind != tString {
		return ""
	}
	if base := key(r.toks[i].text); base == "session" || base == "application" {
		return stored(base, r.toks[i+2].text)
	}
	return ""
}

func stored(base, name string) string { return base + "(" + key(name) + ")" }

// storeMember notes what a member of base gets.
func (r *reader) storeMember(base, last token, path string, v *value) {
	if base.kind != tName {
		return
	}
	b := r.vars[r.fold(base.text)]
	if b != nil && b.path != "" {
		if _, rest, ok := strings.Cut(path, "."); ok {
			path = b.path + "." + rest
		}
	}
	for _, s := range r.lang.properties {
		if s.re.MatchString(path) {
			if s.aux == self {
				r.sink(s, path, []*value{v}, base.pos, b)
			} else {
				r.sink(s, path, []*value{v}, base.pos, nil)
			}
			break
		}
	}
	k := r.fold(base.text)
	if v.attacker() || v.dec != "" {
		c := *v
		if c.path = ""; b != nil { // it is still what it was
			c.path = b.path
		}
		r.vars[k] = r.merge(b, &c)
	}
	if last.kind == tName { // this.x, self.x: also under its own name
		m := "." + r.fold(last.text)
		r.vars[m] = r.merge(r.vars[m], v)
	}
}
