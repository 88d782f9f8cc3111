package xfs

import (
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
)

// unlinked adds to members the inodes of a group that lost their last name
// while they were open, by following the group's 64 lists.
//
// Source: "AG Inode Management", agi_unlinked and di_next_unlinked.
func (fs *FS) unlinked(ag uint64, members map[uint64]bool) []*fstree.Damage {
	var f faults
	for i, head := range fs.group(ag).unlinked {
		for agino := head; agino != nullAgino && !f.full(); {
			name, ino := fmt.Sprintf("AGI %d, unlinked list %d", ag, i), fs.sb.joinInode(ag, agino)
			if members[ino] || agino%64 != uint32(i) {
				f.add(name, -1, corrupt("inode %d is on it twice, or belongs on another", ino))
				break
			}
			b, at, err := fs.inodeBytes(ino)
			if err == nil && be16(b, 0) != inodeMagic {
				err = corrupt("inode magic %04x", be16(b, 0))
			}
			if err != nil {
				f.add(name, at, err)
				break
			}
			members[ino] = true
			agino = be32(b, 96)
		}
	}
	return f.list
}
