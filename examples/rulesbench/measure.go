package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/signatures"
	"github.com/seed-181f3109/assay/signatures/views"
	"github.com/seed-181f3109/assay/signatures/yara"
)

// contender is a set of rules and the way it is run.
type contender struct {
	name  string
	pack  string
	views bool
	all   bool // no kinds: the pack is not grouped
}

func contenders(c *config) []contender {
	var out []contender
	if strings.Contains(c.sets, "raw") {
		out = append(out, contender{name: "assay raw", pack: yara.Builtin})
	}
	if strings.Contains(c.sets, "views") {
		out = append(out, contender{name: "assay views", pack: yara.Builtin, views: true})
	}
	for _, p := range c.packs {
		name, path, _ := strings.Cut(p, "=")
		out = append(out, contender{name: name, pack: path, all: true})
	}
	return out
}

// result is what one contender did on each file.
type result struct {
	set    contender
	files  []sample
	hits   [][]string // rule names by file
	errors []error    // by file
	took   []time.Duration
	bytes  int64 // benign bytes scanned
	cpu    time.Duration
	small  time.Duration // a 2 KiB PHP file
	rules  int

	scanners []signatures.Scanner // one for each job
}

// measure runs every contender over the files. They take turns, batch after batch,
// so that what else the machine does meets them all alike.
func measure(ctx context.Context, c *config, files []sample) ([]*result, error) {
	var results []*result
	for _, set := range contenders(c) {
		rules, err := yara.Load(ctx, []string{set.pack}, nil)
		if err != nil {
			return nil, err
		}
		defer rules.Close() // all scanners are closed by then
		r := &result{set: set, files: files, hits: make([][]string, len(files)), errors: make([]error, len(files)), took: make([]time.Duration, len(files)), rules: len(rules.Rules())}
		for range c.jobs {
			sc, err := rules.NewScanner()
			if err != nil {
				return nil, err
			}
			defer sc.Close()
			r.scanners = append(r.scanners, sc)
		}
		results = append(results, r)
	}
	for _, malicious := range []bool{true, false} {
		if err := scanAll(ctx, c, results, files, malicious); err != nil {
			return nil, err
		}
	}
	for _, r := range results {
		var err error
		if r.small, err = smallFile(ctx, r.set, r.scanners[0]); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// slowest returns the file that took the longest time by the clock.
func (r *result) slowest() (path string, took time.Duration) {
	for i, d := range r.took {
		if d > took {
			path, took = r.files[i].path, d
		}
	}
	return path, took
}

// batchSize is how much is read before it is scanned, in bytes.
const batchSize = 32 << 20

// scanAll scans the files of one class. The CPU time is that of the scans of
// benign files, without reading them.
func scanAll(ctx context.Context, c *config, results []*result, files []sample, malicious bool) error {
	var b batch
	flush := func() {
		for _, r := range results {
			r.scanBatch(ctx, c, &b, malicious)
		}
		b.reset()
	}
	for i, f := range files {
		if f.malicious != malicious || ctx.Err() != nil {
			continue
		}
		if err := b.read(i, f.path); err != nil {
			for _, r := range results {
				r.errors[i] = err
			}
			continue
		}
		if b.buf.Len() >= batchSize {
			flush()
		}
	}
	flush()
	return ctx.Err()
}

// batch holds the contents of some files, one behind the other.
type batch struct {
	buf   bytes.Buffer
	files []int // indexes
	ends  []int
}

func (b *batch) read(i int, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() // only read from
	start := b.buf.Len()
	if _, err := b.buf.ReadFrom(f); err != nil {
		b.buf.Truncate(start)
		return err
	}
	b.files, b.ends = append(b.files, i), append(b.ends, b.buf.Len())
	return nil
}

func (b *batch) reset() {
	b.buf.Reset()
	b.files, b.ends = b.files[:0], b.ends[:0]
}

// scanBatch scans what was read, with a worker for each scanner. Its CPU time takes
// in that of its garbage.
func (r *result) scanBatch(ctx context.Context, c *config, b *batch, malicious bool) {
	begin := cpuTime()
	var next atomic.Int64
	var wg sync.WaitGroup
	for _, sc := range r.scanners {
		wg.Go(func() {
			for k := next.Add(1) - 1; int(k) < len(b.files); k = next.Add(1) - 1 {
				i, from := b.files[k], 0
				if k > 0 {
					from = b.ends[k-1]
				}
				start := time.Now()
				r.hits[i], r.errors[i] = scanContent(ctx, sc, r.set, c.minimum, r.files[i].path, b.buf.Bytes()[from:b.ends[k]:b.ends[k]])
				r.took[i] = time.Since(start)
			}
		})
	}
	wg.Wait()
	runtime.GC()
	if !malicious {
		r.cpu += cpuTime() - begin
		r.bytes += int64(b.buf.Len())
	}
}

// scanContent returns the rules that match content or one of its views.
func scanContent(ctx context.Context, sc signatures.Scanner, set contender, minimum signatures.Severity, path string, data []byte) ([]string, error) {
	var hits []string
	var errs []error
	scan := func(kind, view string, content []byte) {
		matches, err := sc.Scan(ctx, &signatures.Target{Path: path, Kind: kind, View: view, Bytes: content})
		if err != nil {
			errs = append(errs, err)
		}
		for _, m := range matches {
			if m.Rule.Severity >= minimum {
				hits = append(hits, m.Rule.Name)
			}
		}
	}
	if set.all {
		scan("", "", data)
		slices.Sort(hits)
		return slices.Compact(hits), errors.Join(errs...)
	}
	kinds := views.Kinds(path, data)
	scan(strings.Join(kinds, ","), "", data)
	if set.views {
		for v, err := range views.OfKinds(ctx, path, kinds, data, nil) {
			if err != nil {
				if !errors.Is(err, fstree.ErrLimit) && !errors.Is(err, fstree.ErrCorrupt) {
					errs = append(errs, err)
				}
				continue
			}
			scan(v.Kind, v.Chain, v.Bytes)
		}
	}
	slices.Sort(hits)
	return slices.Compact(hits), errors.Join(errs...)
}

// smallFile returns the time for a PHP file of 2 KiB as applications have them.
func smallFile(ctx context.Context, set contender, sc signatures.Scanner) (time.Duration, error) {
	var b strings.Builder
	b.WriteString("<?php\nnamespace App\\Model;\n\nclass Account extends Base\n{\n")
	for i := 0; b.Len() < 2000; i++ {
		fmt.Fprintf(&b, "    public function field%d($value)\n    {\n        $this->data['field%d'] = trim((string) $value);\n        return $this->save('accounts');\n    }\n\n", i, i)
	}
	b.WriteString("}\n")
	data := []byte(b.String())
	const rounds = 500
	start := cpuTime()
	for range rounds {
		if _, err := scanContent(ctx, sc, set, signatures.Medium, "/srv/www/account.php", data); err != nil {
			return 0, err
		}
	}
	return (cpuTime() - start) / rounds, nil
}

// writeMisses lists what a contender missed and where it was wrong.
func (r *result) writeMisses(w io.Writer) error {
	for i, f := range r.files {
		var line string
		switch {
		case f.malicious && len(r.hits[i]) == 0:
			line = "MISS"
		case !f.malicious && len(r.hits[i]) > 0:
			line = "FP"
		case f.malicious:
			line = "HIT"
		}
		if line != "" {
			if _, err := fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\t%s\n", r.set.name, line, f.lang, f.source, f.size, f.path, strings.Join(r.hits[i], ",")); err != nil {
				return err
			}
		}
		if r.errors[i] != nil {
			if _, err := fmt.Fprintf(w, "%s\tERROR\t%s\t%s\t%d\t%s\t%v\n", r.set.name, f.lang, f.source, f.size, f.path, strings.ReplaceAll(r.errors[i].Error(), "\n", "; ")); err != nil {
				return err
			}
		}
	}
	return nil
}
