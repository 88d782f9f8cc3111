package gpt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/seed-181f3109/assay/diskimage/volume"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// Format is the row of this format in the table of partition tables.
func Format() volume.Format {
	return volume.Format{Name: "gpt", Probe: Probe, Open: Open}
}

// Probe reports whether the disk has a GPT that Linux would use: a header, and
// a first sector that announces it or is no partition table itself.
func Probe(r io.ReaderAt, size int64) bool {
	if m := readMBR(r, size); m.valid && !m.protective {
		return false
	}
	p, b := findHeaders(r, size, 0)
	return p.h != nil || b.h != nil
}

// found is a header and why it cannot be trusted; h is nil if there is none.
type found struct {
	h   *header
	err error
}

func (f found) good() bool { return f.h != nil && f.err == nil }

// findHeaders looks for the primary and the backup header, with sectors of the
// given size in bytes, or of 512 and 4096 if it is 0. Good headers win over bad ones.
func findHeaders(r io.ReaderAt, size, sector int64) (primary, backup found) {
	sizes := []int64{512, 4096}
	if sector > 0 {
		sizes = []int64{sector}
	}
	best := -1
	for _, s := range sizes {
		p, b := headersOf(r, size, s)
		score := 0
		for _, f := range []found{p, b} {
			switch {
			case f.good():
				score += 10
			case f.h != nil || errors.Is(f.err, fstree.ErrUnsupported):
				score++
			}
		}
		if score > best {
			primary, backup, best = p, b, score
		}
	}
	return primary, backup
}

// headersOf looks for both headers with sectors of s bytes. The backup is where
// the primary says, else in the last sector.
func headersOf(r io.ReaderAt, size, s int64) (primary, backup found) {
	primary.h, primary.err = readHeader(r, size, s, 1)
	last := size/s - 1
	if primary.good() && primary.h.alternate < math.MaxInt64/uint64(s) && int64(primary.h.alternate) != last {
		backup.h, backup.err = readHeader(r, size, s, int64(primary.h.alternate))
		if backup.good() {
			return primary, backup
		}
	}
	backup.h, backup.err = readHeader(r, size, s, last)
	return primary, backup
}

// Open reads the table. It returns an error only if no header can be used.
func Open(ctx context.Context, r io.ReaderAt, size int64, opts *volume.Options) (*volume.Table, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	sector, limit := int64(0), 4096
	if opts != nil {
		sector = opts.SectorSize
		if opts.MaxVolumes > 0 {
			limit = opts.MaxVolumes
		}
	}
	primary, backup := findHeaders(r, size, sector)
	use, other := primary, backup
	if use.h == nil || !use.good() && backup.good() {
		use, other = backup, primary
	}
	if use.h == nil {
		return nil, primary.err
	}
	t := &volume.Table{Format: "gpt", ID: use.h.disk, SectorSize: use.h.sector, Used: [][2]int64{{440, 512}}}
	if use.err != nil {
		t.Damage = append(t.Damage, &fstree.Damage{Structure: "GPT header", Offset: int64(use.h.my) * use.h.sector, Cause: use.err})
	}
	addUsed(t, use.h)
	if other.good() {
		addUsed(t, other.h)
	}
	compare(t, use, other, use.h == backup.h, size)
	if err := addVolumes(t, use.h, limit); err != nil {
		return nil, err
	}
	t.Finish(r, size)
	checkHybrid(t, readMBR(r, size))
	return t, nil
}

// addUsed marks a header and its entries as used.
func addUsed(t *volume.Table, h *header) {
	at := int64(h.my) * h.sector
	if h.my <= math.MaxInt64/uint64(h.sector) {
		t.Used = append(t.Used, [2]int64{at, at + int64(h.size)})
	}
	at = int64(h.entries) * h.sector
	t.Used = append(t.Used, [2]int64{at, at + int64(len(h.array))})
}

// addVolumes takes the entries that are in use.
func addVolumes(t *volume.Table, h *header, limit int) error {
	var odd []int // unused entries that are not empty
	for i := range int(h.count) {
		e, used := h.entry(i)
		if !used {
			if !isZero(h.array[i*int(h.entryLen):][:h.entryLen]) {
				odd = append(odd, i)
			}
			continue
		}
		if len(t.Volumes) >= limit {
			return fmt.Errorf("%w: more than %d partitions", fstree.ErrLimit, limit)
		}
		name := fmt.Sprintf("p%d", i+1)
		if e.first > e.last || e.last >= math.MaxInt64/uint64(h.sector) {
			t.Damage = append(t.Damage, &fstree.Damage{
				Volume: name, Structure: "GPT entry", Offset: int64(h.entries)*h.sector + int64(i)*int64(h.entryLen),
				Cause: fmt.Errorf("%w: from sector %d to %d", fstree.ErrCorrupt, e.first, e.last),
			})
			continue
		}
		if e.first < h.first || e.last > h.last {
			anomaly(t, "gpt-outside-usable", "a partition lies outside of the usable sectors", "low", int64(e.first)*h.sector,
				fmt.Sprintf("%s: %d to %d, usable are %d to %d", name, e.first, e.last, h.first, h.last))
		}
		t.Volumes = append(t.Volumes, volume.Volume{
			Name: name, Number: i + 1, Start: int64(e.first) * h.sector, Size: int64(e.last-e.first+1) * h.sector,
			Type: typeName(e.kind), TypeID: e.kind, UUID: e.id, Label: e.name, Flags: attributes(e.attributes),
		})
	}
	if len(odd) > 0 {
		anomaly(t, "gpt-unused-entry", "unused entries of the partition table are not empty", "low",
			int64(h.entries)*h.sector+int64(odd[0])*int64(h.entryLen), fmt.Sprintf("%d entries, the first is %d", len(odd), odd[0]+1))
	}
	return nil
}

func isZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

func anomaly(t *volume.Table, rule, title, severity string, off int64, detail string) {
	t.Anomalies = append(t.Anomalies, volume.Anomaly{Rule: rule, Title: title, Severity: severity, Offset: off, Detail: detail})
}

// mbr is what the first sector says.
type mbr struct {
	valid      bool // it is a partition table
	protective bool // it announces a GPT
	ranges     []mbrRange
}

// mbrRange is an entry that is not protective, in sectors.
type mbrRange struct{ start, count uint32 }

// readMBR reads the table of the first sector.
//
// Source: section 5.2 "LBA 0 Format".
func readMBR(r io.ReaderAt, size int64) mbr {
	var m mbr
	b, err := binread.At(r, size, 0, 512)
	if err != nil || b[510] != 0x55 || b[511] != 0xaa {
		return m
	}
	for i := range 4 {
		e := b[446+i*16:][:16]
		if e[0]&0x7f != 0 {
			return mbr{}
		}
		start, count := le32(e[8:]), le32(e[12:])
		if e[4] == 0 || count == 0 {
			continue
		}
		m.valid = true
		if e[4] == 0xee {
			m.protective = true
			continue
		}
		m.ranges = append(m.ranges, mbrRange{start, count})
	}
	return m
}
