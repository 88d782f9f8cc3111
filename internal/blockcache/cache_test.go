package blockcache

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
)

// counting counts the reads that reach it.
type counting struct {
	io.ReaderAt
	reads atomic.Int64
}

func (c *counting) ReadAt(p []byte, off int64) (int, error) {
	c.reads.Add(1)
	return c.ReaderAt.ReadAt(p, off)
}

func pattern(n int) []byte {
	b := make([]byte, n)
	rng := rand.NewChaCha8([32]byte{1})
	rng.Read(b)
	return b
}

func TestReaderGivesTheSameBytes(t *testing.T) {
	want := pattern(10_000) // not a multiple of the block
	r := NewReader(bytes.NewReader(want), int64(len(want)), 512, 2048)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		off, n := rng.IntN(len(want)+100), rng.IntN(3000)
		got, ref := make([]byte, n), make([]byte, n)
		gn, gerr := r.ReadAt(got, int64(off))
		wn, werr := bytes.NewReader(want).ReadAt(ref, int64(off))
		if n == 0 {
			continue
		}
		if gn != wn || gerr != werr || !bytes.Equal(got, ref) {
			t.Fatalf("ReadAt(%d bytes, %d) = %d, %v; want %d, %v", n, off, gn, gerr, wn, werr)
		}
	}
}

func TestReaderReadsABlockOnce(t *testing.T) {
	src := &counting{ReaderAt: bytes.NewReader(pattern(64 << 10))}
	r := NewReader(src, 64<<10, 4096, 1<<20)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			b := make([]byte, 100)
			for off := int64(0); off < 64<<10; off += 100 {
				if _, err := r.ReadAt(b, off); err != nil && err != io.EOF {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := src.reads.Load(); got != 16 {
		t.Errorf("16 blocks took %d reads", got)
	}
}

func TestCacheKeepsItsLimit(t *testing.T) {
	c := New(64 << 10)
	for key := range int64(1000) {
		b, err := c.Get(key, func() ([]byte, error) { return make([]byte, 1024), nil })
		if err != nil || len(b) != 1024 {
			t.Fatal(len(b), err)
		}
	}
	var total int64
	blocks := 0
	for i := range c.shard {
		s := &c.shard[i]
		total += s.bytes
		blocks += len(s.byKey)
	}
	if total > 64<<10 || total != int64(blocks)*1024 {
		t.Errorf("%d bytes in %d blocks, limit is %d", total, blocks, 64<<10)
	}
	if blocks < 32 {
		t.Errorf("only %d blocks are kept", blocks)
	}
}

func TestCacheDropsWhatWasNotUsed(t *testing.T) {
	c := New(16 * 3 * 100) // three blocks in each part
	keep, loads := int64(7), 0
	get := func(key int64) {
		if _, err := c.Get(key, func() ([]byte, error) {
			if key == keep {
				loads++
			}
			return make([]byte, 100), nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	for key := int64(100); key < 1000; key++ {
		get(keep)
		get(key)
	}
	if loads != 1 {
		t.Errorf("a block in constant use was loaded %d times", loads)
	}
}

func TestCacheForgetsErrors(t *testing.T) {
	c, bad := New(1000), errors.New("bad")
	if _, err := c.Get(1, func() ([]byte, error) { return nil, bad }); err != bad {
		t.Fatalf("got %v", err)
	}
	b, err := c.Get(1, func() ([]byte, error) { return []byte{5}, nil })
	if err != nil || len(b) != 1 {
		t.Fatalf("second try: %v, %v", b, err)
	}
}

func TestReaderReportsShortSource(t *testing.T) {
	r := NewReader(bytes.NewReader(make([]byte, 1000)), 4096, 512, 1<<20)
	if n, err := r.ReadAt(make([]byte, 100), 950); err != io.ErrUnexpectedEOF {
		t.Errorf("read behind the end of the source: %d, %v", n, err)
	}
}
