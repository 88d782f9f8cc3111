package prefilter

import (
	"slices"
	"strings"
)

// conditionParser reads the condition of one rule.
type conditionParser struct {
	t      *tokenizer
	source *Source
	rule   *Rule
	known  map[string]int // rules of the source so far
	depth  int
}

const maxNesting = 200

func (p *conditionParser) or() *node {
	if p.depth++; p.depth > maxNesting {
		p.t.fail("condition nests too deep")
	}
	defer func() { p.depth-- }()
	list := []*node{p.and()}
	for p.t.accept("or") {
		list = append(list, p.and())
	}
	if len(list) == 1 {
		return list[0]
	}
	for _, n := range list {
		if n.kind == nTrue {
			return possible
		}
	}
	return &node{kind: nOr, subs: list}
}

func (p *conditionParser) and() *node {
	list := []*node{p.not()}
	for p.t.accept("and") {
		list = append(list, p.not())
	}
	if len(list) == 1 {
		return list[0]
	}
	return &node{kind: nAnd, subs: list}
}

// not reads "not x", which is possible whatever x is.
func (p *conditionParser) not() *node {
	if p.t.accept("not") || p.t.accept("defined") {
		p.not()
		return possible
	}
	return p.primary()
}

// primary reads a part between the logical operators.
func (p *conditionParser) primary() *node {
	t := p.t
	switch {
	case t.is("for"):
		p.skipFor()
		return possible
	case t.is("any"), t.is("all"), t.is("none"):
		word := t.tok.text
		t.next()
		return p.of(word, 0)
	case t.is("true"), t.is("false"):
		t.next()
		return possible
	case t.tok.kind == tString && t.tok.text[0] == '$':
		return p.stringAt()
	case t.is("("):
		t.next()
		n := p.or()
		t.expect(")")
		if p.comparing() { // it was arithmetic
			return p.rest(&integer{})
		}
		return n
	}
	if t.tok.kind == tWord {
		if i, ok := p.known[t.tok.text]; ok {
			t.next()
			p.useRule(i)
			return &node{kind: nRule, n: i}
		}
		if t.tok.text == "filename" || t.tok.text == "extension" {
			return p.external()
		}
	}
	a := p.integer()
	if t.is("of") && a.kind == iConstant {
		return p.of("", int(min(max(a.value, 0), 1<<20)))
	}
	if t.is("%") { // "50% of them"
		at := *t
		t.next()
		if t.is("of") {
			p.of("", 0)
			return possible
		}
		*t = at
	}
	return p.rest(a)
}

// comparing reports whether the current token goes on with an expression.
func (p *conditionParser) comparing() bool {
	t := p.t.tok
	if t.kind == tWord {
		switch t.text {
		case "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "iequals", "matches":
			return true
		}
		return false
	}
	return t.kind == tOp && strings.Contains("== != <= >= << >> + - * \\ % & | ^ < >", t.text)
}

func isRelation(op string) bool {
	switch op {
	case "==", "!=", "<", "<=", ">", ">=":
		return true
	}
	return false
}

// rest reads what follows the first operand of a comparison.
func (p *conditionParser) rest(a *integer) *node {
	n := possible
	for p.comparing() && p.t.err == nil {
		op := p.t.tok.text
		p.t.next()
		b := p.integer()
		if n == possible && isRelation(op) {
			n, a = p.relation(op, a, b), &integer{}
			continue
		}
		// Arithmetic: its rank matters only if both sides are understood.
		if n != possible {
			n = possible
			a = &integer{}
			continue
		}
		a = combine(op, a, b)
	}
	return n
}

// combine joins two operands; what has several ranks of operators is not understood.
func combine(op string, a, b *integer) *integer {
	if op == "+" && a.kind == iCount && b.kind == iCount {
		return &integer{kind: iCount, list: slices.Concat(a.list, b.list)}
	}
	if a.kind == iBinary || a.kind == iCount || b.kind == iCount {
		return &integer{}
	}
	return &integer{kind: iBinary, op: op, a: a, b: b}
}

func (p *conditionParser) relation(op string, a, b *integer) *node {
	switch {
	case a.kind == iCount && b.kind == iConstant:
		if op == ">" && b.value >= 0 || op == ">=" && b.value >= 1 || op == "==" && b.value >= 1 {
			return &node{kind: nAtLeast, n: 1, list: a.list}
		}
		return possible
	case a.kind == iCount && b.kind == iCount && op == ">":
		return &node{kind: nAtLeast, n: 1, list: a.list}
	case a.kind == iOther || b.kind == iOther || a.kind == iCount || b.kind == iCount:
		return possible
	}
	return &node{kind: nCompare, op: op, a: a, b: b}
}

