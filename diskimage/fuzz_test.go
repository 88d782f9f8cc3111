package diskimage

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/seed-181f3109/assay/internal/mutate"
	"github.com/seed-181f3109/assay/internal/testimage"
)

// writeAt overwrites a part of a file.
func writeAt(t testing.TB, path string, b []byte, off int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(b, off); err != nil {
		t.Fatal(err)
	}
}

// readImage reads everything of a disk image.
func readImage(ctx context.Context, dir string, image []byte) (*mutate.Result, error) {
	path := filepath.Join(dir, "image")
	if err := os.WriteFile(path, image, 0o600); err != nil {
		return nil, err
	}
	if _, err := Detect(path); err != nil {
		return nil, err
	}
	d, err := Open(ctx, path, nil)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return mutate.Walk(ctx, d)
}

// Damage of the tables of a disk: a partition that is gone leaves a gap with
// content, or the two copies of the table disagree.
func TestMutations(t *testing.T) {
	image := testimage.Load(t, "testdata/server.img.zst")
	for _, sector := range []int{10496, 10752} { // without what cannot be read anyway
		clear(image[sector*512:][:512])
	}
	dir := t.TempDir()
	regions := [][2]int64{{0, 34 * 512}, {int64(len(image)) - 33*512, int64(len(image))}}
	mutate.Run(t, mutate.Target{
		Image: image, Regions: regions, Rounds: 120,
		Read: func(ctx context.Context, b []byte) (*mutate.Result, error) { return readImage(ctx, dir, b) },
	})
}

func FuzzOpen(f *testing.F) {
	server := testimage.Load(f, "testdata/server.img.zst")
	f.Add(server[:2304*512])
	f.Add(testimage.Load(f, "testdata/single.vmdk.zst")[:70000])
	f.Add(testimage.Load(f, "filesystem/fat/testdata/tiny.img.zst"))
	f.Add(testimage.Load(f, "testdata/tables.img.zst")[:3200*512])
	b, err := os.ReadFile("testdata/server.img.xz")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, image []byte) {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_, err := readImage(ctx, t.TempDir(), image)
		if err != nil && ctx.Err() != nil {
			t.Errorf("not done: %v", err)
		}
	})
}
