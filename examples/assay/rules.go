package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/pflag"

	"github.com/seed-181f3109/assay/analyzer/report/text"
	"github.com/seed-181f3109/assay/signatures"
	"github.com/seed-181f3109/assay/signatures/yara"
)

func rulesCommand() command {
	return command{
		name: "rules", args: "list|check [PATH...]", short: "show the rules that would run, or what is wrong with them and what they cost",
		example: "assay rules list\nassay rules check /srv/rules",
		flags: func(f *pflag.FlagSet, c *invocation) {
			ruleFlags(f, c)
			f.StringVar(&c.cacheDir, "cache-dir", "", "folder for compiled rules (default: assay in the user's cache folder)")
			f.BoolVar(&c.noCache, "no-cache", false, "keep no compiled rules between runs")
			outputFlags(f, c)
		},
		run: runRules,
	}
}

func runRules(ctx context.Context, c *invocation, args []string) (int, error) {
	if len(args) == 0 || args[0] != "list" && args[0] != "check" {
		return 0, fmt.Errorf("%w: rules takes list or check", errUsage)
	}
	packs := args[1:]
	if len(packs) == 0 {
		packs = c.rules
	}
	set, err := yara.Load(ctx, packs, &yara.Options{CacheDir: c.cache("rules")})
	if err != nil {
		return 0, err
	}
	defer set.Close() // only read from
	check := args[0] == "check"
	var costs []yara.Cost
	if check {
		if costs, err = yara.Costs(ctx, packs, nil); err != nil {
			return 0, err
		}
	}
	out, commit, abort := c.stdout, func() error { return nil }, func() {}
	if c.output != "" {
		if out, commit, abort, err = atomicFile(c.output); err != nil {
			return 0, err
		}
	}
	switch {
	case c.format == "jsonl":
		err = rulesJSON(out, set, check, costs)
	case c.format != "text":
		err = fmt.Errorf("--format %q is none of text, jsonl", c.format)
	case args[0] == "list":
		err = listRules(out, set, c.verbose)
	default:
		err = checkRules(out, set, costs)
	}
	if err != nil {
		abort()
		return 0, err
	}
	if err := commit(); err != nil {
		return 0, err
	}
	if check {
		for _, p := range set.Problems() {
			if !p.Warning {
				return exitFindings, nil
			}
		}
	}
	return exitClean, nil
}

func listRules(out io.Writer, set signatures.RuleSet, verbose bool) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "SEVERITY\tSCORE\tGROUP\tRULE\tTECHNIQUES\tTITLE\n")
	for _, r := range set.Rules() {
		group, title := r.Group, text.Escape(r.Title)
		if group == "" {
			group = "all"
		}
		if t := []rune(title); len(t) > 70 && !verbose {
			title = string(t[:69]) + "…"
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\n", r.Severity, r.Score, group, text.Escape(r.Name), strings.Join(r.Techniques, ","), title)
	}
	return w.Flush()
}

func checkRules(out io.Writer, set signatures.RuleSet, costs []yara.Cost) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "PACK\tFILES\tRULES\tDIGEST\n")
	for _, p := range set.Packs() {
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\n", text.Path(p.Name), p.Files, p.Rules, p.Digest)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, p := range set.Problems() {
		kind := "error"
		if p.Warning {
			kind = "warning"
		}
		place := text.Path(p.File)
		if p.Line > 0 {
			place += fmt.Sprintf(":%d", p.Line)
		}
		if p.Rule != "" {
			place += " rule " + text.Escape(p.Rule)
		}
		if _, err := fmt.Fprintf(out, "%s: %s: %s: %s\n", text.Path(p.Pack), place, kind, text.Escape(p.Text)); err != nil {
			return err
		}
	}
	return listCosts(out, costs)
}

// listCosts shows what each rule file costs, the slowest first.
func listCosts(out io.Writer, costs []yara.Cost) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\nTEXT\tBINARY\tSMALL FILE\tRULES\tWARNINGS\tFILE\n")
	for _, c := range costs {
		file := text.Path(c.File)
		if c.Pack != c.File {
			file = text.Path(c.Pack) + ": " + file
		}
		if c.Err != nil {
			fmt.Fprintf(w, "-\t-\t-\t%d\t%d\t%s: %s\n", c.Rules, c.Warnings, file, text.Escape(c.Err.Error()))
			continue
		}
		fmt.Fprintf(w, "%d ns/KiB\t%d ns/KiB\t%d µs\t%d\t%d\t%s\n", c.Text.Nanoseconds(), c.Binary.Nanoseconds(), c.Small.Microseconds(), c.Rules, c.Warnings, file)
	}
	return w.Flush()
}

// rulesJSON writes one object with one key a line: pack, rule, problem or cost.
func rulesJSON(out io.Writer, set signatures.RuleSet, check bool, costs []yara.Cost) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	var errs []error
	for _, p := range set.Packs() {
		errs = append(errs, enc.Encode(map[string]any{"pack": map[string]any{"name": p.Name, "digest": p.Digest, "files": p.Files, "rules": p.Rules}}))
	}
	if !check {
		for _, r := range set.Rules() {
			meta := map[string]any{}
			for _, m := range r.Meta {
				meta[m.Name] = m.Value
			}
			errs = append(errs, enc.Encode(map[string]any{"rule": map[string]any{"name": r.Name, "pack": r.Pack, "file": r.File, "group": r.Group,
				"tags": r.Tags, "title": r.Title, "severity": r.Severity.String(), "score": r.Score, "techniques": r.Techniques, "meta": meta}}))
		}
	}
	for _, p := range set.Problems() {
		errs = append(errs, enc.Encode(map[string]any{"problem": map[string]any{"pack": p.Pack, "file": p.File, "line": p.Line, "rule": p.Rule, "warning": p.Warning, "text": p.Text}}))
	}
	for _, c := range costs {
		o := map[string]any{"pack": c.Pack, "file": c.File, "rules": c.Rules, "warnings": c.Warnings}
		if c.Err != nil {
			o["error"] = c.Err.Error()
		} else {
			o["text_ns_per_kib"], o["binary_ns_per_kib"], o["small_file_ns"] = c.Text.Nanoseconds(), c.Binary.Nanoseconds(), c.Small.Nanoseconds()
		}
		errs = append(errs, enc.Encode(map[string]any{"cost": o}))
	}
	return errors.Join(errs...)
}