// index returns the number of the string of a name such as "$a" or "#a", -1 if
// there is none.
func (p *conditionParser) index(name string) int {
	for i := range p.rule.strings {
		if len(name) > 1 && p.rule.strings[i].name[1:] == name[1:] {
			return i
		}
	}
	return -1
}

// stringAt reads "$a", "$a at n" and "$a in (n..m)".
func (p *conditionParser) stringAt() *node {
	i := p.index(p.t.tok.text)
	p.t.next()
	p.place()
	if i < 0 {
		return possible // "$" inside of a loop
	}
	return &node{kind: nString, n: i}
}

// place skips "at n" and "in (n..m)".
func (p *conditionParser) place() {
	if p.t.accept("at") {
		p.integer()
		for p.comparing() && !isRelation(p.t.tok.text) && p.t.err == nil {
			p.t.next()
			p.integer()
		}
	}
	if p.t.accept("in") {
		p.parentheses()
	}
}

// parentheses skips what stands in them, but for the names of rules: these are asked
// for all the same.
func (p *conditionParser) parentheses() {
	if !p.t.is("(") {
		p.t.fail("want %q, found %q", "(", p.t.tok.text)
		return
	}
	for depth := 0; p.t.tok.kind != tEnd; {
		if p.t.is("(") {
			depth++
		} else if p.t.is(")") {
			depth--
		} else if p.t.tok.kind == tWord {
			p.use(p.t.tok.text)
		}
		p.t.next()
		if depth == 0 {
			return
		}
	}
	p.t.fail("parenthesis without end")
}

// skipFor skips a loop: "for any of ($a*) : ( ... )", "for 3 i in (1..#a) : ( ... )".
func (p *conditionParser) skipFor() {
	for p.t.tok.kind != tEnd && !p.t.is(":") {
		if p.t.is("(") {
			p.parentheses()
			continue
		}
		p.t.next()
	}
	p.t.expect(":")
	p.parentheses()
}

// of reads "of them" and "of ($a, $b*)" behind a word or number.
func (p *conditionParser) of(word string, n int) *node {
	p.t.expect("of")
	var list []int
	other := false // rules, not strings
	if p.t.accept("them") {
		for i := range p.rule.strings {
			list = append(list, i)
		}
	} else {
		p.t.expect("(")
		for !p.t.is(")") && p.t.tok.kind != tEnd {
			if p.t.tok.kind == tString {
				list = append(list, p.matching(p.t.tok.text)...)
			} else if !p.t.is(",") {
				other = true
				p.use(p.t.tok.text)
			}
			p.t.next()
		}
		p.t.expect(")")
	}
	p.place()
	switch word {
	case "any":
		n = 1
	case "all":
		n = len(list)
	case "none":
		return possible
	}
	if other || n == 0 {
		return possible
	}
	return &node{kind: nAtLeast, n: n, list: list}
}

// use notes that a rule, or all rules whose names begin so, are asked for.
func (p *conditionParser) use(name string) {
	for i, r := range p.source.Rules {
		if r.Name == name || p.t.wildcard() && strings.HasPrefix(r.Name, name) {
			p.useRule(i)
		}
	}
}

func (p *conditionParser) useRule(i int) {
	p.source.Rules[i].Used = true
	if !slices.Contains(p.rule.Uses, i) {
		p.rule.Uses = append(p.rule.Uses, i)
	}
}

// matching returns the strings that a name means, which may end in "*".
func (p *conditionParser) matching(name string) (list []int) {
	prefix, wild := strings.CutSuffix(name, "*")
	for i := range p.rule.strings {
		if s := p.rule.strings[i].name; s == name || wild && strings.HasPrefix(s, prefix) {
			list = append(list, i)
		}
	}
	return list
}

// external reads a comparison of filename or extension.
func (p *conditionParser) external() *node {
	name := p.t.tok.text
	p.t.next()
	if p.t.accept("==") {
		value := p.t.tok
		p.t.next()
		if value.kind == tText && !strings.Contains(value.text, `\`) {
			return &node{kind: nName, text: name, value: value.text}
		}
		return possible
	}
	return p.rest(&integer{})
}
