package rootfs

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/fstree/fstreetest"
)

// makeRoot makes a root directory with the calls of package os, whose effect the
// kernel decides.
func makeRoot(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(filepath.Join(dir, "etc", "deep"), 0o755))
	must(os.WriteFile(filepath.Join(dir, "etc", "passwd"), []byte("root:x:0:0::/:/bin/sh\n"), 0o644))
	must(os.Link(filepath.Join(dir, "etc", "passwd"), filepath.Join(dir, "etc", "passwd-")))
	must(os.WriteFile(filepath.Join(dir, "etc", "deep", "big"), []byte(strings.Repeat("0123456789", 30000)), 0o600))
	must(os.Symlink("/etc/passwd", filepath.Join(dir, "out")))
	must(os.Symlink("../../../../../../etc", filepath.Join(dir, "etc", "away")))
	must(os.Chmod(filepath.Join(dir, "etc", "deep", "big"), 0o755|os.ModeSetuid))
	must(os.Chtimes(filepath.Join(dir, "etc", "passwd"), time.Time{}, time.Unix(-5, 123456789)))
	return dir
}

func TestConformance(t *testing.T) {
	tree, err := Open(makeRoot(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	fstreetest.Run(t, tree)
}

// listing is path -> entry.
func listing(t *testing.T, dir string) (map[string]*fstree.Entry, []string) {
	t.Helper()
	tree, err := Open(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	got, damage := map[string]*fstree.Entry{}, []string{}
	for e, err := range tree.Walk(t.Context()) {
		if d, ok := errors.AsType[*fstree.Damage](err); ok {
			damage = append(damage, d.Error())
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		got[e.Path] = e.Clone()
	}
	return got, damage
}

func TestEntries(t *testing.T) {
	got, damage := listing(t, makeRoot(t))
	if len(damage) != 0 {
		t.Errorf("got damage %q", damage)
	}
	want := map[string]fstree.Entry{
		"/":             {Type: fstree.TypeDir},
		"/etc":          {Type: fstree.TypeDir, Mode: 0o755},
		"/etc/deep":     {Type: fstree.TypeDir, Mode: 0o755},
		"/etc/deep/big": {Type: fstree.TypeFile, Mode: 0o4755, Size: 300000},
		"/etc/passwd":   {Type: fstree.TypeFile, Mode: 0o644, Size: 22, Mtime: time.Unix(-5, 123456789).UTC()},
		"/etc/passwd-":  {Type: fstree.TypeFile, Mode: 0o644, Size: 22, HardlinkOf: "/etc/passwd"},
		"/out":          {Type: fstree.TypeSymlink, Mode: 0o777, Size: 11, Link: "/etc/passwd"},
		"/etc/away":     {Type: fstree.TypeSymlink, Mode: 0o777, Size: 21, Link: "../../../../../../etc"},
	}
	if len(got) != len(want) {
		t.Errorf("got %d entries, want %d", len(got), len(want))
	}
	for p, w := range want {
		g := got[p]
		if g == nil {
			t.Errorf("%s is missing", p)
			continue
		}
		if g.Type != w.Type || g.Size != w.Size || g.Link != w.Link || p != "/" && g.Mode != w.Mode {
			t.Errorf("%s: got %s %o %d %q, want %s %o %d %q", p, g.Type, g.Mode, g.Size, g.Link, w.Type, w.Mode, w.Size, w.Link)
		}
		if !w.Mtime.IsZero() && !g.Mtime.Equal(w.Mtime) {
			t.Errorf("%s: got mtime %v, want %v", p, g.Mtime, w.Mtime)
		}
	}
}

func TestOpenNotADirectory(t *testing.T) {
	f := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(f, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(f, nil); !errors.Is(err, fstree.ErrNotThisFormat) {
		t.Errorf("got %v, want ErrNotThisFormat", err)
	}
}

// A file that is replaced between walk and opening is damage, not other content.
func TestOpenEntryOfLink(t *testing.T) {
	dir := makeRoot(t)
	tree, err := Open(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	if err := os.Remove(filepath.Join(dir, "etc", "passwd")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("deep/big", filepath.Join(dir, "etc", "passwd")); err != nil {
		t.Fatal(err)
	}
	f, err := tree.OpenEntry(&fstree.Entry{Path: "/etc/passwd", Type: fstree.TypeFile})
	if _, ok := errors.AsType[*fstree.Damage](err); !ok {
		t.Errorf("got %v and %v, want damage", f, err)
	}
	f, err = tree.OpenEntry(&fstree.Entry{Path: "/etc/away/passwd", Type: fstree.TypeFile})
	if err == nil {
		b, _ := io.ReadAll(f)
		t.Errorf("a path through a link that leads out was opened: %q", b)
	}
}
