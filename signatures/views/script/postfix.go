package script

import (
	"strings"

	"github.com/seed-181f3109/assay/signatures/views/line"
)

// postfix reads members, indexes and calls behind an operand.
func (r *reader) postfix(v *value) *value {
	for {
		t := r.tok()
		switch t.op {
		case 0:
			if r.lang.vb && r.commands(v, t) {
				base := len(r.items)
				v = r.call(v.path, v, r.bareArgs(), t.pos) // s.Run "x"
				r.items = r.items[:base]
			}
			return v
		case '.', opArrow, opScope:
			n := r.peek(1)
			if n.kind != tName {
				if t.op == opArrow && (n.op == '[' || n.op == '{' || n.op == '(') {
					r.next()
					continue
				}
				return v
			}
			r.next()
			r.next()
			v = r.member(v, n.sym)
		case '(':
			base := len(r.items)
			v = r.call(v.path, v, r.args(), t.pos)
			r.items = r.items[:base]
		case '[':
			v = r.element(v, r.group('['))
		case '{':
			if !r.perl || v == block {
				return v
			}
			v = r.element(v, r.group('{'))
		case opInc, opDec:
			r.next()
		default:
			return v
		}
	}
}

// commands reports whether token t is the first argument of a method of Basic, which
// is called without brackets.
func (r *reader) commands(v *value, t *token) bool {
	return v.path != nil && t.kind != tEnd && strings.Contains(v.path.text, ".") && r.sinkIndex(v.path) >= 0 && !basicWords[key(t.text)]
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
	if v.path != nil && g.known && len(v.path.text)+len(g.s) < maxPath {
		if s := r.source(r.elementOf(v.path, g.s)); s != nil {
			return s
		}
	}
	if !v.known && v.s == "" && v.items == nil {
		return v
	}
	c := *v
	c.known, c.s, c.items = false, "", nil
	return &c
}

// member reads a property.
func (r *reader) member(v *value, n *symbol) *value {
	p := r.memberOf(v.path, n.low)
	if s := r.source(p); s != nil {
		return s
	}
	own := v.path != nil && (v.path.text == "this" || v.path.text == "self")
	if own || v.path == nil {
		if m := n.home.member; m != nil {
			return m.withPath(p)
		}
	}
	if (own || v.path != nil && v.path.text == "me") && !v.attacker() {
		if m := n.home.value; m != nil {
			return m.withPath(p)
		}
	}
	if v.path != nil && v == v.path.plain {
		return r.value(p)
	}
	c := r.copyOf(v)
	if v.attacker() && v.det == "" && !r.is('(') {
		c.det = line.Detail(n.text)
	}
	c.path = p
	if !v.known {
		c.s = ""
	}
	return c
}

// args reads arguments with their brackets. They stand at the end of r.items, which
// is for the caller to cut.
func (r *reader) args() []*value {
	r.next()
	base := len(r.items)
	for {
		t := r.tok()
		if t.op == ')' || t.kind == tEnd {
			break
		}
		at := r.at
		switch t.op {
		case '\n', ',', opFatArrow, ';', opArrow:
			r.next()
			continue
		case 0:
			if n := r.peek(1).op; (n == '=' || n == ':') && t.kind == tName && !r.lang.vb { // keyword argument
				r.next()
				r.next()
			}
		}
		v := r.expr()
		r.items = append(r.items, v)
		if r.is('{') { // a function as argument
			v := r.group('{')
			r.items = append(r.items, v)
		}
		if r.at == at {
			r.next()
		}
		if len(r.items)-base > 1<<16 {
			r.why = "arguments"
			break
		}
	}
	r.accept(')')
	return r.items[base:]
}
