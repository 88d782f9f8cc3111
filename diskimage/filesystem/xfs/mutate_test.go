package xfs

import (
	"bytes"
	"context"
	"os"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/mutate"
)

// TestMutations damages images of every kind of structure. Version 4 has no
// checksums: there the redundancy of counts and links has to tell.
func TestMutations(t *testing.T) {
	names := []string{"directories", "attributes", "fragments", "dirty-1k", "v4", "v4-old"}
	if os.Getenv("MUTATIONS") != "" {
		names = fixtures(t)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			image := load(t, name)
			regions, sizes := metadata(t, image)
			mutate.Run(t, mutate.Target{
				Image:   image,
				Regions: regions,
				Silent:  func(m mutate.Mutation) bool { return overlaps(m, sizes) },
				Read: func(ctx context.Context, image []byte) (*mutate.Result, error) {
					fs, err := Open(ctx, bytes.NewReader(image), int64(len(image)), nil)
					if err != nil {
						return nil, err
					}
					return mutate.Walk(ctx, fs)
				},
			})
		})
	}
}

// overlaps reports a mutation of one of the size fields. Those of version 4 are
// written down once and have no checksum.
func overlaps(m mutate.Mutation, sizes []int64) bool {
	for _, at := range sizes {
		if m.Offset < at+8 && m.Offset+int64(len(m.Bytes)) > at {
			return true
		}
	}
	return false
}

// metadata returns the byte ranges that hold what the reader needs: the headers
// of the groups, the log, and the metadata of every entry; and where the sizes of
// version 4 inodes are.
func metadata(t *testing.T, image []byte) (out [][2]int64, sizes []int64) {
	t.Helper()
	fs := open(t, image)
	out = [][2]int64{{fs.sb.agOffset(0), fs.sb.agOffset(0) + 16<<10}}
	for ag := uint64(1); ag < fs.sb.agCount; ag++ {
		out = append(out, [2]int64{fs.sb.agOffset(ag), fs.sb.agOffset(ag) + 16<<10})
	}
	if len(fs.src.overlay) > 0 {
		log, _ := fs.sb.blockOffset(fs.sb.logStart, 1)
		out = append(out, [2]int64{log, log + int64(fs.sb.logBlocks)<<fs.sb.blockLog})
	}
	out = mutate.Metadata(t, fs, out, func(e *fstree.Entry) {
		if !fs.sb.v5 {
			sizes = append(sizes, e.Offset+56)
		}
	})
	return out, sizes
}
