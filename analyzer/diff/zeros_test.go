package diff

import (
	"bytes"
	"crypto/sha256"
	"encoding"
	"flag"
	"io"
	"os"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
)

var update = flag.Bool("update", false, "write zeros.sha256 anew (takes a minute)")

// TestZeroStates hashes the zeros between some of the states.
func TestZeroStates(t *testing.T) {
	const states = 256
	if *update {
		var out []byte
		h := sha256.New()
		for range states {
			out = append(out, wordsAfterStep(t, h)...)
		}
		if err := os.WriteFile("zeros.sha256", out, 0o644); err != nil {
			t.Fatal(err)
		}
		zeroStates = out
	}
	if len(zeroStates) != states*sha256.Size {
		t.Fatalf("%d bytes of states, want %d", len(zeroStates), states*sha256.Size)
	}
	for _, k := range []int64{0, 1, 2, 17, 100, states - 1} {
		h, n := afterZeros(k * zeroStep)
		if n != k*zeroStep {
			t.Fatalf("hash after %d zeros, want %d", n, k*zeroStep)
		}
		if got := wordsAfterStep(t, h); !bytes.Equal(got, zeroStates[k*sha256.Size:][:sha256.Size]) {
			t.Errorf("state %d: %x, table has %x", k+1, got, zeroStates[k*sha256.Size:][:sha256.Size])
		}
	}
}

// wordsAfterStep feeds zeroStep zeros and returns the words of the state.
func wordsAfterStep(t *testing.T, h io.Writer) []byte {
	t.Helper()
	zeros := make([]byte, 1<<20)
	for range zeroStep / len(zeros) {
		h.Write(zeros)
	}
	b, err := h.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return b[marshaledWords:][:sha256.Size]
}

// sparse is content of zeros with data behind them.
type sparse struct {
	hole int64
	data string
	*io.SectionReader
}

func newSparse(hole int64, data string) *sparse {
	s := &sparse{hole: hole, data: data}
	s.SectionReader = io.NewSectionReader(readerAt(s.at), 0, hole+int64(len(data)))
	return s
}

type readerAt func(p []byte, off int64) (int, error)

func (f readerAt) ReadAt(p []byte, off int64) (int, error) { return f(p, off) }

func (s *sparse) at(p []byte, off int64) (int, error) {
	clear(p)
	if off+int64(len(p)) > s.hole {
		from := max(off, s.hole)
		copy(p[from-off:], s.data[from-s.hole:])
	}
	return len(p), nil
}

func (s *sparse) NextData(off int64) (start, end int64, err error) {
	if s.data == "" {
		return 0, 0, io.EOF
	}
	return max(off, s.hole), s.Size(), nil
}

func (s *sparse) Close() error { return nil }

// TestHashOfLeadingHole compares with the plain hash of the same bytes.
func TestHashOfLeadingHole(t *testing.T) {
	for _, c := range []struct {
		hole int64
		data string
	}{{zeroStep - 1, "tail"}, {zeroStep, ""}, {zeroStep + 70, "tail"}, {2*zeroStep + 1<<20, "x"}} {
		want := sha256.New()
		if _, err := io.Copy(want, newSparse(c.hole, c.data).SectionReader); err != nil {
			t.Fatal(err)
		}
		e := &fstree.Entry{Path: "/f", Size: c.hole + int64(len(c.data)),
			Content: func() (io.ReadCloser, error) { return newSparse(c.hole, c.data), nil }}
		sum, err := Hash(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(sum[:], want.Sum(nil)) {
			t.Errorf("hole of %d bytes and %q: %x, want %x", c.hole, c.data, *sum, want.Sum(nil))
		}
	}
}
