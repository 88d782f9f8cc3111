package ext4

import (
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
)

// tableChunk is how much of an inode table is read at once, in bytes.
const tableChunk = 64 << 10

// damage makes a Damage of this file system; the walk adds the path.
func damage(structure string, off int64, cause error) *fstree.Damage {
	return &fstree.Damage{Structure: structure, Offset: off, Cause: cause}
}

// corrupt makes a cause that wraps fstree.ErrCorrupt.
func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: %s", fstree.ErrCorrupt, fmt.Sprintf(format, args...))
}

func inodeName(num uint32) string { return fmt.Sprintf("inode %d", num) }

// inode reads an inode. The error is a *fstree.Damage: the number is out of
// range, or its descriptor or table cannot be read. What the inode says is not
// checked; see checkInode.
func (fs *FS) inode(num uint32) (*inode, error) {
	if num == 0 || num > fs.sb.inodes {
		return nil, damage(inodeName(num), -1, corrupt("the file system has %d inodes", fs.sb.inodes))
	}
	group, index := (num-1)/fs.sb.inodesPerGroup, (num-1)%fs.sb.inodesPerGroup
	d, at, err := fs.desc(group)
	if err != nil {
		return nil, damage(descName(group), at, err)
	}
	table, err := fs.tableBlock(group, d)
	if err != nil {
		return nil, damage(descName(group), at, err)
	}
	start := int64(table) * fs.sb.blockSize
	within := int64(index) * int64(fs.sb.inodeSize)
	chunk := within &^ (tableChunk - 1)
	length := min(int64(fs.sb.inodesPerGroup)*int64(fs.sb.inodeSize)-chunk, tableChunk)
	b, err := fs.cache.read(pageTable, start+chunk, int(length))
	if err != nil { // a short section or a bad sector: try this inode alone
		b, err = fs.cache.read(pageInode, start+within, fs.sb.inodeSize)
		chunk = within
	}
	if err != nil {
		return nil, damage(inodeName(num), start+within, err)
	}
	raw := b[within-chunk:][:fs.sb.inodeSize:fs.sb.inodeSize]
	return decodeInode(fs.sb, num, raw, start+within), nil
}

// checkInode yields what is wrong with an inode that a directory names. What
// remains readable is delivered all the same, but for an inode without a type.
func (fs *FS) checkInode(in *inode, sink *sink) (usable bool) {
	report := func(cause error) { sink.add(inodeName(in.num), in.off, cause) }
	if !in.checksumOK(fs.sb) {
		report(fstree.ErrChecksum)
	}
	if _, ok := fstree.TypeOfMode(uint32(in.mode)); !ok {
		if in.mode == 0 {
			report(corrupt("a name leads to a free inode"))
		} else {
			report(corrupt("mode %#o is of no type", in.mode))
		}
		return false
	}
	if in.links == 0 {
		report(corrupt("a name leads to a deleted inode"))
	}
	if fs.reserved(in.num) {
		report(corrupt("a name leads to a reserved inode"))
	}
	if in.has(flagEAInode) {
		report(corrupt("a name leads to the value of an extended attribute"))
	}
	if in.size < 0 {
		report(corrupt("size %d", uint64(in.size)))
		return false
	}
	if goodOldInode+in.extra > fs.sb.inodeSize && fs.sb.inodeSize > goodOldInode || in.extra&3 != 0 {
		report(corrupt("i_extra_isize %d", in.extra))
	}
	return true
}

// reserved reports whether an inode number belongs to the file system itself.
func (fs *FS) reserved(num uint32) bool {
	s := fs.sb
	return num < s.firstInode && num != rootInode ||
		num == s.userQuota || num == s.grpQuota || num == s.projectQuota ||
		num == s.orphanFile && s.compat&compatOrphanFile != 0
}
