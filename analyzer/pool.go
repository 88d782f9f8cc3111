package analyzer

import (
	"context"
	"fmt"
	"sync"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/signatures"
)

// pool runs scans on a bounded number of goroutines, each with a scanner of its
// own. Results come back through futures, so that their order is the caller's.
type pool struct {
	jobs chan func(*worker)
	wg   sync.WaitGroup
}

// worker is one goroutine's state.
type worker struct {
	scanner signatures.Scanner
	err     error // why there is no scanner
}

// newPool starts n workers. They end, and their scanners are closed, at close.
func newPool(rules signatures.RuleSet, n int) *pool {
	p := &pool{jobs: make(chan func(*worker))}
	for range n {
		p.wg.Go(func() {
			w := &worker{}
			if rules != nil {
				w.scanner, w.err = rules.NewScanner()
			}
			for job := range p.jobs {
				job(w)
			}
			if w.scanner != nil {
				w.scanner.Close() // nothing is buffered in a scanner
			}
		})
	}
	return p
}

func (p *pool) close() {
	close(p.jobs)
	p.wg.Wait()
}

// future is the result of a scan that may not have ended.
type future struct {
	done   chan struct{}
	result scanResult
}

// submit runs job on a worker; it waits for a free one. A panic in it becomes
// damage at path. After ctx is cancelled the job may be refused with its error.
func (p *pool) submit(ctx context.Context, path string, job func(*worker) scanResult) (*future, error) {
	f := &future{done: make(chan struct{})}
	run := func(w *worker) {
		defer close(f.done)
		defer func() {
			if r := recover(); r != nil {
				f.result.damage = append(f.result.damage, &fstree.Damage{Path: path, Structure: "scan", Offset: -1,
					Cause: fmt.Errorf("a fault of this program: %v", r)})
			}
		}()
		f.result = job(w)
	}
	select {
	case p.jobs <- run:
		return f, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// wait returns the result, or the context's error.
func (f *future) wait(ctx context.Context) (scanResult, error) {
	select {
	case <-f.done:
		return f.result, nil
	default:
	}
	select {
	case <-f.done:
		return f.result, nil
	case <-ctx.Done():
		return scanResult{}, ctx.Err()
	}
}
