package diskimage

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/seed-181f3109/assay/diskimage/filesystem"
	"github.com/seed-181f3109/assay/diskimage/volume"
	"github.com/seed-181f3109/assay/fstree"
)

// readLayout reads the partition table and what the volumes hold.
func (d *Disk) readLayout(ctx context.Context, o *Options) error {
	d.reserved = map[string]bool{"@boot": true, "@gap": true, "@disk": true}
	d.openTable(ctx, o)
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.findUnlisted(ctx, o); err != nil {
		return err
	}
	if o.Volume != "" && !d.hasVolume(o.Volume) {
		return fmt.Errorf("no volume %q; there are %s", o.Volume, strings.Join(d.volumeNames(), ", "))
	}
	for i := range d.info.Volumes {
		v := &d.info.Volumes[i]
		p := &part{vol: v, own: "/@" + v.Name}
		d.parts = append(d.parts, p)
		d.reserved["@"+v.Name] = true
		if o.Volume != "" && v.Name != o.Volume {
			v.Content = "not looked at"
			continue
		}
		if err := d.readVolume(ctx, p, o); err != nil {
			return err
		}
		o.Logger.Debug("volume", "name", v.Name, "start", v.Start, "size", v.Size, "content", v.Content, "error", v.Error)
	}
	if o.Volume != "" {
		d.showAlone(o.Volume)
		return nil
	}
	if err := d.findExtras(ctx); err != nil {
		return err
	}
	return d.assemble(ctx)
}

// openTable finds the partition table. A disk without one is a single volume.
func (d *Disk) openTable(ctx context.Context, o *Options) {
	opts := &volume.Options{SectorSize: d.info.Disk.SectorSize}
	for _, format := range o.Formats.Volumes {
		if !format.Probe(d.vd, d.Size()) {
			continue
		}
		t, err := format.Open(ctx, d.vd, d.Size(), opts)
		if err != nil {
			d.addDamage("", format.Name+" partition table", 0, err)
			o.Logger.Debug("partition table", "format", format.Name, "error", err)
			continue
		}
		if t.SectorSize == 512 && opts.SectorSize == 0 && !d.anyRecognised(t, o) {
			t = d.tryLargeSectors(ctx, format, t, o)
		}
		if f := bootSectorOf(d.vd, d.Size(), t, o.Formats.FileSystems); f != nil {
			d.notePartitions(f, t)
			break
		}
		d.setTable(t)
		d.checkWholeDisk(o)
		return
	}
	v := volume.Volume{Name: "disk", Size: d.Size(), Type: "whole disk", Reader: d.vd}
	d.info.Volumes = []VolumeInfo{{Volume: v}}
}

// checkWholeDisk notes a superblock that makes the whole disk look like one file
// system although it has a partition table. Linux shows the partitions.
func (d *Disk) checkWholeDisk(o *Options) {
	f := probe(d.vd, d.Size(), o.Formats.FileSystems)
	if f == nil || len(d.info.Volumes) > 0 && d.info.Volumes[0].Start == 0 {
		return
	}
	d.anomalies = append(d.anomalies, Anomaly{
		Rule: "file-system-beside-table", Title: "the disk has a partition table and is a file system as well", Severity: "medium",
		Detail: "superblock of " + f.Name + " at the start of the disk; the partitions are read", Offset: 0,
	})
}

// tryLargeSectors reads a table once more with sectors of 4096 bytes, as nothing
// is where it says with 512, and takes that if it leads to something.
func (d *Disk) tryLargeSectors(ctx context.Context, format volume.Format, t *volume.Table, o *Options) *volume.Table {
	large, err := format.Open(ctx, d.vd, d.Size(), &volume.Options{SectorSize: 4096})
	if err == nil && d.anyRecognised(large, o) {
		return large
	}
	return t
}

// anyRecognised reports whether one volume of a table holds something that has a name.
func (d *Disk) anyRecognised(t *volume.Table, o *Options) bool {
	return slices.ContainsFunc(t.Volumes, func(v volume.Volume) bool { return isRecognised(&v, d.Size(), o.Formats.FileSystems) })
}

// isRecognised reports whether a volume of a partition table on a disk of size
// bytes holds something that has a name.
func isRecognised(v *volume.Volume, size int64, formats []filesystem.Format) bool {
	n := v.Available(size)
	return probe(v.Reader, n, formats) != nil || recognise(v.Reader, n, strong).name != ""
}

func (d *Disk) setTable(t *volume.Table) {
	d.info.Table = t
	d.damage = append(d.damage, t.Damage...)
	d.anomalies = append(d.anomalies, t.Anomalies...)
	for _, v := range t.Volumes {
		d.info.Volumes = append(d.info.Volumes, VolumeInfo{Volume: v})
	}
}

