package xfs

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/internal/testimage"
)

// fixtures returns the names of the images under testdata.
func fixtures(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.img.*")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no images under testdata: %v", err)
	}
	for i, p := range paths {
		paths[i], _, _ = strings.Cut(filepath.Base(p), ".img.")
	}
	return paths
}

func load(t testing.TB, name string) []byte {
	t.Helper()
	return testimage.Load(t, testimage.Packed(t, "testdata/"+name+".img"))
}

func open(t testing.TB, image []byte) *FS {
	t.Helper()
	r := bytes.NewReader(image)
	if !Probe(r, int64(len(image))) {
		t.Error("not recognised")
	}
	fs, err := Open(t.Context(), r, int64(len(image)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return fs.(*FS)
}

// TestGolden compares every image with what the kernel shows of it, and its
// features with what xfs_db -c version prints.
func TestGolden(t *testing.T) {
	for _, name := range fixtures(t) {
		t.Run(name, func(t *testing.T) {
			fs := open(t, load(t, name))
			testimage.CompareManifest(t, testimage.Packed(t, "testdata/"+name+".jsonl"), fs)
			info := fs.Info()
			if len(info.Incomplete) > 0 {
				t.Errorf("incomplete: %v", info.Incomplete)
			}
			if info.Label != name {
				t.Errorf("label %q, want %q", info.Label, name)
			}
			text, err := os.ReadFile("testdata/" + name + ".version")
			if err != nil {
				t.Fatal(err)
			}
			_, list, _ := strings.Cut(strings.TrimSpace(string(text)), "= ")
			if want := strings.Split(list, ","); !slices.Equal(info.Features, want) {
				t.Errorf("features %v, want %v", info.Features, want)
			}
		})
	}
}
