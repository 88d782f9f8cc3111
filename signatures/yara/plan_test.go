//go:build cgo

package yara

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/signatures"
)

// unfiltered loads the embedded rules so that each runs on everything.
func unfiltered(t *testing.T) signatures.Scanner {
	t.Helper()
	set := load(t, nil, Builtin)
	for _, g := range set.(*ruleSet).groups {
		g.filtered = nil
	}
	return openScanner(t, set)
}

// samples are the samples of the embedded rules, whole, cut, in capitals and joined.
func samples(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{"empty": {}}
	var last []byte
	err := filepath.WalkDir("../rules/testdata", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		out[name] = data
		out["half of "+name] = data[:len(data)/2]
		out["capitals of "+name] = bytes.ToUpper(data)
		out[name+" behind another"] = append(bytes.Clone(last), data...)
		out["long "+name] = append(bytes.Repeat([]byte("some words of a text\n"), 3000), data...)
		last = data
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var sampleKinds = []string{"", "php,text", "jsp,text", "java,text", "asp", "aspx", "cfm", "python", "perl", "ruby", "node,text", "shell", "htaccess", "elf", "text", "php-sinks", "jsp-sinks", "image,php"}

// TestFilterChangesNothing scans with and without the filter: the same rules match
// at the same places.
func TestFilterChangesNothing(t *testing.T) {
	plain, filtered := unfiltered(t), openScanner(t, load(t, nil, Builtin))
	matches := 0
	for name, data := range samples(t) {
		for i, kind := range sampleKinds {
			// Each sample with its own kind, and with a few others.
			if own := strings.HasSuffix(name, "."+kind); !own && (len(name)+i)%6 != 0 && kind != "" {
				continue
			}
			target := &signatures.Target{Path: "/srv/" + strings.TrimPrefix(filepath.Base(name), "pos."), Kind: kind, Bytes: data}
			want, got := scanned(t, plain, target), scanned(t, filtered, target)
			matches += len(want)
			if got, want := ruleNames(got), ruleNames(want); !reflect.DeepEqual(got, want) {
				t.Errorf("%s as %q: got %v, want %v", name, kind, got, want)
			}
		}
	}
	if matches < 1000 {
		t.Errorf("only %d matches were compared", matches)
	}
}

func ruleNames(list []signatures.Match) (names []string) {
	for _, m := range list {
		text := m.Rule.Name
		for _, s := range m.Strings {
			text += " " + s.Name + "@" + string(s.Data)
		}
		names = append(names, text)
	}
	return names
}

// TestFilterLeavesLittle holds that the filter reads all embedded rules, and that
// no rule but those of ELF files is run on a harmless text.
func TestFilterLeavesLittle(t *testing.T) {
	set := load(t, nil, Builtin).(*ruleSet)
	sc, err := set.NewScanner()
	if err != nil {
		t.Fatal(err)
	}
	defer sc.Close()
	text := []byte("<?php\nclass A\n{\n    public function get($key)\n    {\n        return isset($this->data[$key]) ? $this->data[$key] : null;\n    }\n}\n")
	for _, kind := range sampleKinds {
		for _, w := range sc.(*scanner).workFor(&signatures.Target{Path: "/srv/a", Kind: kind, Bytes: text}) {
			e, err := sc.(*scanner).engine(w.group)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range w.rules {
				if !e.used[n] {
					t.Errorf("%q: rule %s is run", kind, e.rules[n].Identifier())
				}
			}
			if w.rules == nil {
				t.Errorf("%q: all of group %q is run", kind, set.groups[w.group].kind)
			}
		}
	}
}

// TestReaderBehindFilter scans a reader with a scanner that has switched rules off.
func TestReaderBehindFilter(t *testing.T) {
	sc := openScanner(t, load(t, nil, Builtin))
	shell := []byte("<?php eval($_POST['x']);")
	for _, target := range []*signatures.Target{
		{Path: "/a.php", Kind: "php,text", Bytes: []byte("<?php system(1); $_POST[0];")},
		{Path: "/a.php", Kind: "php,text", Reader: bytes.NewReader(shell), Size: int64(len(shell))},
	} {
		got, err := sc.Scan(context.Background(), target)
		if err != nil {
			t.Fatal(err)
		}
		if want := target.Reader != nil; slices.ContainsFunc(got, func(m signatures.Match) bool { return m.Rule.Name == "PHP_Eval_Of_Input" }) != want {
			t.Errorf("got %v, want a match: %v", ruleNames(got), want)
		}
	}
}

// TestUsedRuleStaysOn has a rule that asks for the absence of one that is off.
func TestUsedRuleStaysOn(t *testing.T) {
	text := `rule Other { strings: $o = "omega" condition: $o } rule R { strings: $a = "alpha" condition: $a and not Other }`
	set := load(t, nil, writePack(t, map[string]string{"a.yar": text}))
	g := set.(*ruleSet).groups[0]
	var err error
	g.filtered = &filtered{files: []*sourceFile{{name: "a.yar", text: []byte(text)}}}
	if g.filtered.compiled, _, err = compileFiles(t.Context(), "", g.filtered.files, nil); err != nil {
		t.Fatal(err)
	}
	if g.rules, err = g.filtered.read(); err != nil {
		t.Fatal(err)
	}
	sc := openScanner(t, set)
	for content, want := range map[string]int{"alpha": 1, "alpha omega": 1, "omega": 1, "": 0} {
		got, err := sc.Scan(context.Background(), &signatures.Target{Path: "/x", Bytes: []byte(content)})
		if err != nil || len(got) != want {
			t.Errorf("%q: got %v, %v, want %d matches", content, ruleNames(got), err, want)
		}
	}
}

func scanned(t *testing.T, sc signatures.Scanner, target *signatures.Target) []signatures.Match {
	t.Helper()
	matches, err := sc.Scan(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	return matches
}