// readVolume finds out what a volume holds and opens its file system.
func (d *Disk) readVolume(ctx context.Context, p *part, o *Options) error {
	v := p.vol
	size := v.Size
	if contiguous(&v.Volume) {
		size = v.Available(d.Size())
	}
	c := recognise(v.Reader, size, 0)
	f := probe(v.Reader, size, o.Formats.FileSystems)
	if f == nil || c.hides {
		return d.foreignVolume(ctx, p, c)
	}
	v.Content = f.Name
	fs, err := f.Open(ctx, v.Reader, size, &filesystem.Options{CacheBytes: o.CacheBytes})
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		v.Error = err
		d.addDamage(v.Name, f.Name+" file system", 0, err)
		return nil
	}
	p.fs = fs
	info := fs.Info()
	v.FileSystem = &info
	if info.Type != "" {
		v.Content = info.Type
	}
	return nil
}

// foreignVolume deals with a volume that holds no file system of the table.
func (d *Disk) foreignVolume(ctx context.Context, p *part, c content) error {
	v := p.vol
	v.Content = c.name
	switch {
	case c.opaque:
		p.opaque = true
	case c.name != "":
		v.Error = c.refusal()
	case isBootCode(&v.Volume):
		v.Content = "boot code"
		p.opaque = true
	default:
		return d.unknownVolume(ctx, p)
	}
	if p.opaque {
		return d.dropIfEmpty(ctx, p)
	}
	d.addDamage(v.Name, "volume", 0, v.Error)
	return nil
}

// unknownVolume deals with a volume whose content has no name: one of zeros is
// empty; anything else is delivered as it is, and reported as not understood.
func (d *Disk) unknownVolume(ctx context.Context, p *part) error {
	p.opaque = true
	if err := d.dropIfEmpty(ctx, p); err != nil || !p.opaque {
		return err
	}
	p.vol.Content = "unknown"
	p.vol.Error = fmt.Errorf("%w: content of the volume is not recognised (type %q)", fstree.ErrUnsupported, p.vol.Type)
	d.addDamage(p.vol.Name, "volume", 0, p.vol.Error)
	return nil
}

// dropIfEmpty makes a volume that holds nothing but zeros have no entry.
func (d *Disk) dropIfEmpty(ctx context.Context, p *part) error {
	zero, err := d.isEmpty(ctx, d.openVolume(p.vol))
	if err != nil && ctx.Err() != nil {
		return err
	}
	if err != nil {
		d.addDamage(p.vol.Name, "volume", 0, err)
		return nil
	}
	if zero {
		p.opaque = false
		p.vol.Content = "empty"
	}
	return nil
}

// bootTypes are the partition types whose content is code without a file
// system: BIOS boot and PowerPC PReP, by type GUID or MBR type.
var bootTypes = map[string]bool{
	"21686148-6449-6e6f-744e-656564454649": true,
	"9e1a2d38-c612-4316-aa26-8b49521e5a8b": true,
	"0x41":                                 true,
}

func isBootCode(v *volume.Volume) bool { return bootTypes[v.TypeID] }

// probe returns the file system whose superblock a section starts with, or nil.
func probe(r io.ReaderAt, size int64, formats []filesystem.Format) *filesystem.Format {
	for i := range formats {
		if formats[i].Probe(r, size) {
			return &formats[i]
		}
	}
	return nil
}

func (d *Disk) addDamage(volume, structure string, off int64, cause error) {
	d.damage = append(d.damage, &fstree.Damage{Volume: volume, Structure: structure, Offset: off, Cause: cause})
}

func (d *Disk) volumeNames() []string {
	var names []string
	for i := range d.info.Volumes {
		names = append(names, d.info.Volumes[i].Name)
	}
	return names
}

func (d *Disk) hasVolume(name string) bool {
	for i := range d.info.Volumes {
		if d.info.Volumes[i].Name == name {
			return true
		}
	}
	return false
}

// showAlone makes one volume the whole tree.
func (d *Disk) showAlone(name string) {
	for _, p := range d.parts {
		if p.vol.Name == name {
			p.vol.Prefix = "/"
			d.reserved = nil // nothing else is shown
			d.order = []*part{p}
			d.damage = damageOf(d.damage, name)
		}
	}
}

// damageOf returns the damage of one volume and of the disk itself.
func damageOf(all []*fstree.Damage, name string) []*fstree.Damage {
	var out []*fstree.Damage
	for _, dm := range all {
		if dm.Volume == "" || dm.Volume == name {
			out = append(out, dm)
		}
	}
	return out
}
