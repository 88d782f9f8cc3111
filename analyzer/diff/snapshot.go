package diff

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"sync"

	"github.com/seed-181f3109/assay/fstree"
)

// Options tune Take and Changes. Nil and the zero value mean the defaults.
type Options struct {
	// Hash returns the SHA-256 of the content of e, a live regular file whose
	// digest the reader has not computed; golden is its counterpart, nil if there
	// is none or in Take. It lets a caller use the bytes while they are read. A
	// *fstree.Damage is yielded and the digest is then unknown; any other error
	// ends the walk. The default reads e.Open() to its end.
	Hash func(ctx context.Context, e, golden *fstree.Entry) (*[32]byte, error)
	// Unchanged reports whether the content of e is known to equal that of
	// golden without reading it, from the blocks that hold it. The default never knows.
	Unchanged func(e, golden *fstree.Entry) bool
}

func (o *Options) hash(ctx context.Context, e, golden *fstree.Entry) (*[32]byte, error) {
	if o != nil && o.Hash != nil {
		return o.Hash(ctx, e, golden)
	}
	return Hash(ctx, e)
}

// Hash reads the content of e to its end and returns its SHA-256. An error of
// the content comes back as a *fstree.Damage that names the path.
func Hash(ctx context.Context, e *fstree.Entry) (*[32]byte, error) {
	content, err := e.Open()
	if err != nil {
		return nil, lost(ctx, e, err)
	}
	defer content.Close() // nothing was written, and the digest is of the bytes read
	h, n, rest := leadingHole(content, e.Size)
	buf := hashBuffers.Get().(*[]byte)
	defer hashBuffers.Put(buf)
	r := &hashReader{ctx: ctx, r: rest, h: h, n: n}
	if _, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, r, *buf); err != nil { // Discard's own ReadFrom would read 8 KiB at a time
		return nil, lost(ctx, e, err)
	}
	return r.sum(e)
}

// hashBuffers saves an allocation of this size per file, which cost as much as hashing it.
var hashBuffers = sync.Pool{New: func() any { b := make([]byte, 256<<10); return &b }}

// HashTo is Hash for a caller that wants the bytes too: consume reads r to its end.
func HashTo(ctx context.Context, e *fstree.Entry, consume func(r io.Reader) error) (*[32]byte, error) {
	content, err := e.Open()
	if err != nil {
		return nil, lost(ctx, e, err)
	}
	defer content.Close() // as in Hash
	r := &hashReader{ctx: ctx, r: content, h: sha256.New()}
	if err := consume(r); err != nil {
		return nil, lost(ctx, e, err)
	}
	return r.sum(e)
}

// hashReader hashes what is read through it and ends with the context.
type hashReader struct {
	ctx context.Context
	r   io.Reader
	h   hash.Hash
	n   int64
}

func (r *hashReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.r.Read(p)
	r.h.Write(p[:n])
	r.n += int64(n)
	return n, err
}

// sum returns the digest of what was read, which has to be all of e.
func (r *hashReader) sum(e *fstree.Entry) (*[32]byte, error) {
	if r.n != e.Size {
		return nil, lost(r.ctx, e, fmt.Errorf("%w: content has %d bytes, entry says %d", fstree.ErrCorrupt, r.n, e.Size))
	}
	var sum [32]byte
	r.h.Sum(sum[:0])
	return &sum, nil
}

// lost turns an error met in content into damage, unless it is the caller's cancellation.
func lost(ctx context.Context, e *fstree.Entry, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if d, ok := errors.AsType[*fstree.Damage](err); ok {
		if d.Path == "" {
			c := *d
			c.Path = e.Path
			return &c
		}
		return d
	}
	d := &fstree.Damage{Volume: e.Volume, Path: e.Path, Structure: "content", Offset: -1, Cause: err}
	if e.Layer != nil {
		d.Layer = e.Layer.Digest
	}
	return d
}

// Snapshot is the index of a golden tree. It holds no content. It may be used
// for several comparisons at once.
type Snapshot struct {
	entries []*fstree.Entry // in walk order
	byKey   map[key]int
	digests map[[32]byte]int // how many paths have this content
	damage  []*fstree.Damage
}

// key identifies an entry across trees.
type key struct{ path, stream string }

func keyOf(e *fstree.Entry) key { return key{e.Path, e.Stream} }

// fileID identifies the file behind hard links.
type fileID struct {
	volume, stream string
	inode          uint64
}

// Take walks a golden tree and indexes its live entries, hashing every content
// that the tree has not hashed. Damage does not end it; see Snapshot.Damage.
func Take(ctx context.Context, tree fstree.Tree, opts *Options) (*Snapshot, error) {
	s := &Snapshot{byKey: map[key]int{}, digests: map[[32]byte]int{}}
	links := linkDigests{}
	for e, err := range tree.Walk(ctx) {
		if d, ok := errors.AsType[*fstree.Damage](err); ok {
			s.damage = append(s.damage, d)
			continue
		}
		if err != nil {
			return nil, err
		}
		if e.State != fstree.Live {
			continue
		}
		sum, err := links.digest(ctx, e, nil, opts)
		if d, ok := errors.AsType[*fstree.Damage](err); ok {
			s.damage = append(s.damage, d)
		} else if err != nil {
			return nil, err
		}
		c := e.Clone()
		c.SHA256 = sum
		s.add(c)
	}
	return s, nil
}

func (s *Snapshot) add(e *fstree.Entry) {
	if _, twice := s.byKey[keyOf(e)]; twice {
		return // the conformance suite forbids it; the first one stands
	}
	s.byKey[keyOf(e)] = len(s.entries)
	s.entries = append(s.entries, e)
	if e.SHA256 != nil && e.Size > 0 {
		s.digests[*e.SHA256]++
	}
}

// Damage lists what could not be read of the golden tree.
func (s *Snapshot) Damage() []*fstree.Damage { return s.damage }

// Len returns the number of entries.
func (s *Snapshot) Len() int { return len(s.entries) }

// Lookup returns the entry of a path and fork. The caller does not change it.
func (s *Snapshot) Lookup(path, stream string) (*fstree.Entry, bool) {
	i, ok := s.byKey[key{path, stream}]
	if !ok {
		return nil, false
	}
	return s.entries[i], true
}

// HasContent reports whether some golden file that is not empty has this digest.
func (s *Snapshot) HasContent(sum [32]byte) bool { return s.digests[sum] > 0 }

// Entries yields the entries in the order of the walk.
func (s *Snapshot) Entries() iter.Seq[*fstree.Entry] {
	return func(yield func(*fstree.Entry) bool) {
		for _, e := range s.entries {
			if !yield(e) {
				return
			}
		}
	}
}

// linkDigests remembers the digest of files that have several names, so that
// each content is read once.
type linkDigests map[fileID]*[32]byte

// digest returns the SHA-256 of e's content, nil for anything but a file.
func (l linkDigests) digest(ctx context.Context, e, golden *fstree.Entry, opts *Options) (*[32]byte, error) {
	if e.Type != fstree.TypeFile || e.SHA256 != nil {
		return e.SHA256, nil
	}
	id := fileID{e.Volume, e.Stream, e.Inode}
	if e.Nlink > 1 && e.Inode != 0 {
		if sum, ok := l[id]; ok {
			return sum, nil
		}
	}
	sum, err := opts.hash(ctx, e, golden)
	if e.Nlink > 1 && e.Inode != 0 && err == nil {
		l[id] = sum
	}
	return sum, err
}
