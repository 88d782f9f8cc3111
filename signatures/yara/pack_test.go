//go:build cgo && unix

package yara

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestHostileFolders holds that nothing of a folder of rules is left out in silence
// and nothing outside of it is read.
func TestHostileFolders(t *testing.T) {
	outside := writePack(t, map[string]string{"s.yar": fmt.Sprintf(simple, "Outside", "x")})
	good := fmt.Sprintf(simple, "Good", "needle")
	for _, c := range []struct {
		name    string
		files   map[string]string
		make    func(dir string) error
		rules   string
		problem string // "": there is none
	}{
		{"include outside", map[string]string{"a.yar": "include \"../s.yar\"\n" + good}, nil, "Good", "leads out of the rule pack"},
		{"include with its whole path", map[string]string{"a.yar": "include \"" + filepath.Join(outside, "s.yar") + "\"\n" + good}, nil, "Good", "leads out of the rule pack"},
		{"link to a file outside", map[string]string{"a.yar": good}, func(dir string) error {
			return os.Symlink(filepath.Join(outside, "s.yar"), filepath.Join(dir, "l.yar"))
		}, "Good", "l.yar: link that leads out"},
		{"link to a folder outside", map[string]string{"a.yar": good}, func(dir string) error { return os.Symlink(outside, filepath.Join(dir, "more")) }, "Good", "more: link that leads out"},
		{"link to nothing", map[string]string{"a.yar": good}, func(dir string) error { return os.Symlink("none", filepath.Join(dir, "l.yar")) }, "Good", "or nowhere"},
		{"link to the folder itself", map[string]string{"a.yar": good}, func(dir string) error { return os.Symlink(".", filepath.Join(dir, "self")) }, "Good", ""},
		{"pipe", map[string]string{"a.yar": good}, func(dir string) error { return syscall.Mkfifo(filepath.Join(dir, "p.yar"), 0o600) }, "Good", "p.yar is no regular file"},
		{"large file", map[string]string{"a.yar": good, "b.yar": ""}, func(dir string) error { return os.Truncate(filepath.Join(dir, "b.yar"), maxRuleFile+1) }, "Good", "b.yar is larger than"},
		{"same name twice", map[string]string{"a.yar": good + "\n" + good}, nil, "Good", "duplicated identifier"},
		{"unknown module", map[string]string{"a.yar": "import \"nosuch\"\nrule M { condition: nosuch.x }\n" + good}, nil, "Good", "unknown module"},
		{"not UTF-8", map[string]string{"a.yar": good, "b.yar": "\xff\xferule"}, nil, "Good", "b.yar:1: no rule of this file runs"},
		{"files that include each other", map[string]string{"a.yar": "include \"b.yar\"\nrule A { condition: true }", "b.yar": "include \"a.yar\"\nrule B { condition: true }", "c.yar": good}, nil, "B A Good", ""},
		{"file that includes itself", map[string]string{"a.yar": "include \"a.yar\"\n" + good}, nil, "Good", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := writePack(t, c.files)
			if c.make != nil {
				if err := c.make(dir); err != nil {
					t.Fatal(err)
				}
			}
			set := load(t, nil, dir)
			var names, problems []string
			for _, r := range set.Rules() {
				names = append(names, r.Name)
			}
			for _, p := range set.Problems() {
				problems = append(problems, fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text), p.File+": "+p.Text)
			}
			if all := strings.Join(problems, "\n"); !sameWords(strings.Join(names, " "), c.rules) || !strings.Contains(all, c.problem) || (c.problem == "") != (all == "") {
				t.Errorf("got rules %q and problems %q, want %q and %q", names, problems, c.rules, c.problem)
			}
		})
	}
}

func sameWords(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	count := map[string]int{}
	for _, w := range x {
		count[w]++
	}
	for _, w := range y {
		count[w]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

// TestPipeAsPack holds that a pipe is refused and not waited for.
func TestPipeAsPack(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "p.yar")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := Load(context.Background(), []string{pipe}, nil)
		done <- err
	}()
	select {
	case err := <-done:
		if err == nil {
			t.Error("a pipe was loaded")
		}
	case <-time.After(20 * time.Second):
		t.Fatal("waits for a pipe")
	}
}
