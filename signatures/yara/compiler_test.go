//go:build cgo

package yara

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// TestCompileBesideCollections compiles rules with warnings while memory is collected
// and used again all the time.
func TestCompileBesideCollections(t *testing.T) {
	var text strings.Builder
	const rules = 40
	for i := range rules {
		fmt.Fprintf(&text, "rule Slow%d { strings: $a = /x.*%d/ condition: $a }\n", i, i)
	}
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
			}
			runtime.GC()
			small := make([]*uintptr, 5000)
			for i := range small {
				small[i] = new(uintptr)
				*small[i] = 1
			}
			runtime.KeepAlive(small)
		}
	}()
	defer func() { close(stop); <-done }()
	for range 20 {
		compiled, warnings, err := compileFiles(context.Background(), "p", []*sourceFile{{name: "a.yar", text: []byte(text.String())}}, nil)
		if err != nil || compiled == nil {
			t.Fatalf("got %d bytes, %v", len(compiled), err)
		}
		lines := map[int]bool{}
		for _, w := range warnings {
			lines[w.Line] = true
			if !w.Warning || w.Rule != fmt.Sprintf("Slow%d", w.Line-1) || w.Text == "" {
				t.Fatalf("got %+v", w)
			}
		}
		if len(lines) != rules {
			t.Fatalf("got warnings for %d rules, want %d", len(lines), rules)
		}
	}
}
