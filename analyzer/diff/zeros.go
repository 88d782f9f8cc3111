package diff

import (
	"crypto/sha256"
	_ "embed" // for zeroStates
	"encoding"
	"encoding/binary"
	"hash"
	"io"

	"github.com/seed-181f3109/assay/fstree"
)

// zeroStep is the number of zero bytes between two of the zeroStates.
const zeroStep = 256 << 20

// zeroStates are the eight big-endian words of SHA-256 (FIPS 180-4, section 6.2)
// after 1, 2, 3 ... times zeroStep zero bytes, 64 GiB in all. Files that begin
// with a large hole (logs indexed by user number, disk images, preallocated
// space) are common, and hashing their zeros is most of the work of a disk.
//
//go:embed zeros.sha256
var zeroStates []byte

// The form in which crypto/sha256 marshals its state: four bytes of magic, the
// words, a block of 64 bytes, the length. TestZeroStates fails if it changes.
const (
	marshaledWords  = 4
	marshaledLength = 4 + sha256.Size + 64
	marshaledSize   = marshaledLength + 8
)

// afterZeros returns a SHA-256 that has taken up to n zero bytes, a multiple of
// zeroStep, and how many it has.
func afterZeros(n int64) (hash.Hash, int64) {
	h := sha256.New()
	k := min(n/zeroStep, int64(len(zeroStates)/sha256.Size))
	if k <= 0 {
		return h, 0
	}
	m, ok := h.(encoding.BinaryMarshaler)
	u, ok2 := h.(encoding.BinaryUnmarshaler)
	if !ok || !ok2 {
		return h, 0
	}
	state, err := m.MarshalBinary()
	if err != nil || len(state) != marshaledSize {
		return h, 0
	}
	copy(state[marshaledWords:], zeroStates[(k-1)*sha256.Size:k*sha256.Size])
	binary.BigEndian.PutUint64(state[marshaledLength:], uint64(k)*zeroStep)
	if u.UnmarshalBinary(state) != nil {
		return sha256.New(), 0
	}
	return h, k * zeroStep
}

// leadingHole returns a hash that has taken zeros of the hole that content
// begins with, how many, and content from there on.
func leadingHole(content io.Reader, size int64) (hash.Hash, int64, io.Reader) {
	ranges, ok := content.(fstree.RangeReader)
	at, ok2 := content.(io.ReaderAt)
	if !ok || !ok2 || size < zeroStep {
		return sha256.New(), 0, content
	}
	start, _, err := ranges.NextData(0)
	if err == io.EOF {
		start, err = size, nil
	}
	if err != nil {
		return sha256.New(), 0, content
	}
	h, n := afterZeros(min(start, size))
	if n == 0 {
		return h, 0, content
	}
	return h, n, io.NewSectionReader(at, n, size-n)
}
