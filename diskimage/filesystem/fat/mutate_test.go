package fat

import (
	"bytes"
	"context"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/mutate"
)

func read(ctx context.Context, image []byte) (*mutate.Result, error) {
	fs, err := Open(ctx, bytes.NewReader(image), int64(len(image)), nil)
	if err != nil {
		return nil, err
	}
	return mutate.Walk(ctx, fs)
}

// TestMutations damages boot sectors, FATs and directories. Two fields of a
// directory entry are written down once, and every value of them is valid:
//
//   - DIR_FileSize of a file, of which the FAT knows the number of clusters only
//     (fatgen103, "FAT Directory Structure"); what lies behind the end tells
//     nothing, as mtools leaves there what was in the sector before;
//   - the deletion mark in DIR_Name[0] of an empty file with a short name alone:
//     it has neither clusters nor slots of a long name that would be left over.
//
// A mutation may lose something in silence if it changes bytes of one such field
// and no other byte.
func TestMutations(t *testing.T) {
	for name := range images {
		t.Run(name, func(t *testing.T) {
			image := load(t, name)
			fs := open(t, image)
			var once [][2]int64
			regions := mutate.Metadata(t, fs, [][2]int64{{0, fs.boot.data}}, func(e *fstree.Entry) {
				if e.Type == fstree.TypeDir {
					return
				}
				once = append(once, [2]int64{e.Offset + 28, e.Offset + 32})
				if e.Size == 0 && image[e.Offset-entrySize+11] != attrLong {
					once = append(once, [2]int64{e.Offset, e.Offset + 1})
				}
			})
			mutate.Run(t, mutate.Target{Image: image, Read: read, Regions: regions, Silent: mutate.Within(image, once)})
		})
	}
}
