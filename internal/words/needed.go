package words

import (
	"cmp"
	"regexp/syntax"
	"slices"
)

const (
	minNeeded = 2   // shorter texts stand everywhere
	maxNeeded = 10  // bytes of a text that are looked for
	maxLists  = 5   // lists that are kept of one expression
	maxExact  = 100 // texts that a part of an expression may stand for
	maxUnion  = 200 // texts of which one must be there
	maxClass  = 4   // characters of a class that is taken for its members
	maxFew    = 3   // repetitions that are taken one by one
)

// Needed returns what stands in every text that a regular expression of Go's
// syntax matches: of each list one word at least. Nothing is returned of an
// expression that tells nothing, or that matches bytes rather than characters.
// With fold the case of letters does not matter to the expression.
func Needed(pattern string, fold bool) [][]Word {
	flags := syntax.Perl &^ syntax.UnicodeGroups
	if fold {
		flags |= syntax.FoldCase
	}
	re, err := syntax.Parse(pattern, flags)
	if err != nil {
		return nil
	}
	r := &regexpReader{fold: fold}
	return choose(r.all(r.read(re)))
}

// Alternatives makes a list of texts of which one must be there, or nothing if one
// of them is too short to tell anything.
func Alternatives(texts []string, fold bool) [][]Word {
	var list []Word
	for _, s := range texts {
		if len(s) < minNeeded || len(s) == 2 && common(s[0]) && common(s[1]) {
			return nil
		}
		if s = s[:min(len(s), maxNeeded)]; fold {
			s = lowerText(s)
		}
		list = append(list, Word{s, !fold})
	}
	if list == nil {
		return nil
	}
	return [][]Word{list}
}

func lowerText(s string) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = lower(c)
	}
	return string(b)
}

// common reports letters, digits and space, pairs of which are in every text.
func common(c byte) bool {
	return c == '_' || c == ' ' || c >= '0' && c <= '9' || lower(c) >= 'a' && lower(c) <= 'z'
}

// choose keeps the lists that tell most: those of longer texts.
func choose(needs [][]Word) [][]Word {
	needs = slices.Clone(needs)
	slices.SortStableFunc(needs, func(a, b []Word) int {
		return cmp.Or(min(shortest(b), 6)-min(shortest(a), 6), len(a)-len(b))
	})
	var out [][]Word
	for _, list := range needs {
		if len(out) < maxLists && (len(out) == 0 || shortest(list) > minNeeded) && !slices.ContainsFunc(out, func(o []Word) bool { return slices.Equal(o, list) }) {
			out = append(out, list)
		}
	}
	return out
}
