package mbr

import (
	"context"
	"fmt"
	"io"

	"github.com/seed-181f3109/assay/diskimage/volume"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// firstLogical is the number of the first logical partition.
const firstLogical = 5

// reader collects the partitions of one disk.
type reader struct {
	r       io.ReaderAt
	size    int64
	sector  int64
	limit   int
	logical int            // logical partitions so far
	visited map[int64]bool // boot records of chains, by sector
	table   *volume.Table
}

// add takes one partition that starts at sector lba of the disk.
func (t *reader) add(e entry, number int, lba int64) {
	v := volume.Volume{
		Name: fmt.Sprintf("p%d", number), Number: number, Start: lba * t.sector, Size: int64(e.count) * t.sector,
		Type: typeName(e.kind), TypeID: fmt.Sprintf("0x%02x", e.kind), UUID: fmt.Sprintf("%s-%02x", t.table.ID, number),
	}
	if e.status == 0x80 {
		v.Flags = append(v.Flags, "boot")
	}
	t.table.Volumes = append(t.table.Volumes, v)
}

// chain follows the extended boot records of one extended partition. A record
// has one logical partition, counted from the record, and the next record,
// counted from the extended partition. Partitions in the third and fourth entry,
// leftovers of OS/2, are taken if they lie inside, as Linux does.
func (t *reader) chain(ctx context.Context, ext entry) error {
	first := int64(ext.start)
	end := first + int64(ext.count)
	for at := first; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		if t.visited[at] {
			t.damage(at, "the chain of logical partitions loops")
			return nil
		}
		if len(t.visited) >= 2*t.limit {
			t.damage(at, fmt.Sprintf("more than %d records", 2*t.limit))
			return nil
		}
		t.visited[at] = true
		b, err := binread.At(t.r, t.size, at*t.sector, sectorBytes)
		if err != nil {
			t.damage(at, "cannot be read: "+err.Error())
			return nil
		}
		if b[510] != 0x55 || b[511] != 0xaa {
			t.damage(at, "has no signature")
			return nil
		}
		t.table.Used = append(t.table.Used, [2]int64{at*t.sector + 446, at*t.sector + sectorBytes})
		if !t.record(b, at, first, end) {
			t.damage(at, fmt.Sprintf("more than %d partitions", t.limit))
			return nil
		}
		next, ok := t.next(b, first)
		if !ok {
			return nil
		}
		if next >= end {
			t.damage(next, "lies outside of its extended partition")
		}
		at = next
	}
}

// record takes the logical partitions of one boot record; false if they are too many.
func (t *reader) record(b []byte, at, first, end int64) bool {
	for i := range 4 {
		e := parseEntry(b, i)
		lba := at + int64(e.start)
		if !e.used() || e.extended() {
			continue
		}
		if i >= 2 && (lba < first || lba+int64(e.count) > end) {
			t.damage(at, fmt.Sprintf("entry %d names a range outside of the extended partition", i+1))
			continue
		}
		if len(t.table.Volumes) >= t.limit {
			return false
		}
		t.add(e, firstLogical+t.logical, lba)
		t.logical++
	}
	return true
}

// next returns the sector of the next boot record, and false at the chain's end.
func (t *reader) next(b []byte, first int64) (int64, bool) {
	for i := range 4 {
		if e := parseEntry(b, i); e.used() && e.extended() {
			return first + int64(e.start), true
		}
	}
	return 0, false
}

// IsRecord reports whether a sector reads as the boot record of a logical
// partition: the signature, nothing in front of the entries, a partition behind the
// record in the first, a link or nothing in the second, and nothing in the others.
func IsRecord(b []byte) bool {
	if len(b) < sectorBytes || b[510] != 0x55 || b[511] != 0xaa {
		return false
	}
	for i, c := range b[:510] {
		if c != 0 && (i < 446 || i >= 446+2*16) {
			return false
		}
	}
	part, link := parseEntry(b, 0), parseEntry(b, 1)
	return part.used() && !part.extended() && part.status&0x7f == 0 && part.start > 0 && (link == entry{} || link.extended() && link.used())
}

func (t *reader) damage(sector int64, what string) {
	t.table.Damage = append(t.table.Damage, &fstree.Damage{
		Structure: "extended boot record", Offset: sector * t.sector, Cause: fmt.Errorf("%w: %s", fstree.ErrCorrupt, what),
	})
}
