package ext4

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/mutate"
	"github.com/seed-181f3109/assay/internal/testimage"
)

// TestMutations damages what the reader needs: superblock, descriptors, inodes,
// directories, mappings and attributes. Without metadata_csum one field of an
// inode is written down once, with every value of it valid: i_size of a file,
// within its last block (ext4 data structures and algorithms, section "Inode
// Table"). What is cut off is seen behind the end, unless it is zeros or the file
// system was in use. A mutation may lose something in silence if it changes bytes
// of the i_size of such a file and no other byte.
func TestMutations(t *testing.T) {
	names := []string{"small", "inline", "ea-inode", "replay", "ext2-rev0", "inode128", "no-csum"}
	if os.Getenv("MUTATIONS") != "" {
		names = golden(t)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			image := testimage.Load(t, filepath.Join("testdata", name+".img.zst"))
			regions, once := metadata(t, image)
			mutate.Run(t, mutate.Target{
				Image: image, Regions: regions, Read: readAll, Rounds: 120, Silent: mutate.Within(image, once),
			})
		})
	}
}

// metadata returns the byte ranges that hold what the reader needs, and where the
// i_size_lo of files are that nothing checks.
func metadata(t *testing.T, image []byte) (regions, once [][2]int64) {
	t.Helper()
	opened, err := Open(t.Context(), bytes.NewReader(image), int64(len(image)), nil)
	if err != nil {
		t.Fatal(err)
	}
	fs := opened.(*FS)
	regions = [][2]int64{{superOffset, superOffset + superSize}}
	for g := range fs.sb.groups {
		at := fs.sb.descOffset(g)
		regions = append(regions, [2]int64{at, at + int64(fs.sb.descSize)})
	}
	regions = mutate.Metadata(t, fs, regions, func(e *fstree.Entry) {
		if e.Type == fstree.TypeFile && !fs.sb.has(roMetadataCsum) && (!fs.closed || endsInZero(t, fs, e)) {
			once = append(once, [2]int64{e.Offset + 4, e.Offset + 8})
		}
	})
	return regions, once
}

// endsInZero reports whether the last byte of a file that is not empty is zero.
func endsInZero(t *testing.T, fs *FS, e *fstree.Entry) bool {
	t.Helper()
	f, err := fs.OpenEntry(e)
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 1)
	if _, err := f.ReadAt(b, max(e.Size, 1)-1); err != nil && err != io.EOF {
		t.Fatal(err)
	}
	return e.Size > 0 && b[0] == 0
}

func readAll(ctx context.Context, image []byte) (*mutate.Result, error) {
	fs, err := Open(ctx, bytes.NewReader(image), int64(len(image)), nil)
	if err != nil {
		return nil, err
	}
	return mutate.Walk(ctx, fs)
}
