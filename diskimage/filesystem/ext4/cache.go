package ext4

import (
	"io"

	"github.com/seed-181f3109/assay/internal/binread"
	"github.com/seed-181f3109/assay/internal/blockcache"
)

const defaultCache = 16 << 20

// pageKind keeps pages of different lengths at one place apart.
type pageKind int64

const (
	pageBlock pageKind = iota // one block of the file system
	pageTable                 // a piece of an inode table
	pageInode                 // one inode
	pageValue                 // the value of an attribute, by inode number
)

// cache keeps metadata that was read lately. Pages are never changed, so a
// slice of one stays valid after the page is dropped.
type cache struct {
	r     io.ReaderAt
	size  int64 // of the section
	pages *blockcache.Cache
}

func newCache(r io.ReaderAt, size, limit int64) *cache {
	if limit <= 0 {
		limit = defaultCache
	}
	return &cache{r: r, size: size, pages: blockcache.New(limit)}
}

// read returns the n bytes at off, shared and not to be changed. All pages of
// a kind at one place have the same length. It may be called from several
// goroutines.
func (c *cache) read(kind pageKind, off int64, n int) ([]byte, error) {
	if err := binread.Check(c.size, off, int64(n)); err != nil {
		return nil, err
	}
	return c.pages.Get(off<<2|int64(kind), func() ([]byte, error) { return binread.At(c.r, c.size, off, n) })
}
