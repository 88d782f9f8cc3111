package fstree_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/fstree/fstreetest"
)

func sampleTree() *fstreetest.Mem {
	dir := func(p string) fstreetest.Node {
		return fstreetest.Node{Entry: fstree.Entry{Path: p, Type: fstree.TypeDir, Mode: 0o755}}
	}
	file := func(p, data string, mode uint32) fstreetest.Node {
		return fstreetest.Node{Entry: fstree.Entry{Path: p, Mode: mode, Mtime: time.Unix(1700000000, 5).UTC()}, Data: []byte(data)}
	}
	link := func(p, to string) fstreetest.Node {
		return fstreetest.Node{Entry: fstree.Entry{Path: p, Type: fstree.TypeSymlink, Link: to, Mode: 0o777}}
	}
	return &fstreetest.Mem{Nodes: []fstreetest.Node{
		dir("/"), dir("/etc"), file("/etc/passwd", "root:x:0:0::/root:/bin/sh\n", 0o644), file("/etc/su", "elf", 0o4755),
		dir("/usr"), dir("/usr/lib"), file("/usr/lib/a b", "", 0o600), link("/lib", "usr/lib"),
		file("/caf\xe9", "latin", 0o644), file("/caf%e9", "escaped", 0o644), file("/orphan/below/x", "x", 0o644),
		{Entry: fstree.Entry{Path: "/gone", State: fstree.Removed}, Data: []byte("removed")},
	}}
}

func TestFS(t *testing.T) {
	fsys, err := fstree.FS(t.Context(), sampleTree())
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(fsys, "etc/passwd", "usr/lib/a b", "caf%e9", "caf%e9~2", "orphan/below/x", "lib"); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]string{"lib/a b": "", "caf%e9~2": "latin", "caf%e9": "escaped"} {
		if got, err := fs.ReadFile(fsys, name); err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, want)
		}
	}
	if _, err := fsys.Open("gone"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed entry: got %v, want ErrNotExist", err)
	}
	st, err := fs.Stat(fsys, "etc/su")
	if err != nil || st.Mode() != fs.ModeSetuid|0o755 || st.Sys().(*fstree.Entry).Path != "/etc/su" {
		t.Errorf("etc/su: got %v, %v", st, err)
	}
	f, err := fsys.Open("etc/passwd")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := make([]byte, 4)
	if _, err := f.(io.ReaderAt).ReadAt(b, 5); err != nil || string(b) != "x:0:" {
		t.Errorf("ReadAt: got %q, %v", b, err)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"": "/", "/": "/", "./a//b/": "/a/b", "../../etc": "/etc", "a/../../b": "/b", "a/./..": "/", "x/\xff/ ": "/x/\xff/ ",
	} {
		if got := fstree.Clean(in); got != want {
			t.Errorf("Clean(%q): got %q, want %q", in, got, want)
		}
	}
}

func ExampleFS() {
	fsys, err := fstree.FS(context(), sampleTree())
	if err != nil {
		fmt.Println(err)
		return
	}
	data, _ := fs.ReadFile(fsys, "etc/passwd")
	fmt.Printf("%s", data)
	// Output: root:x:0:0::/root:/bin/sh
}

func TestFSLinkLoop(t *testing.T) {
	fsys, err := fstree.FS(t.Context(), &fstreetest.Mem{Nodes: []fstreetest.Node{
		{Entry: fstree.Entry{Path: "/a", Type: fstree.TypeSymlink, Link: "b/../b"}},
		{Entry: fstree.Entry{Path: "/b", Type: fstree.TypeSymlink, Link: "/../a"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fsys.Open("a"); !errors.Is(err, fstree.ErrLimit) {
		t.Errorf("got %v, want ErrLimit", err)
	}
}
