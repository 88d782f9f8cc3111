package ext4

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/mutate"
	"github.com/seed-181f3109/assay/internal/testimage"
)

// TestMutations damages images at random places. Without metadata_csum nothing
// tells that the size of a small file is another: the field is written down once.
func TestMutations(t *testing.T) {
	names := []string{"small", "inline", "ea-inode", "replay", "ext2-rev0", "inode128", "no-csum"}
	if os.Getenv("MUTATIONS") != "" {
		names = golden(t)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			image := testimage.Load(t, filepath.Join("testdata", name+".img.zst"))
			sizes := plainSizes(t, image)
			mutate.Run(t, mutate.Target{
				Image: image, Read: readAll, Rounds: 120,
				Silent: func(m mutate.Mutation) bool {
					return slices.ContainsFunc(sizes, func(at int64) bool {
						return m.Offset < at+4 && m.Offset+int64(len(m.Bytes)) > at
					})
				},
			})
		})
	}
}

// plainSizes returns the offsets of the i_size_lo of all inodes that have no checksum.
func plainSizes(t *testing.T, image []byte) (offsets []int64) {
	t.Helper()
	fs, err := Open(t.Context(), bytes.NewReader(image), int64(len(image)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if fs.(*FS).sb.has(roMetadataCsum) {
		return nil
	}
	for e, err := range fs.Walk(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Type == fstree.TypeFile {
			offsets = append(offsets, e.Offset+4)
		}
	}
	return offsets
}

func readAll(ctx context.Context, image []byte) (*mutate.Result, error) {
	fs, err := Open(ctx, bytes.NewReader(image), int64(len(image)), nil)
	if err != nil {
		return nil, err
	}
	return mutate.Walk(ctx, fs)
}
