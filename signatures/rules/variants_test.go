//go:build cgo

package rules_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/signatures"
	"github.com/seed-181f3109/assay/signatures/views"
)

// TestVariants scans the files of testdata/variants.txt with their views.
func TestVariants(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "variants.txt"))
	if err != nil {
		t.Fatal(err)
	}
	sc, err := loadBuiltin(t).NewScanner()
	if err != nil {
		t.Fatal(err)
	}
	defer sc.Close()
	seen := map[string]bool{}
	for _, part := range strings.Split("\n"+string(text), "\n-- ")[1:] {
		name, content, ok := strings.Cut(part, " --\n")
		if !ok || seen[name] || content == "" {
			t.Fatalf("no file, or one of that name before, at %q", name)
		}
		seen[name] = true
		found := found(t, sc, "/srv/"+name, []byte(content+"\n"))
		if want := !strings.HasPrefix(name, "clean-"); (len(found) > 0) != want {
			t.Errorf("%s: matches %q, want some: %v", name, found, want)
		}
	}
}

// found returns the rules of medium severity and above that match content or a
// view of it.
func found(t *testing.T, sc signatures.Scanner, path string, content []byte) []string {
	t.Helper()
	var names []string
	scan := func(kind, view string, b []byte) {
		matches, err := sc.Scan(context.Background(), &signatures.Target{Path: path, Kind: kind, View: view, Bytes: b})
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for _, m := range matches {
			if m.Rule.Severity >= signatures.Medium {
				names = append(names, m.Rule.Name)
			}
		}
	}
	scan(strings.Join(views.Kinds(path, content), ","), "", content)
	for v, err := range views.Of(t.Context(), path, content, nil) {
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		scan(v.Kind, v.Chain, v.Bytes)
	}
	return names
}
