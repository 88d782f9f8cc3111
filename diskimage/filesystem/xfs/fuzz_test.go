package xfs

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/testimage"
)

// FuzzWalk replaces pieces of valid images, so that inputs stay small, and walks
// what comes out: no panic, no hang.
func FuzzWalk(f *testing.F) {
	names := []string{"blocks-1k", "v4-old", "dirty-round", "attributes", "fragments"}
	images := make([][]byte, len(names))
	for i, name := range names {
		images[i] = testimage.Load(f, "testdata/"+name+".img.zst")
		f.Add(uint8(i), uint32(0), images[i][:512])
		f.Add(uint8(i), uint32(2), images[i][1024:1536])
		root := bytes.Index(images[i], []byte("IN\x41\xed"))
		f.Add(uint8(i), uint32(root/512), images[i][root:root+512])
	}
	f.Fuzz(func(t *testing.T, which uint8, sector uint32, patch []byte) {
		image := images[int(which)%len(images)]
		off := int64(sector) % int64(len(image)/512) * 512
		if int64(len(patch)) > int64(len(image))-off || len(patch) > 64<<10 {
			t.Skip()
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		r := &patched{bytes.NewReader(image), off, patch}
		Probe(r, int64(len(image)))
		fs, err := Open(ctx, r, int64(len(image)), nil)
		if err != nil {
			return
		}
		for e, err := range fs.Walk(ctx) {
			if err != nil {
				continue
			}
			if _, err := fs.Extents(e); err != nil && e.Offset < 0 {
				t.Errorf("%q: %v", e.Path, err)
			}
			if e.Type != fstree.TypeFile {
				continue
			}
			c, err := e.Open()
			if err != nil {
				t.Errorf("%q: %v", e.Path, err)
				continue
			}
			io.CopyN(io.Discard, c, 4<<20)
			c.Close()
		}
		if ctx.Err() != nil {
			t.Error("not done after 10 s")
		}
	})
}

// patched is an image of which some bytes are replaced.
type patched struct {
	io.ReaderAt
	off   int64
	patch []byte
}

func (p *patched) ReadAt(b []byte, off int64) (int, error) {
	n, err := p.ReaderAt.ReadAt(b, off)
	if from := p.off - off; from >= 0 && from < int64(n) {
		copy(b[from:n], p.patch)
	} else if from < 0 && -from < int64(len(p.patch)) {
		copy(b[:n], p.patch[-from:])
	}
	return n, err
}
