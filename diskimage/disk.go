package diskimage

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/seed-181f3109/assay/diskimage/filesystem"
	"github.com/seed-181f3109/assay/diskimage/vdisk"
	"github.com/seed-181f3109/assay/diskimage/volume"
	"github.com/seed-181f3109/assay/fstree"
)

// Disk is an opened disk image: a tree of everything on it, laid out as the
// running machine sees it, and the guest's bytes. It implements fstree.Tree,
// fstree.Opener and fstree.Extenter, whose byte offsets count from the start of
// the guest's disk. Walk is for one goroutine at a time; the rest may be called
// from several.
type Disk struct {
	vd        vdisk.Disk
	closers   []io.Closer // in the order in which they were opened
	info      Info
	parts     []*part // of the same index as info.Volumes
	order     []*part // as Walk visits them
	extras    []extra // boot code and gaps
	damage    []*fstree.Damage
	anomalies []Anomaly
	reserved  map[string]bool // first elements of paths that this package makes up: "@p1", "@gap"
}

// part is a volume with what Walk needs to know about it.
type part struct {
	vol    *VolumeInfo
	fs     filesystem.FileSystem // nil if there is none
	opaque bool                  // the whole content is delivered as one file
	own    string                // "/@" and the volume's name, or what SetNames made of it
	covers []string              // mount points, as assembled paths, of the volumes mounted over this one
}

// extra is content outside of volumes that is delivered as a file.
type extra struct {
	path  string
	start int64
	size  int64
}

// Size returns the length of the guest's disk in bytes.
func (d *Disk) Size() int64 { return d.vd.Size() }

// ReadAt reads bytes of the guest's disk.
func (d *Disk) ReadAt(p []byte, off int64) (int, error) { return d.vd.ReadAt(p, off) }

// NextAllocated returns the next range at or after off that is stored, as vdisk.Disk does.
func (d *Disk) NextAllocated(off int64) (start, end int64, err error) {
	return d.vd.NextAllocated(off)
}

// Info describes the disk, its volumes and the operating system on it. The
// caller does not change it.
func (d *Disk) Info() Info { return d.info }

// Damage lists what could not be read when the disk was opened. Walk yields
// these too, before any entry.
func (d *Disk) Damage() []*fstree.Damage { return d.damage }

// Anomalies lists contradictions found when the disk was opened.
func (d *Disk) Anomalies() []Anomaly { return d.anomalies }

// OpenDisk returns the whole guest disk as a file, which callers show under the
// path /@disk.
func (d *Disk) OpenDisk() fstree.File {
	return newSection(d, 0, d.Size(), d.NextAllocated)
}

// Close closes the files of the image. Entries and content become invalid.
func (d *Disk) Close() error {
	var errs []error
	for i := len(d.closers) - 1; i >= 0; i-- {
		errs = append(errs, d.closers[i].Close())
	}
	d.closers = nil
	return errors.Join(errs...)
}

// OpenEntry opens the content of a regular file that a Walk yielded.
func (d *Disk) OpenEntry(e *fstree.Entry) (fstree.File, error) {
	if e.Type != fstree.TypeFile {
		return nil, fstree.ErrNoContent
	}
	if e.Volume == "" {
		x, err := d.extra(e.Path)
		if err != nil {
			return nil, err
		}
		return newSection(d, x.start, x.size, d.NextAllocated), nil
	}
	p, err := d.part(e)
	if err != nil {
		return nil, err
	}
	if p.fs == nil {
		return d.openVolume(p.vol), nil
	}
	return p.fs.OpenEntry(inner(e))
}

// Extents returns where on the disk the content and metadata of an entry lie.
func (d *Disk) Extents(e *fstree.Entry) ([]fstree.Extent, error) {
	if e.Volume == "" && e.Type == fstree.TypeDir {
		return nil, nil // made up
	}
	if e.Volume == "" {
		x, err := d.extra(e.Path)
		if err != nil {
			return nil, err
		}
		return []fstree.Extent{{Offset: x.start, Length: x.size}}, nil
	}
	p, err := d.part(e)
	if err != nil {
		return nil, err
	}
	if p.fs == nil {
		return onDisk(&p.vol.Volume, []fstree.Extent{{Length: p.vol.Size}})
	}
	ext, err := p.fs.Extents(inner(e))
	if err != nil {
		return nil, err
	}
	return onDisk(&p.vol.Volume, ext)
}

// inner returns the entry as the volume's own file system yielded it.
func inner(e *fstree.Entry) *fstree.Entry {
	c := *e
	c.Path, c.Volume, c.VolumePath, c.HardlinkOf = e.VolumePath, "", "", ""
	return &c
}

// part returns the volume that an entry is on.
func (d *Disk) part(e *fstree.Entry) (*part, error) {
	for _, p := range d.parts {
		if p.vol.Name == e.Volume && (p.fs != nil || p.opaque) {
			return p, nil
		}
	}
	return nil, fmt.Errorf("entry %q: no volume %q on this disk", e.Path, e.Volume)
}

// extra returns the content outside of volumes of the given path.
func (d *Disk) extra(path string) (extra, error) {
	for _, x := range d.extras {
		if x.path == path {
			return x, nil
		}
	}
	return extra{}, fmt.Errorf("entry %q: not on this disk", path)
}

// onDisk translates extents of a volume into extents of the disk.
func onDisk(v *volume.Volume, ext []fstree.Extent) ([]fstree.Extent, error) {
	out := make([]fstree.Extent, 0, len(ext))
	for _, x := range ext {
		if x.Offset < 0 {
			out = append(out, x)
			continue
		}
		if v.Map == nil {
			x.Offset += v.Start
			out = append(out, x)
			continue
		}
		for x.Length > 0 {
			at, n := v.Map(x.Offset)
			if n <= 0 {
				return nil, fmt.Errorf("%w: volume %q has no place for offset %d", fstree.ErrCorrupt, v.Name, x.Offset)
			}
			y := x
			y.Offset, y.Length = at, min(n, x.Length)
			out = append(out, y)
			x.Offset += y.Length
			x.Length -= y.Length
			if x.File >= 0 {
				x.File += y.Length
			}
		}
	}
	return out, nil
}

// gapPath returns the path of the gap that starts at off.
func gapPath(off int64) string { return "/@gap/" + strconv.FormatInt(off, 10) }

// isReserved reports whether the first element of an absolute path is one that
// this package makes up.
func (d *Disk) isReserved(path string) bool {
	if !strings.HasPrefix(path, "/@") {
		return false
	}
	first, _, _ := strings.Cut(path[1:], "/")
	return d.reserved[first]
}
