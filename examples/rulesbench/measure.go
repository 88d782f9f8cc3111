package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
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
}

func measure(ctx context.Context, c *config, set contender, files []sample) (*result, error) {
	rules, err := yara.Load(ctx, []string{set.pack}, nil)
	if err != nil {
		return nil, err
	}
	defer rules.Close() // all scanners are closed by then
	r := &result{set: set, files: files, hits: make([][]string, len(files)), errors: make([]error, len(files)), took: make([]time.Duration, len(files)), rules: len(rules.Rules())}
	start := cpuTime()
	for _, malicious := range []bool{true, false} {
		if !malicious {
			start = cpuTime()
		}
		if err := r.scanAll(ctx, c, rules, malicious); err != nil {
			return nil, err
		}
	}
	r.cpu = cpuTime() - start
	r.small, err = smallFile(ctx, set, rules)
	return r, err
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

// scanAll scans the files of one class with several workers.
func (r *result) scanAll(ctx context.Context, c *config, rules signatures.RuleSet, malicious bool) error {
	work := make(chan int)
	var wg sync.WaitGroup
	errs := make([]error, c.jobs)
	for w := range c.jobs {
		wg.Go(func() {
			sc, err := rules.NewScanner()
			if err != nil {
				errs[w] = err
				for range work { // let the sender go on
				}
				return
			}
			defer sc.Close()
			var buf bytes.Buffer // for one file after the other
			for i := range work {
				start := time.Now()
				r.hits[i], r.errors[i] = scanFile(ctx, sc, r.set, c.minimum, r.files[i].path, &buf)
				r.took[i] = time.Since(start)
			}
		})
	}
	for i, f := range r.files {
		if f.malicious != malicious || ctx.Err() != nil {
			continue
		}
		if !malicious {
			r.bytes += f.size
		}
		work <- i
	}
	close(work)
	wg.Wait()
	return errors.Join(append(errs, ctx.Err())...)
}

func scanFile(ctx context.Context, sc signatures.Scanner, set contender, minimum signatures.Severity, path string, buf *bytes.Buffer) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read from
	buf.Reset()
	if _, err := buf.ReadFrom(f); err != nil {
		return nil, err
	}
	return scanContent(ctx, sc, set, minimum, path, buf.Bytes())
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
	} else {
		scan(strings.Join(views.Kinds(path, data), ","), "", data)
	}
	if set.views {
		for v, err := range views.Of(ctx, path, data, nil) {
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
func smallFile(ctx context.Context, set contender, rules signatures.RuleSet) (time.Duration, error) {
	sc, err := rules.NewScanner()
	if err != nil {
		return 0, err
	}
	defer sc.Close()
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
