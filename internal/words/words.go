// Package words finds which of many words stand in a content, in one pass over
// it, whatever their number.
//
// A [Set] is made once and serves any number of goroutines. Letters of ASCII are
// the same in both cases unless a word asks for its own case.
//
// The method is that of Aho and Corasick ("Efficient string matching: an aid to
// bibliographic search", 1975), as a table with the next state of every byte.
//
// The call most people want:
//
//	set := words.New([]words.Word{{Text: "eval("}, {Text: "Runtime", Exact: true}})
//	found := set.Find(content, nil)
//	fmt.Println(found.Has(0))
package words

import (
	"math/bits"
	"slices"
)

// Word is what is looked for.
type Word struct {
	Text  string
	Exact bool // upper and lower case of letters differ
	// Start and End say that no letter, digit or underscore stands before or
	// behind it.
	Start, End bool
}

// isAt reports whether a word that was found by its letters stands at an offset of b.
func (w *Word) isAt(b []byte, at int) bool {
	end := at + len(w.Text)
	return !(w.Exact && string(b[at:end]) != w.Text || w.Start && at > 0 && isWord(b[at-1]) || w.End && end < len(b) && isWord(b[end]))
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// Found is a set of indexes of words.
type Found []uint64

// Has reports whether word i was found.
func (f Found) Has(i int) bool { return f[i>>6]&(1<<(i&63)) != 0 }

// Any reports whether any word was found.
func (f Found) Any() bool {
	for _, w := range f {
		if w != 0 {
			return true
		}
	}
	return false
}

// Count returns how many words were found.
func (f Found) Count() (n int) {
	for _, w := range f {
		n += bits.OnesCount64(w)
	}
	return n
}

// AnyOf is a list of words to be asked for together.
type AnyOf []block

// block is 64 words, of which those of a mask are asked for.
type block struct {
	number int
	mask   uint64
}

// NewAnyOf returns the list of the words of these indexes.
func NewAnyOf(indexes []int) AnyOf {
	var a AnyOf
	for _, i := range indexes {
		k := slices.IndexFunc(a, func(b block) bool { return b.number == i>>6 })
		if k < 0 {
			k = len(a)
			a = append(a, block{number: i >> 6})
		}
		a[k].mask |= 1 << (i & 63)
	}
	return a
}

// HasAny reports whether a word of the list was found.
func (f Found) HasAny(a AnyOf) bool {
	for _, b := range a {
		if f[b.number]&b.mask != 0 {
			return true
		}
	}
	return false
}

func (f Found) add(i int) { f[i>>6] |= 1 << (i & 63) }

// Set is a set of words to look for.
type Set struct {
	words []Word
	class [256]uint8 // of a byte; 0: it is in no word
	// next holds, at state plus class, the next state. States are multiples of
	// the number of classes; the top bit marks those that end a word.
	next  []uint32
	width uint32
	ends  [][]int32 // indexes of the words that end in a state, by state number

	longest int // text, in bytes
}

const endMark = 1 << 31

// New returns the set of the words. An empty word counts as found in any content.
func New(list []Word) *Set {
	s := &Set{words: list}
	for _, w := range list {
		s.longest = max(s.longest, len(w.Text))
	}
	s.classes()
	s.build()
	return s
}

// Len returns the number of words.
func (s *Set) Len() int { return len(s.words) }

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c |= 0x20
	}
	return c
}

// classes numbers the bytes that stand in words.
func (s *Set) classes() {
	n := 1
	for _, w := range s.words {
		for i := range len(w.Text) {
			if c := lower(w.Text[i]); s.class[c] == 0 {
				s.class[c] = uint8(n) // at most 230: upper-case letters have none of their own
				n++
			}
		}
	}
	for c := byte('A'); c <= 'Z'; c++ {
		s.class[c] = s.class[c|0x20]
	}
	s.width = uint32(n)
}

// edge leads from a state to the next over a class of bytes.
type edge struct {
	class uint8
	to    uint32 // number of the state
}

