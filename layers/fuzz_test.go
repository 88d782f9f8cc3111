package layers

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-181f3109/assay/fstree"
	ti "github.com/seed-181f3109/assay/internal/testimage"
)

// The most that one input may take.
const (
	fuzzTime   = 10 * time.Second
	fuzzMemory = 512 << 20
)

func fuzzOptions() *Options {
	return &Options{Jobs: 2, MaxLayerBytes: 16 << 20, MaxEntries: 20000, MaxArchiveBytes: 16 << 20}
}

// bounded fails if f takes too long or holds too much memory.
func bounded(t *testing.T, f func(ctx context.Context)) {
	ctx, cancel := context.WithTimeout(t.Context(), fuzzTime)
	defer cancel()
	f(ctx)
	if ctx.Err() != nil {
		t.Fatalf("took more than %v", fuzzTime)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.HeapInuse > fuzzMemory {
		t.Fatalf("%d bytes of heap are in use", m.HeapInuse)
	}
}

// walkAll reads every entry and some content of every file.
func walkAll(ctx context.Context, t *testing.T, v *View) {
	left := int64(8 << 20)
	for e, err := range v.Walk(ctx) {
		if err != nil {
			if _, ok := errors.AsType[*fstree.Damage](err); !ok && ctx.Err() == nil {
				t.Fatalf("walk ended with %v", err)
			}
			continue
		}
		if e.Path != fstree.Clean(e.Path) {
			t.Fatalf("path %q", e.Path)
		}
		if e.Type != fstree.TypeFile || left < 0 {
			continue
		}
		f, err := e.Open()
		if err != nil {
			continue
		}
		n, _ := io.Copy(io.Discard, io.LimitReader(f, left)) // damage is as good as content here
		left -= n + 4096
		f.Close()
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
}

// FuzzLayer reads stored layers: the tar reader, decompression and merging. The
// second layer is laid over the first.
func FuzzLayer(f *testing.F) {
	for _, c := range mergeCases {
		tars := append(c.tars(), ti.Tar())
		f.Add(tars[0], tars[1])
	}
	b := base()[:2048]
	f.Add(ti.Gzip(b), ti.Zstd(b))
	f.Add(append(ti.Zstd(b), skippable(20)...), gzipHeader(b, "name", "comment", []byte("extra")))
	f.Fuzz(func(t *testing.T, low, up []byte) {
		bounded(t, func(ctx context.Context) {
			im := &Image{opts: fuzzOptions()}
			for i, data := range [][]byte{low, up} {
				im.layers = append(im.layers, imageLayer{LayerInfo: LayerInfo{Layer: fstree.Layer{Index: i}, Size: -1}, blob: &blob{
					name: "fuzz", size: int64(len(data)),
					open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
					file: func() (*file, error) { return &file{size: int64(len(data)), at: bytes.NewReader(data)}, nil },
				}})
			}
			v, err := im.Read(ctx, nil)
			if err != nil {
				if ctx.Err() != nil {
					return
				}
				t.Fatal(err)
			}
			walkAll(ctx, t, v)
			for i := range v.layers {
				if x := v.layers[i].index; len(x.damage) == 0 {
					if _, err := decodeIndex(encodeIndex(x)); err != nil {
						t.Fatalf("index does not survive its encoding: %v", err)
					}
				}
			}
		})
	})
}

// FuzzOpenArchive opens whole archives.
func FuzzOpenArchive(f *testing.F) {
	im := shop()
	im.Layers = im.Layers[1:]
	f.Add(im.OCI("v1").Tar())
	f.Add(im.Docker("a:1").Tar())
	f.Add(docker25(im, "web:1.0").Tar())
	f.Add(ti.Gzip(im.OCI("v1").Tar()))
	f.Add(ti.Zstd(im.Docker("a:1").Tar()))
	f.Fuzz(func(t *testing.T, data []byte) {
		bounded(t, func(ctx context.Context) {
			p := filepath.Join(t.TempDir(), "a")
			if err := os.WriteFile(p, data, 0o600); err != nil {
				t.Fatal(err)
			}
			for _, kind := range []Kind{"", KindOCIArchive, KindDockerArchive} {
				set, err := Open(ctx, Reference{Kind: kind, Path: p}, fuzzOptions())
				if err != nil {
					continue
				}
				for _, im := range set.Images() {
					if v, err := im.Read(ctx, nil); err == nil {
						walkAll(ctx, t, v)
					}
				}
				if err := set.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	})
}

// FuzzIndex decodes kept indexes.
func FuzzIndex(f *testing.F) {
	var budget atomic.Int64
	budget.Store(DefaultMaxIndexBytes)
	s := &scanner{budget: &budget, stats: &counters{}}
	x, err := s.scan(context.Background(), bytes.NewReader(mergeCases[0].tars()[0]))
	if err != nil {
		f.Fatal(err)
	}
	b := encodeIndex(x)
	f.Add(b[:len(b)-32])
	f.Fuzz(func(t *testing.T, body []byte) {
		bounded(t, func(context.Context) {
			if y, err := decodeIndex(seal(body)); err == nil && len(y.records) > len(body) {
				t.Fatalf("%d records from %d bytes", len(y.records), len(body))
			}
		})
	})
}
