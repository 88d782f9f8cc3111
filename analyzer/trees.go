package analyzer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/seed-181f3109/assay/analyzer/diff"
	"github.com/seed-181f3109/assay/analyzer/report"
	"github.com/seed-181f3109/assay/diskimage"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/spool"
)

// emptyTree stands in for a golden image that is not there.
type emptyTree struct{}

func (emptyTree) Walk(context.Context) iter.Seq2[*fstree.Entry, error] {
	return func(func(*fstree.Entry, error) bool) {}
}

// counted counts the live entries of a tree that are walked past.
type counted struct {
	fstree.Opener
	n *int
}

// Walk implements fstree.Tree.
func (c counted) Walk(ctx context.Context) iter.Seq2[*fstree.Entry, error] {
	return func(yield func(*fstree.Entry, error) bool) {
		for e, err := range c.Opener.Walk(ctx) {
			if err == nil && e.State == fstree.Live {
				*c.n++
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// Removed implements diff.Remover for trees that do.
func (c counted) Removed(path string) (last, by *fstree.Layer) {
	if r, ok := c.Opener.(diff.Remover); ok {
		return r.Removed(path)
	}
	return nil, nil
}

func asDamage(err error) (*fstree.Damage, bool) { return errors.AsType[*fstree.Damage](err) }

// trees compares two disks, or unpacked roots, as they are walked.
func (r *run) trees(ctx context.Context) error {
	var golden fstree.Tree = emptyTree{}
	var opener fstree.Opener
	if r.golden != nil {
		var err error
		if opener, err = r.golden.Tree(ctx, r.o.Platform); err != nil {
			return fmt.Errorf("golden: %w", err)
		}
		golden = opener
	}
	if r.golden != nil && r.golden.disk != nil && r.suspect.disk != nil {
		r.suspect.disk.SetNames(diskimage.ShowAs(diskimage.Pair(r.golden.disk, r.suspect.disk)))
	}
	suspect, err := r.suspect.Tree(ctx, "")
	if err != nil {
		return fmt.Errorf("suspect: %w", err)
	}
	snapshot, err := diff.Take(ctx, golden, &diff.Options{Hash: r.countHash})
	if err != nil {
		return fmt.Errorf("golden: %w", err)
	}
	if err := r.damages(snapshot.Damage(), "golden"); err != nil {
		return err
	}
	if opener != nil {
		r.settings.openGolden = goldenOpener(snapshot, opener)
	}
	w := &treeWalk{run: r, tree: suspect}
	for c, err := range snapshot.Changes(ctx, counted{suspect, &r.summary.Entries}, &diff.Options{Hash: w.hash}) {
		if err != nil {
			if err := w.damaged(err); err != nil {
				return err
			}
			continue
		}
		if err := w.changed(ctx, c); err != nil {
			return err
		}
	}
	return w.flush(ctx, 0)
}

// goldenOpener opens files of the golden tree by path.
func goldenOpener(s *diff.Snapshot, tree fstree.Opener) func(string) (fstree.File, int64, bool) {
	return func(path string) (fstree.File, int64, bool) {
		e, ok := s.Lookup(path, "")
		if !ok || e.Type != fstree.TypeFile {
			return nil, 0, false
		}
		f, err := tree.OpenEntry(e)
		return f, e.Size, err == nil
	}
}

// countHash hashes a content of the golden tree.
func (r *run) countHash(ctx context.Context, e, _ *fstree.Entry) (*[32]byte, error) {
	sum, err := diff.Hash(ctx, e)
	r.hashed("golden", e)
	return sum, err
}

func (r *run) hashed(phase string, e *fstree.Entry) {
	r.summary.BytesHashed += e.Size
	r.summary.BytesRead += e.Size
	r.o.Progress(Progress{Phase: phase, Bytes: e.Size, Path: e.Path})
}

// treeWalk is the walk over a suspect tree with random access. Changes wait in
// a queue until the scan of their content has ended, so that they come out in the order of the walk.
type treeWalk struct {
	*run
	tree  fstree.Opener
	queue []queued
}

// queued is a change or damage that waits for its turn.
type queued struct {
	change *diff.Change
	damage *fstree.Damage
	scan   *future
}

// maxQueue bounds the queue.
const maxQueue = 256

// hash reads a content once: it is hashed, and if it is new or changed it is
// given to the rules from the same read. Content that is too large for memory and
// content that has the golden size are read again for the rules if they differ.
func (w *treeWalk) hash(ctx context.Context, e, golden *fstree.Entry) (*[32]byte, error) {
	w.hashed("suspect", e)
	likelySame := golden != nil && golden.SHA256 != nil && golden.Size == e.Size
	if w.o.Rules == nil || e.Size == 0 || e.Size > w.o.MaxFileMemory || likelySame {
		sum, err := diff.Hash(ctx, e)
		if err != nil || likelySame && *sum == *golden.SHA256 || w.o.Rules == nil || e.Size == 0 {
			return sum, err
		}
		return sum, w.scanAgain(ctx, e, *sum)
	}
	var content *spool.Content
	sum, err := diff.HashTo(ctx, e, func(r io.Reader) (err error) {
		content, err = spool.Read(r, e.Size, w.o.spool())
		return err
	})
	if err != nil {
		if content != nil {
			content.Close() // memory only
		}
		return nil, err
	}
	return sum, w.submit(ctx, e, *sum, spooled(e, content))
}

// scanAgain opens a content a second time for the rules.
func (w *treeWalk) scanAgain(ctx context.Context, e *fstree.Entry, sum [32]byte) error {
	f, err := w.tree.OpenEntry(e)
	if err != nil {
		return err
	}
	t, err := opened(e, f, w.o.MaxFileMemory)
	if err != nil {
		t.close() // the read error is what counts
		return err
	}
	return w.submit(ctx, e, sum, t)
}

func (w *treeWalk) submit(ctx context.Context, e *fstree.Entry, sum [32]byte, t *content) error {
	f, err := w.pool.submit(ctx, e.Path, func(k *worker) scanResult { return w.settings.scan(ctx, k, t) })
	if err != nil {
		t.close() // the work has been cancelled
		return err
	}
	w.scans[scanKey{e.Path, sum}] = f
	return nil
}

func (w *treeWalk) damaged(err error) error {
	d, ok := asDamage(err)
	if !ok {
		return err
	}
	w.queue = append(w.queue, queued{damage: d})
	return nil
}

// changed queues a change with the scan of its content.
func (w *treeWalk) changed(ctx context.Context, c *diff.Change) error {
	q := queued{change: c}
	if c.New != nil {
		c.New = c.New.Clone()
	}
	if needsScan(c) && w.o.Rules != nil {
		key := scanKey{c.New.Path, *c.New.SHA256}
		if w.scans[key] == nil { // another name of a file that has been hashed, or a fork
			if err := w.scanAgain(ctx, c.New, key.sum); err != nil {
				if err := w.damaged(lostContent(c.New, err)); err != nil {
					return err
				}
			}
		}
		q.scan = w.scans[key]
		delete(w.scans, key)
	}
	w.queue = append(w.queue, q)
	return w.flush(ctx, maxQueue)
}

func lostContent(e *fstree.Entry, err error) error {
	if d, ok := asDamage(err); ok {
		return d
	}
	return &fstree.Damage{Volume: e.Volume, Path: e.Path, Structure: "content", Offset: -1, Cause: err}
}

// flush emits the front of the queue until it is at most n long.
func (w *treeWalk) flush(ctx context.Context, n int) error {
	for len(w.queue) > n {
		q := w.queue[0]
		w.queue = w.queue[1:]
		var err error
		if q.damage != nil {
			err = w.damage(q.damage, "suspect")
		} else {
			err = w.emitQueued(ctx, q)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *treeWalk) emitQueued(ctx context.Context, q queued) error {
	c, words := q.change, ""
	if w.golden != nil {
		words = how(c)
		if c.TimesOnly() {
			w.summary.TimesOnly++
		}
		if err := w.emit(&report.Message{Change: report.NewChange(c)}); err != nil {
			return err
		}
	}
	if q.scan == nil {
		return nil
	}
	return w.emitResult(ctx, q.scan, c.New, w.tree, "", words)
}

// emitScan emits what the scan of e found, if there was one.
func (r *run) emitScan(ctx context.Context, e *fstree.Entry, tree fstree.Tree, platform, words string) error {
	f := r.scans[scanKey{e.Path, *e.SHA256}]
	if f == nil {
		return nil
	}
	return r.emitResult(ctx, f, e, tree, platform, words)
}

// emitResult waits for a scan and emits its findings and damage.
func (r *run) emitResult(ctx context.Context, f *future, e *fstree.Entry, tree fstree.Tree, platform, words string) error {
	res, err := f.wait(ctx)
	if err != nil {
		return err
	}
	r.summary.FilesScanned += res.files
	r.summary.BytesScanned += res.bytes
	for _, h := range res.hits {
		if err := r.emit(&report.Message{Finding: matchFinding(h, e, tree, platform, words)}); err != nil {
			return err
		}
	}
	for _, d := range res.damage {
		c := *d
		c.Volume = e.Volume
		if e.Layer != nil {
			c.Layer = e.Layer.Digest
		}
		if err := r.damage(&c, "suspect"); err != nil {
			return err
		}
	}
	return nil
}
