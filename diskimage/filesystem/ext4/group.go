package ext4

import (
	"encoding/binary"
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
)

// hasSuper reports whether a group starts with a copy of the superblock.
//
// Source: ext4 data structures and algorithms, section "Layout", and s_backup_bgs.
func (s *super) hasSuper(group uint32) bool {
	switch {
	case group == 0:
		return true
	case s.compat&compatSparseSuper2 != 0:
		return group == s.backupGroups[0] || group == s.backupGroups[1]
	case group == 1 || !s.has(roSparseSuper):
		return true
	case group%2 == 0:
		return false
	}
	return isPower(group, 3) || isPower(group, 5) || isPower(group, 7)
}

func isPower(n, base uint32) bool {
	for n > 1 && n%base == 0 {
		n /= base
	}
	return n == 1
}

// descOffset returns where the descriptor of a group is, in bytes from the
// start of the section: in one table behind the superblock, or, with meta_bg, in
// the first block of the run of groups that one descriptor block serves.
//
// Source: ext4 data structures and algorithms, section "Meta Block Groups".
func (s *super) descOffset(group uint32) int64 {
	perBlock := uint32(s.blockSize) / uint32(s.descSize)
	index, within := group/perBlock, int64(group%perBlock)*int64(s.descSize)
	superBlock := int64(superOffset) / s.blockSize
	block := superBlock + 1 + int64(index)
	if s.incompat&incompatMetaBG != 0 && index >= s.firstMetaBG {
		first := index * perBlock
		block = int64(s.firstData) + int64(first)*int64(s.blocksPerGroup)
		if s.hasSuper(first) {
			block++
		}
		if s.blockSize == 1024 && index == 0 && s.firstData == 0 {
			block++ // the boot block comes before the superblock
		}
	}
	return block*s.blockSize + within
}

// desc returns a group's descriptor and its place on the section.
func (fs *FS) desc(group uint32) ([]byte, int64, error) {
	off := fs.sb.descOffset(group)
	block := off &^ (fs.sb.blockSize - 1)
	b, err := fs.cache.read(pageBlock, block, int(fs.sb.blockSize))
	if err != nil {
		return nil, off, err
	}
	return b[off-block:][:fs.sb.descSize], off, nil
}

// checkDesc verifies the checksum of a descriptor and the place of its inode table.
func (fs *FS) checkDesc(group uint32, d []byte) error {
	var want uint16
	stored := le16(d, 0x1E)
	switch s := fs.sb; {
	case s.has(roMetadataCsum):
		crc := crc32c(crc32cWord(s.seed, group), d[:0x1E])
		crc = crc32c(crc, []byte{0, 0})
		want = uint16(crc32c(crc, d[0x20:]))
	case s.has(roGDTCsum):
		var g [4]byte
		binary.LittleEndian.PutUint32(g[:], group)
		want = crc16(crc16(crc16(0xFFFF, s.uuid[:]), g[:]), d[:0x1E])
		if s.incompat&incompat64bit != 0 {
			want = crc16(want, d[0x20:])
		}
	default:
		want = stored
	}
	if _, err := fs.tableBlock(group, d); err != nil {
		return err
	}
	if stored != want {
		return fmt.Errorf("%w: stored %#04x, computed %#04x", fstree.ErrChecksum, stored, want)
	}
	return nil
}

// descBlock returns a block number of a descriptor: the low half at lo and, with
// 64bit, the high half at hi.
func (s *super) descBlock(d []byte, lo, hi int) uint64 {
	n := uint64(le32(d, lo))
	if s.incompat&incompat64bit != 0 {
		n |= uint64(le32(d, hi)) << 32
	}
	return n
}

// tableLen returns the length of a group's inode table, in blocks.
func (s *super) tableLen() uint64 {
	return (uint64(s.inodesPerGroup)*uint64(s.inodeSize) + uint64(s.blockSize) - 1) / uint64(s.blockSize)
}

// tableBlock returns the first block of a group's inode table. It is an error
// if the table does not lie in the file system.
func (fs *FS) tableBlock(group uint32, d []byte) (uint64, error) {
	table, length := fs.sb.descBlock(d, 0x8, 0x28), fs.sb.tableLen()
	if table <= uint64(fs.sb.firstData) || table >= fs.sb.blocks || length > fs.sb.blocks-table {
		return 0, fmt.Errorf("%w: inode table of group %d at block %d", fstree.ErrCorrupt, group, table)
	}
	return table, nil
}

func descName(group uint32) string { return fmt.Sprintf("group descriptor %d", group) }
