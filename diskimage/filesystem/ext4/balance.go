package ext4

import (
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
)

// unnamed reports the inodes of a group that are in use and have no name. Those
// that hold a value of an attribute need none.
func (l *ledger) unnamed(group uint32, sink *sink) {
	const inodeUninit = 0x1 // of bg_flags
	s := l.fs.sb
	d, _, err := l.fs.desc(group)
	if err != nil || s.has(roGDTCsum) && le16(d, 0x12)&inodeUninit != 0 {
		return // the walk reports a descriptor that cannot be read
	}
	block := s.descBlock(d, 0x4, 0x24)
	b, err := l.fs.block(block)
	if err != nil {
		sink.add(fmt.Sprintf("inode bitmap of group %d", group), int64(block)*s.blockSize, err)
		return
	}
	for i := uint32(0); i < s.inodesPerGroup; i++ {
		if i%8 == 0 && b[i/8] == 0 {
			i += 7
			continue
		}
		num := group*s.inodesPerGroup + i + 1
		if b[i/8]&(1<<(i%8)) == 0 || l.inodes.has(uint64(num)) {
			continue
		}
		l.inodes.add(uint64(num))
		in, err := l.fs.inode(num)
		switch {
		case err != nil:
			sink.put(err.(*fstree.Damage))
		case in.has(flagEAInode):
			l.mapped(in, sink)
		default:
			sink.add(inodeName(num), in.off, corrupt("in use, and no name leads to it"))
			l.mapped(in, sink)
		}
	}
}

// balance reports a group whose blocks in use are not those that have an owner.
func (l *ledger) balance(group uint32, sink *sink) {
	s := l.fs.sb
	d, off, err := l.fs.desc(group)
	if err != nil {
		return
	}
	start := uint64(s.firstData) + uint64(group)*uint64(s.blocksPerGroup)
	n := min(uint64(s.blocksPerGroup), s.blocks-start)
	free := uint64(le16(d, 0xC))
	if s.incompat&incompat64bit != 0 {
		free |= uint64(le16(d, 0x2C)) << 16
	}
	if owned := l.blocks.count(start, n); owned+free != n {
		sink.add(descName(group), off, corrupt("%d of %d blocks are free, and %d belong to something", free, n, owned))
	}
}

// group takes the blocks of a group's own structures.
//
// Source: ext4 data structures and algorithms, sections "Layout" and "Meta
// Block Groups".
func (l *ledger) group(group uint32) {
	s := l.fs.sb
	start := uint64(s.firstData) + uint64(group)*uint64(s.blocksPerGroup)
	perBlock := uint32(s.blockSize) / uint32(s.descSize)
	tables := (uint64(s.groups) + uint64(perBlock) - 1) / uint64(perBlock)
	meta := s.incompat&incompatMetaBG != 0
	if meta {
		tables = min(tables, uint64(s.firstMetaBG))
	} else {
		tables += uint64(s.reservedGDT)
	}
	after := start
	if s.hasSuper(group) {
		l.reserve(start, 1)
		after++
	}
	switch i := group % perBlock; {
	case !meta || group/perBlock < s.firstMetaBG:
		if s.hasSuper(group) {
			l.reserve(after, tables)
		}
	case i == 0 || i == 1 || i == perBlock-1:
		l.reserve(after, 1)
	}
	if group == 0 && s.mmpBlock != 0 && s.incompat&incompatMMP != 0 {
		l.reserve(s.mmpBlock, 1)
	}
	d, _, err := l.fs.desc(group)
	if err != nil {
		return
	}
	l.reserve(s.descBlock(d, 0x0, 0x20), 1)
	l.reserve(s.descBlock(d, 0x4, 0x24), 1)
	if table, err := l.fs.tableBlock(group, d); err == nil {
		l.reserve(table, s.tableLen())
	}
}
