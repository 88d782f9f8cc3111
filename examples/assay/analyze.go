package main

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/spf13/pflag"

	"github.com/seed-181f3109/assay/analyzer"
	"github.com/seed-181f3109/assay/analyzer/report"
	"github.com/seed-181f3109/assay/signatures"
)

func analyzeCommand() command {
	return command{
		name: "analyze", args: "[--golden REF] SUSPECT", short: "find what was implanted: changes, findings, verdict",
		example: "assay analyze --golden oci:images:1.4 docker-archive:suspect.tar\nassay analyze --golden golden.raw --format jsonl -o report.jsonl suspect.vmdk",
		flags: func(f *pflag.FlagSet, c *invocation) {
			f.StringVarP(&c.golden, "golden", "g", "", "the trusted image to compare with; without it every file counts as changed")
			ruleFlags(f, c)
			f.StringVar(&c.failOn, "fail-on", "low", "exit 1 on findings of this severity or above: info, low, medium, high, critical")
			imageFlags(f, c)
			outputFlags(f, c)
		},
		run: runAnalyze,
	}
}

func runAnalyze(ctx context.Context, c *invocation, args []string) (int, error) {
	if err := need(args, 1, 1, "analyze takes one suspect image"); err != nil {
		return 0, err
	}
	floor, err := signatures.ParseSeverity(c.failOn)
	if err != nil {
		return 0, fmt.Errorf("--fail-on: %w", err)
	}
	o, err := c.options()
	if err != nil {
		return 0, err
	}
	if err := c.loadRules(ctx, o); err != nil {
		return 0, err
	}
	if o.Rules != nil {
		defer o.Rules.Close() // only read from
	}
	summary, err := c.compare(ctx, o, c.golden, args[0], analyzer.Analyze)
	if err != nil {
		return 0, err
	}
	for name, n := range summary.Findings {
		if s, err := signatures.ParseSeverity(name); err == nil && s >= floor && n > 0 {
			return exitFindings, nil
		}
	}
	if !summary.Complete {
		return exitIncomplete, nil
	}
	return exitClean, nil
}

func diffCommand() command {
	return command{
		name: "diff", args: "GOLDEN SUSPECT", short: "list what changed between two images",
		example: "assay diff oci:images:1.4 oci:images:1.5",
		flags:   func(f *pflag.FlagSet, c *invocation) { imageFlags(f, c); outputFlags(f, c) },
		run: func(ctx context.Context, c *invocation, args []string) (int, error) {
			if err := need(args, 2, 2, "diff takes a golden and a suspect image"); err != nil {
				return 0, err
			}
			o, err := c.options()
			if err != nil {
				return 0, err
			}
			summary, err := c.compare(ctx, o, args[0], args[1], analyzer.Diff)
			if err != nil {
				return 0, err
			}
			differences := summary.Config
			for _, n := range summary.Changes {
				differences += n
			}
			switch {
			case differences > 0:
				return exitFindings, nil
			case !summary.Complete:
				return exitIncomplete, nil
			}
			return exitClean, nil
		},
	}
}

// work is analyzer.Analyze or analyzer.Diff.
type work func(context.Context, *analyzer.Image, *analyzer.Image, *analyzer.Options) iter.Seq2[*report.Message, error]

// compare opens the images, does the work and writes its messages. After an
// interrupt the partial report is written and the error returned.
func (c *invocation) compare(ctx context.Context, o *analyzer.Options, golden, suspect string, do work) (*report.Summary, error) {
	bar := c.progress(o)
	defer bar.stop()
	var g *analyzer.Image
	var err error
	if golden != "" {
		if g, err = analyzer.Open(ctx, golden, o); err != nil {
			return nil, err
		}
		defer g.Close() // only read from
	}
	s, err := analyzer.Open(ctx, suspect, o)
	if err != nil {
		return nil, err
	}
	defer s.Close() // only read from
	w, finish, abort, err := c.open()
	if err != nil {
		return nil, err
	}
	var summary *report.Summary
	for m, err := range do(ctx, g, s, o) {
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				abort()
				return nil, err
			}
			bar.stop()
			return nil, errors.Join(err, finish())
		}
		if m.Summary != nil {
			summary = m.Summary
		}
		if err := w.Write(m); err != nil {
			abort()
			return nil, err
		}
	}
	bar.stop()
	return summary, finish()
}
