package ext4

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/testimage"
)

// Bounds of one fuzz input: bytes read of one file, entries, bytes of heap.
const (
	fuzzContent = 256 << 10
	fuzzEntries = 20000
	fuzzHeap    = 512 << 20
)

// fuzzBase is a valid image, and its bytes that are worth changing.
type fuzzBase struct {
	image   []byte
	sectors []int // offsets of sectors that are not zero
}

// FuzzWalk changes valid images, walks whatever opens and reads a bounded
// amount of every file. An input is the number of an image and its changes, six
// bytes each: two bytes choose a sector, two a byte in it, two are the new bytes.
func FuzzWalk(f *testing.F) {
	var bases []fuzzBase
	for i, name := range []string{"nlink", "orphan", "orphan-file-used", "replay-v2", "ext2-rev0", "inode1024", "ea-inode"} {
		b := fuzzBase{image: testimage.Load(f, filepath.Join("testdata", name+".img.zst"))}
		for off := 0; off+512 <= len(b.image); off += 512 {
			if !bytes.Equal(b.image[off:off+512], make([]byte, 512)) {
				b.sectors = append(b.sectors, off)
			}
		}
		bases = append(bases, b)
		f.Add(uint8(i), []byte{0, 0, 0, 0, 0, 0})
	}
	f.Fuzz(func(t *testing.T, number uint8, changes []byte) {
		base := bases[int(number)%len(bases)]
		image := bytes.Clone(base.image)
		for ; len(changes) >= 6; changes = changes[6:] {
			at := base.sectors[int(le16(changes, 0))%len(base.sectors)] + int(le16(changes, 2))%511
			copy(image[at:], changes[4:6])
		}
		walkSome(t, image)
	})
}

// walkSome fails t if an image takes too long or too much memory.
func walkSome(t *testing.T, image []byte) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	fs, err := Open(ctx, bytes.NewReader(image), int64(len(image)), nil)
	if err != nil {
		return
	}
	n := 0
	for e, err := range fs.Walk(ctx) {
		if n++; n > fuzzEntries {
			break
		}
		if err != nil {
			continue
		}
		fs.Extents(e)
		readSome(e)
	}
	if ctx.Err() != nil {
		t.Fatal("not done in 10 s")
	}
	var m runtime.MemStats
	if runtime.ReadMemStats(&m); m.HeapAlloc > fuzzHeap {
		t.Fatalf("%d bytes of heap", m.HeapAlloc)
	}
}

// readSome reads the start of a file and asks for its holes.
func readSome(e *fstree.Entry) {
	r, err := e.Open()
	if err != nil {
		return
	}
	defer r.Close()
	io.CopyN(io.Discard, r, fuzzContent)
	if h, ok := r.(fstree.RangeReader); ok {
		h.NextData(fuzzContent)
	}
}
