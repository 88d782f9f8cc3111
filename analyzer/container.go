package analyzer

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/seed-181f3109/assay/analyzer/diff"
	"github.com/seed-181f3109/assay/analyzer/imageconfig"
	"github.com/seed-181f3109/assay/analyzer/report"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/spool"
	"github.com/seed-181f3109/assay/layers"
)

// containers compares every platform of the suspect with the golden's same one.
func (r *run) containers(ctx context.Context) error {
	images := r.suspect.set.Images()
	var unpaired []*layers.Image
	if r.golden != nil && r.golden.set != nil {
		unpaired = slices.Clone(r.golden.set.Images())
	}
	for _, s := range images {
		p := &pair{run: r, suspect: s}
		if len(images) > 1 {
			p.platform = s.Platform()
		}
		i := slices.IndexFunc(unpaired, func(g *layers.Image) bool { return g.Platform() == s.Platform() })
		if i < 0 && len(images) == 1 && len(unpaired) == 1 {
			i = 0 // one image each: they are meant to be compared
		}
		if i >= 0 {
			p.golden = unpaired[i]
			unpaired = slices.Delete(unpaired, i, i+1)
		} else if r.golden != nil && r.golden.set != nil {
			p.platform = s.Platform()
		}
		if err := p.compare(ctx); err != nil {
			return err
		}
	}
	for _, g := range unpaired {
		p := &pair{run: r, golden: g, platform: g.Platform()}
		if err := p.removed(ctx); err != nil {
			return err
		}
	}
	return nil
}

// pair is one platform of both images. golden is nil if there is none.
type pair struct {
	*run
	golden, suspect *layers.Image
	platform        string
	snapshot        *diff.Snapshot
	view            *layers.View
	mu              sync.Mutex // guards scans while layers are read
}

func (p *pair) compare(ctx context.Context) error {
	goldenView, err := p.readGolden(ctx)
	if err != nil {
		return err
	}
	if goldenView != nil {
		p.settings.openGolden = goldenOpener(p.snapshot, goldenView)
	}
	if p.view, err = p.suspect.Read(ctx, &layers.ReadOptions{Golden: goldenView, Visit: p.visitor(ctx)}); err != nil {
		return fmt.Errorf("suspect: %w", err)
	}
	st := p.view.Stats()
	p.summary.BytesRead += st.BytesRead
	p.summary.BytesHashed += st.BytesHashed
	p.summary.LayersSkipped += st.LayersShared
	if err := p.config(); err != nil {
		return err
	}
	if err := p.anomalies(goldenView); err != nil {
		return err
	}
	changes, err := p.collect(ctx)
	if err != nil {
		return err
	}
	if err := p.fetch(ctx, changes); err != nil {
		return err
	}
	for _, c := range changes {
		if err := p.emitChange(ctx, c); err != nil {
			return err
		}
	}
	return p.hidden(ctx)
}

// readGolden reads the golden image and indexes it; an unpacked root may stand in for it.
func (p *pair) readGolden(ctx context.Context) (*layers.View, error) {
	var tree fstree.Tree = emptyTree{}
	var view *layers.View
	var err error
	switch {
	case p.golden != nil:
		if view, err = p.golden.Read(ctx, nil); err != nil {
			return nil, fmt.Errorf("golden: %w", err)
		}
		st := view.Stats()
		p.summary.BytesRead += st.BytesRead
		p.summary.BytesHashed += st.BytesHashed
		tree = view
	case p.run.golden != nil && p.run.golden.root != nil:
		tree = p.run.golden.root
	}
	if p.snapshot, err = diff.Take(ctx, tree, nil); err != nil {
		return nil, fmt.Errorf("golden: %w", err)
	}
	return view, p.damages(p.snapshot.Damage(), "golden")
}

