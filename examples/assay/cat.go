package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/seed-181f3109/assay/analyzer"
	"github.com/seed-181f3109/assay/analyzer/report/text"
	"github.com/seed-181f3109/assay/fstree"
)

func catCommand() command {
	return command{
		name: "cat", args: "IMAGE PATH", short: "write the content of a file to standard output",
		example: "assay cat golden.raw /etc/passwd\nassay cat suspect.vmdk /@disk > guest.raw",
		flags:   imageFlags,
		run:     runCat,
	}
}

func runCat(ctx context.Context, c *invocation, args []string) (int, error) {
	if err := need(args, 2, 2, "cat takes an image and a path"); err != nil {
		return 0, err
	}
	o, err := c.options()
	if err != nil {
		return 0, err
	}
	im, err := analyzer.Open(ctx, args[0], o)
	if err != nil {
		return 0, err
	}
	defer im.Close() // only read from
	if d := im.Disk(); d != nil && args[1] == "/@disk" {
		f := d.OpenDisk()
		defer f.Close() // only read from
		return exitClean, c.copyOut(ctx, f)
	}
	platforms := im.Platforms()
	if len(platforms) > 1 {
		return 0, fmt.Errorf("%s has the platforms %s; choose one with --platform", args[0], strings.Join(platforms, ", "))
	}
	tree, err := im.Tree(ctx, platforms[0])
	if err != nil {
		return 0, err
	}
	e, err := lookup(ctx, tree, fstree.Clean(args[1]))
	if err != nil {
		return 0, err
	}
	f, err := tree.OpenEntry(e)
	if err != nil {
		return 0, err
	}
	defer f.Close() // only read from
	return exitClean, c.copyOut(ctx, f)
}

// copyOut copies to standard output until the context ends.
func (c *invocation) copyOut(ctx context.Context, r io.Reader) error {
	buf := make([]byte, 1<<20)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := r.Read(buf)
		if _, werr := c.stdout.Write(buf[:n]); werr != nil {
			return werr
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// maxLinks bounds the symbolic links followed for one path, as Linux does.
const maxLinks = 40

// lookup finds the regular file at path. Symbolic links, in the path too, are
// followed inside the tree. A walk that met damage before it found nothing says so.
func lookup(ctx context.Context, tree fstree.Tree, path string) (*fstree.Entry, error) {
	links, damage := map[string]string{}, []error(nil)
	for range maxLinks {
		var found *fstree.Entry
		for e, err := range tree.Walk(ctx) {
			if _, ok := errors.AsType[*fstree.Damage](err); ok {
				damage = append(damage, err)
				continue
			}
			if err != nil {
				return nil, err
			}
			if e.State != fstree.Live {
				continue
			}
			if e.Type == fstree.TypeSymlink {
				links[e.Path] = e.Link
			} else if e.Path == path && e.Stream == "" {
				found = e.Clone()
				break
			}
		}
		switch {
		case found != nil && found.Type == fstree.TypeFile:
			return found, nil
		case found != nil:
			return nil, fmt.Errorf("%s is a %s", text.Path(path), found.Type)
		}
		next := follow(path, links)
		if next == path {
			return nil, errors.Join(fmt.Errorf("there is no file %s", text.Path(path)), errors.Join(damage...))
		}
		path = next
	}
	return nil, fmt.Errorf("%s: %w: %d symbolic links", text.Path(path), fstree.ErrLimit, maxLinks)
}

// follow replaces the first symbolic link on the way to path by its target.
func follow(path string, links map[string]string) string {
	for i := 1; i <= len(path); i++ {
		if i < len(path) && path[i] != '/' {
			continue
		}
		target, ok := links[path[:i]]
		if !ok {
			continue
		}
		if !strings.HasPrefix(target, "/") {
			dir, _ := fstree.Split(path[:i])
			target = fstree.Join(dir, target)
		}
		return fstree.Clean(target + path[i:])
	}
	return path
}
