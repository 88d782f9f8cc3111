package script

import (
	"context"
	"strconv"
	"strings"

	"github.com/seed-181f3109/assay/signatures/views/line"
)

const (
	maxDepth = 200     // nesting of expressions
	maxSteps = 2 << 20 // operands read in one file

	maxAssembled = 256 << 10 // bytes of a text that "+=" assembles
	maxNumber    = 64        // digits of a number
)

// reader reads the tokens of one file, several times.
type reader struct {
	ctx context.Context
	// what the tables of lang say of a path
	tables *tables
	src    string  // the file, for line numbers
	lines  []int32 // where each line starts
	toks   []token
	at     int
	depth  int
	steps  int
	why    string // reading ended
	lost   string // what was left out all the same
	*names
	handles  map[string]*value // what file handles and elements hold, by their keys
	fn       *function         // whose body is read
	emits    bool              // the last reading writes lines
	again    bool              // something changed: read once more
	readings int               // begun so far
	set      *line.Set
	nest     int
	out      *Result
	found    struct{ inputs, computed int }
	known    map[string]bool    // decoded code that is kept
	sock     bool               // the file opens a socket
	cgi      bool               // the file answers a web server
	relays   bool               // the file of Python fetches an address that its visitor gives
	codes    map[string][]token // code inside of strings
	coded    int                // tokens of it
	// what the language is
	perl, python, ruby, powershell bool
}

func (r *reader) tok() *token  { return &r.toks[r.at] }
func (r *reader) is(o op) bool { return r.toks[r.at].op == o }

func (r *reader) peek(n int) *token { return &r.toks[min(r.at+n, len(r.toks)-1)] }

func (r *reader) next() *token {
	t := &r.toks[r.at]
	if r.at < len(r.toks)-1 {
		r.at++
	}
	return t
}

func (r *reader) accept(o op) bool {
	if r.is(o) {
		r.next()
		return true
	}
	return false
}

func (r *reader) skipNewlines() {
	for r.is('\n') {
		r.next()
	}
}

// key is a name for the tables: lower case.
func key(s string) string { return strings.ToLower(s) }

// read reads the file from its start to its end.
func (r *reader) read() {
	r.at, r.fn = 0, nil
	for r.tok().kind != tEnd && r.why == "" {
		start := r.at
		r.statement()
		if r.at == start {
			r.next()
		}
		if r.fn != nil && r.fn.end > 0 && r.at >= r.fn.end {
			r.fn = nil
		}
		if r.steps++; r.steps > maxSteps*4 {
			r.why = "steps"
		}
		if r.steps&0xfff == 0 && r.ctx.Err() != nil {
			r.why = "cancelled"
		}
	}
}

// statement reads an assignment or an expression.
func (r *reader) statement() {
	t := r.tok()
	switch t.op {
	case '\n', ';', '{', '}', ':', ')', ',', ']':
		r.next()
		return
	}
	if r.listAssignment() {
		return
	}
	if t.kind == tName {
		if r.python && t.sym.class&cImports != 0 && r.pythonImport() {
			return
		}
		if r.definition(t.sym.low) || r.word(t.sym.low) {
			return
		}
		if r.assignment() {
			return
		}
	}
	r.expr()
}

// word handles keywords that stand before an expression.
func (r *reader) word(w *symbol) bool {
	if r.lang.vb && r.basicWord(w.text) {
		return true
	}
	switch {
	case w.class&cReturn != 0:
		r.next()
		if r.is('\n') || r.is(';') {
			return true
		}
		pos := r.tok().pos
		v := r.expr()
		if r.relays && v.src == oNetwork {
			r.emit("reveal", "return", v, nil, "", pos)
		}
		if r.fn != nil {
			r.fn.ret = r.merge(r.fn.ret, v)
		}
		return true
	case w.class&cKeyword != 0:
		if n := r.peek(1); (n.op == '=' || n.op == '.' || n.op == opArrow) && w.text != "if" {
			return false
		}
		r.next()
		return true
	}
	return false
}

// basicWord is word for what Basic has beside the others.
func (r *reader) basicWord(w string) bool {
	switch w {
	case "if", "elseif", "while", "until":
		r.condition()
		return true
	case "end":
		if n := r.peek(1); n.kind == tName && (strings.EqualFold(n.text, "function") || strings.EqualFold(n.text, "sub")) {
			r.next()
			r.next()
			r.fn = nil
			return true
		}
	}
	return false
}

