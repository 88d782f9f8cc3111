// Package fstreetest holds the conformance suite that every fstree.Tree of
// this module passes, and an in-memory tree for tests.
//
//	func TestConformance(t *testing.T) { fstreetest.Run(t, openFixture(t)) }
package fstreetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/seed-181f3109/assay/fstree"
)

// Run checks the promises of fstree.Tree and, where tree offers them, of
// Opener and Extenter. The tree must not be empty and must be free of damage.
func Run(t *testing.T, tree fstree.Tree) {
	t.Helper()
	first := list(t, tree)
	if len(first) == 0 {
		t.Fatal("tree without entries")
	}
	t.Run("repeatable", func(t *testing.T) {
		second := list(t, tree)
		if len(first) != len(second) {
			t.Fatalf("second walk: got %d entries, want %d", len(second), len(first))
		}
		for i := range first {
			if first[i] != second[i] {
				t.Fatalf("entry %d: got %s, want %s", i, second[i], first[i])
			}
		}
	})
	t.Run("order", func(t *testing.T) { order(t, tree) })
	t.Run("early break", func(t *testing.T) { earlyBreak(t, tree) })
	t.Run("cancel", func(t *testing.T) { cancelled(t, tree) })
	if o, ok := tree.(fstree.Opener); ok {
		t.Run("opener", func(t *testing.T) { opener(t, o) })
	}
	if x, ok := tree.(fstree.Extenter); ok {
		t.Run("extenter", func(t *testing.T) { extenter(t, x) })
	}
}

// list walks the tree and describes every entry, content included.
func list(t *testing.T, tree fstree.Tree) []string {
	t.Helper()
	var out []string
	for e, err := range tree.Walk(t.Context()) {
		if err != nil {
			t.Fatalf("walk: %v", err)
		}
		out = append(out, describe(t, e))
	}
	return out
}

func describe(t *testing.T, e *fstree.Entry) string {
	t.Helper()
	sum := ""
	if e.Type == fstree.TypeFile {
		r, err := e.Open()
		if err != nil {
			t.Fatalf("open %q: %v", e.Path, err)
		}
		h := sha256.New()
		n, err := io.Copy(h, r)
		if err != nil || n != e.Size {
			t.Fatalf("%q: read %d bytes, size is %d, error %v", e.Path, n, e.Size, err)
		}
		if err := r.Close(); err != nil {
			t.Fatalf("close %q: %v", e.Path, err)
		}
		sum = fmt.Sprintf("%x", h.Sum(nil))
		if e.SHA256 != nil && fmt.Sprintf("%x", *e.SHA256) != sum {
			t.Fatalf("%q: entry says SHA-256 %x, content has %s", e.Path, *e.SHA256, sum)
		}
	} else if _, err := e.Open(); !errors.Is(err, fstree.ErrNoContent) {
		t.Fatalf("open of %s %q: got %v, want ErrNoContent", e.Type, e.Path, err)
	}
	return fmt.Sprintf("%q %q %s %o %d:%d %d %d %q %d:%d %d %s %s", e.Path, e.Stream, e.Type, e.Mode, e.UID, e.GID,
		e.Size, e.Mtime.UnixNano(), e.Link, e.RdevMajor, e.RdevMinor, e.Nlink, e.State, sum)
}

// order checks paths, and that a live directory comes before what is in it.
func order(t *testing.T, tree fstree.Tree) {
	dirs, seen := map[string]bool{"/": true}, map[string]bool{}
	for e, err := range tree.Walk(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if e.State != fstree.Live {
			continue
		}
		if e.Path != fstree.Clean(e.Path) {
			t.Errorf("path %q is not clean", e.Path)
		}
		key := e.Path + "\x00" + e.Stream
		if seen[key] {
			t.Errorf("%q comes twice", e.Path)
		}
		seen[key] = true
		if dir, _ := fstree.Split(e.Path); !dirs[dir] {
			t.Errorf("%q comes before its directory", e.Path)
		}
		if e.Type == fstree.TypeDir {
			dirs[e.Path] = true
		}
		if e.Mode&^0o7777 != 0 {
			t.Errorf("%q has mode %o", e.Path, e.Mode)
		}
	}
}

func earlyBreak(t *testing.T, tree fstree.Tree) {
	for stop := range 3 {
		n := 0
		for _, err := range tree.Walk(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n > stop {
				break
			}
		}
	}
}

func cancelled(t *testing.T, tree fstree.Tree) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	n, last := 0, error(nil)
	for _, err := range tree.Walk(ctx) {
		n, last = n+1, err
	}
	if !errors.Is(last, context.Canceled) || n > 2 {
		t.Errorf("cancelled walk: %d pairs, last error %v; want context.Canceled at once", n, last)
	}
}

// opener checks random access against the walk's own content, out of order and from several goroutines.
func opener(t *testing.T, tree fstree.Opener) {
	type file struct {
		e    *fstree.Entry
		data []byte
	}
	var files []file
	for e, err := range tree.Walk(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Type != fstree.TypeFile || e.Size > 1<<20 || len(files) >= 200 {
			continue
		}
		r, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		files = append(files, file{e.Clone(), data})
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
	var wg sync.WaitGroup
	for part := range 4 {
		wg.Go(func() {
			for i := part; i < len(files); i += 4 {
				f, err := tree.OpenEntry(files[i].e)
				if err != nil {
					t.Errorf("OpenEntry %q: %v", files[i].e.Path, err)
					return
				}
				if err := iotest.TestReader(onlyReaderAt{f}, files[i].data); err != nil {
					t.Errorf("%q: %v", files[i].e.Path, err)
				}
				if got := make([]byte, 10); true {
					if n, err := f.ReadAt(got, int64(len(files[i].data))); n != 0 || err != io.EOF {
						t.Errorf("%q: ReadAt the end: got %d, %v, want 0, EOF", files[i].e.Path, n, err)
					}
				}
				if len(files[i].data) > 3 {
					got := make([]byte, 2)
					if _, err := f.ReadAt(got, 1); err != nil || !bytes.Equal(got, files[i].data[1:3]) {
						t.Errorf("%q: ReadAt 1: got %q, %v", files[i].e.Path, got, err)
					}
				}
				if err := f.Close(); err != nil {
					t.Errorf("close %q: %v", files[i].e.Path, err)
				}
			}
		})
	}
	wg.Wait()
}

// onlyReaderAt hides everything but Read, so that TestReader tests one thing at a time.
type onlyReaderAt struct{ io.Reader }

func extenter(t *testing.T, tree fstree.Extenter) {
	for e, err := range tree.Walk(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		ext, err := tree.Extents(e.Clone())
		if err != nil {
			t.Errorf("extents of %q: %v", e.Path, err)
		}
		last := int64(-1)
		for _, x := range ext {
			if x.Length <= 0 || (x.Offset < 0) != (x.Kind == fstree.ExtentHole) || x.File < last {
				t.Errorf("%q: extent %+v after file offset %d", e.Path, x, last)
			}
			last = x.File
		}
	}
}
