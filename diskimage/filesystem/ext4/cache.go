package ext4

import (
	"container/list"
	"io"
	"sync"

	"github.com/seed-181f3109/assay/internal/binread"
)

const defaultCache = 16 << 20

// cache keeps recently read metadata in pages. Pages are never changed once
// read, so a slice of one stays valid after the page is dropped.
type cache struct {
	r    io.ReaderAt
	size int64 // of the section

	mu    sync.Mutex
	limit int64
	used  int64
	pages map[pageKey]*list.Element
	order *list.List // most recently used first
}

// pageKey names a page by its byte range.
type pageKey struct {
	off int64
	n   int
}

type page struct {
	key  pageKey
	data []byte
}

func newCache(r io.ReaderAt, size, limit int64) *cache {
	if limit <= 0 {
		limit = defaultCache
	}
	return &cache{r: r, size: size, limit: limit, pages: make(map[pageKey]*list.Element), order: list.New()}
}

// read returns n bytes at off, shared and not to be changed. It may be called
// from several goroutines.
func (c *cache) read(off int64, n int) ([]byte, error) {
	key := pageKey{off, n}
	c.mu.Lock()
	if el, ok := c.pages[key]; ok {
		c.order.MoveToFront(el)
		data := el.Value.(*page).data
		c.mu.Unlock()
		return data, nil
	}
	c.mu.Unlock()
	data, err := binread.At(c.r, c.size, off, n)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.pages[key]; !ok {
		c.pages[key] = c.order.PushFront(&page{key, data})
		c.used += int64(n)
	}
	for c.used > c.limit && c.order.Len() > 1 {
		el := c.order.Back()
		old := c.order.Remove(el).(*page)
		delete(c.pages, old.key)
		c.used -= int64(old.key.n)
	}
	return data, nil
}
