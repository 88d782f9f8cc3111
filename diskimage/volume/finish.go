package volume

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/seed-181f3109/assay/fstree"
)

// Finish completes the volumes of a partition table on a disk of size bytes: it
// sorts them by start, gives each a Reader on disk, and notes volumes that end
// behind the disk as damage and volumes that overlap as anomalies. A Reader ends
// where the disk does.
func (t *Table) Finish(disk io.ReaderAt, size int64) {
	slices.SortStableFunc(t.Volumes, func(a, b Volume) int { return cmp.Compare(a.Start, b.Start) })
	for i := range t.Volumes {
		v := &t.Volumes[i]
		v.Reader = io.NewSectionReader(disk, v.Start, v.Available(size))
		if n := v.Available(size); n < v.Size {
			t.Damage = append(t.Damage, &fstree.Damage{
				Volume: v.Name, Structure: "partition", Offset: v.Start,
				Cause: fmt.Errorf("%w: %d of its %d bytes lie behind the end of the disk", fstree.ErrCorrupt, v.Size-n, v.Size),
			})
		}
	}
	t.findOverlaps()
	slices.SortFunc(t.Used, func(a, b [2]int64) int { return cmp.Compare(a[0], b[0]) })
}

// Available returns how many bytes of a contiguous volume lie on a disk of size bytes.
func (v *Volume) Available(size int64) int64 {
	return min(v.Size, max(size-v.Start, 0))
}

// findOverlaps notes volumes that start before another one ends. Volumes are
// sorted by start.
func (t *Table) findOverlaps() {
	var widest *Volume // of those so far, the one that ends last
	for i := range t.Volumes {
		v := &t.Volumes[i]
		if v.Size == 0 {
			continue
		}
		if widest != nil && v.Start < widest.Start+widest.Size {
			t.Anomalies = append(t.Anomalies, Anomaly{
				Rule: "volumes-overlap", Title: "two volumes share a part of the disk", Severity: "medium", Offset: v.Start,
				Detail: fmt.Sprintf("%s starts at %d, %s ends at %d", v.Name, v.Start, widest.Name, widest.Start+widest.Size),
			})
		}
		if widest == nil || v.Start+v.Size > widest.Start+widest.Size {
			widest = v
		}
	}
}
