package words

import (
	"cmp"
	"slices"
)

// Place is where a word stands.
type Place struct {
	Word int32
	At   uint32 // offset of its first byte
}

// Places are where some of the words of a set stand in a content.
type Places struct {
	Of []bool // by word: its places are wanted

	list   []Place
	full   bool
	sorted bool
}

// maxPlaces is how many places are kept.
const maxPlaces = 1 << 12

func (p *Places) reset() {
	if p != nil {
		p.list, p.full, p.sorted = p.list[:0], false, false
	}
}

func (p *Places) add(word, at int) {
	switch {
	case !p.Of[word]:
	case len(p.list) >= maxPlaces || at > 1<<31:
		p.full = true
	default:
		p.list = append(p.list, Place{int32(word), uint32(at)})
	}
}

// InOrder returns the places in the order of the content, a place perhaps twice. It
// reports false if there are more than are kept.
func (p *Places) InOrder() ([]Place, bool) {
	if !p.sorted && !p.full { // the two halves of the content, mixed at the border
		slices.SortFunc(p.list, func(a, b Place) int { return cmp.Compare(a.At, b.At) })
		p.sorted = true
	}
	return p.list, !p.full
}
