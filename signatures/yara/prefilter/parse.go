package prefilter

import (
	"strings"

	"github.com/seed-181f3109/assay/internal/words"
)

// Source is the text of a rule file, as far as it tells which rules can match.
type Source struct{ Rules []*Rule }

// Rule is a rule of a source.
type Rule struct {
	Name    string
	Private bool  // its result is only for other rules
	Used    bool  // another rule of the source asks for its result
	Uses    []int // numbers of the rules of the source whose result it asks for

	strings   []pattern
	condition *node
}

// pattern is a string of a rule.
type pattern struct {
	name string
	// needs are alternatives: of each list, one word at least stands in what
	// the string matches. Without any, the string may be everywhere.
	needs [][]words.Word
	// span is within how many bytes the first bytes of these words stand, 0 if it
	// is not known.
	span int
	// hidden is a text that stands there under one byte of exclusive or, which
	// is zero only if plain is set.
	hidden string
	plain  bool
}

// Parse reads the text of a rule file with its includes in place. What YARA compiles
// is read; the error says what of another text was not.
func Parse(text string) (*Source, error) {
	t := &tokenizer{src: text}
	s := &Source{}
	known := map[string]int{}
	private := false
	t.next()
	for t.tok.kind != tEnd && t.err == nil {
		switch {
		case t.accept("import"), t.accept("include"):
			t.next()
		case t.accept("private"):
			private = true
		case t.is("global"):
			t.fail("a global rule, which decides about all others")
		case t.accept("rule"):
			r := &Rule{Name: t.tok.text, Private: private}
			private = false
			t.next()
			r.parse(t, s, known)
			known[r.Name] = len(s.Rules)
			s.Rules = append(s.Rules, r)
		default:
			t.fail("found %q", t.tok.text)
		}
	}
	if t.err != nil {
		return nil, t.err
	}
	return s, nil
}

// parse reads a rule from behind its name.
func (r *Rule) parse(t *tokenizer, s *Source, known map[string]int) {
	for !t.is("{") && t.tok.kind != tEnd {
		t.next() // tags
	}
	t.expect("{")
	if t.accept("meta") {
		t.expect(":")
		for !t.is("strings") && !t.is("condition") && t.tok.kind != tEnd {
			t.next() // key
			t.expect("=")
			t.accept("-")
			t.next() // value
		}
	}
	if t.accept("strings") {
		t.expect(":")
		for t.tok.kind == tString {
			r.strings = append(r.strings, parseString(t))
		}
	}
	t.expect("condition")
	t.expect(":")
	c := &conditionParser{t: t, source: s, rule: r, known: known}
	r.condition = c.or()
	t.expect("}")
}

// parseString reads "$a = ..." with its modifiers.
func parseString(t *tokenizer) pattern {
	p := pattern{name: t.tok.text}
	t.next()
	if !t.is("=") {
		t.fail("want %q behind %s", "=", p.name)
		return p
	}
	t.skip()
	var value token
	hex := t.at < len(t.src) && t.src[t.at] == '{'
	if hex {
		t.at++
		value = token{text: t.hex()}
	} else {
		t.next()
		value = t.tok
	}
	t.next()
	modifiers := map[string]bool{}
	for t.tok.kind == tWord && t.tok.text != "condition" {
		name := t.tok.text
		modifiers[name] = true
		t.next()
		if t.accept("(") {
			modifiers[name+" "+t.tok.text] = true
			for !t.is(")") && t.tok.kind != tEnd {
				t.next()
			}
			t.expect(")")
		}
	}
	switch {
	case modifiers["base64"], modifiers["base64wide"], modifiers["xor"] && (modifiers["wide"] || value.kind != tText):
		return p
	case modifiers["xor"]:
		if text, ok := unquote(value.text); ok && len(text) >= minHidden {
			p.hidden, p.plain = text[:min(len(text), maxHidden)], !modifiers["xor 0x01"] && !modifiers["xor 1"]
		}
		return p
	case hex:
		p.needs = hexNeeds(value.text)
	case value.kind == tText:
		p.needs = textNeeds(value.text, modifiers["nocase"])
	case value.kind == tRegexp:
		p.needs = regexpNeeds(value.text, modifiers["nocase"] || strings.Contains(value.flags, "i"))
		p.span = regexpSpan(value.text)
	default:
		t.fail("value of %s", p.name)
	}
	if modifiers["wide"] {
		p.needs = wideNeeds(p.needs, modifiers["ascii"])
		p.span *= 2
	}
	return p
}
