package gpt

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/seed-181f3109/assay/diskimage/volume"
)

// compare notes what is wrong with the header that is not used, and where both
// differ. swapped says that the backup is the one in use.
func compare(t *volume.Table, use, other found, swapped bool, size int64) {
	which, rule := "backup", "gpt-backup-bad"
	if swapped {
		which, rule = "primary", "gpt-primary-bad"
		t.Variant = "backup only"
	}
	if !other.good() {
		anomaly(t, rule, "the "+which+" GPT header is missing or damaged", "low", -1, other.err.Error())
		return
	}
	if d := difference(use.h, other.h); d != "" {
		anomaly(t, "gpt-backup-differs", "the two partition tables of the disk differ", "high", int64(other.h.my)*other.h.sector,
			"the primary one is used; "+d)
	}
	if last := size/use.h.sector - 1; !swapped && int64(other.h.my) != last {
		anomaly(t, "gpt-backup-not-at-end", "the disk goes on behind the backup GPT header", "info", int64(other.h.my)*other.h.sector,
			fmt.Sprintf("header in sector %d, last sector is %d", other.h.my, last))
	}
}

// difference says in what two headers disagree; empty if in nothing.
func difference(a, b *header) string {
	switch {
	case a.disk != b.disk:
		return fmt.Sprintf("disk %s and %s", a.disk, b.disk)
	case a.first != b.first || a.last != b.last:
		return fmt.Sprintf("usable sectors %d to %d and %d to %d", a.first, a.last, b.first, b.last)
	case a.count != b.count || a.entryLen != b.entryLen:
		return fmt.Sprintf("%d entries of %d bytes and %d of %d", a.count, a.entryLen, b.count, b.entryLen)
	}
	for i := range int(a.count) {
		n := int(a.entryLen)
		if !bytes.Equal(a.array[i*n:(i+1)*n], b.array[i*n:(i+1)*n]) {
			x, _ := a.entry(i)
			y, _ := b.entry(i)
			return fmt.Sprintf("entry %d: sectors %d to %d and %d to %d", i+1, x.first, x.last, y.first, y.last)
		}
	}
	return ""
}

// checkHybrid notes a first sector that does not protect the GPT, and compares
// the partitions that it names with those of the GPT.
func checkHybrid(t *volume.Table, m mbr) {
	if !m.protective {
		anomaly(t, "gpt-unprotected", "the first sector does not announce the GPT", "low", 0, "systems may see a disk without partitions")
	}
	if len(m.ranges) == 0 {
		return
	}
	if t.Variant == "" {
		t.Variant = "hybrid"
	}
	for _, x := range m.ranges {
		start, size := int64(x.start)*t.SectorSize, int64(x.count)*t.SectorSize
		if !isVolume(t, start, size) {
			anomaly(t, "hybrid-mbr-differs", "the first sector names a partition that the GPT does not have", "medium", start,
				fmt.Sprintf("%d sectors from %d", x.count, x.start))
		}
	}
}

// isVolume reports whether the table has a volume of exactly this range.
func isVolume(t *volume.Table, start, size int64) bool {
	for i := range t.Volumes {
		if v := &t.Volumes[i]; v.Start == start && v.Size == size {
			return true
		}
	}
	return false
}

func le32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }
