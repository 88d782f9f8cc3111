package diskimage

import (
	"fmt"
	"io"

	"github.com/seed-181f3109/assay/diskimage/filesystem"
	"github.com/seed-181f3109/assay/diskimage/volume"
)

// bootSectorOf returns the file system that a disk without partitions holds
// although its first sector reads as a partition table, or nil. Boot sectors of FAT
// volumes have the signature of a table, and code or, as mformat writes it, an
// entry for the whole disk where the entries are. The disk is one file system if its
// parameters fit each other and the disk, and no entry leads to anything.
func bootSectorOf(r io.ReaderAt, size int64, t *volume.Table, formats []filesystem.Format) *filesystem.Format {
	if t.Format != "mbr" {
		return nil
	}
	f := probe(r, size, formats)
	if f == nil || !f.BootSector || f.Length == nil {
		return nil
	}
	if n := f.Length(r, size); n <= 0 || n > size {
		return nil
	}
	for i := range t.Volumes {
		if v := &t.Volumes[i]; v.Start > 0 && isRecognised(v, size, formats) {
			return nil
		}
	}
	return f
}

// notePartitions notes entries in the boot sector of a file system, as Linux shows
// partitions there. Those of the whole disk are what formatters write.
func (d *Disk) notePartitions(f *filesystem.Format, t *volume.Table) {
	for i := range t.Volumes {
		if v := &t.Volumes[i]; v.Start > 0 {
			d.anomalies = append(d.anomalies, Anomaly{
				Rule: "partition-in-boot-sector", Title: "the boot sector of a file system reads as a partition table too", Severity: "low", Offset: v.Start,
				Detail: fmt.Sprintf("%s of the whole disk is read; %s from %d, %d bytes, leads to nothing that is recognised", f.Name, v.Name, v.Start, v.Size),
			})
		}
	}
}
