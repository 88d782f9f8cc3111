package diskimage

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/seed-181f3109/assay/diskimage/volume"
)

// maxPlaces bounds how many places of a disk with content are looked at for a
// volume that no partition table names.
const maxPlaces = 4096

// search looks for volumes outside of those that the partition table names:
// file systems whose entry was lost or removed.
type search struct {
	d       *Disk
	o       *Options
	anchors []int64 // places next to structures of the table, sorted
	left    int     // places that may still be looked at
	found   []VolumeInfo
}

// findUnlisted adds to the volumes of a disk with a partition table those that
// lie outside of them. They get their names from where they start.
func (d *Disk) findUnlisted(ctx context.Context, o *Options) error {
	if d.info.Table == nil {
		return nil
	}
	s := &search{d: d, o: o, left: maxPlaces}
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
	win := &window{r: s.d}
	for at := s.next(max(start, 1)); at < end; {
		if err := ctx.Err(); err != nil {
			return err
		}
		stored, _, err := s.d.NextAllocated(at)
		if err == io.EOF {
			return nil
		}
		if err == nil && stored >= at+windowBytes {
			at = s.next(stored - windowBytes + 1)
			continue
		}
		if err == nil {
			err = win.load(at, min(windowBytes, s.d.Size()-at))
		}
		if err != nil { // the rest is delivered as it is, and read again
			s.d.addDamage("", "search for volumes", at, err)
			return nil
		}
		if win.empty() {
			at = s.next(at + 1)
			continue
		}
		if s.left--; s.left < 0 {
			s.d.info.Notes = append(s.d.info.Notes, fmt.Sprintf("from %d to %d no volumes were looked for: limit of %d places", at, end, maxPlaces))
			return nil
		}
		at = s.next(s.take(win, at, end))
	}
	return nil
}

// take adds the volume that starts at a place, if there is one, and returns
// from where on to go on.
func (s *search) take(win *window, at, end int64) int64 {
	size := s.d.Size() - at
	name, length := "", int64(0)
	c := startsWith(win, size, strong)
	for _, f := range s.o.Formats.FileSystems {
		if f.Length == nil || c.hides {
			continue
		}
		if c.name == f.Name {
			c = content{} // what Length does not take is a backup or a remnant
		}
		if n := f.Length(win, size); n > 0 {
			name, length = f.Name, n
			break
		}
	}
	if name == "" && c.name != "" {
		name, length = c.name, foreignLength(c.name, win, end-at)
	}
	if name == "" {
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

// remnant notes a superblock of something that is not there any more.
func (s *search) remnant(name string, at, length int64, runsInto string) {
	s.d.anomalies = append(s.d.anomalies, Anomaly{
		Rule: "volume-remnant", Title: "a superblock outside of the partitions names a range that is not free", Severity: "low", Offset: at,
		Detail: fmt.Sprintf("%s of %d bytes at offset %d runs into %s; what is left of it is content of a gap", name, length, at, runsInto),
	})
}
