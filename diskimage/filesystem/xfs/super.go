package xfs

import (
	"fmt"
	"math/bits"
	"strings"

	"github.com/seed-181f3109/assay/fstree"
)

const (
	superMagic = 0x58465342 // sb_magicnum, "XFSB"
	superBytes = 288        // of xfs_dsb that are decoded here
	nullInode  = ^uint64(0) // NULLFSINO
)

// super is the superblock. Counts are in blocks unless a comment says otherwise.
//
// Source: XFS Algorithms & Data Structures, "Superblocks", xfs_dsb.
type super struct {
	v5         bool
	version    uint16 // sb_versionnum
	features2  uint32 // sb_features2
	compat     uint32 // sb_features_compat
	roCompat   uint32 // sb_features_ro_compat
	incompat   uint32 // sb_features_incompat
	logIncomp  uint32 // sb_features_log_incompat
	blockSize  int64  // sb_blocksize, bytes
	blockLog   uint   // sb_blocklog
	sectorSize int64  // sb_sectsize, bytes
	inodeSize  int    // sb_inodesize, bytes
	inodeLog   uint   // sb_inodelog
	inopLog    uint   // sb_inopblog, log2 of inodes in a block
	agLog      uint   // sb_agblklog
	agBlocks   uint64 // sb_agblocks
	agCount    uint64 // sb_agcount
	blocks     uint64 // sb_dblocks
	rtBlocks   uint64 // sb_rblocks
	dirSize    int    // bytes of a directory block
	root       uint64 // sb_rootino
	special    [5]uint64
	logStart   uint64 // sb_logstart; 0 is an external log
	logBlocks  uint64 // sb_logblocks
	inodes     uint64 // sb_icount
	freeInodes uint64 // sb_ifree
	freeBlocks uint64 // sb_fdblocks
	uuid       [16]byte
	metaUUID   [16]byte // that the metadata blocks carry
	label      string   // sb_fname
	inProgress bool     // sb_inprogress
	ftype      bool     // directory entries hold a file type
}

// decodeSuper decodes b, at least superBytes long, and checks that the geometry
// is one that a file system can have. It does not look at the checksum.
func decodeSuper(b []byte) (*super, error) {
	if be32(b, 0) != superMagic {
		return nil, fmt.Errorf("%w: superblock magic %08x", fstree.ErrNotThisFormat, be32(b, 0))
	}
	s := &super{
		version: be16(b, 100), features2: be32(b, 200) | be32(b, 204),
		blockSize: int64(be32(b, 4)), blockLog: uint(b[120]), sectorSize: int64(be16(b, 102)),
		inodeSize: int(be16(b, 104)), inodeLog: uint(b[122]), inopLog: uint(b[123]), agLog: uint(b[124]),
		agBlocks: uint64(be32(b, 84)), agCount: uint64(be32(b, 88)), blocks: be64(b, 8), rtBlocks: be64(b, 16),
		root: be64(b, 56), special: [5]uint64{be64(b, 64), be64(b, 72), be64(b, 160), be64(b, 168), nullInode},
		logStart: be64(b, 48), logBlocks: uint64(be32(b, 96)),
		inodes: be64(b, 128), freeInodes: be64(b, 136), freeBlocks: be64(b, 144),
		uuid: [16]byte(b[32:48]), label: strings.TrimRight(string(b[108:120]), "\x00"), inProgress: b[126] != 0,
	}
	s.metaUUID = s.uuid
	s.v5 = s.version&versionMask == 5
	if s.v5 {
		s.compat, s.roCompat, s.incompat, s.logIncomp = be32(b, 208), be32(b, 212), be32(b, 216), be32(b, 220)
		s.special[4] = be64(b, 232) // sb_pquotino
		if s.incompat&incompatMetaUUID != 0 {
			s.metaUUID = [16]byte(b[248:264])
		}
		s.ftype = s.incompat&incompatFtype != 0
	} else if s.version&versionMoreBits != 0 {
		s.ftype = s.features2&features2Ftype != 0
	}
	return s, s.checkGeometry(uint(b[121]), uint(b[192]))
}

