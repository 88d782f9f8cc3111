package xfs

import (
	"container/list"
	"io"
	"sync"

	"github.com/seed-181f3109/assay/internal/binread"
)

// source is the volume as the reader sees it: its bytes, with what log replay
// would have written laid over them. It is safe for several goroutines once
// replay is done.
type source struct {
	r       io.ReaderAt
	size    int64
	overlay overlay
}

// read fills b from byte offset off, or reports a range outside the volume as
// ErrCorrupt and a failing read as the error of the underlying reader.
func (s *source) read(b []byte, off int64) error {
	if err := binread.Check(s.size, off, int64(len(b))); err != nil {
		return err
	}
	if err := binread.Full(s.r, b, off); err != nil {
		return err
	}
	s.overlay.apply(b, off)
	return nil
}

// bytes is read into a new slice; n is at most a few hundred KiB everywhere.
func (s *source) bytes(off int64, n int) ([]byte, error) {
	if err := binread.Check(s.size, off, int64(n)); err != nil {
		return nil, err
	}
	b := make([]byte, n)
	return b, s.read(b, off)
}

// sectorBytes is the unit in which the log and self-descriptions count: a basic block.
const sectorBytes = 512

// overlay maps sector numbers to the bytes that replace them.
type overlay map[int64]*[sectorBytes]byte

// apply replaces the parts of b, read from byte offset off, that the overlay holds.
func (o overlay) apply(b []byte, off int64) {
	if len(o) == 0 {
		return
	}
	for n := off / sectorBytes; n*sectorBytes < off+int64(len(b)); n++ {
		sector, ok := o[n]
		if !ok {
			continue
		}
		if from := n*sectorBytes - off; from >= 0 {
			copy(b[from:], sector[:])
		} else {
			copy(b, sector[-from:])
		}
	}
}

// cache keeps the metadata blocks that were read last, up to a number of bytes.
// What get returns is shared and must not be changed. It is safe for several goroutines.
type cache struct {
	mu    sync.Mutex
	left  int64
	byKey map[int64]*list.Element
	order *list.List // most recently used first
}

type cached struct {
	off int64
	b   []byte
}

func newCache(limit int64) *cache {
	return &cache{left: limit, byKey: make(map[int64]*list.Element), order: list.New()}
}

// get returns n bytes of src at off from memory, or reads and keeps them.
func (c *cache) get(src *source, off int64, n int) ([]byte, error) {
	c.mu.Lock()
	if el, ok := c.byKey[off]; ok && len(el.Value.(*cached).b) == n {
		c.order.MoveToFront(el)
		c.mu.Unlock()
		return el.Value.(*cached).b, nil
	}
	c.mu.Unlock()
	b, err := src.bytes(off, n)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.byKey[off]; ok {
		c.drop(el)
	}
	c.byKey[off] = c.order.PushFront(&cached{off, b})
	c.left -= int64(n)
	for c.left < 0 && c.order.Len() > 1 {
		c.drop(c.order.Back())
	}
	return b, nil
}

func (c *cache) drop(el *list.Element) {
	e := el.Value.(*cached)
	c.order.Remove(el)
	delete(c.byKey, e.off)
	c.left += int64(len(e.b))
}
