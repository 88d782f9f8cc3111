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
	ctx  context.Context
	lang *language
	// what the tables of lang say of a path
	tables   *tables
	src      []byte // the file, for line numbers
	lines    []int
	toks     []token
	at       int
	depth    int
	steps    int
	why      string // reading ended
	lost     string // what was left out all the same
	vars     map[string]*value
	funcs    map[string]*function
	fn       *function // whose body is read
	emits    bool      // the last reading writes lines
	again    bool      // something changed: read once more
	readings int       // begun so far
	set      *line.Set
	nest     int
	out      *Result
	found    struct{ inputs, computed int }
	known    map[string]bool // decoded code that is kept
	sock     bool            // the file opens a socket
	cgi      bool            // the file answers a web server
	relays   bool            // the file of Python fetches an address that its visitor gives
	// what the tables say of a path, as an index; -1: nothing
	sinkOf, sourceOf map[string]int
}

func (r *reader) tok() *token       { return &r.toks[r.at] }
func (r *reader) is(op string) bool { t := r.tok(); return t.kind == tOp && t.text == op }

func (r *reader) peek(n int) *token { return &r.toks[min(r.at+n, len(r.toks)-1)] }

func (r *reader) next() *token {
	t := &r.toks[r.at]
	if r.at < len(r.toks)-1 {
		r.at++
	}
	return t
}

func (r *reader) accept(op string) bool {
	if r.is(op) {
		r.next()
		return true
	}
	return false
}

func (r *reader) skipNewlines() {
	for r.is("\n") {
		r.next()
	}
}

// fold returns a name as the language compares names.
func (r *reader) fold(s string) string {
	if r.lang.foldCase {
		return strings.ToLower(s)
	}
	return s
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
	if t.kind == tOp && (t.text == "\n" || t.text == ";" || t.text == "{" || t.text == "}" || t.text == ":" || t.text == ")" || t.text == "," || t.text == "]") {
		r.next()
		return
	}
	if r.listAssignment() {
		return
	}
	if t.kind == tName {
		if (t.text == "import" || t.text == "from") && r.lang.name == "python" && r.pythonImport() {
			return
		}
		if r.definition(key(t.text)) || r.word(key(t.text)) {
			return
		}
		if r.assignment() {
			return
		}
	}
	r.expr()
}

// word handles keywords that stand before an expression.
func (r *reader) word(w string) bool {
	if r.lang.vb && (w == "if" || w == "elseif" || w == "while" || w == "until") {
		r.condition()
		return true
	}
	if n := r.peek(1); r.lang.vb && w == "end" && n.kind == tName && (strings.EqualFold(n.text, "function") || strings.EqualFold(n.text, "sub")) {
		r.next()
		r.next()
		r.fn = nil
		return true
	}
	switch w {
	case "return":
		r.next()
		if r.is("\n") || r.is(";") {
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
	case "if", "while", "for", "foreach", "elseif", "elif", "unless", "else", "do", "try", "catch", "then", "end", "dim", "var", "let", "const", "my", "our", "local",
		"public", "private", "static", "final", "set", "async", "await", "global", "byval", "byref", "function", "in", "protected", "void", "internal", "override", "throw", "raise", "yield", "finally", "begin", "loop", "wend", "next", "switch", "case", "select", "not":
		if n := r.peek(1); n.kind == tOp && (n.text == "=" || n.text == "." || n.text == "->") && w != "if" {
			return false
		}
		r.next()
		return true
	}
	return false
}

// condition reads what stands between "if" and "then" of Basic, where "=" compares.
func (r *reader) condition() {
	r.next()
	for r.tok().kind != tEnd && !r.is("\n") && !r.is(":") && !(r.tok().kind == tName && strings.EqualFold(r.tok().text, "then")) {
		at := r.at
		r.expr()
		if r.at == at {
			r.next()
		}
	}
}

// expr reads an expression: operands joined by operators.
func (r *reader) expr() *value {
	r.depth++
	defer func() { r.depth-- }()
	if r.depth > maxDepth {
		r.why = "nesting"
		r.next()
		return unknown
	}
	v := r.unary()
	for {
		t := r.tok()
		if t.kind == tName && r.lang.vb && (key(t.text) == "and" || key(t.text) == "or" || key(t.text) == "xor" || key(t.text) == "mod") {
			r.next()
			w := r.unary()
			if key(t.text) == "xor" {
				v = mix(v, w).decoded("xor")
			} else {
				v = join(v, w)
			}
			continue
		}
		if t.kind == tName && (t.text == "and" || t.text == "or" || t.text == "in" || t.text == "is" || t.text == "if" || t.text == "else") && !r.lang.vb && r.lang.name != "powershell" && r.lang.name != "perl" {
			if t.text == "if" && r.lang.name != "python" {
				return v
			}
			r.next()
			r.skipNewlines()
			v = join(v, r.unary())
			continue
		}
		if t.kind != tOp {
			return v
		}
		switch {
		case t.text == "?":
			r.next()
			r.skipNewlines()
			a := r.expr()
			if r.accept(":") {
				r.skipNewlines()
				return join(a, r.expr())
			}
			v = join(v, a)
			continue
		case strings.Contains(r.lang.concat, t.text) && len(t.text) == 1:
			r.next()
			r.skipNewlines()
			v = concat(v, r.unary())
		case t.text == "_" && r.lang.vb:
			r.next()
			r.skipNewlines()
		case t.text == "||" || t.text == "&&" || t.text == "??":
			r.next()
			r.skipNewlines()
			v = join(v, r.unary())
		case t.text == "^" && !r.lang.vb:
			r.next()
			v = mix(v, r.unary()).decoded("xor")
		case t.text == "==" || t.text == "!=" || t.text == "===" || t.text == "!==" || t.text == "<" || t.text == ">" || t.text == "<=" || t.text == ">=" || t.text == "<>" || t.text == "=~":
			r.next()
			r.skipNewlines()
			r.unary()
			v = unknown
		case t.text == "%" || t.text == "-" || t.text == "*" || t.text == "/" || t.text == "|" || t.text == "&" || t.text == "<<" || t.text == ">>":
			r.next()
			r.skipNewlines()
			w := r.unary()
			if t.text == "%" && r.lang.name == "python" && v.src == oConstant {
				v = formatted(v, w)
			} else if v.known && w.known {
				v = arithmetic(t.text, v, w)
			} else {
				v = mix(v, w)
			}
		default:
			return v
		}
	}
}

// mix is the unknown value that two make.
func mix(a, b *value) *value {
	c := *join(a, b)
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
		if t.kind == tOp && (t.text == "!" || t.text == "-" || t.text == "~" || t.text == "&" || t.text == "\\" || t.text == "@" || t.text == "*" || t.text == "+" || t.text == "++" || t.text == "--") {
			r.next()
			continue
		}
		if t.kind == tName && (t.text == "await" || t.text == "yield" || t.text == "not" || t.text == "lambda" || t.text == "typeof") {
			r.next()
			continue
		}
		return r.postfix(r.primary())
	}
}
