package diskimage

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"slices"
)

// bootCode is the length of the code in the first sector of a disk with a
// partition table, in bytes. Its entry is there even if it holds nothing but
// zeros: nothing says whether there was code, and so code that was wiped is a
// change of an entry and not an entry less.
const bootCode = 440

// findExtras finds the content outside of volumes: boot code, gaps, and what
// lies behind the end of a file system in its volume.
func (d *Disk) findExtras(ctx context.Context) error {
	var found []extra
	if d.info.Table != nil {
		found = append(found, extra{"/@boot/mbr", 0, min(bootCode, d.Size())})
		if err := d.findGaps(ctx, &found); err != nil {
			return err
		}
	}
	for _, p := range d.parts {
		if p.fs == nil || !contiguous(&p.vol.Volume) {
			continue
		}
		end := p.vol.FileSystem.Size
		if end > 0 && end < p.vol.Available(d.Size()) {
			start := p.vol.Start + end
			if err := d.addExtra(ctx, &found, gapPath(start), start, p.vol.Available(d.Size())-end); err != nil {
				return err
			}
		}
	}
	slices.SortStableFunc(found, func(a, b extra) int { return cmp.Compare(a.start, b.start) })
	d.extras = found
	return nil
}

// findGaps lists the ranges that neither volumes nor the table occupy.
func (d *Disk) findGaps(ctx context.Context, found *[]extra) error {
	used := append([][2]int64{{0, bootCode}}, d.info.Table.Used...)
	for i := range d.info.Volumes {
		if v := &d.info.Volumes[i].Volume; contiguous(v) {
			used = append(used, [2]int64{v.Start, v.Start + v.Available(d.Size())})
		}
	}
	slices.SortFunc(used, func(a, b [2]int64) int { return cmp.Compare(a[0], b[0]) })
	used = append(used, [2]int64{d.Size(), d.Size()})
	var end int64 // of what is used so far
	for _, u := range used {
		if start := min(u[0], d.Size()); start > end {
			n := len(*found)
			if err := d.addExtra(ctx, found, gapPath(end), end, start-end); err != nil {
				return err
			}
			d.info.Gaps = append(d.info.Gaps, Gap{Start: end, Size: start - end, Zero: len(*found) == n})
		}
		end = max(end, u[1])
	}
	return nil
}

// addExtra adds a range of the disk if anything in it is not zero. A range that
// cannot be read is added and reported.
func (d *Disk) addExtra(ctx context.Context, found *[]extra, path string, start, size int64) error {
	zero, err := d.isEmpty(ctx, newSection(d, start, size, d.NextAllocated))
	if err != nil && ctx.Err() != nil {
		return err
	}
	if err != nil {
		d.addDamage("", path, start, err)
	}
	if err != nil || !zero {
		*found = append(*found, extra{path, start, size})
	}
	return nil
}

// zeroBlock is how much isEmpty compares at once, in bytes.
const zeroBlock = 256 << 10

var zeros [zeroBlock]byte

// isEmpty reports whether a section holds nothing but zeros. It reads what is
// stored of it, up to the first byte that is not zero.
func (d *Disk) isEmpty(ctx context.Context, s *section) (bool, error) {
	buf := make([]byte, min(zeroBlock, max(s.Size(), 1)))
	for off := int64(0); ; {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		start, end, err := s.NextData(off)
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		n := int(min(end-start, int64(len(buf))))
		if got, err := s.ReadAt(buf[:n], start); got < n {
			return false, cmp.Or(err, io.ErrUnexpectedEOF)
		}
		if !bytes.Equal(buf[:n], zeros[:n]) {
			return false, nil
		}
		off = start + int64(n)
	}
}
