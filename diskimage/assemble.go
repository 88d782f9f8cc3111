package diskimage

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
)

// assemble finds the operating system and lays the volumes out as it mounts
// them. A disk without one shows its file system at the root if there is only one.
func (d *Disk) assemble(ctx context.Context) error {
	roots, err := d.findRoots(ctx)
	if err != nil {
		return err
	}
	if len(roots) > 0 {
		d.useRoot(ctx, roots)
	} else if only := d.onlyFileSystem(); only != nil {
		only.vol.MountPoint = "/"
	}
	d.setOrder()
	return nil
}

// onlyFileSystem returns the volume with a file system if there is exactly one,
// not counting those that no table names unless all are of that kind.
func (d *Disk) onlyFileSystem() *part {
	var with []*part
	for _, p := range d.parts {
		if p.fs != nil {
			with = append(with, p)
		}
	}
	if listed := listedOf(with); len(listed) > 0 {
		with = listed
	}
	if len(with) != 1 {
		return nil
	}
	return with[0]
}

// listedOf returns the parts that a partition table names.
func listedOf(parts []*part) []*part {
	var out []*part
	for _, p := range parts {
		if !p.vol.Unlisted {
			out = append(out, p)
		}
	}
	return out
}

// root is a volume that an operating system may start from.
type root struct {
	part   *part
	os     OSInfo
	mounts []mount
	score  int
	find   *finder
}

// findRoots looks for the files of an operating system on every volume. The
// best candidate comes first: one that a partition table names, then one whose
// fstab names the volume itself as root, then one of a partition type made for
// it, then the first on the disk.
func (d *Disk) findRoots(ctx context.Context) ([]root, error) {
	var out []root
	for _, p := range d.parts {
		if p.fs == nil {
			continue
		}
		r := root{part: p, find: &finder{fs: p.fs}}
		release, err := r.find.text(ctx, "/etc/os-release", "/usr/lib/os-release")
		if err != nil {
			return nil, err
		}
		fstab, err := r.find.text(ctx, "/etc/fstab")
		if err != nil {
			return nil, err
		}
		r.mounts = parseFstab(fstab)
		r.os = parseOSRelease(release)
		r.os.Volume = p.vol.Name
		if release != "" {
			r.score += 4
		}
		if m := mountAt(r.mounts, "/"); m != nil {
			r.score++
			if volumeOf(d.parts, m.source, "") == p {
				r.score += 8
			}
		}
		if r.score > 0 && strings.HasPrefix(p.vol.Type, "Linux root") {
			r.score += 2
		}
		if r.score > 0 && !p.vol.Unlisted {
			r.score += 32 // a system does not start from what it does not see
		}
		if r.score > 0 {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b root) int { return cmp.Compare(b.score, a.score) })
	return out, nil
}

func mountAt(mounts []mount, dir string) *mount {
	for i := range mounts {
		if mounts[i].dir == dir {
			return &mounts[i]
		}
	}
	return nil
}

// useRoot mounts what the best root's fstab names: volumes that no table names
// only if the root is one itself.
func (d *Disk) useRoot(ctx context.Context, roots []root) {
	r := roots[0]
	visible := d.parts
	if !r.part.vol.Unlisted {
		visible = listedOf(visible)
	}
	d.info.OS = r.os
	r.part.vol.MountPoint = "/"
	for _, other := range roots[1:] {
		d.info.Notes = append(d.info.Notes, fmt.Sprintf("%s holds another operating system (%s); paths are those of %s",
			other.part.vol.Name, cmp.Or(other.os.PrettyName, "unnamed"), r.part.vol.Name))
	}
	disk := ""
	if m := mountAt(r.mounts, "/"); m != nil {
		if name, ok := strings.CutPrefix(m.source, "/dev/"); ok {
			disk, _, _ = deviceName(name)
		}
	}
	taken := map[string]*part{"/": r.part}
	for _, m := range r.mounts {
		if m.dir == "/" {
			continue
		}
		p := volumeOf(visible, m.source, disk)
		if p == nil || p.vol.MountPoint != "" {
			continue
		}
		dir := r.find.resolve(ctx, m.dir)
		if dir == "/" {
			continue
		}
		if hidden := taken[dir]; hidden != nil { // a later line covers an earlier one
			hidden.vol.MountPoint = ""
		}
		taken[dir] = p
		p.vol.MountPoint = dir
	}
}

// setOrder computes prefixes, what is shadowed, and the order of the walk.
func (d *Disk) setOrder() {
	d.order = nil
	for _, p := range d.parts {
		p.covers = nil
		p.vol.Prefix = cmp.Or(p.vol.MountPoint, p.own)
		for _, q := range d.parts {
			if m := q.vol.MountPoint; p != q && p.vol.MountPoint != "" && m != "" && isBelow(m, p.vol.MountPoint) {
				p.covers = append(p.covers, m)
			}
		}
		d.order = append(d.order, p)
	}
	slices.SortStableFunc(d.order, func(a, b *part) int {
		x, y := a.vol.MountPoint, b.vol.MountPoint
		if (x == "") != (y == "") {
			return cmp.Compare(y, x) // what is mounted first
		}
		return strings.Compare(x, y)
	})
}

func cleanPath(p string) string { return path.Clean("/" + p) }
