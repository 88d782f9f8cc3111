package diskimage

import (
	"github.com/seed-181f3109/assay/diskimage/filesystem"
	"github.com/seed-181f3109/assay/diskimage/filesystem/ext4"
	"github.com/seed-181f3109/assay/diskimage/filesystem/fat"
	"github.com/seed-181f3109/assay/diskimage/filesystem/xfs"
	"github.com/seed-181f3109/assay/diskimage/vdisk"
	"github.com/seed-181f3109/assay/diskimage/vdisk/raw"
	"github.com/seed-181f3109/assay/diskimage/vdisk/vmdk"
	"github.com/seed-181f3109/assay/diskimage/volume"
	"github.com/seed-181f3109/assay/diskimage/volume/gpt"
	"github.com/seed-181f3109/assay/diskimage/volume/mbr"
)

// Formats are the three tables of formats. The first row whose Probe agrees is
// taken. A caller may hand in a selection of its own.
type Formats struct {
	// Disks are the virtual disks; what no row claims is a raw disk.
	Disks []vdisk.Format
	// Volumes are the partition tables.
	Volumes []volume.Format
	// FileSystems are the file systems.
	FileSystems []filesystem.Format
}

// AllFormats returns the tables of everything that this package reads, anew on
// every call, so that a caller may change them.
func AllFormats() *Formats {
	return &Formats{
		Disks: []vdisk.Format{
			vmdk.Format(),
			raw.Format(),
		},
		Volumes: []volume.Format{
			gpt.Format(),
			mbr.Format(),
		},
		FileSystems: []filesystem.Format{
			{Name: "ext4", Probe: ext4.Probe, Length: ext4.Length, Open: ext4.Open},
			{Name: "xfs", Probe: xfs.Probe, Length: xfs.Length, Open: xfs.Open},
			fat.Format(),
		},
	}
}
