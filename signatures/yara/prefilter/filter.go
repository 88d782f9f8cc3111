package prefilter

import "github.com/seed-181f3109/assay/internal/words"

// Filter knows the rules of some sources. It may be used from several goroutines.
type Filter struct {
	rules []filterRule
	words *words.Set
}

// filterRule is a rule in a filter.
type filterRule struct {
	*Rule
	first int       // index of the first rule of its source
	needs [][][]int // of each string, the lists of words of which one each must stand
}

// New returns the filter of all rules of the sources, in their order.
func New(sources []*Source) *Filter {
	f := &Filter{}
	b := wordList{index: map[literal]int{}}
	for _, s := range sources {
		first := len(f.rules)
		for _, r := range s.Rules {
			e := filterRule{Rule: r, first: first}
			for i := range r.strings {
				e.needs = append(e.needs, b.numbers(r.strings[i].needs))
			}
			f.rules = append(f.rules, e)
		}
	}
	f.words = words.New(b.words)
	return f
}

// wordList numbers the words of all rules.
type wordList struct {
	index map[literal]int
	words []words.Word
}

func (b *wordList) numbers(needs [][]literal) [][]int {
	out := make([][]int, 0, len(needs))
	for _, list := range needs {
		numbers := make([]int, 0, len(list))
		for _, l := range list {
			n, ok := b.index[l]
			if !ok {
				n = len(b.words)
				b.index[l] = n
				b.words = append(b.words, words.Word{Text: l.text, Exact: !l.fold})
			}
			numbers = append(numbers, n)
		}
		out = append(out, numbers)
	}
	return out
}

// evaluation is one question put to a filter.
type evaluation struct {
	content  *Content
	found    words.Found
	possible []bool // by rule
}

// Finder asks a filter again and again and keeps the memory for it. It is for one
// goroutine.
type Finder struct {
	filter *Filter
	e      evaluation
	list   []int
}

// NewFinder returns a finder.
func (f *Filter) NewFinder() *Finder {
	return &Finder{filter: f, e: evaluation{possible: make([]bool, len(f.rules))}}
}

// Possible returns the numbers of the rules that may match c, in order: the rules
// of the first source count from 0, those of the next go on. The list is good until
// the next call.
func (p *Finder) Possible(c *Content) []int {
	p.e.content = c
	p.e.found = p.filter.words.Find(c.Bytes, p.e.found)
	p.list = p.list[:0]
	for i := range p.filter.rules {
		r := &p.filter.rules[i]
		p.e.possible[i] = p.e.holds(r, r.condition)
		if p.e.possible[i] {
			p.list = append(p.list, i)
		}
	}
	p.e.content = nil
	return p.list
}
