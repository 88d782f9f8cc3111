package mbr

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/seed-181f3109/assay/diskimage/volume"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// Format is the row of this format in the table of partition tables. It stands
// behind GPT, whose disks have a protective table of this kind.
func Format() volume.Format {
	return volume.Format{Name: "mbr", Probe: Probe, Open: Open}
}

// Probe reports whether the first sector is a partition table: it has the
// signature, every entry a valid status, and one entry at least names a
// partition that starts on the disk. The boot sector of a FAT or NTFS volume has
// the signature too, but code or text in place of the entries.
func Probe(r io.ReaderAt, size int64) bool {
	b, err := binread.At(r, size, 0, sectorBytes)
	if err != nil || b[510] != 0x55 || b[511] != 0xaa {
		return false
	}
	found := false
	for i := range 4 {
		e := parseEntry(b, i)
		if e.status&0x7f != 0 {
			return false
		}
		if e.used() && int64(e.start) < max(size/sectorBytes, 1) {
			found = true
		}
	}
	return found
}

// Open reads the table and all chains of logical partitions. Partitions of
// sectors of 4096 bytes are only found if opts says so.
func Open(ctx context.Context, r io.ReaderAt, size int64, opts *volume.Options) (*volume.Table, error) {
	if !Probe(r, size) {
		return nil, fmt.Errorf("%w: no partition table in the first sector", fstree.ErrNotThisFormat)
	}
	t := &reader{r: r, size: size, sector: sectorBytes, limit: 4096, visited: make(map[int64]bool)}
	if opts != nil && opts.SectorSize > 0 {
		t.sector = opts.SectorSize
	}
	if opts != nil && opts.MaxVolumes > 0 {
		t.limit = opts.MaxVolumes
	}
	b, err := binread.At(r, size, 0, sectorBytes)
	if err != nil {
		return nil, err
	}
	id := binary.LittleEndian.Uint32(b[440:])
	t.table = &volume.Table{Format: "mbr", ID: fmt.Sprintf("%08x", id), SectorSize: t.sector, Used: [][2]int64{{440, sectorBytes}}}
	for i := range 4 {
		e := parseEntry(b, i)
		switch {
		case !e.used():
			t.checkUnused(e, i)
		case e.extended():
			if err := t.chain(ctx, e); err != nil {
				return nil, err
			}
		case e.kind == typeProtective:
			t.table.Damage = append(t.table.Damage, &fstree.Damage{
				Structure: "partition table", Offset: 446 + int64(i)*16,
				Cause: fmt.Errorf("%w: a GPT is announced and no header of one can be read", fstree.ErrCorrupt),
			})
			t.add(e, i+1, int64(e.start))
		default:
			t.add(e, i+1, int64(e.start))
		}
	}
	t.checkStaleGPT()
	t.table.Finish(r, size)
	return t.table, nil
}

// checkUnused notes an entry without a type that has a size: hidden from
// systems, but easily brought back.
func (t *reader) checkUnused(e entry, i int) {
	if e.kind == 0 && e.count > 0 {
		t.anomaly("mbr-hidden-entry", "an unused partition entry names a range", "low", 446+int64(i)*16,
			fmt.Sprintf("entry %d has type 0, start %d, %d sectors", i+1, e.start, e.count))
	}
}

// checkStaleGPT notes a GPT header on a disk whose first sector has no
// protective entry: Linux takes the table in the first sector, other tools the GPT.
func (t *reader) checkStaleGPT() {
	b := make([]byte, 8)
	if binread.Full(t.r, b, t.sector) == nil && string(b) == "EFI PART" {
		t.anomaly("gpt-ignored", "a GPT header lies behind a partition table that does not announce it", "medium", t.sector,
			"the partition table of the first sector is used, as Linux does")
	}
}

func (t *reader) anomaly(rule, title, severity string, off int64, detail string) {
	t.table.Anomalies = append(t.table.Anomalies, volume.Anomaly{Rule: rule, Title: title, Severity: severity, Offset: off, Detail: detail})
}
