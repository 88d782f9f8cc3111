package layers

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/seed-181f3109/assay/fstree"
	ti "github.com/seed-181f3109/assay/internal/testimage"
)

// TestSparse reads the forms of sparse member that GNU tar writes; the digests are those of sha256sum.
func TestSparse(t *testing.T) {
	sums, err := os.ReadFile("testdata/sparse/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	archives, err := filepath.Glob("testdata/sparse/*.tar.gz")
	if err != nil || len(archives) != 4 {
		t.Fatalf("got %q, %v", archives, err)
	}
	for _, a := range archives {
		b, err := os.ReadFile(a)
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range []ti.Layer{{Data: b, DiffID: ti.Digest(raw)}, {Data: raw}} {
			v, err := image(t, nil, l).Read(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			for name, size := range map[string]int64{"holes": 300000, "next": 6} {
				want := ""
				for line := range strings.Lines(string(sums)) {
					if strings.HasSuffix(line, "  "+name+"\n") {
						want = line[:64]
					}
				}
				found := false
				for e, err := range v.Walk(t.Context()) {
					if err != nil {
						t.Fatal(err)
					}
					if e.Path != "/"+name {
						continue
					}
					found = true
					if got := hex.EncodeToString(e.SHA256[:]); got != want || e.Size != size {
						t.Errorf("%s: %s: got %s, %d bytes, want %s, %d", a, name, got, e.Size, want, size)
					}
				}
				if !found {
					t.Errorf("%s: %s is missing", a, name)
				}
			}
			checkContent(t, v)
		}
	}
}

// TestHostileLayers makes layers that would cost much to read.
func TestHostileLayers(t *testing.T) {
	deep := strings.Repeat("d/", 2000)
	var links, paths []ti.Entry
	links = append(links, ti.Dir("t/"))
	prev := "t"
	for i := range 250 { // every link leads through the one before
		name := fmt.Sprint("l", i)
		links = append(links, ti.Symlink(name, "./././"+prev))
		prev = name
	}
	for i := range 400 {
		links = append(links, ti.File(prev+"/"+deep+fmt.Sprint(i), ""))
		paths = append(paths, ti.File(fmt.Sprint(i, "/", deep, "f"), ""))
	}
	for name, entries := range map[string][]ti.Entry{"links": links, "implied": paths} {
		b := ti.Tar(entries...)
		v, err := image(t, nil, ti.Layer{Data: ti.Gzip(b), DiffID: ti.Digest(b)}).Read(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		limit := false
		for _, d := range v.Damage() {
			limit = limit || errors.Is(d, fstree.ErrLimit)
		}
		if !limit {
			t.Errorf("%s: no limit was reached: %d damages", name, len(v.Damage()))
		}
		n := 0
		for _, err := range v.Walk(t.Context()) {
			if err == nil {
				n++
			}
		}
		if n < 400 {
			t.Errorf("%s: %d entries", name, n)
		}
	}
}
