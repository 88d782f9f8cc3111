package xfs

import (
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
)

// maxFaults bounds how many damages one structure is described with; what
// follows them is left out and said to be.
const maxFaults = 64

// faults collects the damages of one structure, inode or allocation group.
type faults struct {
	path string
	list []*fstree.Damage
}

// add notes that the structure at byte offset off is damaged; off -1 is unknown.
func (f *faults) add(structure string, off int64, cause error) {
	switch {
	case f.full():
		return
	case len(f.list) == maxFaults-1:
		cause = fmt.Errorf("%w: more than %d damages here, the rest is not read", fstree.ErrLimit, maxFaults)
	}
	f.list = append(f.list, &fstree.Damage{Path: f.path, Structure: structure, Offset: off, Cause: cause})
}

// addInode notes that inode ino, at byte offset off, is damaged.
func (f *faults) addInode(ino uint64, off int64, cause error) {
	f.add(fmt.Sprintf("inode %d", ino), off, cause)
}

// full reports that nothing more is worth reading here.
func (f *faults) full() bool { return len(f.list) >= maxFaults }

// corrupt returns an error that wraps ErrCorrupt.
func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{fstree.ErrCorrupt}, args...)...)
}
