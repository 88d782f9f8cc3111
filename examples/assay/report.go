package main

import (
	"context"
	"os"

	"github.com/seed-181f3109/assay/analyzer/report"
)

func reportCommand() command {
	return command{
		name: "report", args: "FILE.jsonl", short: "show a stored JSON lines report in another format",
		example: "assay report report.jsonl",
		flags:   outputFlags,
		run: func(ctx context.Context, c *invocation, args []string) (int, error) {
			if err := need(args, 1, 1, "report takes one stored report"); err != nil {
				return 0, err
			}
			f, err := os.Open(args[0])
			if err != nil {
				return 0, err
			}
			defer f.Close() // only read from
			w, finish, abort, err := c.open()
			if err != nil {
				return 0, err
			}
			for m, err := range report.Read(f) {
				if err == nil {
					err = ctx.Err()
				}
				if err == nil {
					err = w.Write(m)
				}
				if err != nil {
					abort()
					return 0, err
				}
			}
			return exitClean, finish()
		},
	}
}
