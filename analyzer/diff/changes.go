package diff

import (
	"context"
	"errors"
	"iter"

	"github.com/seed-181f3109/assay/fstree"
)

// Remover is implemented by trees that know which layer took a path away.
type Remover interface {
	// Removed returns, for a path that the tree does not show, the last layer
	// that names the path itself, and the layer that took it away: the same for
	// a whiteout of this very name, another one for what went with its folder. Both are nil
	// if unknown. It is called after a walk.
	Removed(path string) (last, by *fstree.Layer)
}

// Changes walks tree and yields how it differs from the snapshot: first what
// is added or differs, in the order of the walk, then renames, then what was
// removed, in the order of the golden walk. Errors are as in fstree.Tree.Walk.
// Entries that are not live are left out. A comparison that yielded damage is
// not complete: content that could not be read is compared by metadata only.
func (s *Snapshot) Changes(ctx context.Context, tree fstree.Tree, opts *Options) iter.Seq2[*Change, error] {
	return func(yield func(*Change, error) bool) {
		w := &comparison{s: s, seen: make([]bool, len(s.entries)), opts: opts, links: linkDigests{}}
		for e, err := range tree.Walk(ctx) {
			if err != nil {
				if !yield(nil, err) || !isDamage(err) {
					return
				}
				continue
			}
			if e.State != fstree.Live {
				continue
			}
			c, err := w.entry(ctx, e)
			if err != nil && (!yield(nil, err) || !isDamage(err)) {
				return
			}
			if c != nil && !yield(c, nil) {
				return
			}
		}
		w.finish(tree, yield)
	}
}

func isDamage(err error) bool {
	_, ok := errors.AsType[*fstree.Damage](err)
	return ok
}

// comparison is one run of Changes.
type comparison struct {
	s     *Snapshot
	seen  []bool // by index of the golden entry
	opts  *Options
	links linkDigests
	held  []*Change // added files that may be the other end of a rename
}

// entry compares one entry of the suspect tree. A change may come with damage.
func (w *comparison) entry(ctx context.Context, e *fstree.Entry) (*Change, error) {
	i, known := w.s.byKey[keyOf(e)]
	if !known {
		sum, err := w.links.digest(ctx, e, nil, w.opts)
		if err != nil && !isDamage(err) {
			return nil, err
		}
		e.SHA256 = sum
		c := &Change{Kind: Added, Path: e.Path, Stream: e.Stream, New: e, Layer: e.Layer}
		if sum != nil && e.Size > 0 && w.s.digests[*sum] == 1 {
			c.New = e.Clone()
			w.held = append(w.held, c)
			return nil, err
		}
		return c, err
	}
	w.seen[i] = true
	golden := w.s.entries[i]
	var err error
	if e.SHA256 == nil && e.Type == fstree.TypeFile {
		if w.opts != nil && w.opts.Unchanged != nil && w.opts.Unchanged(e, golden) {
			e.SHA256 = golden.SHA256
		} else if e.SHA256, err = w.links.digest(ctx, e, golden, w.opts); err != nil && !isDamage(err) {
			return nil, err
		}
	}
	fields, modified := compare(golden, e)
	if len(fields) == 0 {
		return nil, err
	}
	c := &Change{Kind: Metadata, Path: e.Path, Stream: e.Stream, Fields: fields, Old: golden, New: e, Layer: e.Layer}
	if modified {
		c.Kind = Modified
	}
	return c, err
}

// finish yields renames, the other held additions and what was removed.
func (w *comparison) finish(tree fstree.Tree, yield func(*Change, error) bool) {
	gone := map[[32]byte]int{} // unique content of removed files
	for i, e := range w.s.entries {
		if !w.seen[i] && e.SHA256 != nil && e.Size > 0 {
			gone[*e.SHA256] = i
		}
	}
	added := map[[32]byte]int{}
	for _, c := range w.held {
		added[*c.New.SHA256]++
	}
	for _, c := range w.held {
		sum := *c.New.SHA256
		if i, ok := gone[sum]; ok && added[sum] == 1 {
			w.seen[i] = true
			c.Kind, c.Old, c.From = Renamed, w.s.entries[i], w.s.entries[i].Path
			c.Fields, _ = compare(c.Old, c.New)
		}
		if !yield(c, nil) {
			return
		}
	}
	remover, _ := tree.(Remover)
	for i, e := range w.s.entries {
		if w.seen[i] {
			continue
		}
		c := &Change{Kind: Removed, Path: e.Path, Stream: e.Stream, Old: e}
		if remover != nil {
			c.Layer, c.RemovedBy = remover.Removed(e.Path)
		}
		if !yield(c, nil) {
			return
		}
	}
}