// condition reads what stands between "if" and "then" of Basic, where "=" compares.
func (r *reader) condition() {
	r.next()
	for r.tok().kind != tEnd && !r.is('\n') && !r.is(':') && !(r.tok().kind == tName && strings.EqualFold(r.tok().text, "then")) {
		at := r.at
		r.expr()
		if r.at == at {
			r.next()
		}
	}
}

// expr reads an expression: operands joined by operators.
func (r *reader) expr() *value {
	if r.depth >= maxDepth {
		r.why = "nesting"
		r.next()
		return unknown
	}
	r.depth++
	v := r.unary()
	for more := true; more; {
		v, more = r.operation(v)
	}
	r.depth--
	return v
}

// operation reads an operator and the operand behind it, and returns what they make
// of v, and whether the expression goes on.
func (r *reader) operation(v *value) (*value, bool) {
	t := r.tok()
	switch t.op {
	case 0:
		if t.kind == tName {
			return r.wordOperation(t.sym, v)
		}
		return v, false
	case '?':
		r.nextOperand()
		a := r.expr()
		if r.accept(':') {
			r.skipNewlines()
			return join(a, r.expr()), false
		}
		return join(v, a), true
	case opOr, opAnd:
		r.nextOperand()
		return join(v, r.unary()), true
	case opEqual, opNotEqual, opSame, opNotSame, '<', '>', opAtMost, opAtLeast, opMatch:
		r.nextOperand()
		r.unary()
		return unknown, true
	case '^':
		if r.lang.vb {
			return v, false
		}
		r.next()
		return mix(v, r.unary()).decoded("xor"), true
	}
	if len(t.text) == 1 && strings.Contains(r.lang.concat, t.text) {
		r.nextOperand()
		return concat(v, r.unary()), true
	}
	switch t.op {
	case '%', '-', '*', '/', '|', '&', opLeft, opRight:
		r.nextOperand()
		w := r.unary()
		switch {
		case t.op == '%' && r.python && v.src == oConstant:
			return formatted(v, w), true
		case v.known && w.known:
			return arithmetic(t.text, v, w), true
		}
		return mix(v, w), true
	}
	return v, false
}

// wordOperation is operation for an operator that is a word.
func (r *reader) wordOperation(w *symbol, v *value) (*value, bool) {
	switch {
	case r.lang.vb:
		switch w.low.text {
		case "and", "or", "mod":
			r.next()
			return join(v, r.unary()), true
		case "xor":
			r.next()
			return mix(v, r.unary()).decoded("xor"), true
		}
		return v, false
	case w.class&cInfix == 0 || r.powershell || r.perl || w.text == "if" && !r.python:
		return v, false
	}
	r.nextOperand()
	return join(v, r.unary()), true
}

// nextOperand moves behind an operator and the lines that end there.
func (r *reader) nextOperand() {
	r.next()
	r.skipNewlines()
}

// mix is the unknown value that two make.
func mix(a, b *value) *value {
	v := join(a, b)
	if !v.known && v.s == "" && v != block {
		return v
	}
	c := *v
	c.known, c.s = false, ""
	return &c
}

// formatted is "text" % values.
func formatted(f, w *value) *value {
	c := *w
	if w.known {
		return w
	}
	c.known, c.part = false, true
	return &c
}

func arithmetic(op string, a, b *value) *value {
	if len(a.s) > maxNumber || len(b.s) > maxNumber { // ParseInt copies what is none
		return unknown
	}
	x, err1 := strconv.ParseInt(a.s, 0, 64)
	y, err2 := strconv.ParseInt(b.s, 0, 64)
	if err1 != nil || err2 != nil {
		return unknown
	}
	switch op {
	case "-":
		x -= y
	case "*":
		x *= y
	case "|":
		x |= y
	case "&":
		x &= y
	default:
		return unknown
	}
	return &value{known: true, s: strconv.FormatInt(x, 10), src: oConstant}
}

func (r *reader) unary() *value {
	for {
		t := r.tok()
		switch t.op {
		case '!', '-', '~', '&', '\\', '@', '*', '+', opInc, opDec:
			r.next()
			continue
		case 0:
			if t.kind == tName && t.sym.class&cPrefix != 0 {
				r.next()
				continue
			}
		}
		return r.postfix(r.primary())
	}
}
