package words

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

// reading is what is known of the texts that an expression matches: all of them,
// or how they begin and end and what stands in each.
type reading struct {
	exact          []string // every text that it matches, nil if they are not known
	prefix, suffix []string // each text begins and ends with one of these; nil: not known
	needs          [][]Word
}

var (
	anything   = []string{""}
	edgeOfWord = []string{string([]byte{boundary})}
)

func (r *reading) starts() []string { return firstOf(r.exact, r.prefix, anything) }
func (r *reading) ends() []string   { return firstOf(r.exact, r.suffix, anything) }

func firstOf(lists ...[]string) []string {
	for _, l := range lists {
		if l != nil {
			return l
		}
	}
	return nil
}

// regexpReader reads expressions of which all letters are of one case, or not.
type regexpReader struct{ fold bool }

// all returns what must be there, exact texts included.
func (r *regexpReader) all(s reading) [][]Word {
	if s.exact != nil {
		return append(s.needs, bounded(s.exact, r.fold)...)
	}
	needs := slices.Concat(s.needs, bounded(s.prefix, r.fold))
	return append(needs, bounded(s.suffix, r.fold)...)
}

func (r *regexpReader) read(re *syntax.Regexp) reading {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpNoWordBoundary:
		return reading{exact: anything}
	case syntax.OpWordBoundary:
		return reading{exact: edgeOfWord}
	case syntax.OpLiteral:
		return r.literal(re)
	case syntax.OpCharClass:
		return r.class(re)
	case syntax.OpCapture:
		return r.read(re.Sub[0])
	case syntax.OpConcat:
		out := reading{exact: anything}
		for i, sub := range re.Sub {
			if i > 0 && re.Sub[i-1].Op != syntax.OpLiteral && separate(re.Sub[:i], true) {
				out = r.join(out, reading{exact: edgeOfWord})
			}
			out = r.join(out, r.read(sub))
			if i+1 < len(re.Sub) && re.Sub[i+1].Op != syntax.OpLiteral && separate(re.Sub[i+1:], false) {
				out = r.join(out, reading{exact: edgeOfWord})
			}
		}
		return out
	case syntax.OpAlternate:
		return r.alternate(re.Sub)
	case syntax.OpPlus:
		return r.repeated(r.read(re.Sub[0]))
	case syntax.OpQuest:
		return optional(r.read(re.Sub[0]))
	case syntax.OpRepeat:
		return r.repeat(re)
	}
	return reading{}
}

func (r *regexpReader) literal(re *syntax.Regexp) reading {
	for _, c := range re.Rune {
		if c >= utf8.RuneSelf { // a byte or a character: YARA and Go differ
			return reading{}
		}
	}
	if r.fold {
		return reading{exact: []string{lowerText(string(re.Rune))}}
	}
	if re.Flags&syntax.FoldCase != 0 { // a class of one letter in both cases, or several
		return r.eitherCase(re.Rune)
	}
	return reading{exact: []string{string(re.Rune)}}
}

func (r *regexpReader) eitherCase(text []rune) reading {
	out := anything
	for _, c := range text {
		forms := []string{lowerText(string(c))}
		if up := strings.ToUpper(forms[0]); up != forms[0] {
			forms = append(forms, up)
		}
		if out = cross(out, forms); out == nil {
			return reading{}
		}
	}
	return reading{exact: out}
}

// class takes a class for its characters if they are few.
func (r *regexpReader) class(re *syntax.Regexp) reading {
	var out []string
	for i := 0; i+1 < len(re.Rune); i += 2 {
		for c := re.Rune[i]; c <= re.Rune[i+1]; c++ {
			if r.fold && (c == 'ſ' || c == '\u212a') {
				continue // Go's other forms of s and k
			}
			s := string(c)
			if r.fold {
				s = lowerText(s)
			}
			if slices.Contains(out, s) {
				continue
			}
			if c >= utf8.RuneSelf || len(out) >= maxClass {
				return reading{}
			}
			out = append(out, s)
		}
	}
	return reading{exact: out}
}

