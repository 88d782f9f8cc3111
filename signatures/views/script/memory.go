package script

import "sync"

// What is kept from file to file, in pieces. Beyond that each piece is made anew.
const (
	maxTokensKept  = 1 << 17
	maxValuesKept  = 1 << 13
	maxSymbolsKept = 1 << 12
	maxItemsKept   = 1 << 13
)

// memory is what the reading of one file needs, for the next one to use again:
// nothing of it outlives Analyze.
type memory struct {
	tokens  []token
	values  slab[value]
	symbols slab[symbol]
	places  slab[place]
	items   []*value // of the lists being read, one behind the other
	lists   []*value // what values have as items, one list behind the other

	byName  map[string]*symbol
	byPath  map[string]*place
	members map[membership]*place
}

var memories = sync.Pool{New: func() any {
	return &memory{values: slab[value]{most: maxValuesKept}, symbols: slab[symbol]{most: maxSymbolsKept}, places: slab[place]{most: maxSymbolsKept},
		byName: map[string]*symbol{}, byPath: map[string]*place{}, members: map[membership]*place{}}
}}

// free gives the memory back. toks are the tokens of the file.
func (m *memory) free(toks []token) {
	if m.tokens = nil; cap(toks) <= maxTokensKept {
		clear(toks)
		m.tokens = toks[:0]
	}
	m.values.free()
	m.symbols.free()
	m.places.free()
	m.items, m.lists = cleared(m.items), cleared(m.lists)
	m.byName, m.byPath, m.members = emptied(m.byName), emptied(m.byPath), emptied(m.members)
	memories.Put(m)
}

// cleared returns a list of length 0 that holds nothing: l, unless that has grown.
func cleared(l []*value) []*value {
	if cap(l) > maxItemsKept {
		return nil
	}
	clear(l[:cap(l)])
	return l[:0]
}

// emptied returns an empty map: m, unless that has grown.
func emptied[K comparable, V any](m map[K]V) map[K]V {
	if len(m) > maxSymbolsKept {
		return map[K]V{}
	}
	clear(m)
	return m
}

// kept returns a copy of items.
func (m *memory) kept(items []*value) []*value {
	n := len(m.lists)
	if n+len(items) > maxItemsKept {
		return append([]*value(nil), items...)
	}
	m.lists = append(m.lists, items...)
	return m.lists[n:len(m.lists):len(m.lists)]
}

// slab hands out values of one type. It keeps so many of them, in pieces.
type slab[T any] struct {
	pieces [][]T
	used   int // of the pieces
	most   int
}

// piece is the size of a piece of a slab.
const piece = 64

// get returns a new value.
func (s *slab[T]) get() *T {
	at := s.used / piece
	if at == len(s.pieces) {
		if s.used == s.most {
			return new(T)
		}
		s.pieces = append(s.pieces, make([]T, piece))
	}
	v := &s.pieces[at][s.used%piece]
	s.used++
	return v
}

// free takes all values back.
func (s *slab[T]) free() {
	for i := 0; i*piece < s.used; i++ {
		clear(s.pieces[i][:min(piece, s.used-i*piece)])
	}
	s.used = 0
}
