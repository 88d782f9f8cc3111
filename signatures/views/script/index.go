package script

import (
	"regexp"
	"strings"
	"sync"
	"unsafe"

	"github.com/seed-181f3109/assay/internal/words"
)

// index finds the first of many patterns that a path matches. The words that each
// needs tell which few are worth trying.
type index struct {
	patterns []*regexp.Regexp
	words    *words.Set
	byWord   [][]int // patterns that a word speaks for
	always   []int   // patterns without a word
}

func newIndex(patterns []*regexp.Regexp) *index {
	x := &index{patterns: patterns}
	number := map[words.Word]int{}
	var list []words.Word
	for i, re := range patterns {
		needed := words.Needed(re.String(), false)
		if len(needed) == 0 {
			x.always = append(x.always, i)
			continue
		}
		for _, w := range needed[0] {
			n, ok := number[w]
			if !ok {
				n = len(list)
				number[w] = n
				list = append(list, w)
				x.byWord = append(x.byWord, nil)
			}
			x.byWord[n] = append(x.byWord[n], i)
		}
	}
	x.words = words.New(list)
	return x
}

// first returns the first pattern that matches path, -1 if none does.
func (x *index) first(path string) int {
	const most = 16
	var try [most]int
	n := copy(try[:], x.always)
	crowded := len(x.always) > most
	x.words.Each(bytesOf(path), func(word, _ int) bool {
		for _, i := range x.byWord[word] {
			if n == most {
				crowded = true
				return false
			}
			try[n] = i
			n++
		}
		return true
	})
	if crowded {
		for i, re := range x.patterns {
			if re.MatchString(path) {
				return i
			}
		}
		return -1
	}
	found := -1
	for _, i := range try[:n] {
		if (found < 0 || i < found) && x.patterns[i].MatchString(path) {
			found = i
		}
	}
	return found
}

// candidates marks the patterns that can match text, and no others.
func (x *index) candidates(text string, may []bool) {
	clear(may)
	for _, i := range x.always {
		may[i] = true
	}
	x.words.Each(bytesOf(text), func(word, _ int) bool {
		for _, i := range x.byWord[word] {
			may[i] = true
		}
		return true
	})
}

// tables are the indexes of one language.
type tables struct {
	sinks, sources *index
	needs, hints   *words.Set
	large          *words.Set
}

// tablesOf makes the indexes of each language when it is first read.
var tablesOf = func() map[string]func() *tables {
	m := map[string]func() *tables{}
	for name, lang := range languages {
		m[name] = sync.OnceValue(lang.tables)
	}
	return m
}()

func (lang *language) tables() *tables {
	var sinks, sources []*regexp.Regexp
	for _, s := range lang.sinks {
		sinks = append(sinks, s.re)
	}
	for _, s := range lang.sources {
		sources = append(sources, s.re)
	}
	var hints []string
	for _, h := range lang.hints {
		hints = append(hints, strings.TrimSuffix(h, "$"))
	}
	return &tables{newIndex(sinks), newIndex(sources), foldedWords(lang.needs), foldedWords(hints), foldedWords(lang.large)}
}

// hinted reports whether one of the hints of a language stands in src.
func (t *tables) hinted(lang *language, src []byte) bool {
	found := false
	t.hints.Each(src, func(word, at int) bool {
		text, whole := strings.CutSuffix(lang.hints[word], "$")
		if end := at + len(text); whole && (at > 0 && isWord(src[at-1]) || end < len(src) && isWord(src[end])) {
			return true
		}
		found = true
		return false
	})
	return found
}

// shellTables are the indexes of shell.
var shellTables = sync.OnceValue(func() *struct {
	hints *words.Set
	rules *index
} {
	var hints []words.Word
	for _, s := range shellHints {
		hints = append(hints, words.Word{Text: s, Exact: true})
	}
	var rules []*regexp.Regexp
	for _, r := range shellRules {
		rules = append(rules, r.re)
	}
	return &struct {
		hints *words.Set
		rules *index
	}{words.New(hints), newIndex(rules)}
})

func foldedWords(list []string) *words.Set {
	var out []words.Word
	for _, s := range list {
		out = append(out, words.Word{Text: s})
	}
	return words.New(out)
}

// within reports whether one of the words of a set stands in b. It looks at a part
// after the other: that many words are found faster than one, but only in the end.
func within(set *words.Set, texts []string, b []byte) bool {
	const part = 32 << 10
	longest := 0
	for _, t := range texts {
		longest = max(longest, len(t))
	}
	var found words.Found
	for at := 0; at < len(b); at += part {
		if found = set.Find(b[at:min(len(b), at+part+longest)], found); found.Any() {
			return true
		}
	}
	return false
}

// bytesOf returns the bytes of s, not to be changed.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// textOf returns b as a text, valid as long as b does not change.
func textOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
