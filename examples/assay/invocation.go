package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/seed-181f3109/assay/analyzer"
	"github.com/seed-181f3109/assay/analyzer/report"
	"github.com/seed-181f3109/assay/analyzer/report/jsonl"
	"github.com/seed-181f3109/assay/analyzer/report/text"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/layers"
	"github.com/seed-181f3109/assay/signatures"
	"github.com/seed-181f3109/assay/signatures/yara"
)

// invocation is one command line: its outputs and the values of its flags.
type invocation struct {
	stdout, stderr io.Writer

	golden, platform, volume string
	format, output, failOn   string
	rules, searchDirs        []string
	jobs                     int
	maxFileMemory            string
	cacheDir                 string
	noCache, noColor         bool
	quiet, verbose           bool
	hash, all, raw           bool
	insecure                 bool
}

// imageFlags are those of every command that opens images.
func imageFlags(f *pflag.FlagSet, c *invocation) {
	f.StringVar(&c.platform, "platform", "", "only this platform of a multi-platform image, such as linux/arm64")
	f.StringVar(&c.volume, "volume", "", "only this volume of a disk, with paths from its own root, such as p1 or vg0/root")
	f.StringArrayVar(&c.searchDirs, "search-dir", nil, "folder in which further files that a disk image names may be opened; repeatable")
	f.IntVar(&c.jobs, "jobs", 0, "contents and layers worked on at the same time (default: number of CPUs)")
	f.StringVar(&c.maxFileMemory, "max-file-memory", "8MiB", "bytes of one file kept in memory; larger ones use a temporary file")
	f.StringVar(&c.cacheDir, "cache-dir", "", "folder for indexes of layers and compiled rules (default: assay in the user's cache folder)")
	f.BoolVar(&c.noCache, "no-cache", false, "keep no indexes and compiled rules between runs")
	f.BoolVar(&c.insecure, "insecure", false, "ask registries over plain HTTP")
	f.BoolVarP(&c.quiet, "quiet", "q", false, "no progress")
}

// outputFlags are those of every command that writes a report.
func outputFlags(f *pflag.FlagSet, c *invocation) {
	f.StringVar(&c.format, "format", "text", "text or jsonl")
	f.StringVarP(&c.output, "output", "o", "", "write to this file, which appears only when it is whole")
	f.BoolVar(&c.noColor, "no-color", false, "no colours (also: NO_COLOR is set)")
	f.BoolVarP(&c.verbose, "verbose", "v", false, "list everything, and log to standard error")
}

func ruleFlags(f *pflag.FlagSet, c *invocation) {
	f.StringArrayVar(&c.rules, "rules", []string{yara.Builtin}, "rules to run: builtin, none, a file or a folder; repeatable")
}

// options makes the library's options of the flags.
func (c *invocation) options() (*analyzer.Options, error) {
	n, err := parseSize(c.maxFileMemory)
	if err != nil {
		return nil, fmt.Errorf("--max-file-memory: %w", err)
	}
	o := &analyzer.Options{
		Version: version, Platform: c.platform, Volume: c.volume, SearchDirs: c.searchDirs, Jobs: c.jobs, MaxFileMemory: n,
		Insecure: c.insecure,
	}
	if c.verbose {
		o.Logger = slog.New(slog.NewTextHandler(c.stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if dir := c.cache("layers"); dir != "" {
		o.Cache = layers.NewDirCache(dir)
	}
	return o, nil
}

// cache returns the folder of one kind of cached things, or "" for none.
func (c *invocation) cache(kind string) string {
	if c.noCache {
		return ""
	}
	dir := c.cacheDir
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "" // no home, no cache
		}
		dir = filepath.Join(user, "assay")
	}
	return filepath.Join(dir, kind)
}

// loadRules loads what --rules names; nil for none.
func (c *invocation) loadRules(ctx context.Context, o *analyzer.Options) error {
	packs := slices.DeleteFunc(slices.Clone(c.rules), func(p string) bool { return p == "none" })
	if len(packs) == 0 {
		return nil
	}
	set, err := yara.Load(ctx, packs, &yara.Options{CacheDir: c.cache("rules"), Logger: o.Logger})
	if errors.Is(err, signatures.ErrUnavailable) {
		return fmt.Errorf("%w; --rules none does without", err)
	}
	if err != nil {
		return err
	}
	o.Rules, o.Engine = set, yara.Version()
	return nil
}

// parseSize reads a number of bytes with an optional unit K, M, G or KiB, MiB, GiB.
func parseSize(s string) (int64, error) {
	var n int64
	var unit string
	if _, err := fmt.Sscanf(s, "%d%s", &n, &unit); err != nil && unit == "" {
		if _, err := fmt.Sscanf(s, "%d", &n); err != nil {
			return 0, fmt.Errorf("%q is no size such as 8MiB", s)
		}
	}
	shift, ok := map[string]int{"": 0, "B": 0, "K": 10, "KIB": 10, "M": 20, "MIB": 20, "G": 30, "GIB": 30}[strings.ToUpper(unit)]
	if !ok || n <= 0 || n > 1<<32 {
		return 0, fmt.Errorf("%q is no size such as 8MiB", s)
	}
	return n << shift, nil
}

// isTerminal reports whether w is a terminal that can show colours.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

// output opens the report's writer. finish writes the rest and, with --output,
// gives the file its name; without a call the file is removed.
func (c *invocation) open() (w report.Writer, finish func() error, abort func(), err error) {
	out, commit, abort := c.stdout, func() error { return nil }, func() {}
	if c.output != "" {
		if out, commit, abort, err = atomicFile(c.output); err != nil {
			return nil, nil, nil, err
		}
	}
	switch c.format {
	case "jsonl":
		w = jsonl.New(out)
	case "text":
		w = text.New(out, &text.Options{Color: c.color(out), Verbose: c.verbose, Width: width(out)})
	default:
		abort()
		return nil, nil, nil, fmt.Errorf("--format %q is none of text, jsonl", c.format)
	}
	return w, func() error {
		if err := w.Close(); err != nil {
			return err
		}
		return commit()
	}, abort, nil
}

func (c *invocation) color(out io.Writer) bool {
	return !c.noColor && os.Getenv("NO_COLOR") == "" && isTerminal(out)
}

func width(out io.Writer) int {
	if f, ok := out.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil {
			return max(w, 60)
		}
	}
	return 0
}

// warn names damage on standard error.
func (c *invocation) warn(d *fstree.Damage) {
	fmt.Fprintf(c.stderr, "assay: not read: %s\n", text.Escape(d.Error()))
}

// atomicFile creates a file beside name that takes its name at commit.
func atomicFile(name string) (w io.Writer, commit func() error, abort func(), err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".assay-*")
	if err != nil {
		return nil, nil, nil, err
	}
	abort = func() {
		f.Close()
		os.Remove(f.Name())
	}
	commit = func() error {
		err := f.Chmod(0o644)
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err == nil {
			err = os.Rename(f.Name(), name)
		}
		if err != nil {
			os.Remove(f.Name())
		}
		return err
	}
	return f, commit, abort, nil
}
