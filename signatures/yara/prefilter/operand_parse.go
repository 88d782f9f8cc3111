package prefilter

import (
	"strconv"
	"strings"
)

// integer reads one operand.
func (p *conditionParser) integer() *integer {
	t := p.t
	tok := t.tok
	switch {
	case t.accept("-"), t.accept("~"):
		p.integer()
		return &integer{}
	case t.is("("):
		p.parentheses()
		return &integer{}
	case tok.kind == tText, tok.kind == tRegexp:
		t.next()
		return &integer{}
	case tok.kind == tString:
		return p.count()
	case tok.kind != tWord:
		t.fail("found %q in a condition", tok.text)
		return &integer{}
	}
	t.next()
	if tok.text == "filesize" {
		return &integer{kind: iFileSize}
	}
	if tok.text[0] >= '0' && tok.text[0] <= '9' {
		return p.number(tok.text)
	}
	if size, big := readSize(tok.text); size > 0 && t.is("(") {
		return p.readAt(size, big)
	}
	p.path()
	return &integer{}
}

// count reads "#a", "@a[1]", "!a[1]", "#a in (0..10)".
func (p *conditionParser) count() *integer {
	name := p.t.tok.text
	p.t.next()
	p.skipIndex()
	if p.t.is("in") {
		p.place()
	}
	if i := p.index(name); i >= 0 && name[0] == '#' {
		return &integer{kind: iCount, list: []int{i}}
	}
	return &integer{}
}

// skipIndex skips "[1]".
func (p *conditionParser) skipIndex() {
	for p.t.accept("[") {
		for !p.t.is("]") && p.t.tok.kind != tEnd {
			p.t.next()
		}
		p.t.expect("]")
	}
}

// path skips ".a.b(c)[d]" behind a name.
func (p *conditionParser) path() {
	for p.t.err == nil {
		switch {
		case p.t.accept("."):
			p.t.next()
		case p.t.is("("):
			p.parentheses()
		case p.t.is("["):
			p.skipIndex()
		default:
			return
		}
	}
}

// number reads a constant; a fraction is not understood.
func (p *conditionParser) number(s string) *integer {
	if p.t.accept(".") {
		p.t.next()
		return &integer{}
	}
	shift := 0
	if d, ok := strings.CutSuffix(s, "KB"); ok {
		s, shift = d, 10
	} else if d, ok := strings.CutSuffix(s, "MB"); ok {
		s, shift = d, 20
	}
	v, err := strconv.ParseInt(s, base(s), 64)
	if err != nil || v > 1<<40 {
		return &integer{}
	}
	return &integer{kind: iConstant, value: v << shift}
}

// base keeps a leading zero from making a number octal.
func base(s string) int {
	if strings.HasPrefix(s, "0x") || strings.HasPrefix(s, "0o") {
		return 0
	}
	return 10
}

// readSize returns the size of a function that reads an unsigned integer.
func readSize(name string) (size int, big bool) {
	name, big = strings.CutSuffix(name, "be")
	switch name {
	case "uint8":
		return 1, big
	case "uint16":
		return 2, big
	case "uint32":
		return 4, big
	}
	return 0, false
}

// readAt reads the offset of such a function; only a constant is understood.
func (p *conditionParser) readAt(size int, big bool) *integer {
	at := *p.t
	p.t.next()
	off := p.integer()
	if off.kind == iConstant && p.t.accept(")") {
		return &integer{kind: iRead, value: off.value, size: size, big: big}
	}
	*p.t = at
	p.parentheses()
	return &integer{}
}
