package analyzer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/seed-181f3109/assay/analyzer/report"
	"github.com/seed-181f3109/assay/diskimage"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/layers"
	"github.com/seed-181f3109/assay/rootfs"
)

// Image is an opened container image, disk image or unpacked root.
type Image struct {
	ref  string
	kind string
	set  *layers.Set
	disk *diskimage.Disk
	root *rootfs.Tree
}

// Open opens what ref names. ErrNotThisFormat means that no reader knows the
// bytes. The caller closes the image.
func Open(ctx context.Context, ref string, opts *Options) (*Image, error) {
	o := opts.orDefault()
	kind, place, prefixed := splitReference(ref)
	if !prefixed {
		var err error
		if kind, err = detect(place); err != nil {
			return nil, err
		}
		if kind != "disk" && kind != "rootfs" {
			ref = kind + ":" + ref
		}
	}
	im := &Image{ref: ref, kind: kind}
	var err error
	switch kind {
	case "disk":
		im.disk, err = diskimage.Open(ctx, place, &diskimage.Options{
			SearchDirs: o.SearchDirs, Volume: o.Volume, Spool: o.spool(), Logger: o.Logger,
			Progress: func(n int64) { o.Progress(Progress{Phase: "unpack", Bytes: n}) },
		})
	case "rootfs":
		im.root, err = rootfs.Open(place, nil)
	default:
		var r layers.Reference
		if r, err = layers.ParseReference(ref); err == nil {
			im.set, err = layers.Open(ctx, r, o.layers("read"))
		}
	}
	if err == nil && kind == "disk" && !prefixed && !recognised(im.disk.Info()) {
		im.disk.Close() // only read from
		err = fmt.Errorf("%w: neither a container image nor a disk image; disk:%s looks at it as a raw disk all the same", fstree.ErrNotThisFormat, place)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", ref, err)
	}
	return im, nil
}

// splitReference returns kind and place of a reference with a known prefix.
func splitReference(ref string) (kind, place string, prefixed bool) {
	if strings.HasPrefix(ref, "docker://") {
		return "docker", ref, true
	}
	for _, k := range []string{"oci", "oci-archive", "docker-archive", "dir", "disk", "rootfs"} {
		if rest, ok := strings.CutPrefix(ref, k+":"); ok {
			return k, rest, true
		}
	}
	return "", ref, false
}

// detect finds the kind of a path without a prefix. A tag may follow a container image's path.
func detect(place string) (string, error) {
	path := place
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		if i := strings.LastIndexByte(path, ':'); i > 0 {
			path = path[:i]
		}
	}
	st, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("open %s: %w", place, err)
	}
	kind, err := layers.Detect(path)
	if err == nil {
		return string(kind), nil
	}
	if !errors.Is(err, fstree.ErrNotThisFormat) {
		return "", fmt.Errorf("open %s: %w", place, err)
	}
	if st.IsDir() {
		return "rootfs", nil
	}
	return "disk", nil
}

// recognised reports whether anything on a disk is known: how it is stored, a
// partition table, or what is in it.
func recognised(i diskimage.Info) bool {
	return i.Disk.Format != "raw" || i.Table != nil || slices.ContainsFunc(i.Volumes, func(v diskimage.VolumeInfo) bool {
		return v.Content != "unknown" && v.Content != "empty"
	})
}

// Kind returns the kind as references name it: oci, oci-archive,
// docker-archive, dir, docker, disk or rootfs.
func (im *Image) Kind() string { return im.kind }

// Reference returns the reference with its kind.
func (im *Image) Reference() string { return im.ref }

// Containers returns the set of container images, nil for disks and roots.
func (im *Image) Containers() *layers.Set { return im.set }

// Disk returns the disk image, nil for anything else.
func (im *Image) Disk() *diskimage.Disk { return im.disk }

// Close closes the image.
func (im *Image) Close() error {
	switch {
	case im.set != nil:
		return im.set.Close()
	case im.disk != nil:
		return im.disk.Close()
	case im.root != nil:
		return im.root.Close()
	}
	return nil
}

// Tree returns the tree of a disk, of a root, or of the container image for
// platform, whose layers are read for it. An empty platform is good for an image that has one.
func (im *Image) Tree(ctx context.Context, platform string) (fstree.Opener, error) {
	switch {
	case im.disk != nil:
		return im.disk, nil
	case im.root != nil:
		return im.root, nil
	}
	c, err := im.container(platform)
	if err != nil {
		return nil, err
	}
	return c.Read(ctx, nil)
}

// container returns the image for a platform.
func (im *Image) container(platform string) (*layers.Image, error) {
	var have []string
	for _, c := range im.set.Images() {
		if c.Platform() == platform || platform == "" && len(im.set.Images()) == 1 {
			return c, nil
		}
		have = append(have, c.Platform())
	}
	return nil, fmt.Errorf("%s has the platforms %s; choose one", im.ref, strings.Join(have, ", "))
}

// Describe returns what the header of a report says about the image.
func (im *Image) Describe() *report.Image {
	r := &report.Image{Reference: im.ref, Kind: im.kind}
	switch {
	case im.disk != nil:
		info := im.disk.Info()
		r.Size, r.OS = info.Disk.Size, info.OS.PrettyName
		if info.Disk.Variant != "" {
			r.Kind += " " + info.Disk.Format + " " + info.Disk.Variant
		} else {
			r.Kind += " " + info.Disk.Format
		}
	case im.set != nil:
		r.Digest = im.set.Digest()
		for _, c := range im.set.Images() {
			p := report.Image{Reference: c.Name(), Kind: "image", Digest: c.Digest(), Platform: c.Platform()}
			for _, l := range c.Layers() {
				p.Layers = append(p.Layers, *report.NewLayer(&l.Layer))
			}
			r.Platforms = append(r.Platforms, p)
		}
	}
	return r
}

// Platforms lists what Tree takes: the platforms of a container image in the
// order of its index, or one empty name for a disk or root.
func (im *Image) Platforms() []string {
	if im.set == nil {
		return []string{""}
	}
	var out []string
	for _, c := range im.set.Images() {
		out = append(out, c.Platform())
	}
	return out
}

// Damage lists what could not be read when a container image was opened, such
// as a platform whose manifest is missing. What a tree cannot read, its walk yields.
func (im *Image) Damage() []*fstree.Damage {
	if im.set == nil {
		return nil
	}
	return im.set.Damage()
}
