package words

import (
	"cmp"
	"regexp/syntax"
	"slices"
	"strings"
)

const (
	minNeeded = 2   // shorter texts stand everywhere
	maxNeeded = 8   // bytes of a text that are looked for
	maxLists  = 5   // lists that are kept of one expression
	maxExact  = 100 // texts that a part of an expression may stand for
	maxUnion  = 200 // texts of which one must be there
	maxClass  = 8   // characters of a class that is taken for its members
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
	list := make([]Word, 0, len(texts))
	for _, s := range texts {
		list = append(list, Word{Text: s, Exact: !fold})
	}
	return telling(list)
}

// bounded is Alternatives of texts of an expression, with boundaries in them.
func bounded(texts []string, fold bool) [][]Word {
	mark := string([]byte{boundary})
	list := make([]Word, 0, len(texts))
	for _, s := range texts {
		w := Word{Text: s, Exact: !fold}
		if strings.Contains(s, mark) {
			w.Text = strings.ReplaceAll(s, mark, "")
			// Beside something else than a letter a boundary is one in it.
			w.Start = strings.HasPrefix(s, mark) && w.Text != "" && isWord(w.Text[0])
			w.End = strings.HasSuffix(s, mark) && w.Text != "" && isWord(w.Text[len(w.Text)-1])
		}
		list = append(list, w)
	}
	return telling(list)
}

// telling cuts the words of a list to what is looked for. It returns nothing if one
// of them is in every text.
func telling(list []Word) [][]Word {
	for i := range list {
		w := &list[i]
		if len(w.Text) < minNeeded || len(w.Text) == 2 && common(w.Text[0]) && common(w.Text[1]) && !(w.Start && w.End) {
			return nil
		}
		if len(w.Text) > maxNeeded {
			w.Text, w.End = w.Text[:maxNeeded], false
		}
		if !w.Exact {
			w.Text = lowerText(w.Text)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return [][]Word{withoutLonger(list)}
}

// withoutLonger drops the words that hold another one of the list.
func withoutLonger(list []Word) []Word {
	return slices.DeleteFunc(slices.Clone(list), func(w Word) bool {
		return slices.ContainsFunc(list, func(v Word) bool {
			return len(v.Text) < len(w.Text) && v.Exact == w.Exact && !v.Start && !v.End && strings.Contains(w.Text, v.Text)
		})
	})
}

// boundary stands in texts of an expression for a boundary of words: no text of
// it holds a byte above 0x7f.
const boundary = 0xff

func lowerText(s string) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = lower(c)
	}
	return string(b)
}

// common reports letters, digits and space, pairs of which are in every text.
func common(c byte) bool { return isWord(c) || c == ' ' }

// rare reports whether each word of a list has a byte that few texts have, or calls
// what an index or a list gives.
func rare(list []Word) bool {
	return !slices.ContainsFunc(list, func(w Word) bool {
		call := strings.IndexByte(w.Text, '(')
		return !strings.ContainsAny(w.Text, "\\^~`@|\x00") && (call < 1 || !strings.ContainsAny(w.Text[:call], "])}"))
	})
}

// choose keeps the lists that tell most: those of longer texts.
func choose(needs [][]Word) [][]Word {
	needs = slices.Clone(needs)
	slices.SortStableFunc(needs, func(a, b []Word) int {
		return cmp.Or(min(shortest(b), 6)-min(shortest(a), 6), len(a)-len(b))
	})
	var out [][]Word
	for _, list := range needs {
		if len(out) < maxLists && (len(out) == 0 || shortest(list) > minNeeded || rare(list)) && !slices.ContainsFunc(out, func(o []Word) bool { return slices.Equal(o, list) }) {
			out = append(out, list)
		}
	}
	return out
}
