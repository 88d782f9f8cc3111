package diskimage

import (
	"context"
	"fmt"

	"github.com/seed-181f3109/assay/diskimage/vdisk"
	"github.com/seed-181f3109/assay/fstree"
)

// Open opens the disk image at path, which may be any file of it that describes
// the whole disk: a VMDK descriptor, the first part of a split disk, a plain
// file. It reads the partition table and every superblock, and finds out how
// the operating system mounts the file systems. What cannot be read of that is
// in Damage, and only an image that is no readable disk at all is an error: one
// that wraps fstree.ErrUnsupported, fstree.ErrEncrypted or fstree.ErrCorrupt,
// or an error of the file.
func Open(ctx context.Context, path string, opts *Options) (*Disk, error) {
	o := opts.orDefault()
	d := &Disk{}
	err := d.openDisk(ctx, path, o)
	if err == nil {
		err = d.readLayout(ctx, o)
	}
	if err != nil {
		d.Close() // the first error is the one to tell
		return nil, fmt.Errorf("disk image %s: %w", path, err)
	}
	return d, nil
}

// openDisk opens the virtual disk.
func (d *Disk) openDisk(ctx context.Context, path string, o *Options) error {
	files, err := openFolders(path, o.SearchDirs)
	if err != nil {
		return err
	}
	d.closers = append(d.closers, files)
	image, err := openImage(path)
	if err != nil {
		return err
	}
	d.closers = append(d.closers, image)
	f, notes, err := d.unpack(ctx, image, o)
	if err != nil {
		return err
	}
	format, err := chooseDisk(f, o.Formats.Disks)
	if err != nil {
		return err
	}
	vopts := &vdisk.Options{Files: files, CacheBytes: o.CacheBytes}
	if o.Spool != nil {
		vopts.SpoolDir = o.Spool.Dir
	}
	d.vd, err = format.Open(ctx, f, vopts)
	if err != nil {
		return err
	}
	d.closers = append(d.closers, d.vd)
	d.info.Disk = d.vd.Info()
	d.info.Disk.Notes = append(notes, d.info.Disk.Notes...)
	if dd, ok := d.vd.(vdisk.Damaged); ok {
		d.damage = append(d.damage, dd.Damage()...)
	}
	return nil
}

// chooseDisk returns the row of the table that claims a file. Raw claims every
// file, and comes after the kinds that are known and refused.
func chooseDisk(f vdisk.File, formats []vdisk.Format) (*vdisk.Format, error) {
	for i := range formats {
		format := &formats[i]
		if format.Name == "raw" {
			if err := refuseForeign(f); err != nil {
				return nil, err
			}
		}
		if format.Probe(f) {
			return format, nil
		}
	}
	return nil, fmt.Errorf("%w: no virtual disk", fstree.ErrNotThisFormat)
}
