package layers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"sync"
	"sync/atomic"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/spool"
)

// ReadOptions say what Read does beside building the merged view.
type ReadOptions struct {
	// Golden is a view whose layers need not be unpacked again: a layer whose
	// stored bytes have the digest of one of its layers, which is computed and
	// never believed, takes over what is known of that one. The same goes for a
	// layer that is compressed in another way and unpacks to the same diffID.
	Golden *View
	// Visit is called for the content of every regular file of each layer that is
	// unpacked, also for files that upper layers remove. The entry is valid
	// during the call; Layer has the digest that the manifest states; Layer.Index
	// and Offset are those of the entries of the view. Path is the name in the
	// tar made absolute, which links can lead to another place. Visit owns c and
	// closes it, maybe later from another goroutine. It is called from as many
	// goroutines as layers are read at a time, in order for each layer. An error
	// ends Read. Layers that come from Golden or the cache are not unpacked.
	Visit func(ctx context.Context, e *fstree.Entry, c *spool.Content) error
}

// Read reads the layers and merges them. What is wrong with an image is damage or an anomaly of
// the view; an error is one of the context or of Visit.
func (im *Image) Read(ctx context.Context, opts *ReadOptions) (*View, error) {
	if opts == nil {
		opts = &ReadOptions{}
	}
	j := &reading{im: im, opts: opts, view: &View{image: im, layers: make([]viewLayer, len(im.layers))}}
	j.budget.Store(im.opts.maxIndexBytes())
	j.reports = make([]report, len(im.layers))
	if err := j.run(ctx); err != nil {
		return nil, err
	}
	v := j.view
	v.damage = append(v.damage, im.damage...)
	m := newMerger()
	for i := range v.layers {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		j.finish(i)
		if x := v.layers[i].index; x != nil {
			m.add(i, x)
		}
	}
	v.freeze(m)
	v.takeReports(j.reports, m)
	v.stats.BytesRead, v.stats.BytesUnpacked = j.stats.read.Load(), j.stats.unpacked.Load()
	for i := range v.layers {
		if x := v.layers[i].index; x != nil && !j.reports[i].shared {
			x.countFiles(&v.stats)
		}
	}
	v.stats.Layers = len(v.layers)
	if im.onClose != nil {
		im.onClose(v.Close)
	}
	return v, nil
}

// reading is one call of Read.
type reading struct {
	im      *Image
	opts    *ReadOptions
	view    *View
	budget  atomic.Int64
	stats   counters
	reports []report // by layer
}

// report is what reading one layer found.
type report struct {
	damage []lost
	notes  []note
	shared bool
	cached bool
}

// run reads the layers, as many at a time as Options.Jobs says, in order.
func (j *reading) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var next atomic.Int64
	var wg sync.WaitGroup
	errs := make([]error, len(j.im.layers))
	for range min(j.im.opts.jobs(), len(j.im.layers)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(j.im.layers); i = int(next.Add(1)) - 1 {
				if errs[i] = j.layer(ctx, i); errs[i] != nil {
					cancel()
					return
				}
			}
		})
	}
	wg.Wait()
	return firstCause(errs)
}

// firstCause prefers an error of its own to the cancellation that it caused.
func firstCause(errs []error) error {
	var first error
	for _, err := range errs {
		if err != nil && (first == nil || errors.Is(first, context.Canceled)) {
			first = err
		}
	}
	return first
}

// layer reads one layer.
func (j *reading) layer(ctx context.Context, i int) error {
	l, r := &j.im.layers[i], &j.reports[i]
	v := &j.view.layers[i]
	v.blob = l.blob
	lose := func(cause error) error {
		r.damage = append(r.damage, lost{"", "layer", -1, fmt.Errorf("media type %q: %w", l.MediaType, cause)})
		return nil
	}
	t := parseLayerType(l.MediaType)
	switch {
	case t.encrypted:
		return lose(fstree.ErrEncrypted)
	case l.blob == nil && (t.foreign || len(l.urls) > 0):
		return lose(fmt.Errorf("%w: foreign layer, content is elsewhere (%d URLs)", fstree.ErrUnsupported, len(l.urls)))
	case l.blob == nil:
		return lose(l.err)
	}
	known, err := j.reuse(ctx, i)
	if err != nil {
		return err
	}
	if known != nil {
		v.index = known
		return nil
	}
	x, err := j.scan(ctx, i)
	if err != nil {
		if ctx.Err() == nil && errors.Is(err, errOpen) {
			return lose(err)
		}
		return err
	}
	v.index = x
	if c := j.cache(); c != nil && len(x.damage) == 0 {
		if err := c.Put(x.digest, encodeIndex(x)); err != nil {
			j.im.opts.log().Warn("layer index not kept", "layer", x.digest, "error", err)
		}
	}
	return nil
}

