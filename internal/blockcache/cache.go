// Package blockcache keeps recently used blocks in bounded memory: either
// anything that can be made from a number ([Cache], decompressed clusters), or
// fixed-size blocks of a reader ([Reader], metadata of a file system).
//
// The call most people want:
//
//	r := blockcache.NewReader(section, size, 4096, 16<<20)
//	n, err := r.ReadAt(p, off)
package blockcache

import "sync"

// shards is how many parts a cache has, each with a lock of its own.
const shards = 16

// Cache is a least-recently-used cache of byte slices by number. It may be used
// from several goroutines. The zero value is not usable; call New.
type Cache struct {
	shard [shards]shard
}

// shard is one part of a cache. list is a ring whose next is the block used
// last, and whose prev is the one to go first.
type shard struct {
	mu    sync.Mutex
	byKey map[int64]*node
	list  node
	bytes int64
	limit int64
}

type node struct {
	key        int64
	prev, next *node
	once       sync.Once
	data       []byte
	err        error
	counted    bool
}

// New returns a cache that holds at most limit bytes of content, and at least
// one block in each of its parts, whatever its size.
func New(limit int64) *Cache {
	c := &Cache{}
	for i := range c.shard {
		s := &c.shard[i]
		s.byKey = make(map[int64]*node)
		s.limit = max(limit/shards, 1)
		s.list.prev, s.list.next = &s.list, &s.list
	}
	return c
}

// Get returns the content of the given number, and calls load to make it if it
// is not there. Of several goroutines that ask for the same one, one calls load
// and the others wait. The result is shared: nobody changes it. Errors are
// returned and not kept.
func (c *Cache) Get(key int64, load func() ([]byte, error)) ([]byte, error) {
	s := &c.shard[(uint64(key)*0x9e3779b97f4a7c15)>>60]
	s.mu.Lock()
	n := s.byKey[key]
	if n == nil {
		n = &node{key: key}
		s.byKey[key] = n
	} else {
		n.unlink()
	}
	s.list.push(n)
	s.mu.Unlock()

	n.once.Do(func() {
		n.data, n.err = load()
		s.mu.Lock()
		defer s.mu.Unlock()
		if n.err != nil {
			s.drop(n)
			return
		}
		if s.byKey[key] == n {
			n.counted = true
			s.bytes += int64(len(n.data))
			s.evict(n)
		}
	})
	return n.data, n.err
}

// evict drops the blocks that were not used for longest until the limit is
// kept; never keep, and none that is still being loaded.
func (s *shard) evict(keep *node) {
	for n := s.list.prev; s.bytes > s.limit && n != &s.list; {
		prev := n.prev
		if n != keep && n.counted {
			s.drop(n)
		}
		n = prev
	}
}

// drop removes a block.
func (s *shard) drop(n *node) {
	if s.byKey[n.key] != n {
		return
	}
	delete(s.byKey, n.key)
	n.unlink()
	if n.counted {
		s.bytes -= int64(len(n.data))
	}
}

func (n *node) unlink() {
	n.prev.next, n.next.prev = n.next, n.prev
	n.prev, n.next = nil, nil
}

// push puts n in front.
func (l *node) push(n *node) {
	n.prev, n.next = l, l.next
	l.next.prev = n
	l.next = n
}
