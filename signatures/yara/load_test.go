//go:build cgo

package yara

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	goyara "github.com/hillu/go-yara/v4"

	"github.com/seed-181f3109/assay/signatures"
)

// writePack writes a folder of rule files.
func writePack(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func load(t *testing.T, opts *Options, packs ...string) signatures.RuleSet {
	t.Helper()
	set, err := Load(context.Background(), packs, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { set.Close() })
	return set
}

// scanNames returns the matches as "file:rule" in order.
func scanNames(t *testing.T, set signatures.RuleSet, target *signatures.Target) []string {
	t.Helper()
	sc, err := set.NewScanner()
	if err != nil {
		t.Fatal(err)
	}
	defer sc.Close()
	matches, err := sc.Scan(context.Background(), target)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, m := range matches {
		names = append(names, m.Rule.File+":"+m.Rule.Name)
	}
	return names
}

const simple = `rule %s { strings: $a = %q condition: $a }` + "\n"

func TestLoadSkipsOnlyWhatIsBroken(t *testing.T) {
	dir := writePack(t, map[string]string{
		"a/good.yar": fmt.Sprintf(simple, "Good", "needle"),
		"bad.yar": "import \"nosuchmodule\"\n" +
			"rule UsesModule {\n condition: nosuchmodule.x == 1\n}\n" +
			fmt.Sprintf(simple, "Fine", "needle") +
			fmt.Sprintf(simple, "Fine", "needle") +
			"rule External { condition: unheard_of == 3 }\n" +
			"rule Depends { condition: External }\n" +
			"rule Open {\n strings:\n  $a = \"x\n condition: $a\n" +
			"rule Last { /* } */ strings: $r = /a{2,3}\\/\"/ $h = { 6E 65 [1-2] 64 } $t = \"needle }\" condition: any of them }\n",
		"dup.yar":    fmt.Sprintf(simple, "Good", "needle"),
		"notes.txt":  "rule Not { condition: true }",
		"index.yara": "include \"a/good.yar\"\ninclude \"dup.yar\"\n",
		"wl.yar":     "private rule White { strings: $w = \"needle\" condition: $w }\n",
		"uses.yar":   "include \"wl.yar\"\nrule Uses { condition: White }\nrule Broken { condition: nothing }\n",
		"out.yar":    "include \"../secret.yar\"\nrule Out { strings: $a = \"needle\" condition: $a }\n",
	})
	set := load(t, nil, dir)
	got := scanNames(t, set, &signatures.Target{Path: "/x", Bytes: []byte("a needle }")})
	want := []string{"a/good.yar:Good", "bad.yar:Fine", "bad.yar:Last", "dup.yar:Good", "out.yar:Out", "uses.yar:Uses"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("matches: got %v, want %v", got, want)
	}
	var problems []string
	for _, p := range set.Problems() {
		if !p.Warning {
			problems = append(problems, fmt.Sprintf("%s:%d:%s", p.File, p.Line, p.Rule))
		}
	}
	wantProblems := []string{"bad.yar:1:", "bad.yar:3:UsesModule", "bad.yar:6:Fine", "bad.yar:7:External",
		"bad.yar:8:Depends", "bad.yar:12:Open", "out.yar:1:", "uses.yar:3:Broken"}
	if !reflect.DeepEqual(problems, wantProblems) {
		t.Errorf("problems:\n got %v\nwant %v", problems, wantProblems)
	}
	if p := set.Packs(); len(p) != 1 || p[0].Rules != 6 || p[0].Files != 7 || !strings.HasPrefix(p[0].Digest, "sha256:") {
		t.Errorf("packs: %+v", p)
	}
}

func TestLoadFileIndexAndCompiled(t *testing.T) {
	dir := writePack(t, map[string]string{
		"one.yar":   fmt.Sprintf(simple, "One", "needle"),
		"two.yar":   fmt.Sprintf(simple, "Two", "needle"),
		"index.yar": "// all\ninclude \"./two.yar\"\ninclude \"one.yar\"\n",
	})
	target := &signatures.Target{Path: "/x", Bytes: []byte("needle")}
	if got := scanNames(t, load(t, nil, filepath.Join(dir, "two.yar")), target); !reflect.DeepEqual(got, []string{"two.yar:Two"}) {
		t.Errorf("file: %v", got)
	}
	index := load(t, nil, filepath.Join(dir, "index.yar"))
	if got := scanNames(t, index, target); !reflect.DeepEqual(got, []string{"one.yar:One", "two.yar:Two"}) {
		t.Errorf("index: %v", got)
	}
	compiled := filepath.Join(t.TempDir(), "rules.yac")
	if err := index.(*ruleSet).groups[0].rules.Save(compiled); err != nil {
		t.Fatal(err)
	}
	if got := scanNames(t, load(t, nil, compiled), target); !reflect.DeepEqual(got, []string{"one.yar:One", "two.yar:Two"}) {
		t.Errorf("compiled: %v", got)
	}
	data, err := os.ReadFile(compiled)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(compiled, data[:len(data)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(context.Background(), []string{compiled}, nil); err == nil {
		t.Error("half a compiled file loads without an error")
	}
}

func TestLoadRefuses(t *testing.T) {
	empty := t.TempDir()
	broken := writePack(t, map[string]string{"b.yar": "rule X { condition: y }"})
	for _, pack := range []string{empty, broken, filepath.Join(empty, "absent")} {
		if set, err := Load(context.Background(), []string{pack}, nil); err == nil {
			set.Close()
			t.Errorf("%s: no error", pack)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Load(ctx, []string{Builtin}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestCacheGivesTheSame(t *testing.T) {
	dir := writePack(t, map[string]string{
		"a.yar": fmt.Sprintf(simple, "A", "needle") + "rule B { condition: nothing }\n",
	})
	cache := t.TempDir()
	target := &signatures.Target{Path: "/x", Bytes: []byte("needle")}
	opts := &Options{CacheDir: cache}
	first := load(t, opts, dir)
	names, err := filepath.Glob(filepath.Join(cache, "*"))
	if err != nil || len(names) != 1 {
		t.Fatalf("cache holds %v (%v)", names, err)
	}
	second := load(t, opts, dir)
	if !reflect.DeepEqual(first.Rules(), second.Rules()) || !reflect.DeepEqual(first.Problems(), second.Problems()) || len(first.Problems()) != 1 {
		t.Errorf("from the cache: %+v %+v, want %+v %+v", second.Rules(), second.Problems(), first.Rules(), first.Problems())
	}
	if got := scanNames(t, second, target); len(got) != 1 {
		t.Errorf("matches from the cache: %v", got)
	}
	data, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(data)
	damaged[len(damaged)-9] ^= 1
	if err := os.WriteFile(names[0], damaged, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := scanNames(t, load(t, opts, dir), target); len(got) != 1 {
		t.Errorf("matches after damage of the cache: %v", got)
	}
	if again, err := os.ReadFile(names[0]); err != nil || !bytes.Equal(again, data) {
		t.Errorf("damaged cache was not made anew (%v)", err)
	}
}

func TestExternals(t *testing.T) {
	dir := writePack(t, map[string]string{"a.yar": `
rule Name { condition: filename == "Upload.PHP" }
rule Folder { condition: filepath == "/srv/www" }
rule Ext { condition: extension == ".php" }
rule Type { condition: filetype == "PHP" }
rule Owner { condition: owner == "www-data" }
rule Mine { condition: level > 3 }
`})
	set := load(t, &Options{Externals: map[string]any{"level": 4}}, dir)
	sc := openScanner(t, set)
	for _, c := range []struct {
		target signatures.Target
		want   []string
	}{
		{signatures.Target{Path: "/srv/www/Upload.PHP", Kind: "php,text", Owner: "www-data"}, []string{"Ext", "Folder", "Mine", "Name", "Owner", "Type"}},
		{signatures.Target{Path: "/srv/www/x", Kind: "text", Owner: "www-data"}, []string{"Folder", "Mine", "Owner"}}, // what was set before is gone
		{signatures.Target{Path: "/srv/www/x", Kind: "php"}, []string{"Folder", "Mine", "Type"}},
	} {
		c.target.Bytes = []byte("x")
		found, err := sc.Scan(context.Background(), &c.target)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range found {
			got = append(got, m.Rule.Name)
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s %s: got %v, want %v", c.target.Path, c.target.Kind, got, c.want)
		}
	}
}

var _ goyara.ScanCallback = (*collector)(nil)
