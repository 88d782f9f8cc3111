package main

import (
	"fmt"
	"sync"
	"time"

	"github.com/seed-181f3109/assay/analyzer"
	"github.com/seed-181f3109/assay/analyzer/report/text"
)

// progressBar shows on standard error what is going on, if that is a terminal.
type progressBar struct {
	c     *invocation
	mu    sync.Mutex
	bytes map[string]int64
	phase string
	path  string
	shown time.Time
	done  bool
	drawn bool
}

// refresh is the time between two updates.
const refresh = 100 * time.Millisecond

// progress makes o report to a bar. The caller stops it.
func (c *invocation) progress(o *analyzer.Options) *progressBar {
	b := &progressBar{c: c, bytes: map[string]int64{}}
	if c.quiet || !isTerminal(c.stderr) {
		b.done = true
		return b
	}
	o.Progress = b.update
	return b
}

func (b *progressBar) update(p analyzer.Progress) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bytes[p.Phase] += p.Bytes
	b.phase, b.path = p.Phase, p.Path
	if b.done || time.Since(b.shown) < refresh {
		return
	}
	b.shown, b.drawn = time.Now(), true
	line := fmt.Sprintf("%s  %.1f MiB  %s", b.phase, float64(b.bytes[b.phase])/(1<<20), text.Escape(b.path))
	if r := []rune(line); len(r) > 79 {
		line = string(r[:79])
	}
	fmt.Fprintf(b.c.stderr, "\r\x1b[K%s", line)
}

// stop clears the line. It may be called more than once.
func (b *progressBar) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.drawn && !b.done {
		fmt.Fprint(b.c.stderr, "\r\x1b[K")
	}
	b.done = true
}
