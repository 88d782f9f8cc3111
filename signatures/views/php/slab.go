package php

// slab hands out values from memory that is allocated for many at once. They live
// as long as any of their neighbours.
type slab[T any] struct{ free []T }

// slabLen is how many values a slab allocates at once.
const slabLen = 32

// one returns a new zero value.
func (s *slab[T]) one() *T {
	if len(s.free) == 0 {
		s.free = make([]T, slabLen)
	}
	v := &s.free[0]
	s.free = s.free[1:]
	return v
}

// room returns an empty slice with room for n.
func (s *slab[T]) room(n int) []T {
	if len(s.free) < n {
		if n > slabLen/2 {
			return make([]T, 0, n)
		}
		s.free = make([]T, 2*slabLen)
	}
	l := s.free[:0:n]
	s.free = s.free[n:]
	return l
}
