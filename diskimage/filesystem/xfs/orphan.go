package xfs

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/seed-181f3109/assay/fstree"
)

// missingNames reports files of which fewer names were met than they count.
func (w *walker) missingNames() {
	inos := make([]uint64, 0, len(w.links))
	for ino := range w.links {
		inos = append(inos, ino)
	}
	slices.Sort(inos)
	for _, ino := range inos {
		at, _ := w.fs.sb.inodeOffset(ino)
		w.damage(&fstree.Damage{Path: w.links[ino].path, Structure: fmt.Sprintf("inode %d", ino), Offset: at,
			Cause: corrupt("%d more names are counted than were met", w.links[ino].left)})
	}
}

// nameless yields the inodes that are in use and that no name led to. Directories
// come first, so that what is in them keeps its name.
func (w *walker) nameless() {
	w.state = fstree.Deleted
	unlinked := make(map[uint64]bool)
	for ag := range w.fs.sb.agCount {
		if w.stop || w.fs.sb.agOffset(ag) >= w.fs.src.size {
			break
		}
		w.flush(&faults{list: w.fs.unlinked(ag, unlinked)})
	}
	w.unmet(func(ino uint64) {
		if !unlinked[ino] && w.isTop(ino) {
			w.orphan(ino, false)
			w.descend()
		}
	})
	w.unmet(func(ino uint64) {
		w.orphan(ino, unlinked[ino])
		w.descend()
	})
}

// unmet calls do for every inode that is in use and was not met.
func (w *walker) unmet(do func(ino uint64)) {
	for ag := range w.fs.sb.agCount {
		if w.fs.sb.agOffset(ag) >= w.fs.src.size {
			return
		}
		for _, c := range w.fs.group(ag).chunks {
			for used := c.used(); used != 0; used &= used - 1 {
				ino := w.fs.sb.joinInode(ag, c.start+uint32(bits.TrailingZeros64(used)))
				if w.fs.sb.isSpecial(ino) || w.seen[ino/64]&(1<<(ino%64)) != 0 {
					continue
				}
				if err := w.ctx.Err(); err != nil {
					w.fail(err)
				}
				if w.stop {
					return
				}
				do(ino)
			}
		}
	}
}

// isTop reports whether an inode that was not met is a directory whose own
// parent is none of those that were not met.
func (w *walker) isTop(ino uint64) bool {
	n, damage := w.fs.inode(ino, &faults{})
	if damage != nil || n.kind != fstree.TypeDir {
		return false
	}
	_, parent, err := w.fs.readDir(w.ctx, n, &faults{}, &w.budget)
	if err != nil {
		w.fail(err)
		return false
	}
	if p, damage := w.fs.inode(parent, &faults{}); damage != nil || p.kind != fstree.TypeDir {
		return true
	}
	return w.seen[parent/64]&(1<<(parent%64)) != 0
}

// orphan yields an inode without a name. unlinked says that the file system
// knows it to have none: it was deleted while it was open.
func (w *walker) orphan(ino uint64, unlinked bool) {
	f := &faults{path: fmt.Sprintf("/@orphan/%d", ino)}
	w.mark(ino)
	n, damage := w.fs.inode(ino, f)
	if damage != nil {
		w.flush(f)
		damage.Cause = fmt.Errorf("in use in the inode B+tree, but %w", damage.Cause)
		w.damage(damage)
		return
	}
	if !unlinked {
		f.addInode(ino, n.off, corrupt("%s is in use, but no name leads to it", n.kind))
		if n.kind == fstree.TypeDir {
			_, parent, err := w.fs.readDir(w.ctx, n, &faults{}, &w.budget)
			if err != nil {
				w.fail(err)
				return
			}
			w.dirs = append(w.dirs, pending{f.path, ino, parent})
		}
	}
	e := w.fs.entry(n, f.path, f, &w.budget, w.intern)
	w.flush(f)
	w.send(e)
}
