package ext4

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/seed-181f3109/assay/internal/mutate"
	"github.com/seed-181f3109/assay/internal/testimage"
)

// TestMutations damages images at random places.
func TestMutations(t *testing.T) {
	for _, name := range []string{"small", "inline", "ea-inode", "replay", "ext2-rev0", "inode128", "no-csum"} {
		t.Run(name, func(t *testing.T) {
			mutate.Run(t, mutate.Target{
				Image: testimage.Load(t, filepath.Join("testdata", name+".img.zst")),
				Read:  readAll, Rounds: 120,
			})
		})
	}
}

func readAll(ctx context.Context, image []byte) (*mutate.Result, error) {
	fs, err := Open(ctx, bytes.NewReader(image), int64(len(image)), nil)
	if err != nil {
		return nil, err
	}
	return mutate.Walk(ctx, fs)
}