// join reads one expression behind another.
func (r *regexpReader) join(x, y reading) reading {
	both := cross(x.ends(), y.starts())
	if x.exact != nil && y.exact != nil && both != nil {
		return reading{exact: both}
	}
	out := reading{needs: slices.Concat(x.needs, y.needs), prefix: x.prefix, suffix: y.suffix}
	if both != nil {
		out.needs = append(out.needs, bounded(both, r.fold)...)
	} else {
		out.needs = append(out.needs, bounded(x.ends(), r.fold)...)
		out.needs = append(out.needs, bounded(y.starts(), r.fold)...)
	}
	if x.exact != nil {
		out.prefix = firstOf(both, x.exact)
	}
	if y.exact != nil {
		out.suffix = firstOf(both, y.exact)
	}
	return out
}

// cross returns each of a before each of b, nil if these are too many or too long.
func cross(a, b []string) (out []string) {
	if len(a)*len(b) > maxExact || longest(a)+longest(b) > 4*maxNeeded {
		return nil
	}
	for _, x := range a {
		for _, y := range b {
			if !slices.Contains(out, x+y) {
				out = append(out, x+y)
			}
		}
	}
	return out
}

func longest(list []string) (n int) {
	for _, s := range list {
		n = max(n, len(s))
	}
	return n
}

// alternate is one of several: of each the best list is taken, and all must have one.
func (r *regexpReader) alternate(subs []*syntax.Regexp) reading {
	var out reading
	var union []Word
	exact, tells := true, true
	for _, sub := range subs {
		s := r.read(sub)
		exact = exact && s.exact != nil
		out.exact = append(out.exact, s.exact...)
		out.prefix = append(out.prefix, s.starts()...)
		out.suffix = append(out.suffix, s.ends()...)
		best := bestOf(r.all(s))
		tells = tells && best != nil
		union = append(union, best...)
	}
	if exact && len(out.exact) <= maxExact {
		return reading{exact: out.exact}
	}
	out.exact = nil
	if len(out.prefix) > maxExact {
		out.prefix = nil
	}
	if len(out.suffix) > maxExact {
		out.suffix = nil
	}
	if tells && len(union) <= maxUnion {
		out.needs = [][]Word{union}
	}
	return out
}

// bestOf returns the list whose shortest text is longest.
func bestOf(needs [][]Word) []Word {
	var best []Word
	for _, list := range needs {
		if best == nil || shortest(list) > shortest(best) {
			best = list
		}
	}
	return best
}

func shortest(list []Word) int {
	n := maxNeeded
	for _, l := range list {
		n = min(n, len(l.Text))
	}
	return n
}

// repeated reads what stands there once or more often.
func (r *regexpReader) repeated(s reading) reading {
	return reading{prefix: firstOf(s.exact, s.prefix), suffix: firstOf(s.exact, s.suffix), needs: r.all(s)}
}

func optional(s reading) reading {
	if s.exact == nil || len(s.exact) >= maxExact {
		return reading{}
	}
	return reading{exact: append([]string{""}, s.exact...)}
}

func (r *regexpReader) repeat(re *syntax.Regexp) reading {
	s := r.read(re.Sub[0])
	switch {
	case re.Max == 0:
		return reading{exact: anything}
	case re.Min == 0 && re.Max == 1:
		return optional(s)
	case len(s.exact) == 1 && re.Max > 0 && re.Max <= maxFew:
		var out []string
		for n := re.Min; n <= re.Max; n++ {
			out = append(out, strings.Repeat(s.exact[0], n))
		}
		return reading{exact: out}
	case re.Min == 0:
		return reading{}
	case re.Min == re.Max && len(s.exact) == 1:
		return reading{exact: []string{strings.Repeat(s.exact[0], re.Min)}}
	case re.Min == re.Max && re.Min == 2:
		if twice := cross(s.exact, s.exact); twice != nil {
			return reading{exact: twice}
		}
	}
	return r.repeated(s)
}