// build makes the table: the tree of the words first, then, level by level, the
// row of each state: that of the state to fall back to, and its own edges over it.
func (s *Set) build() {
	tree := s.tree()
	w := s.width
	s.next = make([]uint32, uint32(len(tree))*w)
	fail := make([]uint32, len(tree))
	queue := make([]uint32, 1, len(tree)) // starts with the root
	for len(queue) > 0 {
		state := queue[0]
		queue = queue[1:]
		row := s.next[state*w : (state+1)*w]
		if state != 0 {
			copy(row, s.next[fail[state]*w:])
		}
		for _, e := range tree[state] {
			if state != 0 { // the row still holds where the fallback leads
				f := row[e.class] &^ endMark / w
				fail[e.to] = f
				s.ends[e.to] = append(s.ends[e.to], s.ends[f]...)
			}
			row[e.class] = e.to * w
			if len(s.ends[e.to]) > 0 {
				row[e.class] |= endMark
			}
			queue = append(queue, e.to)
		}
	}
}

// tree returns the edges of each state and notes which words end in it.
func (s *Set) tree() [][]edge {
	tree := make([][]edge, 1)
	s.ends = make([][]int32, 1)
	for i, word := range s.words {
		state := uint32(0)
		for k := range len(word.Text) {
			class := s.class[word.Text[k]]
			at := slices.IndexFunc(tree[state], func(e edge) bool { return e.class == class })
			if at < 0 {
				at = len(tree[state])
				tree[state] = append(tree[state], edge{class, uint32(len(tree))})
				tree = append(tree, nil)
				s.ends = append(s.ends, nil)
			}
			state = tree[state][at].to
		}
		s.ends[state] = append(s.ends[state], int32(i))
	}
	return tree
}

// Find returns which words stand in b. It uses the memory of found if that is
// large enough; its former content is dropped.
func (s *Set) Find(b []byte, found Found) Found { return s.FindPlaces(b, found, nil) }

// FindPlaces is Find that also notes in p where the words of p stand.
func (s *Set) FindPlaces(b []byte, found Found, p *Places) Found {
	p.reset()
	n := (len(s.words) + 63) / 64
	if cap(found) < n {
		found = make(Found, n)
	}
	found = found[:n]
	clear(found)
	for _, i := range s.ends[0] {
		found.add(int(i))
	}
	// Each state waits for the one before it: two halves at a time take little
	// longer than one. A word across the border belongs to the first.
	half := len(b) / 2
	first, second := uint32(0), uint32(0)
	next, class := s.next, &s.class
	x, y := b[:half], b[half:]
	y = y[:len(x)]
	for i := range x {
		first = next[first+uint32(class[x[i]])]
		second = next[second+uint32(class[y[i]])]
		if (first|second)&endMark == 0 {
			continue
		}
		if first&endMark != 0 {
			first &^= endMark
			s.note(b, i+1, first/s.width, found, p)
		}
		if second&endMark != 0 {
			second &^= endMark
			s.note(b, half+i+1, second/s.width, found, p)
		}
	}
	s.follow(b, half, min(len(b), half+s.longest), first, found, p)
	s.follow(b, 2*half, len(b), second, found, p)
	return found
}

// follow notes the words that end from one offset of b to another, from a state on.
func (s *Set) follow(b []byte, from, to int, state uint32, found Found, p *Places) {
	for i := from; i < to; i++ {
		state = s.next[state+uint32(s.class[b[i]])]
		if state&endMark != 0 {
			state &^= endMark
			s.note(b, i+1, state/s.width, found, p)
		}
	}
}

// In reports whether any of the words stands in b.
func (s *Set) In(b []byte) bool {
	found := len(s.ends[0]) > 0
	if !found {
		s.Each(b, func(int, int) bool {
			found = true
			return false
		})
	}
	return found
}

// Each calls yield for each place where a word stands in b: with the index of the
// word and the offset where it begins, in the order of their ends. It ends when
// yield returns false.
func (s *Set) Each(b []byte, yield func(word, at int) bool) {
	state := uint32(0)
	for i, c := range b {
		state = s.next[state+uint32(s.class[c])]
		if state&endMark == 0 {
			continue
		}
		state &^= endMark
		for _, n := range s.ends[state/s.width] {
			w := &s.words[n]
			at := i + 1 - len(w.Text)
			if w.isAt(b, at) && !yield(int(n), at) {
				return
			}
		}
	}
}

// note adds the words that end at an offset of b.
func (s *Set) note(b []byte, end int, state uint32, found Found, p *Places) {
	for _, i := range s.ends[state] {
		if w := &s.words[i]; w.isAt(b, end-len(w.Text)) {
			found.add(int(i))
			if p != nil {
				p.add(int(i), end-len(w.Text))
			}
		}
	}
}
