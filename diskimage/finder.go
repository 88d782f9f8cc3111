package diskimage

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/seed-181f3109/assay/diskimage/filesystem"
	"github.com/seed-181f3109/assay/fstree"
)

// maxText bounds the configuration files that are read, in bytes.
const maxText = 1 << 20

// maxLinks bounds the symbolic links in one path, as Linux does.
const maxLinks = 40

// finder finds files of one volume by path, following symbolic links inside of
// the volume. A file system without Lookup is walked once, up to the point
// where everything that may be asked for was seen.
type finder struct {
	fs    filesystem.FileSystem
	known map[string]*fstree.Entry // from the walk; nil before it
}

// walked are the directories of which a walk keeps the links and files: what an
// operating system is recognised by, and what its links lead to.
var walked = []string{"/", "/etc", "/usr", "/usr/lib", "/var", "/lib", "/usr/etc"}

// text returns the content of the first of several files that exists and can be
// read; empty if none does. An error is one of the context.
func (f *finder) text(ctx context.Context, names ...string) (string, error) {
	for _, name := range names {
		e, err := f.find(ctx, f.resolve(ctx, name))
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		if err != nil || e.Type != fstree.TypeFile {
			continue
		}
		r, err := f.fs.OpenEntry(e)
		if err != nil {
			continue // the walk reports it
		}
		b, err := io.ReadAll(io.LimitReader(r, maxText))
		r.Close()
		if err == nil {
			return string(b), nil
		}
	}
	return "", nil
}

// resolve returns the path without symbolic links that a path leads to. What
// does not exist stays as it is.
func (f *finder) resolve(ctx context.Context, name string) string {
	done, rest := "/", strings.Trim(cleanPath(name), "/")
	for links := 0; rest != ""; {
		var el string
		el, rest, _ = strings.Cut(rest, "/")
		if el == ".." {
			done = path.Dir(done)
			continue
		}
		next := fstree.Join(done, el)
		e, err := f.find(ctx, next)
		if err != nil || e.Type != fstree.TypeSymlink {
			done = next
			continue
		}
		if links++; links > maxLinks {
			return cleanPath(name)
		}
		if strings.HasPrefix(e.Link, "/") {
			done = "/"
		}
		rest = strings.Trim(keepDots(e.Link)+"/"+rest, "/")
	}
	return done
}

// keepDots returns a link's target without empty and "." elements; ".." stays,
// as it counts from where links before it have led.
func keepDots(target string) string {
	var out []string
	for el := range strings.SplitSeq(target, "/") {
		if el != "" && el != "." {
			out = append(out, el)
		}
	}
	return strings.Join(out, "/")
}

// find returns the entry of a path.
func (f *finder) find(ctx context.Context, name string) (*fstree.Entry, error) {
	if l, ok := f.fs.(filesystem.Finder); ok {
		return l.Lookup(ctx, name)
	}
	if f.known == nil {
		f.walk(ctx)
	}
	if e := f.known[name]; e != nil {
		return e, nil
	}
	return nil, fs.ErrNotExist
}

// walk keeps the entries of a few directories. Damage is left to the walk of the disk.
func (f *finder) walk(ctx context.Context) {
	f.known = make(map[string]*fstree.Entry)
	wanted := make(map[string]bool)
	for _, dir := range walked {
		wanted[dir] = true
	}
	for e, err := range f.fs.Walk(ctx) {
		if _, ok := errors.AsType[*fstree.Damage](err); ok {
			continue
		}
		if err != nil {
			return // the walk of the disk meets it again
		}
		if dir, _ := fstree.Split(e.Path); wanted[dir] && e.Type != fstree.TypeDir {
			f.known[e.Path] = e.Clone()
		}
	}
}
