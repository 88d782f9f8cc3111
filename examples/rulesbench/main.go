// Command rulesbench measures rule packs on files that are known to be
// malicious or benign: recall and false positives by language, speed, and the
// cost of a small file. Nothing is executed.
//
//	rulesbench --corpus DIR [--pack NAME=PATH]... [--misses FILE]
//
// DIR/malicious/<source>/... and DIR/benign/<source>/... hold the files; a
// <source> may be a symbolic link to a folder. Files of 20 bytes to 2 MiB of a
// known language count, once each by SHA-256 and by text without white space.
// A file is found when a rule of severity medium or higher matches.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/seed-181f3109/assay/signatures"
)

// packList collects --pack NAME=PATH.
type packList []string

func (p *packList) String() string { return strings.Join(*p, ",") }

func (p *packList) Set(s string) error {
	if name, path, ok := strings.Cut(s, "="); !ok || name == "" || path == "" {
		return fmt.Errorf("want NAME=PATH, got %q", s)
	}
	*p = append(*p, s)
	return nil
}

type config struct {
	corpus, misses string
	packs          packList
	jobs           int
	minimum        signatures.Severity
	sets           string
	only           string
}

func main() {
	var c config
	severity := "medium"
	flag.StringVar(&c.corpus, "corpus", "", "folder that holds malicious/ and benign/")
	flag.StringVar(&c.misses, "misses", "", "write missed files and false positives to this file")
	flag.Var(&c.packs, "pack", "measure a pack of rules too, as NAME=PATH (repeatable)")
	flag.IntVar(&c.jobs, "jobs", 2, "files scanned at a time")
	flag.StringVar(&severity, "severity", severity, "lowest severity that counts")
	flag.StringVar(&c.sets, "sets", "raw,views", "forms of our own rules to measure")
	flag.StringVar(&c.only, "only", "", "measure only malicious or only benign files")
	flag.Parse()
	var err error
	if c.minimum, err = signatures.ParseSeverity(severity); err != nil || c.corpus == "" {
		fmt.Fprintln(os.Stderr, "usage: rulesbench --corpus DIR [--pack NAME=PATH] [--misses FILE]")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, &c); err != nil {
		fmt.Fprintln(os.Stderr, "rulesbench:", err)
		os.Exit(2)
	}
}

func run(ctx context.Context, c *config) error {
	files, err := collect(ctx, c.corpus, c.only)
	if err != nil {
		return err
	}
	fmt.Printf("corpus: %s\n\n", describeFiles(files))
	var out *os.File
	if c.misses != "" {
		if out, err = os.Create(c.misses); err != nil {
			return err
		}
		defer out.Close() // the last write is checked below
	}
	results, err := measure(ctx, c, files)
	if err != nil {
		return err
	}
	for _, r := range results {
		path, took := r.slowest()
		fmt.Fprintf(os.Stderr, "%s: slowest: %s, %v\n", r.set.name, path, took.Round(time.Millisecond))
		if out != nil {
			if err := r.writeMisses(out); err != nil {
				return err
			}
		}
	}
	printTable(os.Stdout, files, results)
	if out != nil {
		return out.Sync()
	}
	return nil
}
