package views

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
)

// TestCompiledPython wants every name and constant that Python's own code object lists.
func TestCompiledPython(t *testing.T) {
	content, err := os.ReadFile("testdata/names.pyc")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/names.txt")
	if err != nil {
		t.Fatal(err)
	}
	var text string
	for v, err := range Of(t.Context(), "/usr/lib/names.pyc", content, nil) {
		if err != nil {
			t.Fatal(err)
		}
		if v.Chain != "pyc:names" || v.Kind != KindPythonNames {
			t.Errorf("view %q of kind %q", v.Chain, v.Kind)
		}
		text += string(v.Bytes)
	}
	for line := range strings.Lines(string(want)) {
		if !strings.Contains(text, "\n"+line) {
			t.Errorf("no line %q in %q", line, text)
		}
	}
}

// TestCompiledPythonBroken cuts and fills a module: something is said or found.
func TestCompiledPythonBroken(t *testing.T) {
	content, err := os.ReadFile("testdata/names.pyc")
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n < len(content); n++ {
		for range Of(t.Context(), "/a.pyc", content[:n], nil) {
		}
	}
	empty := append(content[:17:17], make([]byte, 100)...)
	var damage []error
	for _, err := range Of(t.Context(), "/a.pyc", empty, nil) {
		damage = append(damage, err)
	}
	if len(damage) != 1 || !errors.Is(damage[0], fstree.ErrCorrupt) {
		t.Errorf("a module of zeros: %v, want ErrCorrupt", damage)
	}
}
