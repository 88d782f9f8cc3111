package diskimage

import (
	"context"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/seed-181f3109/assay/fstree"
)

// Walk yields the damage that was found by Open, then the volumes' entries: the
// root file system, what is mounted below it in order of mount points, what is
// mounted nowhere in order of the disk, and at last boot code and gaps. An
// entry below the mount point of another volume, which the running system does
// not see, has its path below /@ and the name of its own volume, like what is
// mounted nowhere: it is a place to hide in. So has an entry whose name is one that
// this package makes up.
func (d *Disk) Walk(ctx context.Context) iter.Seq2[*fstree.Entry, error] {
	return func(yield func(*fstree.Entry, error) bool) {
		for _, dm := range d.damage {
			if !yield(nil, dm) {
				return
			}
		}
		for _, p := range d.order {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			if !d.walkPart(ctx, p, yield) {
				return
			}
		}
		made := make(map[string]bool)
		for _, x := range d.extras {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			dir, _ := fstree.Split(x.path)
			if !made[dir] && !yield(dirEntry(dir), nil) {
				return
			}
			made[dir] = true
			if !yield(d.fileEntry(x.path, newSection(d, x.start, x.size, d.NextAllocated)), nil) {
				return
			}
		}
	}
}

// walkPart yields what one volume holds; false ends the walk.
func (d *Disk) walkPart(ctx context.Context, p *part, yield func(*fstree.Entry, error) bool) bool {
	if p.opaque {
		e := d.fileEntry(p.own, d.openVolume(p.vol))
		e.Volume, e.VolumePath = p.vol.Name, "/"
		return yield(e, nil)
	}
	if p.fs == nil {
		return true
	}
	var out fstree.Entry // one for the whole walk: an entry is valid until the next pair
	made := map[string]bool{p.vol.Prefix: true}
	for e, err := range p.fs.Walk(ctx) {
		if err == nil {
			out = *e
			d.place(p, &out)
			if p.vol.Prefix != p.own && isBelow(out.Path, p.own) && !yieldDirs(&out, p.own, made, yield) {
				return false
			}
			if !yield(&out, nil) {
				return false
			}
			continue
		}
		dm, ok := errors.AsType[*fstree.Damage](err)
		if !ok && ctx.Err() != nil {
			yield(nil, err)
			return false
		}
		if !ok {
			dm = &fstree.Damage{Structure: p.vol.Content + " file system", Offset: -1, Cause: err}
		}
		if !yield(nil, d.placeDamage(p, dm)) {
			return false
		}
	}
	return true
}

// yieldDirs yields the directories from top down to the one of e that have not
// been yielded; false ends the walk.
func yieldDirs(e *fstree.Entry, top string, made map[string]bool, yield func(*fstree.Entry, error) bool) bool {
	var missing []string
	for dir, _ := fstree.Split(e.Path); isBelow(dir, top) && !made[dir]; dir, _ = fstree.Split(dir) {
		missing = append(missing, dir)
	}
	for _, dir := range slices.Backward(missing) {
		if made[dir] = true; !yield(dirEntry(dir), nil) {
			return false
		}
	}
	if e.Type == fstree.TypeDir && e.State == fstree.Live {
		made[e.Path] = true
	}
	return true
}

// place turns an entry of a volume's file system into one of the disk.
func (d *Disk) place(p *part, e *fstree.Entry) {
	e.Volume, e.VolumePath = p.vol.Name, e.Path
	e.Path = d.outer(p, e.Path)
	if e.HardlinkOf != "" {
		e.HardlinkOf = d.outer(p, e.HardlinkOf)
	}
}

// placeDamage turns damage of a volume's file system into damage of the disk.
func (d *Disk) placeDamage(p *part, dm *fstree.Damage) *fstree.Damage {
	c := *dm
	c.Volume = p.vol.Name
	if c.Path != "" {
		c.Path = d.outer(p, c.Path)
	}
	return &c
}

// outer returns the path in the tree of a path in a volume. What lies at or
// below the mount point of another volume is not where the running system sees it.
func (d *Disk) outer(p *part, inside string) string {
	if p.vol.MountPoint == "" {
		return below(p.vol.Prefix, inside)
	}
	out := below(p.vol.MountPoint, inside)
	if d.isReserved(out) || slices.ContainsFunc(p.covers, func(m string) bool { return isBelow(out, m) }) {
		return below(p.own, inside)
	}
	return out
}

// below appends an absolute path to the path of a directory.
func below(dir, inside string) string {
	switch {
	case dir == "/":
		return inside
	case inside == "/":
		return dir
	}
	return dir + inside
}

// isBelow reports whether p is dir or lies below it.
func isBelow(p, dir string) bool {
	return dir == "/" || p == dir || strings.HasPrefix(p, dir) && p[len(dir)] == '/'
}

// dirEntry returns the entry of a directory that this package makes up.
func dirEntry(name string) *fstree.Entry {
	return &fstree.Entry{Path: name, Type: fstree.TypeDir, Mode: 0o500, Nlink: 1, Offset: -1}
}

// fileEntry returns the entry of content that is no file of a file system.
func (d *Disk) fileEntry(name string, s *section) *fstree.Entry {
	return &fstree.Entry{
		Path: name, Type: fstree.TypeFile, Mode: 0o400, Size: s.Size(), Nlink: 1, Offset: s.start,
		Content: func() (io.ReadCloser, error) {
			return &section{io.NewSectionReader(s.SectionReader, 0, s.Size()), s.start, s.next}, nil
		},
	}
}
