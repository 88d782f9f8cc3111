package vmdk

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/seed-181f3109/assay/diskimage/vdisk"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/mutate"
)

// readDisk reads all stored ranges of the disk that files[name] describes. Its
// ranges of 64 KiB are the entries, so that one that is gone is missed.
func readDisk(ctx context.Context, files memFiles, name string) (*mutate.Result, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	d, err := Open(ctx, f, &vdisk.Options{Files: files})
	if err != nil {
		return nil, err
	}
	defer d.Close()
	r := &mutate.Result{Entries: make(map[string]mutate.Entry)}
	for _, dm := range d.Damage() {
		r.Note(dm)
	}
	buf := make([]byte, 64<<10)
	for off, budget := int64(0), 256<<20; ctx.Err() == nil && budget > 0; {
		start, end, err := d.NextAllocated(off)
		if err == io.EOF {
			return r, nil
		}
		if err != nil {
			return r, err
		}
		if start < off || end <= start || end > d.Size() {
			return nil, fmt.Errorf("range %d to %d after %d of %d", start, end, off, d.Size())
		}
		n := min(int64(len(buf))-start%int64(len(buf)), end-start)
		if _, err := d.ReadAt(buf[:n], start); err != nil {
			r.Note(err)
		} else {
			r.Entries[fmt.Sprint(start)] = mutate.Entry{Type: fstree.TypeFile, Size: n, SHA256: sha256.Sum256(buf[:n])}
		}
		off = start + n
		budget -= int(n)
	}
	return r, ctx.Err()
}

func TestMutations(t *testing.T) {
	for _, name := range []string{"monolithicSparse", "streamOptimized", "footer", "cowd"} {
		t.Run(name, func(t *testing.T) {
			files := load(t, name)
			target := name + ".vmdk"
			if name == "cowd" {
				target = "cowd-delta.vmdk"
			}
			image := files[target]
			// Behind the tables are the grains, whose bytes have a checksum only if
			// they are compressed.
			regions := [][2]int64{{0, 64 << 10}}
			if name == "streamOptimized" || name == "footer" {
				regions = nil
			}
			mutate.Run(t, mutate.Target{
				Image: image, Regions: regions,
				Read: func(ctx context.Context, b []byte) (*mutate.Result, error) {
					m := make(memFiles)
					for k, v := range files {
						m[k] = v
					}
					m[target] = b
					return readDisk(ctx, m, name+".vmdk")
				},
			})
		})
	}
}

func FuzzOpen(f *testing.F) {
	text := []byte("# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType=\"twoGbMaxExtentSparse\"\n" +
		"RW 128 SPARSE \"own\"\nRW 10 FLAT \"own\" 3\nRW 5 ZERO\n")
	f.Add(text, []byte("KDMV"))
	for _, name := range []string{"footer", "cowd"} {
		files := load(f, name)
		for _, b := range files {
			if len(b) < 200<<10 {
				f.Add(text, b)
			}
		}
	}
	f.Fuzz(func(t *testing.T, text, own []byte) {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		files := memFiles{"text": text, "own": own}
		for name := range files {
			if _, err := readDisk(ctx, files, name); err != nil && ctx.Err() != nil {
				t.Fatalf("%s: not done: %v", name, err)
			}
		}
	})
}
