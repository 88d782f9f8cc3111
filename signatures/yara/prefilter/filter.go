package prefilter

import "github.com/seed-181f3109/assay/internal/words"

// Filter knows the rules of some sources. It may be used from several goroutines.
type Filter struct {
	rules []filterRule
	words *words.Set
	near  []bool // by word: it must stand near others

	hidden     *words.Set // the differences of texts under exclusive or
	hiddenText []hiddenText
}

// hiddenText is what a pattern has of a text under exclusive or.
type hiddenText struct {
	first byte
	plain bool
}

// filterRule is a rule in a filter.
type filterRule struct {
	*Rule
	first int             // index of the first rule of its source
	needs [][]words.AnyOf // of each string, the lists of words of which one each must stand
	near  []nearWords     // of each string, how near these must be
	// hidden is for each string the number of its text under exclusive or, -1 if
	// it has none.
	hidden []int
}

// nearWords are lists of words of which one each begins within span bytes; a span
// of 0: nothing is known.
type nearWords struct {
	span  int
	lists [][]int
}

// New returns the filter of all rules of the sources, in their order.
func New(sources []*Source) *Filter {
	f := &Filter{}
	b := wordList{index: map[words.Word]int{}}
	var hidden []words.Word
	var near [][]int
	for _, s := range sources {
		first := len(f.rules)
		for _, r := range s.Rules {
			e := filterRule{Rule: r, first: first}
			for i := range r.strings {
				p := &r.strings[i]
				needs := b.numbers(p.needs)
				var any []words.AnyOf
				for _, list := range needs {
					any = append(any, words.NewAnyOf(list))
				}
				e.needs, e.near = append(e.needs, any), append(e.near, nearWords{})
				if len(needs) > 1 && len(needs) <= maxNear && p.span > 0 {
					e.near[i] = nearWords{p.span, needs}
					near = append(near, needs...)
				}
				if p.hidden == "" {
					e.hidden = append(e.hidden, -1)
					continue
				}
				e.hidden = append(e.hidden, len(hidden))
				hidden = append(hidden, words.Word{Text: string(words.Differences([]byte(p.hidden), nil)), Exact: true})
				f.hiddenText = append(f.hiddenText, hiddenText{p.hidden[0], p.plain})
			}
			f.rules = append(f.rules, e)
		}
	}
	f.words = words.New(b.words)
	f.near = make([]bool, len(b.words))
	for _, list := range near {
		for _, word := range list {
			f.near[word] = true
		}
	}
	if hidden != nil {
		f.hidden = words.New(hidden)
	}
	return f
}

// wordList numbers the words of all rules.
type wordList struct {
	index map[words.Word]int
	words []words.Word
}

func (b *wordList) numbers(needs [][]words.Word) [][]int {
	out := make([][]int, 0, len(needs))
	for _, list := range needs {
		numbers := make([]int, 0, len(list))
		for _, l := range list {
			n, ok := b.index[l]
			if !ok {
				n = len(b.words)
				b.index[l] = n
				b.words = append(b.words, l)
			}
			numbers = append(numbers, n)
		}
		out = append(out, numbers)
	}
	return out
}

// evaluation is one question put to a filter.
type evaluation struct {
	filter   *Filter
	content  *Content
	found    words.Found
	places   words.Places
	lists    []uint8 // by word, for near: a bit for each list that it is in
	possible []bool  // by rule

	looked      bool // for hidden texts
	foundHidden []bool
	differences []byte
}

// hides reports whether the hidden text of a number stands in the content. The
// content is looked through for all of them when the first is asked for.
func (e *evaluation) hides(n int) bool {
	if e.looked {
		return e.foundHidden[n]
	}
	e.looked = true
	clear(e.foundHidden)
	b := e.content.Bytes
	e.differences = words.Differences(b, e.differences)
	e.filter.hidden.Each(e.differences, func(word, at int) bool {
		text := &e.filter.hiddenText[word]
		if text.plain || b[at] != text.first {
			e.foundHidden[word] = true
		}
		return true
	})
	if cap(e.differences) > maxKept {
		e.differences = nil
	}
	return e.foundHidden[n]
}

// maxKept is how much memory is kept for the next content.
const maxKept = 4 << 20

// Finder asks a filter again and again and keeps the memory for it. It is for one
// goroutine.
type Finder struct {
	e    evaluation
	list []int
}

// NewFinder returns a finder.
func (f *Filter) NewFinder() *Finder {
	return &Finder{e: evaluation{filter: f, places: words.Places{Of: f.near}, lists: make([]uint8, len(f.near)), possible: make([]bool, len(f.rules)), foundHidden: make([]bool, len(f.hiddenText))}}
}

// Possible returns the numbers of the rules that may match c, in order: the rules
// of the first source count from 0, those of the next go on. The list is good until
// the next call.
func (p *Finder) Possible(c *Content) []int {
	p.e.content, p.e.looked = c, false
	p.e.found = p.e.filter.words.FindPlaces(c.Bytes, p.e.found, &p.e.places)
	p.list = p.list[:0]
	for i := range p.e.filter.rules {
		r := &p.e.filter.rules[i]
		p.e.possible[i] = p.e.holds(r, r.condition)
		if p.e.possible[i] {
			p.list = append(p.list, i)
		}
	}
	p.e.content = nil
	return p.list
}
