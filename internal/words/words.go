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

import "math/bits"

// Word is what is looked for.
type Word struct {
	Text  string
	Exact bool // upper and lower case of letters differ
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
}

const endMark = 1 << 31

// New returns the set of the words. An empty word counts as found in any content.
func New(list []Word) *Set {
	s := &Set{words: list}
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

// build makes the table: the tree of the words first, then, level by level, the
// transitions where a word does not go on.
func (s *Set) build() {
	w := s.width
	s.next = make([]uint32, w)
	s.ends = make([][]int32, 1)
	for i, word := range s.words {
		state := uint32(0)
		for k := range len(word.Text) {
			at := state + uint32(s.class[lower(word.Text[k])])
			if s.next[at] == 0 {
				s.next[at] = uint32(len(s.next))
				s.next = append(s.next, make([]uint32, w)...)
				s.ends = append(s.ends, nil)
			}
			state = s.next[at]
		}
		s.ends[state/w] = append(s.ends[state/w], int32(i))
	}
	fail := make([]uint32, len(s.ends))
	queue := make([]uint32, 0, len(s.ends))
	for _, to := range s.next[:w] {
		if to != 0 {
			queue = append(queue, to)
		}
	}
	for len(queue) > 0 {
		state := queue[0]
		queue = queue[1:]
		f := fail[state/w]
		s.ends[state/w] = append(s.ends[state/w], s.ends[f/w]...)
		for c := uint32(0); c < w; c++ {
			to := s.next[state+c]
			if to == 0 {
				s.next[state+c] = s.next[f+c]
				continue
			}
			fail[to/w] = s.next[f+c]
			queue = append(queue, to)
		}
	}
	for i, to := range s.next {
		if len(s.ends[to/w]) > 0 {
			s.next[i] = to | endMark
		}
	}
}

// Find returns which words stand in b. It uses the memory of found if that is
// large enough; its former content is dropped.
func (s *Set) Find(b []byte, found Found) Found {
	n := (len(s.words) + 63) / 64
	if cap(found) < n {
		found = make(Found, n)
	}
	found = found[:n]
	clear(found)
	for _, i := range s.ends[0] {
		found.add(int(i))
	}
	state := uint32(0)
	next, class := s.next, &s.class
	for i, c := range b {
		state = next[state+uint32(class[c])]
		if state&endMark != 0 {
			state &^= endMark
			s.note(b, i+1, state/s.width, found)
		}
	}
	return found
}

// note adds the words that end at an offset of b.
func (s *Set) note(b []byte, end int, state uint32, found Found) {
	for _, i := range s.ends[state] {
		w := &s.words[i]
		if !w.Exact || string(b[end-len(w.Text):end]) == w.Text {
			found.add(int(i))
		}
	}
}
