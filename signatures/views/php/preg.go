package php

import (
	"regexp"
	"strings"
)

// pregReplace finds the e modifier, which runs the replacement as code.
func (in *interp) pregReplace(c *call) *value {
	pattern, repl, subject := c.arg(0), c.arg(1), c.arg(2)
	p, known := pattern.text()
	isE := false
	if strings.HasPrefix(c.name, "mb_") {
		if o, ok := c.arg(3).text(); ok {
			isE = strings.Contains(o, "e")
		}
	} else {
		if pattern.k == vArray {
			for _, v := range pattern.a.vals {
				if s, ok := v.text(); ok && hasE(s) {
					isE = true
				}
			}
		} else if known && pattern.k == vString {
			isE = hasE(p)
		}
		if pattern.attacker() || (pattern == undefined || pattern.src&(oFile|oNetwork|oDatabase) != 0 && pattern.k == vUnknown) && join(repl, subject).src&(oAttacker|oFile) != 0 {
			in.emit(sinkLine{kind: "code", name: c.name, arg: join(repl, subject), aux: pattern, via: via{name: c.via.name, taker: "preg-e"}, pos: c.pos})
		}
	}
	if isE {
		code := repl.flat()
		r, ok := code.text()
		switch {
		case ok && backRef.MatchString(r) && subject.flat().k == vUnknown:
			s := subject.flat().derive()
			s.part = s.part || len(backRef.ReplaceAllString(r, "")) > 4 && !strings.Contains(r, "eval")
			in.emit(sinkLine{kind: "code", name: c.name, arg: s, via: via{name: c.via.name, taker: "preg-e"}, pos: c.pos})
			in.codeVia(c.name, code, c.pos, via{name: c.via.name, taker: "preg-e"})
			return unknown
		case ok && code.k == vString:
			if s, sok := subject.flat().text(); sok {
				cc := *code
				cc.s = backRef.ReplaceAllLiteralString(r, strings.ReplaceAll(s, `"`, `\"`))
				code = &cc
			}
		}
		in.codeVia(c.name, code, c.pos, via{name: c.via.name, taker: "preg-e"})
		return unknown
	}
	if known && pattern.k == vString && repl.k == vString && subject.k == vString && in.concrete < 3 {
		if v := replaceKnown(p, repl.s, subject); v != nil {
			in.charge(len(v.s))
			return v
		}
	}
	out := join(subject, repl).derive()
	if out.src&oAttacker != 0 && !pattern.attacker() {
		if strings.Contains(p, "^") && strings.Contains(p, "[") && repl.s == "" {
			out.g |= gRegex
		}
	}
	out.comp |= hReplace
	return out
}

func hasE(p string) bool {
	p = strings.TrimSpace(p)
	i := strings.LastIndexFunc(p, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') })
	return i > 0 && i < len(p)-1 && strings.Contains(p[i+1:], "e") && evalFlag.MatchString(strings.ReplaceAll(p, "\n", " "))
}

// replaceKnown replaces in a known text, where Go's expressions mean the same.
func replaceKnown(p, repl string, subject *value) *value {
	re := compile(p)
	if re == nil || len(subject.s) > 1<<20 || len(subject.s)*len(repl) > maxText && len(repl) > 8 {
		return nil
	}
	r := backRef.ReplaceAllStringFunc(strings.ReplaceAll(repl, "$$", "$"), func(s string) string {
		return "${" + strings.Trim(s, `\${}`) + "}"
	})
	return &value{k: vString, s: re.ReplaceAllString(subject.s, r), src: subject.src, comp: subject.comp | hReplace, dec: subject.dec}
}

// compile turns a delimited pattern into Go's syntax, nil if it has none.
func compile(p string) *regexp.Regexp {
	p = strings.TrimSpace(p)
	if len(p) < 2 || len(p) > 1000 {
		return nil
	}
	end := p[0]
	if i := strings.IndexByte("([{<", p[0]); i >= 0 {
		end = ")]}>"[i]
	}
	i := strings.LastIndexByte(p, end)
	if i < 1 {
		return nil
	}
	flags := ""
	for _, f := range p[i+1:] {
		switch f {
		case 'i', 's', 'm', 'U':
			flags += string(f)
		case 'u', 'e', 'D', 'A':
		default:
			return nil
		}
	}
	body := p[1:i]
	if flags != "" {
		body = "(?" + flags + ")" + body
	}
	re, err := regexp.Compile(body)
	if err != nil {
		return nil
	}
	return re
}

func (in *interp) pregMatch(c *call) *value {
	subject := c.arg(1)
	if p, ok := c.arg(0).text(); ok && subject.k == vString && len(subject.s) < 1<<20 && subject.src&oAttacker == 0 {
		if re := compile(p); re != nil {
			m := re.FindStringSubmatch(subject.s)
			a := &array{}
			for _, s := range m {
				v := &value{k: vString, s: s, src: subject.src, comp: hOffset, dec: subject.dec}
				if strings.HasSuffix(c.name, "all") {
					v = list(v)
				}
				a.push(v)
			}
			in.writeBack(c, 2, &value{k: vArray, a: a, src: oConstant})
			return boolean(m != nil)
		}
	}
	s := subject.flat().derive()
	if s.src&oAttacker != 0 {
		s.g |= gRegex
	}
	in.writeBack(c, 2, s)
	return tested(subject, gRegex)
}
