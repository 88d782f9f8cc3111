package words

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

// plain is the same question put to package bytes, word by word.
func plain(list []Word, b []byte) []bool {
	out := make([]bool, len(list))
	for i, w := range list {
		content, text := b, []byte(w.Text)
		if !w.Exact {
			content, text = folded(b), folded(text)
		}
		for at := 0; at <= len(b)-len(text); at++ {
			before := w.Start && at > 0 && isWord(b[at-1])
			behind := w.End && at+len(text) < len(b) && isWord(b[at+len(text)])
			if bytes.HasPrefix(content[at:], text) && !before && !behind {
				out[i] = true
			}
		}
	}
	return out
}

func folded(b []byte) []byte {
	low := make([]byte, len(b))
	for i, c := range b {
		low[i] = lower(c)
	}
	return low
}

func check(t *testing.T, list []Word, b []byte) {
	t.Helper()
	set := New(list)
	found := set.Find(b, nil)
	seen := make([]bool, len(list))
	set.Each(b, func(word, at int) bool {
		if !found.Has(word) || !bytes.Equal(folded(b[at:at+len(list[word].Text)]), folded([]byte(list[word].Text))) {
			t.Errorf("%q at %d of %q", list[word].Text, at, b)
		}
		seen[word] = true
		return true
	})
	for i := range list {
		if list[i].Text != "" && found.Has(i) != seen[i] {
			t.Errorf("%q is nowhere in %q", list[i].Text, b)
		}
	}

	for i, want := range plain(list, b) {
		if got := found.Has(i); got != want {
			t.Errorf("%q in %q: got %v, want %v", list[i].Text, b, got, want)
		}
	}
}

func TestFind(t *testing.T) {
	list := []Word{{Text: "he"}, {Text: "she"}, {Text: "His"}, {Text: "HERS", Exact: true}, {Text: "hers", Exact: true}, {Text: "her", Exact: true}, {Text: ""}, {Text: "\xff\x00"}, {Text: "é"}, {Text: "he", Start: true}, {Text: "he", End: true}}
	for _, text := range []string{"", "ushers", "USHERS", "hIS", "sh\xff\x00e", "caf\xc3\xa9 HE"} {
		check(t, list, []byte(text))
	}
}

// TestRandom compares with package bytes on texts of few letters, where words overlap.
func TestRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "abAB-"[r.IntN(5)]
		}
		return string(b)
	}
	for range 2000 {
		var list []Word
		for range 1 + r.IntN(100) {
			list = append(list, Word{Text: text(1 + r.IntN(5)), Exact: r.IntN(2) == 0, Start: r.IntN(4) == 0, End: r.IntN(4) == 0})
		}
		check(t, list, []byte(text(r.IntN(40))))
	}
}

// TestAllBytes holds that no byte is mistaken for another when every one is in a word.
func TestAllBytes(t *testing.T) {
	var list []Word
	for c := range 256 {
		list = append(list, Word{Text: string([]byte{byte(c), byte(c)}), Exact: true})
	}
	for c := range 256 {
		check(t, list, []byte{byte(c), byte(c), byte(c) + 1})
	}
}

func TestReuse(t *testing.T) {
	s := New([]Word{{Text: "a"}, {Text: "b"}})
	f := s.Find([]byte("a"), nil)
	f = s.Find([]byte("b"), f)
	if f.Has(0) || !f.Has(1) || !f.Any() || f.Count() != 1 {
		t.Errorf("got %b", f)
	}
}

func FuzzFind(f *testing.F) {
	f.Add("he she", []byte("ushers"))
	f.Fuzz(func(t *testing.T, text string, b []byte) {
		var list []Word
		for i, w := range strings.Fields(text) {
			list = append(list, Word{Text: w, Exact: i%2 == 0})
		}
		if len(list) < 100 {
			check(t, list, b)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	s := New([]Word{{Text: "eval("}, {Text: "base64_decode"}, {Text: "$_post"}, {Text: "system("}, {Text: "runtime"}})
	text := []byte(strings.Repeat("class A { private $x = []; function get($k) { return $this->x[$k]; } }\n", 1000))
	b.SetBytes(int64(len(text)))
	var f Found
	for b.Loop() {
		f = s.Find(text, f)
	}
}

func TestDifferences(t *testing.T) {
	for n := range 40 {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(i * i * 7)
		}
		got := Differences(b, nil)
		if len(got) != max(0, n-1) {
			t.Fatalf("%d bytes: got %d", n, len(got))
		}
		for i, d := range got {
			if d != b[i]^b[i+1] {
				t.Errorf("%d bytes: difference %d is %#x", n, i, d)
			}
		}
	}
}
