package analyzer

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/seed-181f3109/assay/analyzer/diff"
	"github.com/seed-181f3109/assay/analyzer/report"
	"github.com/seed-181f3109/assay/fstree"
)

// Analyze compares suspect with golden and yields what changed, what the
// changes mean, and what could not be read, as messages: a header first, a summary
// last. Without a golden image (nil) every file counts as changed and is scanned;
// changes themselves are then not listed. An error is the last pair; if the context
// is cancelled a summary of what was done until then comes before it.
func Analyze(ctx context.Context, golden, suspect *Image, opts *Options) iter.Seq2[*report.Message, error] {
	return start(ctx, "analyze", golden, suspect, opts.orDefault())
}

// Diff is Analyze without rules: changes, changed config fields and damage only.
func Diff(ctx context.Context, golden, suspect *Image, opts *Options) iter.Seq2[*report.Message, error] {
	o := *opts.orDefault()
	o.Rules = nil
	return start(ctx, "diff", golden, suspect, &o)
}

// errStopped ends the work when the consumer breaks out of the loop.
var errStopped = errors.New("stopped by the consumer")

func start(ctx context.Context, command string, golden, suspect *Image, o *Options) iter.Seq2[*report.Message, error] {
	return func(yield func(*report.Message, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		r := &run{o: o, command: command, golden: golden, suspect: suspect, scans: map[scanKey]*future{},
			settings: &scanSettings{noViews: o.NoViews, spool: o.spool()}}
		r.summary.Changes, r.summary.Findings = map[string]int{}, map[string]int{}
		r.emit = func(m *report.Message) error {
			r.count(m)
			if !yield(m, nil) {
				return errStopped
			}
			return nil
		}
		workers := o.Jobs
		if o.Rules == nil {
			workers = 1
		}
		r.pool = newPool(o.Rules, workers)
		err := r.do(ctx)
		cancel() // before the workers are waited for
		r.pool.close()
		if errors.Is(err, errStopped) {
			return
		}
		r.summary.Interrupted = errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
		if err == nil || r.summary.Interrupted {
			if !yield(&report.Message{Summary: r.finish()}, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// run is one analysis.
type run struct {
	o               *Options
	command         string
	golden, suspect *Image
	pool            *pool
	settings        *scanSettings
	emit            func(*report.Message) error
	summary         report.Summary
	scans           map[scanKey]*future // guarded by the phase: filled while layers are read
	score           int                 // highest score of a finding
}

// scanKey identifies a scan: what a rule sees of a content is its bytes and its path.
type scanKey struct {
	path string
	sum  [32]byte
}

func (r *run) do(ctx context.Context) error {
	if r.golden != nil && (r.golden.set == nil) != (r.suspect.set == nil) && (r.golden.root == nil && r.suspect.root == nil) {
		return fmt.Errorf("a %s and a %s cannot be compared", r.golden.kind, r.suspect.kind)
	}
	if err := r.header(); err != nil {
		return err
	}
	if err := r.imageLevel(); err != nil {
		return err
	}
	if r.suspect.set != nil {
		return r.containers(ctx)
	}
	return r.trees(ctx)
}

func (r *run) header() error {
	h := &report.Header{Schema: report.Schema, Tool: report.Tool{Name: "assay", Version: r.o.Version}, Command: r.command, Suspect: r.suspect.Describe()}
	if r.golden != nil {
		h.Golden = r.golden.Describe()
	}
	if r.o.Platform != "" || r.o.Volume != "" {
		h.Options = &report.Options{Platform: r.o.Platform, Volume: r.o.Volume}
	}
	if r.o.Rules != nil {
		h.Tool.Engine = r.o.Engine
		problems := map[string]int{}
		for _, p := range r.o.Rules.Problems() {
			if !p.Warning {
				problems[p.Pack]++
				r.summary.RuleProblems++
			}
		}
		for _, p := range r.o.Rules.Packs() {
			h.Rules = append(h.Rules, report.Pack{Name: p.Name, Digest: p.Digest, Rules: p.Rules, Problems: problems[p.Name]})
		}
	}
	return r.emit(&report.Message{Header: h})
}

// imageLevel reports what was found when the images were opened.
func (r *run) imageLevel() error {
	for _, side := range []struct {
		name string
		im   *Image
	}{{"golden", r.golden}, {"suspect", r.suspect}} {
		if side.im == nil || side.im.set == nil {
			continue
		}
		if err := r.damages(side.im.set.Damage(), side.name); err != nil {
			return err
		}
	}
	if r.command != "analyze" {
		return nil
	}
	switch {
	case r.suspect.set != nil:
		known := map[string]bool{}
		if r.golden != nil && r.golden.set != nil {
			for _, a := range r.golden.set.Anomalies() {
				known[anomalyFinding(a, "").ID] = true
			}
		}
		for _, a := range r.suspect.set.Anomalies() {
			if f := anomalyFinding(a, ""); !known[f.ID] {
				if err := r.emit(&report.Message{Finding: f}); err != nil {
					return err
				}
			}
		}
	case r.suspect.disk != nil:
		known := map[string]bool{}
		if r.golden != nil && r.golden.disk != nil {
			for _, a := range r.golden.disk.Anomalies() {
				known[diskFinding(a).ID] = true
			}
		}
		for _, a := range r.suspect.disk.Anomalies() {
			if f := diskFinding(a); !known[f.ID] {
				if err := r.emit(&report.Message{Finding: f}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (r *run) damages(list []*fstree.Damage, image string) error {
	for _, d := range list {
		if err := r.damage(d, image); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) damage(d *fstree.Damage, image string) error {
	c := *d
	c.Image = image
	return r.emit(&report.Message{Damage: report.NewDamage(&c)})
}

// walkError emits damage and passes every other error on.
func (r *run) walkError(err error, image string) error {
	if d, ok := errors.AsType[*fstree.Damage](err); ok {
		return r.damage(d, image)
	}
	return err
}

// how describes a change in a few words, for the sentence of a finding.
func how(c *diff.Change) string {
	switch c.Kind {
	case diff.Added:
		return "added to the golden image"
	case diff.Renamed:
		return fmt.Sprintf("which was %q in the golden image", c.From)
	}
	return "changed against the golden image"
}
