package diskimage

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/seed-181f3109/assay/diskimage/filesystem"
	"github.com/seed-181f3109/assay/diskimage/volume"
	"github.com/seed-181f3109/assay/diskimage/volume/mbr"
)

// Bounds of the search for volumes that no partition table names: how many usual
// places with content are looked at, and how many other sectors.
const (
	maxPlaces  = 4096
	maxSectors = 64 << 10
)

// search looks for volumes outside of those that the partition table names:
// file systems whose entry was lost or removed.
type search struct {
	d       *Disk
	o       *Options
	anchors []int64 // places next to structures of the table, sorted
	dense   int64   // up to here every sector is looked at
	left    int     // usual places that may still be looked at
	sectors int     // other sectors
	found   []VolumeInfo
}

// findUnlisted adds to the volumes of a disk with a partition table those that
// lie outside of them. They get their names from where they start.
func (d *Disk) findUnlisted(ctx context.Context, o *Options) error {
	if d.info.Table == nil {
		return nil
	}
	s := &search{d: d, o: o, left: maxPlaces, sectors: maxSectors}
	s.setAnchors()
	for _, f := range d.unclaimed() {
		if err := s.look(ctx, f[0], f[1]); err != nil {
			return err
		}
	}
	d.info.Volumes = append(d.info.Volumes, s.found...)
	slices.SortStableFunc(d.info.Volumes, func(a, b VolumeInfo) int { return cmp.Compare(a.Start, b.Start) })
	return nil
}

// unclaimed returns the ranges of the disk that are in no volume, start
// inclusive, end exclusive. They include those of the table itself.
func (d *Disk) unclaimed() [][2]int64 {
	var out [][2]int64
	var end int64
	for i := range d.info.Volumes { // sorted by start
		v := &d.info.Volumes[i]
		if v.Start > end {
			out = append(out, [2]int64{end, min(v.Start, d.Size())})
		}
		end = max(end, min(v.Start+v.Size, d.Size()))
	}
	if end < d.Size() {
		out = append(out, [2]int64{end, d.Size()})
	}
	return out
}

// look searches the unclaimed bytes from start to end.
func (s *search) look(ctx context.Context, start, end int64) error {
	win := &window{d: s.d}
	if s.sectors > 0 {
		s.dense = start + mib
	}
	for at := s.next(max(start, 1)); at < end; {
		if err := ctx.Err(); err != nil {
			return err
		}
		zero, err := win.move(at)
		if err == io.EOF {
			return nil
		}
		if err != nil { // the rest is delivered as it is, and read again
			s.d.addDamage("", "search for volumes", at, err)
			return nil
		}
		usual := at == s.usual(at)
		if zero >= windowBytes || zero >= superBytes && !usual {
			at = s.behind(at, zero)
			continue
		}
		if !s.spend(usual) {
			s.d.info.Notes = append(s.d.info.Notes, fmt.Sprintf("from %d to %d no volumes were looked for: limit of %d places", at, end, maxPlaces))
			return nil
		}
		at = s.next(s.take(win, at, end, usual))
	}
	return nil
}

// spend counts a place; false if it is one too many. When there were too many
// sectors, only the usual places are left.
func (s *search) spend(usual bool) bool {
	if usual {
		s.left--
		return s.left >= 0
	}
	if s.sectors--; s.sectors == 0 {
		s.dense = 0
		s.d.info.Notes = append(s.d.info.Notes, fmt.Sprintf("volumes were looked for at the usual places only after %d sectors of gaps", maxSectors))
	}
	return true
}

// take adds the volume that starts at a place, if there is one, and returns
// from where on to go on. What is recognised and not read is looked for at usual
// places only.
func (s *search) take(win *window, at, end int64, usual bool) int64 {
	size := s.d.Size() - at
	var c content
	if usual {
		c = startsWith(win, size, strong)
	}
	name, length := s.readable(win, size, c)
	if name == "" && c.name != "" && !s.reads(c.name) { // else a backup or a remnant
		name, length = c.name, foreignLength(c.name, win, end-at)
	}
	if name == "" {
		s.checkRecord(win, at)
		return at + 1
	}
	if over := s.overlapped(at, length); length > size || over != "" {
		s.remnant(name, at, length, cmp.Or(over, "the end of the disk"))
		return at + 1
	}
	v := volume.Volume{
		Name: "gap" + strconv.FormatInt(at, 10), Start: at, Size: length, Type: "not in the partition table",
		Reader: io.NewSectionReader(s.d, at, length),
	}
	s.found = append(s.found, VolumeInfo{Volume: v, Unlisted: true})
	s.d.anomalies = append(s.d.anomalies, Anomaly{
		Rule: "volume-not-in-table", Title: "a volume lies where the partition table has none", Severity: "medium", Offset: at,
		Detail: fmt.Sprintf("%s of %d bytes at offset %d, read as %s", name, length, at, v.Name),
	})
	return at + length
}

// readable returns the file system of the table of formats that a section starts
// with, and its length; c is what it was recognised as.
func (s *search) readable(r io.ReaderAt, size int64, c content) (name string, length int64) {
	for _, f := range s.o.Formats.FileSystems {
		if f.Length == nil || c.hides {
			continue
		}
		if n := f.Length(r, size); n > 0 {
			return f.Name, n
		}
	}
	return "", 0
}

// reads reports whether a name is that of a format of the table.
func (s *search) reads(name string) bool {
	return slices.ContainsFunc(s.o.Formats.FileSystems, func(f filesystem.Format) bool { return f.Name == name })
}

// overlapped names a volume of the table that a range from an unclaimed place on
// runs into, and whose content shows that it was written later; else it is empty.
func (s *search) overlapped(at, length int64) string {
	for i := range s.d.info.Volumes {
		v := &s.d.info.Volumes[i].Volume
		if v.Start > at && v.Start-at < length && isRecognised(v, s.d.Size(), s.o.Formats.FileSystems) {
			return v.Name
		}
	}
	return ""
}

// checkRecord notes a boot record of a logical partition that no chain leads to:
// the chain was cut in front of it, or it is left from an earlier layout.
func (s *search) checkRecord(win *window, at int64) {
	t := s.d.info.Table
	if t.Format != "mbr" || !mbr.IsRecord(win.buf[at-win.at:]) || slices.ContainsFunc(t.Used, func(u [2]int64) bool { return u[0] == at+446 }) {
		return
	}
	s.d.anomalies = append(s.d.anomalies, Anomaly{
		Rule: "boot-record-without-chain", Title: "a boot record of a logical partition lies where no chain leads", Severity: "low", Offset: at,
		Detail: fmt.Sprintf("record at offset %d: its partition and those behind it are not in the table", at),
	})
}

// remnant notes a superblock of something that is not there any more.
func (s *search) remnant(name string, at, length int64, runsInto string) {
	s.d.anomalies = append(s.d.anomalies, Anomaly{
		Rule: "volume-remnant", Title: "a superblock outside of the partitions names a range that is not free", Severity: "low", Offset: at,
		Detail: fmt.Sprintf("%s of %d bytes at offset %d runs into %s; what is left of it is content of a gap", name, length, at, runsInto),
	})
}
