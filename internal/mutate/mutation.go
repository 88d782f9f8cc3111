package mutate

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
)

// Mutation is one piece of damage: the bytes from Offset on are replaced by
// Bytes, or the image is cut off at Offset.
type Mutation struct {
	Kind   string // "flip", "byte", "word", "zero", "noise", "copy", "cut"
	Offset int64
	Bytes  []byte // nil for a cut
}

// String describes the mutation in a way that it can be repeated from.
func (m Mutation) String() string {
	if m.Bytes == nil {
		return fmt.Sprintf("cut at %d", m.Offset)
	}
	if len(m.Bytes) > 8 {
		return fmt.Sprintf("%s of %d bytes at %d", m.Kind, len(m.Bytes), m.Offset)
	}
	return fmt.Sprintf("%s at %d: % x", m.Kind, m.Offset, m.Bytes)
}

// sector is the unit of the larger mutations, in bytes.
const sector = 512

// values are numbers that parsers get wrong.
var values = []uint32{0, 1, 2, 0x7f, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff}

// source makes mutations of an image.
type source struct {
	rng     *rand.Rand
	image   []byte
	sectors []int64 // offsets of the sectors that are worth damaging
}

// newSource collects the sectors of the regions that hold anything but zeros.
func newSource(image []byte, regions [][2]int64, seed uint64) *source {
	s := &source{rng: rand.New(rand.NewPCG(seed, 0x6d757461746f72)), image: image}
	if regions == nil {
		regions = [][2]int64{{0, int64(len(image))}}
	}
	for _, r := range regions {
		for off := r[0] &^ (sector - 1); off < min(r[1], int64(len(image))); off += sector {
			if !isZero(s.at(off)) {
				s.sectors = append(s.sectors, off)
			}
		}
	}
	return s
}

// at returns the sector at off, which may be shorter at the end of the image.
func (s *source) at(off int64) []byte {
	return s.image[off:min(off+sector, int64(len(s.image)))]
}

func isZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// next returns the next mutation. Small ones are the most frequent and hit bytes
// that are not zero twice as often as others.
func (s *source) next() Mutation {
	off := s.sectors[s.rng.IntN(len(s.sectors))]
	sec := s.at(off)
	i := s.rng.IntN(len(sec))
	for range 2 {
		if sec[i] == 0 {
			i = s.rng.IntN(len(sec))
		}
	}
	pos := off + int64(i)
	switch k := s.rng.IntN(20); {
	case k < 7:
		return Mutation{"flip", pos, []byte{sec[i] ^ 1<<s.rng.IntN(8)}}
	case k < 12:
		return Mutation{"byte", pos, []byte{byte(s.rng.Uint32())}}
	case k < 16:
		return s.word(off, i&^3)
	case k < 17:
		return Mutation{"zero", off, make([]byte, len(sec))}
	case k < 18:
		b := make([]byte, len(sec))
		for i := range b {
			b[i] = byte(s.rng.Uint32())
		}
		return Mutation{"noise", off, b}
	case k < 19:
		from := s.at(s.sectors[s.rng.IntN(len(s.sectors))])
		return Mutation{"copy", off, append([]byte(nil), from[:min(len(from), len(sec))]...)}
	}
	return Mutation{"cut", pos, nil}
}

// word replaces a 32-bit number by one that parsers get wrong, in either byte order.
func (s *source) word(off int64, i int) Mutation {
	v := values[s.rng.IntN(len(values))]
	b := binary.LittleEndian.AppendUint32(nil, v)
	if s.rng.IntN(4) == 0 {
		b = binary.BigEndian.AppendUint32(nil, v)
	}
	room := len(s.at(off)) - i
	return Mutation{"word", off + int64(i), b[:min(len(b), room)]}
}
