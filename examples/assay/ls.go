package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/pflag"

	"github.com/seed-181f3109/assay/analyzer"
	"github.com/seed-181f3109/assay/analyzer/diff"
	"github.com/seed-181f3109/assay/analyzer/report"
	"github.com/seed-181f3109/assay/fstree"
)

func lsCommand() command {
	return command{
		name: "ls", args: "[--hash] IMAGE [PATH]", short: "list the entries of an image, below PATH if one is given",
		example: "assay ls --hash oci:images:1.4 /etc",
		flags: func(f *pflag.FlagSet, c *invocation) {
			f.BoolVar(&c.hash, "hash", false, "with the SHA-256 of every file")
			f.BoolVarP(&c.all, "all", "a", false, "also entries that the running system does not see: shadowed, removed, deleted")
			imageFlags(f, c)
			outputFlags(f, c)
		},
		run: runLs,
	}
}

func runLs(ctx context.Context, c *invocation, args []string) (int, error) {
	if err := need(args, 1, 2, "ls takes an image and a path"); err != nil {
		return 0, err
	}
	below := "/"
	if len(args) == 2 {
		below = fstree.Clean(args[1])
	}
	o, err := c.options()
	if err != nil {
		return 0, err
	}
	bar := c.progress(o)
	defer bar.stop()
	im, err := analyzer.Open(ctx, args[0], o)
	if err != nil {
		return 0, err
	}
	defer im.Close() // only read from
	w, finish, abort, err := c.open()
	if err != nil {
		return 0, err
	}
	l := &listing{c: c, w: w, below: below, links: map[linkID]*[32]byte{}}
	if err := l.image(ctx, im); err != nil {
		abort()
		return 0, err
	}
	bar.stop()
	if err := finish(); err != nil {
		return 0, err
	}
	for _, d := range l.shown {
		c.warn(d)
	}
	switch {
	case l.entries == 0 && below != "/":
		return 0, errors.New(args[0] + " has nothing at " + below)
	case l.damaged:
		return exitIncomplete, nil
	}
	return exitClean, nil
}

// listing writes the entries of an image.
type listing struct {
	c       *invocation
	w       report.Writer
	below   string
	links   map[linkID]*[32]byte
	entries int
	damaged bool
	shown   []*fstree.Damage // for standard error, as text output has no place for it
}

// linkID identifies a file with several names.
type linkID struct {
	volume string
	inode  uint64
}

func (l *listing) image(ctx context.Context, im *analyzer.Image) error {
	header := &report.Header{Schema: report.Schema, Tool: report.Tool{Name: "assay", Version: version}, Command: "ls", Suspect: im.Describe()}
	if err := l.w.Write(&report.Message{Header: header}); err != nil {
		return err
	}
	platforms := im.Platforms()
	for _, d := range im.Damage() {
		if err := l.damage(d); err != nil {
			return err
		}
	}
	for _, p := range platforms {
		tree, err := im.Tree(ctx, p)
		if err != nil {
			return err
		}
		label := p
		if len(platforms) == 1 {
			label = ""
		}
		if err := l.tree(ctx, tree, label); err != nil {
			return err
		}
	}
	return nil
}

func (l *listing) tree(ctx context.Context, tree fstree.Tree, platform string) error {
	for e, err := range tree.Walk(ctx) {
		if d, ok := errors.AsType[*fstree.Damage](err); ok {
			if err := l.damage(d); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		if e.State != fstree.Live && !l.c.all || !within(l.below, e.Path) {
			continue
		}
		if err := l.entry(ctx, e, platform); err != nil {
			return err
		}
	}
	return nil
}

// within reports whether path is dir or below it.
func within(dir, path string) bool {
	return dir == "/" || path == dir || strings.HasPrefix(path, dir+"/")
}

func (l *listing) entry(ctx context.Context, e *fstree.Entry, platform string) error {
	l.entries++
	if !l.c.hash {
		e.SHA256 = nil
	} else if e.Type == fstree.TypeFile && e.SHA256 == nil {
		id := linkID{e.Volume, e.Inode}
		shared := e.Nlink > 1 && e.Inode != 0 && e.Stream == ""
		if shared {
			e.SHA256 = l.links[id]
		}
		if e.SHA256 == nil {
			sum, err := diff.Hash(ctx, e)
			if d, ok := errors.AsType[*fstree.Damage](err); ok {
				if err := l.damage(d); err != nil {
					return err
				}
			} else if err != nil {
				return err
			}
			e.SHA256 = sum
			if shared {
				l.links[id] = sum
			}
		}
	}
	r := report.NewEntry(e)
	r.Platform = platform
	return l.w.Write(&report.Message{Entry: r})
}

func (l *listing) damage(d *fstree.Damage) error {
	l.damaged = true
	if l.c.format == "text" {
		l.shown = append(l.shown, d)
		return nil
	}
	return l.w.Write(&report.Message{Damage: report.NewDamage(d)})
}
