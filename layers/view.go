package layers

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/seed-181f3109/assay/fstree"
)

// View is the merged file system of an image. It is an fstree.Opener. It may be
// used from several goroutines.
type View struct {
	image     *Image
	layers    []viewLayer
	root      *node
	dead      []dead
	damage    []*fstree.Damage
	anomalies []Anomaly
	links     map[recordID]*inode
	stats     Stats

	removedOnce sync.Once
	removed     map[string]*dead // by path, made when first asked for
}

// viewLayer is one layer of a view.
type viewLayer struct {
	info    LayerInfo
	ref     *fstree.Layer // what entries point to
	index   *LayerIndex
	blob    *blob
	cursors cursors
}

// Stats counts the work that Read did.
type Stats struct {
	BytesRead     int64 // stored bytes read and hashed
	BytesUnpacked int64 // uncompressed bytes that came out of layers
	BytesHashed   int64 // bytes of file content hashed, now or when an index was made that the cache had
	FilesHashed   int64
	Layers        int // layers of the image
	LayersShared  int // not unpacked: they have the verified digest of a golden layer
	LayersCached  int // not unpacked: their index came from the cache
}

// Image returns the image that the view was read from.
func (v *View) Image() *Image { return v.image }

// Layers returns the layers from the base up, Digest and DiffID computed from
// the bytes. Both are empty for a layer that could not be read at all.
func (v *View) Layers() []LayerInfo {
	out := make([]LayerInfo, len(v.layers))
	for i := range v.layers {
		out[i] = v.layers[i].info
	}
	return out
}

// Anomalies returns what is odd about the layers and how they lie over one
// another, by layer. Those of manifest and config are in Image.Anomalies.
func (v *View) Anomalies() []Anomaly { return slices.Clone(v.anomalies) }

// Damage returns what could not be read; Walk yields the same.
func (v *View) Damage() []*fstree.Damage { return slices.Clone(v.damage) }

// Stats returns what it took to read the image.
func (v *View) Stats() Stats { return v.stats }

// Close releases the positions in layers that opened content left behind. The
// view can still be used. Closing the Set does the same.
func (v *View) Close() error {
	var first error
	for i := range v.layers {
		if err := v.layers[i].cursors.close(); first == nil {
			first = err
		}
	}
	return first
}

// freeze makes the merged tree ready to be walked.
func (v *View) freeze(m *merger) {
	v.root, v.dead, v.links = m.root, m.dead, m.links
	if m.rootMeta != nil {
		v.root.rec, v.root.file, v.root.layer = m.rootMeta.rec, m.rootMeta.file, m.rootMeta.layer
	}
	number := uint64(0)
	v.root.freeze(nil, &number)
	slices.SortFunc(v.dead, func(a, b dead) int {
		return cmp.Or(cmp.Compare(a.node.layer, b.node.layer), cmp.Compare(a.node.rec.offset, b.node.rec.offset), strings.Compare(a.path, b.path))
	})
	for _, d := range v.dead {
		d.node.count(&trail{name: d.path[1:]}, &number)
	}
}

// freeze sorts the children, counts links and gives inode numbers, in the order of the walk.
func (n *node) freeze(at *trail, number *uint64) {
	if n.kind != kindDir {
		n.count(at, number)
		n.file.nlink++
		return
	}
	*number++
	n.number = *number
	n.list = n.sorted()
	n.children = nil
	for _, c := range n.list {
		if c.kind == kindDir {
			n.subdirs++
		}
		c.freeze(&trail{at, c.name}, number)
	}
}

// count gives a file its number and first path, and a removed directory its number.
func (n *node) count(at *trail, number *uint64) {
	if n.kind == kindDir {
		if n.number == 0 {
			*number++
			n.number = *number
		}
		return
	}
	if n.file.number == 0 {
		*number++
		n.file.number = *number
		if n.file.linked {
			n.file.first = at.path()
		}
	}
}

// Walk implements fstree.Tree. First comes what could not be read, then every
// live entry in tree order: a directory before its content, siblings by the
// bytes of their names. Then come the names that upper layers cover or remove, by
// layer and offset, with the path at which they would be.
func (v *View) Walk(ctx context.Context) iter.Seq2[*fstree.Entry, error] {
	return func(yield func(*fstree.Entry, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(nil, err)
			return
		}
		for _, d := range v.damage {
			if !yield(nil, d) {
				return
			}
		}
		w := &walker{v: v, ctx: ctx, yield: yield}
		if !w.live("", v.root) {
			return
		}
		for _, d := range v.dead {
			if !w.pair(d.path, d.node, d.state) {
				return
			}
		}
	}
}

type walker struct {
	v     *View
	ctx   context.Context
	yield func(*fstree.Entry, error) bool
	entry fstree.Entry
}

// pair yields one entry; false ends the walk.
func (w *walker) pair(p string, n *node, state fstree.State) bool {
	if err := w.ctx.Err(); err != nil {
		w.yield(nil, err)
		return false
	}
	w.v.entry(&w.entry, p, n, state)
	return w.yield(&w.entry, nil)
}

func (w *walker) live(p string, n *node) bool {
	if !w.pair(cmp.Or(p, "/"), n, fstree.Live) {
		return false
	}
	for _, c := range n.list {
		if !w.live(p+"/"+c.name, c) {
			return false
		}
	}
	return true
}

// OpenEntry implements fstree.Opener. The content of a compressed layer is
// unpacked up to the entry: opening in the order of layer and Offset costs one
// pass for each layer.
func (v *View) OpenEntry(e *fstree.Entry) (fstree.File, error) {
	if e.Type != fstree.TypeFile || e.Stream != "" {
		return nil, fstree.ErrNoContent
	}
	f := v.find(e)
	if f == nil {
		return nil, fmt.Errorf("%q: no such entry in this image", e.Path)
	}
	return v.openFile(f)
}

// find returns the file of an entry by its layer and offset.
func (v *View) find(e *fstree.Entry) *inode {
	if e.Layer == nil || e.Layer.Index < 0 || e.Layer.Index >= len(v.layers) {
		return nil
	}
	layer := e.Layer.Index
	if f := v.links[recordID{layer, e.Offset}]; f != nil {
		return f
	}
	x := v.layers[layer].index
	if x == nil {
		return nil
	}
	i, ok := slices.BinarySearchFunc(x.records, e.Offset, func(r record, off int64) int { return cmp.Compare(r.offset, off) })
	if !ok || x.records[i].typ != recordFile {
		return nil
	}
	return &inode{layer: layer, data: &x.records[i], meta: &x.records[i]}
}
