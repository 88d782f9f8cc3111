package prefilter

import (
	"os"
	"testing"
)

func BenchmarkNew(b *testing.B) {
	any, err := os.ReadFile("../../rules/any.yar")
	if err != nil {
		b.Fatal(err)
	}
	php, err := os.ReadFile("../../rules/php.yar")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		a, err := Parse(string(any))
		if err != nil {
			b.Fatal(err)
		}
		p, err := Parse(string(php))
		if err != nil {
			b.Fatal(err)
		}
		New([]*Source{a, p})
	}
}
