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
	taken   [][2]int64 // ranges of the volumes of the table that are recognised
	until   int64      // end of the last volume found
	anchors []int64    // places next to structures of the table, sorted
	dense   int64      // up to here every sector is looked at
	left    int        // usual places that may still be looked at
	sectors int        // other sectors
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
	for _, x := range s.stretches() {
		if err := s.look(ctx, x); err != nil {
			return err
		}
	}
	d.info.Volumes = append(d.info.Volumes, s.found...)
	slices.SortStableFunc(d.info.Volumes, func(a, b VolumeInfo) int { return cmp.Compare(a.Start, b.Start) })
	return nil
}

// stretch is a range of the disk to search, start inclusive, end exclusive.
type stretch struct {
	start, end int64
	room       int64 // up to here nothing else is known
	tail       bool  // the end of a volume of the table
}

// stretches returns where to search, by start: the ranges of the disk that are in
// no volume, which include those of the table itself; and the ends of volumes in
// which nothing is recognised, as what starts there may be only the zeros in front
// of a superblock.
func (s *search) stretches() []stretch {
	var out []stretch
	var end int64
	size, vols := s.d.Size(), s.d.info.Volumes
	for i := range vols { // sorted by start
		v := &vols[i].Volume
		if v.Start > end {
			out = append(out, stretch{end, min(v.Start, size), min(v.Start, size), false})
		}
		last := v.Start + v.Available(size)
		end = max(end, last)
		if isRecognised(v, size, s.o.Formats.FileSystems) {
			s.taken = append(s.taken, [2]int64{v.Start, last})
			continue
		}
		room := size
		if j := slices.IndexFunc(vols[i+1:], func(w VolumeInfo) bool { return w.Start >= last }); j >= 0 {
			room = min(vols[i+1+j].Start, size)
		}
		out = append(out, stretch{max(v.Start, last-windowBytes), last, room, true})
	}
	if end < size {
		out = append(out, stretch{end, size, size, false})
	}
	slices.SortStableFunc(out, func(a, b stretch) int { return cmp.Compare(a.start, b.start) })
	return out
}

// look searches a stretch behind what was found before.
func (s *search) look(ctx context.Context, x stretch) error {
	win := &window{d: s.d}
	if s.sectors > 0 {
		s.dense = x.start + mib
	}
	for at := s.next(max(x.start, s.until, 1)); at < x.end; {
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
		if !s.spend(usual, at) {
			return nil
		}
		at = s.next(s.take(win, x, at, usual))
	}
	return nil
}

// spend counts a place; false if it is one too many. When there were too many
// sectors, only the usual places are left.
func (s *search) spend(usual bool, at int64) bool {
	if usual {
		if s.left--; s.left == -1 {
			s.d.info.Notes = append(s.d.info.Notes, fmt.Sprintf("from %d on no volumes were looked for outside of partitions: limit of %d places", at, maxPlaces))
		}
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
func (s *search) take(win *window, x stretch, at int64, usual bool) int64 {
	size := s.d.Size() - at
	var c content
	if usual {
		c = startsWith(win, size, strong)
	}
	name, length := s.readable(win, size, c)
	if name == "" && c.name != "" && !s.reads(c.name) { // else a backup or a remnant
		name, length = c.name, foreignLength(c.name, win, x.room-at)
	}
	if name == "" {
		s.checkRecord(win, at)
		return at + 1
	}
	if x.tail && (at+length <= x.end || s.isTaken(at)) {
		return at + 1 // content of the volume, or of another
	}
	if over := s.overlapped(at, length); over != "" {
		s.remnant(name, at, length, over)
		return at + 1
	}
	s.until = at + length
	v := volume.Volume{
		Name: "gap" + strconv.FormatInt(at, 10), Start: at, Size: length, Type: "not in the partition table",
		Reader: io.NewSectionReader(s.d, at, length),
	}
	s.found = append(s.found, VolumeInfo{Volume: v, Unlisted: true})
	s.d.anomalies = append(s.d.anomalies, Anomaly{
		Rule: "volume-not-in-table", Title: "a volume lies where the partition table has none", Severity: "medium", Offset: at,
		Detail: fmt.Sprintf("%s of %d bytes at offset %d, read as %s", name, length, at, v.Name),
	})
	return s.until
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

// overlapped says what a range runs into that was written later, as its content
// shows: a volume of the table, or the end of the disk. It is empty for nothing.
func (s *search) overlapped(at, length int64) string {
	if length > s.d.Size()-at {
		return "the end of the disk"
	}
	for _, t := range s.taken {
		if t[0] > at && t[0] < at+length {
			return fmt.Sprintf("the volume at %d", t[0])
		}
	}
	return ""
}

// isTaken reports whether a place is in a volume of the table that is recognised.
func (s *search) isTaken(at int64) bool {
	return slices.ContainsFunc(s.taken, func(t [2]int64) bool { return t[0] <= at && at < t[1] })
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
