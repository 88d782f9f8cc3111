package fat

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// Meanings of an entry of the FAT besides the number of the next cluster. They
// lie above all numbers of clusters.
const (
	endOfChain = 0x0fffffff
	badCluster = 0x0ffffff7
)

// next returns what the FAT has for a cluster that is on the volume: 0 for free,
// the number of the next cluster, badCluster or endOfChain.
//
// Source: fatgen103, "FAT Data Structure".
func (fs *FS) next(c uint32) (uint32, error) {
	var b [4]byte
	bits := int64(fs.boot.bits)
	n := (bits + 7) / 8
	if err := binread.Full(fs.meta, b[:n], fs.fat+int64(c)*bits/8); err != nil {
		return 0, err
	}
	return fs.boot.decode(b[:], c), nil
}

// decode returns the entry of cluster c from the bytes that it starts in.
func (v *boot) decode(b []byte, c uint32) uint32 {
	switch v.bits {
	case 12:
		e := uint32(b[0]) | uint32(b[1])<<8
		if c&1 != 0 {
			e >>= 4
		}
		return special(e&0xfff, 0xff7, 0xff8)
	case 16:
		return special(uint32(binary.LittleEndian.Uint16(b)), 0xfff7, 0xfff8)
	}
	return special(binary.LittleEndian.Uint32(b)&0x0fffffff, badCluster, 0x0ffffff8)
}

// scanStep is how many clusters scan reads at once; a multiple of two, so that
// entries of 12 bits are not cut.
const scanStep = 16 << 10

// scan calls fn for every cluster with its entry.
func (fs *FS) scan(ctx context.Context, fn func(c, next uint32)) error {
	bits := int64(fs.boot.bits)
	buf := make([]byte, scanStep*bits/8+1)
	for from := int64(0); from < int64(fs.boot.clusters); from += scanStep {
		if err := ctx.Err(); err != nil {
			return err
		}
		to := min(from+scanStep, int64(fs.boot.clusters))
		b := buf[:((to-from)*bits+7)/8]
		if err := binread.Full(fs.r, b, fs.fat+from*bits/8); err != nil {
			return err
		}
		for c := max(from, first); c < to; c++ {
			fn(uint32(c), fs.boot.decode(b[(c-from)*bits/8:], uint32(c)))
		}
	}
	return nil
}

// special widens the marks of the smaller types.
func special(v, bad, end uint32) uint32 {
	switch {
	case v >= end:
		return endOfChain
	case v == bad:
		return badCluster
	}
	return v
}

// run is a row of clusters that follow each other, on the volume and in the chain.
type run struct {
	cluster, count uint32
}

// chain returns the clusters from start on, at most limit of them, and how many
// they are. It returns an error that wraps fstree.ErrCorrupt, with the runs up
// to there, if the chain leaves the volume, meets a free or bad cluster, or
// meets a cluster for which visit returns false; more says that it goes on
// behind limit. A nil visit takes every cluster.
func (fs *FS) chain(start, limit uint32, visit func(c uint32) bool) (runs []run, n uint32, more bool, err error) {
	limit = min(limit, fs.boot.clusters-first)
	for c := start; ; {
		if c < first || c >= fs.boot.clusters {
			return runs, n, false, fmt.Errorf("%w: the chain of clusters leads to %s", fstree.ErrCorrupt, fs.describe(c))
		}
		if n == limit {
			return runs, n, true, nil
		}
		if visit != nil && !visit(c) {
			return runs, n, false, fmt.Errorf("%w: cluster %d belongs to another file as well", fstree.ErrCorrupt, c)
		}
		if k := len(runs); k > 0 && runs[k-1].cluster+runs[k-1].count == c {
			runs[k-1].count++
		} else {
			runs = append(runs, run{c, 1})
		}
		n++
		next, err := fs.next(c)
		if err != nil {
			return runs, n, false, err
		}
		if next == endOfChain {
			return runs, n, false, nil
		}
		c = next
	}
}

func (fs *FS) describe(c uint32) string {
	switch {
	case c == badCluster:
		return "a bad cluster"
	case c == 0:
		return "a free cluster"
	}
	return fmt.Sprintf("cluster %d, the last one is %d", c, fs.boot.clusters-1)
}

// compareFATs reports where the copies of the FAT differ from the one in use.
func (fs *FS) compareFATs() error {
	if fs.boot.bits == 32 && fs.boot.flags&0x80 != 0 { // not mirrored
		return nil
	}
	used := (int64(fs.boot.clusters)*int64(fs.boot.bits) + 7) / 8
	const step = 64 << 10
	a, b := make([]byte, step), make([]byte, step)
	for copyNumber := int64(1); copyNumber < fs.boot.fats; copyNumber++ {
		for off := int64(0); off < used; off += step {
			n := min(step, used-off)
			if err := binread.Full(fs.r, a[:n], fs.fat+off); err != nil {
				return err
			}
			at := fs.boot.reserved + copyNumber*fs.boot.fatSize + off
			err := binread.Full(fs.r, b[:n], at)
			if err == nil && bytes.Equal(a[:n], b[:n]) {
				continue
			}
			if err == nil {
				i := int64(firstDifference(a[:n], b[:n]))
				at += i
				err = fmt.Errorf("%w: differs from the first one at cluster %d", fstree.ErrCorrupt, (off+i)*8/int64(fs.boot.bits))
			}
			fs.note(fmt.Sprintf("file allocation table %d", copyNumber+1), at, err)
			break // one report for each copy
		}
	}
	return nil
}

func firstDifference(a, b []byte) int {
	for i := range a {
		if a[i] != b[i] {
			return i
		}
	}
	return len(a)
}
