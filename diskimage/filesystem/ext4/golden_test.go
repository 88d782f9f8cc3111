package ext4

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/diskimage/filesystem"
	"github.com/seed-181f3109/assay/fstree/fstreetest"
	"github.com/seed-181f3109/assay/internal/testimage"
)

// fixture opens the image of that name in testdata.
func fixture(t testing.TB, name string) *FS {
	t.Helper()
	return openBytes(t, testimage.Load(t, filepath.Join("testdata", name+".img.zst")))
}

func openBytes(t testing.TB, b []byte) *FS {
	t.Helper()
	fs, err := Open(t.Context(), bytes.NewReader(b), int64(len(b)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return fs.(*FS)
}

// golden lists the fixtures that have a manifest of the kernel.
func golden(t testing.TB) (list []string) {
	names, err := filepath.Glob("testdata/*.jsonl.gz")
	if err != nil || len(names) == 0 {
		t.Fatal("no manifests", err)
	}
	for _, n := range names {
		list = append(list, strings.TrimSuffix(filepath.Base(n), ".jsonl.gz"))
	}
	return list
}

// TestGolden compares every entry of every fixture with what the kernel shows.
func TestGolden(t *testing.T) {
	for _, name := range golden(t) {
		t.Run(name, func(t *testing.T) {
			testimage.CompareManifest(t, filepath.Join("testdata", name+".jsonl.gz"), fixture(t, name))
		})
	}
}

// TestConformance holds fixtures of each kind of mapping against the promises of fstree.Tree.
func TestConformance(t *testing.T) {
	for _, name := range []string{"ext2", "ext4", "inline", "bigalloc", "ea-inode"} {
		t.Run(name, func(t *testing.T) { fstreetest.Run(t, fixture(t, name)) })
	}
}

var _ filesystem.FileSystem = (*FS)(nil)
