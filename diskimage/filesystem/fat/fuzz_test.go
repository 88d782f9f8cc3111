package fat

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/seed-181f3109/assay/internal/mutate"
)

// FuzzWalk reads everything of an image that may be anything.
func FuzzWalk(f *testing.F) {
	f.Add(load(f, "tiny"))
	f.Fuzz(func(t *testing.T, image []byte) {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		Probe(bytes.NewReader(image), int64(len(image)))
		fs, err := Open(ctx, bytes.NewReader(image), int64(len(image)), nil)
		if err != nil {
			return
		}
		if _, err := mutate.Walk(ctx, fs); err != nil {
			t.Errorf("the walk ended with %v", err)
		}
		for e, err := range fs.Walk(ctx) {
			if err != nil {
				continue
			}
			ext, _ := fs.Extents(e) // an error is fine, a range outside is not
			for _, x := range ext {
				if x.Length < 1 || x.Offset < 0 || x.Offset+x.Length > fs.boot.total {
					t.Fatalf("%q: extent %+v", e.Path, x)
				}
			}
		}
	})
}
