package xfs

import "math/bits"

// recount sets the counters of the superblock from the headers of the groups.
// A mount does the same after log recovery, because the superblock's own are
// written at unmount only. A damaged header leaves them as they are.
//
// Source: "AG Free Space Management", agf_freeblks, agf_flcount, agf_btreeblks.
func (fs *FS) recount() {
	var free, inodes, freeInodes uint64
	for ag := range fs.sb.agCount {
		at := fs.sb.agOffset(ag) + fs.sb.sectorSize
		b, err := fs.src.bytes(at, sectorBytes)
		g := fs.group(ag)
		if err != nil || be32(b, 0) != agfMagic || !g.whole {
			return
		}
		free += uint64(be32(b, 52)) + uint64(be32(b, 48)) + uint64(be32(b, 60))
		for _, c := range g.chunks {
			total := uint64(chunkSize - 4*bits.OnesCount16(c.holes))
			inodes += total
			freeInodes += total - uint64(bits.OnesCount64(c.used()))
		}
	}
	fs.sb.freeBlocks, fs.sb.inodes, fs.sb.freeInodes = free, inodes, freeInodes
}
