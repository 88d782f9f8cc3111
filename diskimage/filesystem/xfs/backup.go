package xfs

import (
	"errors"
	"fmt"
	"io"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

const agfMagic = 0x58414746 // agf_magicnum, "XAGF"

// loadSuper reads the primary superblock, or a backup if that is damaged.
func (fs *FS) loadSuper() error {
	s, err := readSuper(fs.src.r, fs.src.size, 0)
	if err == nil {
		fs.sb = s
		return nil
	}
	b, at, found := fs.backup(s)
	switch {
	case !found && s != nil && errors.Is(err, fstree.ErrChecksum):
		fs.sb = s // nothing better: what it says may still lead to the files
	case !found:
		return err
	default:
		fs.sb = b
		err = fmt.Errorf("%w; the backup at offset %d is used", err, at)
	}
	fs.note("superblock", 0, err)
	return nil
}

// readSuper reads and checks the superblock at byte offset off. A superblock
// whose checksum alone is wrong is returned with an error that wraps ErrChecksum.
func readSuper(r io.ReaderAt, size, off int64) (*super, error) {
	b, err := binread.At(r, size, off, sectorBytes)
	if err != nil {
		return nil, err
	}
	s, err := decodeSuper(b)
	if err != nil {
		return nil, err
	}
	if !s.v5 {
		return s, nil
	}
	if b, err = binread.At(r, size, off, int(s.sectorSize)); err != nil {
		return nil, err
	}
	return s, checkSum(b, 224)
}

// backup looks for the superblock of another allocation group. If the primary
// is readable, s, it says where they are; else the length of the first group
// does, for each block size.
func (fs *FS) backup(s *super) (found *super, at int64, ok bool) {
	if s != nil {
		for ag := uint64(1); ag < min(s.agCount, 64); ag++ {
			if b, ok := fs.backupAt(s.agOffset(ag)); ok {
				return b, s.agOffset(ag), true
			}
		}
	}
	length, _, ok := firstGroup(fs.src.r, fs.src.size)
	if !ok {
		return nil, 0, false
	}
	for log := 9; log <= 16; log++ {
		at := int64(length) << log
		if b, ok := fs.backupAt(at); ok && b.blockLog == uint(log) && b.agBlocks == uint64(length) {
			return b, at, true
		}
	}
	return nil, 0, false
}

// backupAt reads the superblock at byte offset off, which must be without fault.
// The root inode is not kept in every backup; it is the first of the first group.
func (fs *FS) backupAt(off int64) (*super, bool) {
	s, err := readSuper(fs.src.r, fs.src.size, off)
	if err != nil || s.refuse() != nil || s.agOffset(1) > off {
		return nil, false
	}
	if s.root == 0 || s.root == nullInode {
		probe := &FS{src: fs.src, sb: s, groups: make(map[uint64]*group)}
		g := probe.group(0)
		if len(g.chunks) == 0 {
			return nil, false
		}
		s.root = uint64(g.chunks[0].start)
	}
	return s, true
}

// firstGroup looks for the two headers that follow the first superblock, and
// returns the group's length in blocks and the sector size.
//
// Source: "AG Free Space Management", xfs_agf.
func firstGroup(r io.ReaderAt, size int64) (blocks uint32, sector int64, ok bool) {
	for sector = sectorBytes; sector <= 32<<10; sector *= 2 {
		agf, err := binread.At(r, size, sector, 32)
		if err != nil {
			return 0, 0, false
		}
		if be32(agf, 0) != agfMagic || be32(agf, 8) != 0 {
			continue
		}
		agi, err := binread.At(r, size, 2*sector, 32)
		if err == nil && be32(agi, 0) == agiMagic && be32(agi, 8) == 0 && be32(agf, 12) == be32(agi, 12) {
			return be32(agf, 12), sector, true
		}
	}
	return 0, 0, false
}
