package views

import (
	"math/rand/v2"
	"testing"
	"unicode/utf8"
)

// TestIsText compares with a reading byte by byte.
func TestIsText(t *testing.T) {
	slow := func(b []byte) bool {
		odd := 0
		for i := 0; i < len(b); {
			r, n := utf8.DecodeRune(b[i:])
			switch c := b[i]; {
			case c == 0:
				return false
			case r == utf8.RuneError && n < 2, c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b:
				odd++
			}
			i += n
		}
		return odd*10 <= len(b)*3
	}
	r := rand.New(rand.NewPCG(5, 6))
	texts := 0
	for n := range 200_000 {
		b := make([]byte, 1+r.IntN(40))
		for i := range b {
			switch n % 3 {
			case 0:
				b[i] = byte(r.Uint32())
			case 1:
				b[i] = byte(1 + r.IntN(140))
			default:
				b[i] = byte(0x18 + r.IntN(20))
			}
		}
		if b[0] >= 0xfe { // perhaps UTF-16
			continue
		}
		want := slow(b)
		if want {
			texts++
		}
		if got := isText(b); got != want {
			t.Fatalf("%x: got %v, want %v", b, got, want)
		}
	}
	if texts < 1000 {
		t.Errorf("only %d texts", texts)
	}
}
