package blockcache

import "io"

// Reader is a cached view of an io.ReaderAt. It implements io.ReaderAt and may
// be used from several goroutines.
type Reader struct {
	r     io.ReaderAt
	size  int64
	block int64
	cache *Cache
}

// bypass is how many blocks a read must span to go past the cache: such reads
// are of content, which is read once.
const bypass = 4

// NewReader returns a view of the first size bytes of r that keeps blocks of
// block bytes, at most limit bytes together. block is at least 1; the last
// block may be shorter.
func NewReader(r io.ReaderAt, size, block, limit int64) *Reader {
	return &Reader{r, size, block, New(limit)}
}

// Size returns the length in bytes.
func (c *Reader) Size() int64 { return c.size }

// Block returns the bytes of block n, counted from 0. The slice is shared:
// nobody changes it. It returns io.EOF behind the end.
func (c *Reader) Block(n int64) ([]byte, error) {
	if n < 0 || n > (c.size-1)/c.block || c.size == 0 {
		return nil, io.EOF
	}
	return c.cache.Get(n, func() ([]byte, error) {
		b := make([]byte, min(c.block, c.size-n*c.block))
		got, err := c.r.ReadAt(b, n*c.block)
		if got == len(b) {
			return b, nil
		}
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	})
}

// ReadAt implements io.ReaderAt. A read of many blocks is passed on as it is.
func (c *Reader) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= c.size {
		return 0, io.EOF
	}
	want := p[:min(int64(len(p)), c.size-off)]
	n, err := c.read(want, off)
	if err == nil && n < len(p) {
		err = io.EOF
	}
	return n, err
}

// read fills p, which lies inside the reader.
func (c *Reader) read(p []byte, off int64) (int, error) {
	if int64(len(p)) >= bypass*c.block {
		n, err := c.r.ReadAt(p, off)
		if n == len(p) {
			return n, nil
		}
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return n, err
	}
	done := 0
	for done < len(p) {
		b, err := c.Block((off + int64(done)) / c.block)
		if err != nil {
			return done, err
		}
		done += copy(p[done:], b[(off+int64(done))%c.block:])
	}
	return done, nil
}