// errOpen marks a blob that cannot be opened.
var errOpen = errors.New("cannot be opened")

func (j *reading) cache() Cache {
	if j.im.opts == nil {
		return nil
	}
	return j.im.opts.Cache
}

func (j *reading) open(ctx context.Context, i int) (io.ReadCloser, error) {
	rc, err := j.im.layers[i].blob.open(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errOpen, err)
	}
	return rc, nil
}

func (j *reading) scan(ctx context.Context, i int) (*LayerIndex, error) {
	rc, err := j.open(ctx, i)
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	s := &scanner{opts: j.im.opts, visit: j.opts.Visit, layer: j.im.layers[i].Layer, budget: &j.budget, stats: &j.stats}
	x, err := s.scan(ctx, rc)
	if err != nil {
		return nil, err
	}
	return x, nil
}

// finish turns what reading layer i found into damage and anomalies, and checks
// what manifest, config and file name state.
func (j *reading) finish(i int) {
	l, v, r := &j.im.layers[i], &j.view.layers[i], &j.reports[i]
	v.info = l.LayerInfo
	v.info.Digest, v.info.DiffID = "", ""
	if x := v.index; x != nil {
		v.info.Digest, v.info.DiffID = x.digest, x.diffID
		r.damage = append(r.damage, x.damage...)
		r.notes = append(r.notes, x.notes...)
	}
	ref := v.info.Layer
	if v.index == nil { // so that a report can name it at all
		ref.Digest, ref.DiffID = l.Digest, l.DiffID
	}
	v.ref = &ref
	st := &j.view.stats
	if r.shared {
		st.LayersShared++
	}
	if r.cached {
		st.LayersCached++
	}
	if v.index != nil {
		j.check(i)
	}
}

// check compares what was computed with what is stated.
func (j *reading) check(i int) {
	l, x := &j.im.layers[i], j.view.layers[i].index
	say := func(rule, format string, args ...any) {
		j.reports[i].notes = append(j.reports[i].notes, note{rule, fmt.Sprintf(format, args...), -1})
	}
	if l.Digest != "" && l.Digest != x.digest && l.Digest != x.digest512 {
		say("layer-digest-mismatch", "stated is %s, the bytes have %s", l.Digest, x.digest)
	}
	if l.Size >= 0 && l.Size != x.stored {
		say("layer-size-mismatch", "stated are %d bytes, there are %d", l.Size, x.stored)
	}
	if l.DiffID != "" && l.DiffID != x.diffID {
		say("diffid-mismatch", "stated is %s, the unpacked bytes have %s", l.DiffID, x.diffID)
	}
	if l.Digest == "" {
		if h := hexName.FindString(path.Base(l.blob.name)); h != "" && "sha256:"+h != x.digest && "sha256:"+h != x.diffID {
			say("layer-name-mismatch", "file %q, the bytes have %s, unpacked %s", l.blob.name, x.digest, x.diffID)
		}
	}
	if t := parseLayerType(l.MediaType); l.MediaType != "" && t.compression != x.kind {
		say("wrong-media-type", "media type is %q, content is %s", l.MediaType, x.kind)
	}
}

// takeReports makes damage and anomalies of what was found, layer by layer.
func (v *View) takeReports(reports []report, m *merger) {
	for i, r := range reports {
		for _, l := range r.damage {
			v.lose(i, l)
		}
		for _, n := range r.notes {
			v.say(i, n.rule, "", n.detail, n.offset)
		}
		for _, d := range m.damage {
			if d.layer == i {
				v.lose(i, d.lost)
			}
		}
		for _, a := range m.anomalies {
			if a.layer == i {
				v.say(i, a.rule, a.path, a.detail, a.offset)
			}
		}
	}
}

func (v *View) lose(layer int, l lost) {
	digest := v.layers[layer].ref.Digest
	if digest == "" {
		digest = fmt.Sprintf("layer %d", layer)
	}
	v.damage = append(v.damage, &fstree.Damage{Layer: digest, Path: l.path, Structure: l.structure, Offset: l.offset, Cause: l.cause})
}

func (v *View) say(layer int, rule, path, detail string, offset int64) {
	a := newAnomaly(rule, path, detail, offset)
	if ofCompression(rule) {
		a.Detail += " (offset in the stored bytes)"
	}
	if rule == "zstd-skippable-frame" && v.layers[layer].index.chunked {
		a.Severity = "info"
		a.Detail += "; the layer is in the zstd:chunked form, which keeps its table of contents in such frames"
	}
	a.Layer = v.layers[layer].ref
	v.anomalies = append(v.anomalies, a)
}
