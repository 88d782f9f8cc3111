//go:build cgo

package rules_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/signatures"
	"github.com/seed-181f3109/assay/signatures/rules"
	"github.com/seed-181f3109/assay/signatures/yara"
)

func loadBuiltin(t testing.TB) signatures.RuleSet {
	t.Helper()
	set, err := yara.Load(context.Background(), []string{yara.Builtin}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { set.Close() })
	return set
}

func TestEveryRuleCompiles(t *testing.T) {
	for _, p := range loadBuiltin(t).Problems() {
		if !p.Warning {
			t.Errorf("%s:%d: %s: %s", p.File, p.Line, p.Rule, p.Text)
		}
	}
}

// TestMeta holds every rule to the fields that package rules promises.
func TestMeta(t *testing.T) {
	names := map[string]bool{}
	for _, r := range loadBuiltin(t).Rules() {
		if names[r.Name] {
			t.Errorf("%s: two rules have this name", r.Name)
		}
		names[r.Name] = true
		meta := map[string]any{}
		for _, m := range r.Meta {
			meta[m.Name] = m.Value
		}
		for _, field := range []string{"description", "author", "date", "reference", "severity", "score", "mitre"} {
			if meta[field] == nil {
				t.Errorf("%s: no field %s", r.Name, field)
			}
		}
		if meta["author"] != "assay" {
			t.Errorf("%s: author is %v", r.Name, meta["author"])
		}
		if got, want := signatures.SeverityOfScore(r.Score), r.Severity; got != want {
			t.Errorf("%s: score %d is %v, severity says %v", r.Name, r.Score, got, want)
		}
		if len(r.Techniques) == 0 || len(r.Techniques) != len(strings.Fields(meta["mitre"].(string))) {
			t.Errorf("%s: techniques %v from %q", r.Name, r.Techniques, meta["mitre"])
		}
	}
}

// TestSamples scans testdata/<rule>/pos.* and neg.*: a rule must match each of
// the first and none of the others.
func TestSamples(t *testing.T) {
	set := loadBuiltin(t)
	sc, err := set.NewScanner()
	if err != nil {
		t.Fatal(err)
	}
	defer sc.Close()
	known := map[string]bool{}
	for _, r := range set.Rules() {
		known[r.Name] = true
		for _, class := range []string{"pos", "neg"} {
			files, err := filepath.Glob(filepath.Join("testdata", r.Name, class+".*"))
			if err != nil {
				t.Fatal(err)
			}
			if len(files) == 0 {
				t.Errorf("%s: no sample %s.*", r.Name, class)
			}
			for _, file := range files {
				got := matches(t, sc, &r, file)
				if want := class == "pos"; got != want {
					t.Errorf("%s: matches %v, want %v", file, got, want)
				}
			}
		}
	}
	dirs, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		if d.IsDir() && !known[d.Name()] {
			t.Errorf("testdata/%s: no such rule", d.Name())
		}
	}
}

// matches scans one sample with the group of its rule. What follows "pos." or
// "neg." in a name is the name of the scanned file if it has a dot itself,
// else its extension.
func matches(t *testing.T, sc signatures.Scanner, r *signatures.Rule, file string) bool {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Base(file)[len("pos."):]
	if rest, ok := strings.CutSuffix(name, ".gz"); ok {
		name = rest
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if data, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(name, ".") && name != "passwd" { // an extension, not a name
		name = "sample." + name
	}
	kind := r.Group
	if kind == "" {
		kind = "text"
	}
	if kind == "script-sinks" {
		kind = "perl-sinks"
	}
	found, err := sc.Scan(context.Background(), &signatures.Target{Path: "/srv/" + name, Kind: kind, Bytes: data})
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return slices.ContainsFunc(found, func(m signatures.Match) bool { return m.Rule.Name == r.Name })
}

func TestGroups(t *testing.T) {
	for kind, want := range map[string][]string{
		"php": {"php", "php-short"}, "java": {"java", "jsp"}, "php-sinks": {"php-sinks"}, "jsp-sinks": {"jsp-sinks", "script-sinks"},
	} {
		if got := rules.Groups(kind); !slices.Equal(got, want) {
			t.Errorf("Groups(%q): got %v, want %v", kind, got, want)
		}
	}
}
