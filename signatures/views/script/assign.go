package script

import (
	"strings"
)

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
	var typ *symbol   // in lower case
	if r.lang.typed { // Type name = , Type<X>[] name =
		for n := 0; n < 12; n++ {
			t, u := &r.toks[i], &r.toks[min(i+1, len(r.toks)-1)]
			if t.kind == tName && (u.op == '=' || u.op == opAddTo || u.op == ':') || t.kind == tEnd {
				break
			}
			if t.kind == tName && typ == nil && (u.kind == tName || (u.op == '[' || u.op == '<' || u.op == '.')) {
				typ = t.sym.low
			} else if !(t.kind == tName || t.kind == tOp && strings.Contains("<>[].,?", t.text)) {
				break
			}
			i++
		}
	}
	name, op := &r.toks[i], r.toks[min(i+1, len(r.toks)-1)].op
	if name.kind != tName || op == 0 || i > r.at && r.toks[i-1].text == "." {
		return r.memberAssignment()
	}
	switch op {
	case '=', opAddTo, opDotTo, opAndTo:
	case opMatch:
		return false
	default:
		return r.memberAssignment()
	}
	if i > r.at && !r.lang.typed {
		return false
	}
	otherwise, maybe := r.branch()
	r.at = i + 2
	r.skipNewlines()
	v := r.expr()
	home := name.sym.home
	if old := home.value; old != nil && op != '=' {
		if !r.emits {
			home.value = r.accumulate(old, v)
			return true
		}
		if len(old.s) > maxAssembled {
			return true
		}
		v = concat(old, v)
		if old.known && v.known { // an assembled text: the last value counts
			home.value = v
			return true
		}
	}
	if typ != nil && v.path == nil {
		v = v.withPath(r.placeOf(typ))
	}
	if f := home.fn; f != nil && r.lang.vb { // Basic returns by its name
		f.ret = r.merge(f.ret, v)
	}
	if r.emits && v.known && op == '=' && !otherwise && !(maybe && home.value != nil && home.value.attacker()) {
		home.value = v // in source order on the last reading
		return true
	}
	home.value = r.merge(home.value, v)
	return true
}

// branch returns what behindElse and behindIf say of the statement at hand.
func (r *reader) branch() (otherwise, maybe bool) {
	t := r.tok()
	if t.facts&fBranched == 0 {
		t.facts |= fBranched
		if r.behindElse() {
			t.facts |= fElse
		}
		if r.behindIf() {
			t.facts |= fIf
		}
	}
	return t.facts&fElse != 0, t.facts&fIf != 0
}

// behindElse reports whether the statement at hand is the first of an else
// branch: what it assigns is only one of the values that a name has behind it.
func (r *reader) behindElse() bool {
	i := r.at - 1
	skip := func(o op) bool {
		for i > 0 && (r.toks[i].op == '\n' || r.toks[i].op == o) {
			i--
		}
		return i >= 0 && r.toks[i].kind == tName && strings.EqualFold(r.toks[i].text, "else")
	}
	return skip('{') || skip(':')
}

// behindIf reports whether the statement at hand is the first behind a condition:
// a constant that it assigns is what a name has where an input is missing.
func (r *reader) behindIf() bool {
	i := r.at - 1
	for i > 0 && r.toks[i].op == '\n' {
		i--
	}
	if i <= 0 {
		return false
	}
	switch t := &r.toks[i]; {
	case t.kind == tName:
		return strings.EqualFold(t.text, "then")
	case (t.op == ':' || t.op == '{' || t.op == ')'):
	default:
		return false
	}
	for n := 0; i >= 0 && n < 60; n++ {
		t := &r.toks[i]
		if t.kind == tName && t.sym.low.class&cIf != 0 {
			return true
		}
		if n > 0 && (t.op == '\n' || t.op == ';' || t.op == '{' || t.op == '}') {
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
	start := r.tok()
	if start.facts&fNoMember != 0 {
		return false
	}
	i := r.assigned()
	if i < 0 {
		start.facts |= fNoMember
		return false
	}
	base, last := start, &r.toks[i-1]
	path, stored := r.assignedPath(i), r.storeName(r.at, i)
	r.at = i + 1
	r.skipNewlines()
	v := r.expr()
	if stored != "" {
		r.handles[stored] = r.merge(r.handles[stored], v)
		return true
	}
	r.storeMember(base, last, path, v)
	return true
}

// assigned returns the index of the operator that assigns to the member that
// starts here, -1 if there is none.
func (r *reader) assigned() int {
	depth, name := 0, false
	for i := r.at; i < r.at+40; i++ {
		t := &r.toks[i]
		if depth == 0 && t.kind != tOp {
			if name || t.kind != tName {
				return -1 // two operands in a row, or the end: no place
			}
			name = true
		}
		switch t.op {
		case 0:
			if t.kind == tEnd {
				return -1
			}
		case '\n', ';', '{':
			return -1
		case '[', '(':
			depth++
		case ']', ')':
			depth--
			name = depth == 0
		case '=', opAddTo, opDotTo:
			if depth != 0 || i == r.at {
				return -1
			}
			return i
		case '.', opArrow, opScope:
			if depth == 0 {
				name = false
			}
		default:
			if depth == 0 || t.op == ':' && r.lang.vb {
				return -1
			}
		}
		if depth < 0 {
			return -1
		}
	}
	return -1
}

// assignedPath joins the names outside of brackets from here to token end.
func (r *reader) assignedPath(end int) string {
	var names []string
	depth := 0
	for i := r.at; i < end; i++ {
		switch t := &r.toks[i]; {
		case t.op == '[' || t.op == '(':
			depth++
		case t.op == ']' || t.op == ')':
			depth--
		case depth == 0 && t.kind == tName:
			names = append(names, t.sym.low.text)
		}
	}
	return strings.Join(names, ".")
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
func (r *reader) storeMember(base, last *token, path string, v *value) {
	if base.kind != tName {
		return
	}
	home := base.sym.home
	b := home.value
	if b != nil && b.path != nil {
		if _, rest, ok := strings.Cut(path, "."); ok {
			path = b.path.text + "." + rest
		}
	}
	for i := range r.lang.properties {
		if s := &r.lang.properties[i]; s.re.MatchString(path) {
			on := b
			if s.aux != self {
				on = nil
			}
			r.sink(s, path[strings.LastIndexByte(path, '.')+1:], []*value{v}, base.pos, on)
			break
		}
	}
	if v.attacker() || v.dec != "" {
		c := *v
		if c.path = nil; b != nil { // it is still what it was
			c.path = b.path
		}
		home.value = r.merge(b, &c)
	}
	if last.kind == tName { // this.x, self.x: also under its own name
		m := last.sym.home
		m.member = r.merge(m.member, v)
	}
}