// visitor returns what is called for each content of the suspect's own layers
// while they are unpacked: it is scanned right then, unless the golden image has it at
// the same path.
func (p *pair) visitor(ctx context.Context) func(context.Context, *fstree.Entry, *spool.Content) error {
	if p.o.Rules == nil {
		return nil
	}
	// The scan outlives the reading of its layer, so it has the context of the run.
	return func(reading context.Context, e *fstree.Entry, c *spool.Content) error {
		key := scanKey{e.Path, *e.SHA256}
		if g, ok := p.snapshot.Lookup(e.Path, ""); ok && g.SHA256 != nil && *g.SHA256 == key.sum || e.Size == 0 {
			return c.Close()
		}
		p.mu.Lock()
		_, twice := p.scans[key]
		p.mu.Unlock()
		if twice {
			return c.Close()
		}
		t := spooled(e, c)
		f, err := p.pool.submit(reading, e.Path, func(w *worker) scanResult { return p.settings.scan(ctx, w, t) })
		if err != nil {
			t.close() // the work has been cancelled
			return err
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.scans[key] = f
		return nil
	}
}

// config compares the image configurations.
func (p *pair) config() error {
	var golden []byte
	if p.golden != nil {
		golden = p.golden.RawConfig()
	}
	changes, err := imageconfig.Diff(golden, p.suspect.RawConfig())
	if err != nil {
		return p.damage(&fstree.Damage{Structure: "image config", Offset: -1, Cause: err}, "suspect")
	}
	for _, c := range changes {
		if p.golden != nil {
			m := &report.Config{Field: c.Field, Kind: c.Kind, Platform: p.platform, Old: c.Old, New: c.New}
			if err := p.emit(&report.Message{Config: m}); err != nil {
				return err
			}
		}
		if p.command != "analyze" {
			continue
		}
		if m, ok := imageconfig.Judge(c, p.golden != nil); ok {
			if err := p.emit(&report.Message{Finding: configFinding(c, m, p.platform)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// anomalies reports what is odd in the suspect's manifest and layers and not in the golden's.
func (p *pair) anomalies(golden *layers.View) error {
	if p.command != "analyze" {
		return nil
	}
	known := map[string]bool{}
	if golden != nil {
		for _, a := range slices.Concat(p.golden.Anomalies(), golden.Anomalies()) {
			known[anomalyFinding(a, p.platform).ID] = true
		}
	}
	for _, a := range slices.Concat(p.suspect.Anomalies(), p.view.Anomalies()) {
		f := anomalyFinding(a, p.platform)
		if known[f.ID] {
			continue
		}
		known[f.ID] = true
		if err := p.emit(&report.Message{Finding: f}); err != nil {
			return err
		}
	}
	return nil
}

// collect walks the merged view and gathers the changes.
func (p *pair) collect(ctx context.Context) ([]*diff.Change, error) {
	var changes []*diff.Change
	for c, err := range p.snapshot.Changes(ctx, counted{p.view, &p.summary.Entries}, nil) {
		if err != nil {
			if err := p.walkError(err, "suspect"); err != nil {
				return nil, err
			}
			continue
		}
		if c.New != nil {
			c.New = c.New.Clone()
		}
		changes = append(changes, c)
	}
	return changes, nil
}

// needsScan reports whether a change brought content that rules should see.
func needsScan(c *diff.Change) bool {
	if c.New == nil || c.New.Type != fstree.TypeFile || c.New.SHA256 == nil || c.New.Size == 0 {
		return false
	}
	switch c.Kind {
	case diff.Added, diff.Renamed:
		return true
	case diff.Modified:
		return true
	}
	return false
}

// fetch scans changed content that was not met while layers were unpacked: a
// hard link under another name, a file that a removed golden layer had covered, or
// a layer whose index was known. It goes in the order of layers, one pass each.
func (p *pair) fetch(ctx context.Context, changes []*diff.Change) error {
	if p.o.Rules == nil {
		return nil
	}
	pending, err := p.unvisited(ctx, changes)
	if err != nil {
		return err
	}
	slices.SortStableFunc(pending, func(a, b *fstree.Entry) int {
		return cmp.Or(cmp.Compare(layerIndex(a), layerIndex(b)), cmp.Compare(a.Offset, b.Offset))
	})
	for _, e := range pending {
		f, err := p.view.OpenEntry(e)
		if err == nil {
			var t *content
			if t, err = opened(e, f, p.o.MaxFileMemory); err == nil {
				err = p.scanNow(ctx, e, t)
			} else {
				t.close() // the read error is what counts
			}
		}
		if err != nil {
			d := &fstree.Damage{Path: e.Path, Structure: "content", Offset: e.Offset, Cause: err}
			if err := p.damage(d, "suspect"); err != nil {
				return err
			}
		}
	}
	return nil
}

// unvisited lists the contents that are new and have not been scanned, those
// that upper layers hide included.
func (p *pair) unvisited(ctx context.Context, changes []*diff.Change) ([]*fstree.Entry, error) {
	var pending []*fstree.Entry
	seen := map[scanKey]bool{}
	add := func(e *fstree.Entry) {
		key := scanKey{e.Path, *e.SHA256}
		if p.scans[key] == nil && !seen[key] {
			seen[key] = true
			pending = append(pending, e)
		}
	}
	for _, c := range changes {
		if needsScan(c) {
			add(c.New)
		}
	}
	for e, err := range p.view.Walk(ctx) {
		if err != nil {
			if _, damaged := asDamage(err); damaged {
				continue // reported by the first walk
			}
			return nil, err
		}
		if p.hides(e) {
			add(e.Clone())
		}
	}
	return pending, nil
}

// hides reports a content of the suspect's own layers that an upper layer hides
// and that the golden image does not have at its path.
func (p *pair) hides(e *fstree.Entry) bool {
	if e.State == fstree.Live || e.SHA256 == nil || e.Size == 0 || layerIndex(e) < p.view.Stats().LayersShared {
		return false
	}
	g, ok := p.snapshot.Lookup(e.Path, "")
	return !ok || g.SHA256 == nil || *g.SHA256 != *e.SHA256
}

func (p *pair) scanNow(ctx context.Context, e *fstree.Entry, t *content) error {
	f, err := p.pool.submit(ctx, e.Path, func(w *worker) scanResult { return p.settings.scan(ctx, w, t) })
	if err != nil {
		t.close() // the work has been cancelled
		return err
	}
	p.scans[scanKey{e.Path, *e.SHA256}] = f
	return nil
}

func layerIndex(e *fstree.Entry) int {
	if e.Layer == nil {
		return -1
	}
	return e.Layer.Index
}

func (p *pair) emitChange(ctx context.Context, c *diff.Change) error {
	if p.run.golden != nil {
		m := report.NewChange(c)
		m.Platform = p.platform
		if c.TimesOnly() {
			p.summary.TimesOnly++
		}
		if err := p.emit(&report.Message{Change: m}); err != nil {
			return err
		}
	}
	if !needsScan(c) {
		return nil
	}
	words := how(c)
	if p.run.golden == nil {
		words = ""
	}
	return p.emitScan(ctx, c.New, p.view, p.platform, words)
}

// hidden reports findings in content of the suspect's own layers that an upper layer covers or removes.
func (p *pair) hidden(ctx context.Context) error {
	if p.o.Rules == nil {
		return nil
	}
	for e, err := range p.view.Walk(ctx) {
		if err != nil {
			if _, damaged := asDamage(err); damaged {
				continue // reported by the first walk
			}
			return err
		}
		if !p.hides(e) {
			continue
		}
		if err := p.emitScan(ctx, e, p.view, p.platform, "which an upper layer hides"); err != nil {
			return err
		}
	}
	return nil
}

// removed reports a platform that only the golden image has.
func (p *pair) removed(ctx context.Context) error {
	if _, err := p.readGolden(ctx); err != nil {
		return err
	}
	for c, err := range p.snapshot.Changes(ctx, emptyTree{}, nil) {
		if err != nil {
			return err
		}
		if err := p.emitChange(ctx, c); err != nil {
			return err
		}
	}
	return nil
}
