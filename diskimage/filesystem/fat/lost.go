package fat

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// Where content is shown that no directory leads to.
const (
	lostPath = "/@lost/" // and the number of the first cluster of a chain
	badPath  = "/@bad/"  // and the number of the first of a row of clusters marked bad
)

// maxLost bounds the number of such contents.
const maxLost = 10000

// bitmap is a set of clusters.
type bitmap []uint64

func newBitmap(clusters uint32) bitmap { return make(bitmap, clusters/64+1) }

func (b bitmap) has(c uint32) bool { return b[c/64]&(1<<(c%64)) != 0 }

// set adds a cluster and reports whether it was there before.
func (b bitmap) set(c uint32) bool {
	was := b.has(c)
	b[c/64] |= 1 << (c % 64)
	return was
}

// lost yields the chains of clusters that are allocated and belong to no file,
// and rows of clusters that are marked bad and hold something: both are places
// to hide in. A chain without a name is also damage, unless the volume was in
// use: then it may be a file that was deleted while it was open.
func (w *walker) lost(ctx context.Context) {
	fs := w.fs
	target := newBitmap(fs.boot.clusters) // of another cluster's link
	var bad []run
	unnamed := 0
	err := fs.scan(ctx, func(c, next uint32) {
		switch {
		case next == 0:
			w.claimed.set(c) // free, nothing to look for
		case next == badCluster:
			w.claimed.set(c)
			if k := len(bad); k > 0 && bad[k-1].cluster+bad[k-1].count == c {
				bad[k-1].count++
			} else {
				bad = append(bad, run{c, 1})
			}
		case !w.claimed.has(c):
			unnamed++
			if next < fs.boot.clusters {
				target.set(next)
			}
		}
	})
	switch {
	case ctx.Err() != nil:
		w.yield(nil, ctx.Err())
		return
	case err != nil:
		w.damage("", "file allocation table", fs.fat, err)
		return
	}
	count, chains := 0, 0
	for _, r := range bad {
		if !w.badRun(r, &count) {
			return
		}
	}
	if unnamed == 0 {
		return
	}
	// Heads of chains first; what is left after them are rings.
	for _, ring := range []bool{false, true} {
		for c := uint32(first); c < fs.boot.clusters; c++ {
			if w.claimed.has(c) || !ring && target.has(c) {
				continue
			}
			if chains++; !w.lostChain(c, &count) {
				return
			}
		}
	}
	if !fs.inUse() {
		w.damage("", "file allocation table", fs.fat, fmt.Errorf("%w: %d chains of clusters belong to no file, although the volume was closed properly", fstree.ErrCorrupt, chains))
	}
}

// lostChain yields a chain that belongs to no file, up to where it runs into another one.
func (w *walker) lostChain(head uint32, count *int) bool {
	if *count++; *count > maxLost {
		w.damage("", "file allocation table", w.fs.fat, fmt.Errorf("%w: more than %d chains belong to no file", fstree.ErrLimit, maxLost))
		return false
	}
	var runs []run
	for c := head; c >= first && c < w.fs.boot.clusters && !w.claimed.set(c); {
		if k := len(runs); k > 0 && runs[k-1].cluster+runs[k-1].count == c {
			runs[k-1].count++
		} else {
			runs = append(runs, run{c, 1})
		}
		next, err := w.fs.next(c)
		if err != nil {
			return w.damage("", "file allocation table", w.fs.fat, err)
		}
		c = next
	}
	return w.deleted(lostPath, runs)
}

// badRun yields a row of clusters that are marked bad, if they hold anything.
func (w *walker) badRun(r run, count *int) bool {
	path := badPath + strconv.FormatUint(uint64(r.cluster), 10)
	f := w.fs.rowOf([]run{r}, path)
	zero, err := isZero(f)
	if err != nil {
		return w.damage(path, "bad clusters", w.fs.boot.at(r.cluster), err)
	}
	if zero {
		return true
	}
	if *count++; *count > maxLost {
		w.damage("", "file allocation table", w.fs.fat, fmt.Errorf("%w: more than %d rows of bad clusters", fstree.ErrLimit, maxLost))
		return false
	}
	return w.deleted(badPath, []run{r})
}

// isZero reports whether content is nothing but zeros.
func isZero(f *file) (bool, error) {
	buf, none := make([]byte, 64<<10), make([]byte, 64<<10)
	for off := int64(0); off < f.size; off += int64(len(buf)) {
		n := min(int64(len(buf)), f.size-off)
		if err := binread.Full(f, buf[:n], off); err != nil {
			return false, err
		}
		if !bytes.Equal(buf[:n], none[:n]) {
			return false, nil
		}
	}
	return true, nil
}

// deleted yields the content of clusters that have no name.
func (w *walker) deleted(dir string, runs []run) bool {
	head := runs[0].cluster
	path := dir + strconv.FormatUint(uint64(head), 10)
	f := w.fs.rowOf(runs, path)
	return w.yield(&fstree.Entry{
		Path: path, Type: fstree.TypeFile, Mode: 0o755, Size: f.size, Offset: w.fs.boot.at(head), State: fstree.Deleted, Content: f.opener(),
	}, nil)
}

// rowOf returns clusters as the content of a file.
func (fs *FS) rowOf(runs []run, path string) *file {
	f := &file{fs: fs, path: path}
	for _, r := range runs {
		f.size += int64(r.count) * fs.boot.cluster
	}
	f.setRuns(runs)
	return f
}

// openLost opens what a walk yielded as deleted. A chain is followed again, as
// far as the walk did: to its end, or to the cluster where it runs into another.
func (fs *FS) openLost(e *fstree.Entry) (*file, error) {
	number, found := strings.CutPrefix(e.Path, lostPath)
	if !found {
		number, found = strings.CutPrefix(e.Path, badPath)
	}
	head, err := strconv.ParseUint(number, 10, 32)
	clusters := e.Size / fs.boot.cluster
	if !found || err != nil || head < first || head >= uint64(fs.boot.clusters) || clusters < 1 || clusters >= int64(fs.boot.clusters) {
		return nil, fmt.Errorf("%w: %q is no chain of this volume", fstree.ErrNoContent, e.Path)
	}
	if strings.HasPrefix(e.Path, badPath) {
		return fs.rowOf([]run{{uint32(head), min(uint32(clusters), fs.boot.clusters-uint32(head))}}, e.Path), nil
	}
	runs, _, _, _ := fs.chain(uint32(head), uint32(clusters), nil)
	return fs.rowOf(runs, e.Path), nil
}