// checkGeometry reports a contradiction between the sizes as ErrCorrupt.
func (s *super) checkGeometry(sectorLog, dirLog uint) error {
	bad := func(what string, v any) error {
		return fmt.Errorf("%w: superblock has %s %v", fstree.ErrCorrupt, what, v)
	}
	switch {
	case s.blockLog < 9 || s.blockLog > 16 || s.blockSize != 1<<s.blockLog:
		return bad("block size", s.blockSize)
	case sectorLog < 9 || sectorLog > 15 || s.sectorSize != 1<<sectorLog:
		return bad("sector size", s.sectorSize)
	case s.inodeLog < 8 || s.inodeLog > 11 || s.inodeSize != 1<<s.inodeLog || s.inodeLog > s.blockLog:
		return bad("inode size", s.inodeSize)
	case s.inopLog != s.blockLog-s.inodeLog:
		return bad("inodes per block", 1<<min(s.inopLog, 32))
	case dirLog > 16 || dirLog+s.blockLog > 16:
		return bad("directory block of blocks", 1<<min(dirLog, 32))
	case s.agBlocks < 16 || s.agLog > 32 || s.agLog != uint(bits.Len64(s.agBlocks-1)):
		return bad("allocation group of blocks", s.agBlocks)
	case s.agCount == 0 || s.blocks == 0 || s.blocks > (1<<62)>>s.blockLog || (s.blocks+s.agBlocks-1)/s.agBlocks != s.agCount:
		return bad("allocation groups", s.agCount)
	}
	s.dirSize = 1 << (dirLog + s.blockLog)
	return nil
}

// size is the file system's length in bytes.
func (s *super) size() int64 { return int64(s.blocks) << s.blockLog }

// agLength is the number of blocks of an allocation group; the last may be shorter.
func (s *super) agLength(ag uint64) uint64 {
	if ag == s.agCount-1 {
		return s.blocks - ag*s.agBlocks
	}
	return s.agBlocks
}

// agOffset is the byte offset of an allocation group.
func (s *super) agOffset(ag uint64) int64 { return int64(ag*s.agBlocks) << s.blockLog }

// blockOffset translates a file-system block number (xfs_fsblock_t), whose upper
// bits name the allocation group, to a byte offset. ok is false if count blocks
// from there do not lie inside one group.
func (s *super) blockOffset(block, count uint64) (off int64, ok bool) {
	ag, in := block>>s.agLog, block&(1<<s.agLog-1)
	if ag >= s.agCount {
		return 0, false
	}
	length := s.agLength(ag)
	if count > length || in > length-count {
		return 0, false
	}
	return int64(ag*s.agBlocks+in) << s.blockLog, true
}

// inodeOffset translates an inode number to the byte offset of the inode. ok is
// false if no block of the file system can hold it.
func (s *super) inodeOffset(ino uint64) (off int64, ok bool) {
	off, ok = s.blockOffset(ino>>s.inopLog, 1)
	return off + int64(ino&(1<<s.inopLog-1))<<s.inodeLog, ok
}

// splitInode returns an inode number's allocation group and number in the group.
func (s *super) splitInode(ino uint64) (ag uint64, agino uint32) {
	shift := s.agLog + s.inopLog
	return ino >> shift, uint32(ino & (1<<shift - 1))
}

// joinInode is the reverse of splitInode.
func (s *super) joinInode(ag uint64, agino uint32) uint64 {
	return ag<<(s.agLog+s.inopLog) | uint64(agino)
}

// isSpecial reports the inodes that belong to the file system itself: realtime
// bitmap and summary, user, group and project quota.
func (s *super) isSpecial(ino uint64) bool {
	for _, n := range s.special {
		if ino == n && n != 0 && n != s.root {
			return true
		}
	}
	return false
}

func formatUUID(u [16]byte) string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}
