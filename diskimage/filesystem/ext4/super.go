package ext4

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/bits"
	"strings"
	"time"

	"github.com/seed-181f3109/assay/fstree"
)

const (
	superOffset = 1024 // bytes from the start of the section
	superSize   = 1024
	superMagic  = 0xEF53

	maxLogBlockSize = 6 // 64 KiB
	goodOldInode    = 128
	rootInode       = 2
)

// Bits of s_state.
const (
	stateValid  = 0x1
	stateErrors = 0x2
)

// super is the decoded superblock, struct ext4_super_block.
type super struct {
	inodes, firstData    uint32
	blocks, freeBlocks   uint64
	freeInodes           uint32
	blockSize            int64
	clusterSize          int64
	blocksPerGroup       uint32
	clustersPerGroup     uint32
	inodesPerGroup       uint32
	groups               uint32
	state                uint16
	revision             uint32
	firstInode           uint32
	inodeSize            int
	descSize             int
	compat               uint32
	incompat             uint32
	roCompat             uint32
	uuid                 [16]byte
	label, mountedOn     string
	journalInode         uint32
	journalDev           uint32
	lastOrphan           uint32
	hashSeed             [4]uint32
	hashVersion          uint8
	firstMetaBG          uint32
	reservedGDT          uint16
	preallocDir          uint8
	mmpBlock             uint64
	flags                uint32
	checksumType         uint8
	backupGroups         [2]uint32
	userQuota, grpQuota  uint32
	projectQuota         uint32
	seed                 uint32 // start value of every metadata checksum but the superblock's
	orphanFile           uint32
	errorCount           uint32
	errorFunc            string
	created, mounted     time.Time
	written              time.Time
	checksumOK           bool
	logBlock, logCluster uint32
}

func le16(b []byte, off int) uint16 { return binary.LittleEndian.Uint16(b[off:]) }
func le32(b []byte, off int) uint32 { return binary.LittleEndian.Uint32(b[off:]) }

// cString returns the bytes of a fixed field up to its first zero byte.
func cString(b []byte) string {
	s, _, _ := strings.Cut(string(b), "\x00")
	return s
}

// superTime decodes a 32-bit time with 8 more high bits. Zero means none.
func superTime(lo uint32, hi byte) time.Time {
	if lo == 0 && hi == 0 {
		return time.Time{}
	}
	return time.Unix(int64(hi)<<32|int64(lo), 0).UTC()
}

// decodeSuper decodes and checks the superblock in b, superSize bytes. It
// returns ErrNotThisFormat without the magic number, ErrUnsupported for a
// feature that is not read, and ErrCorrupt for a geometry that no kernel mounts.
//
// Source: ext4 data structures and algorithms, section "Super Block".
func decodeSuper(b []byte) (*super, error) {
	if le16(b, 0x38) != superMagic {
		return nil, fmt.Errorf("ext4: %w: superblock magic %#x", fstree.ErrNotThisFormat, le16(b, 0x38))
	}
	s := parseSuper(b)
	if err := s.checkFeatures(); err != nil {
		return nil, err
	}
	return s, s.checkGeometry()
}

// parseSuper decodes the superblock in b, superSize bytes, and verifies its checksum.
func parseSuper(b []byte) *super {
	s := &super{
		inodes: le32(b, 0x0), blocks: uint64(le32(b, 0x4)), freeBlocks: uint64(le32(b, 0xC)),
		freeInodes: le32(b, 0x10), firstData: le32(b, 0x14),
		logBlock: le32(b, 0x18), logCluster: le32(b, 0x1C),
		blocksPerGroup: le32(b, 0x20), clustersPerGroup: le32(b, 0x24), inodesPerGroup: le32(b, 0x28),
		state: le16(b, 0x3A), revision: le32(b, 0x4C),
		firstInode: 11, inodeSize: goodOldInode, descSize: 32,
		compat: le32(b, 0x5C), incompat: le32(b, 0x60), roCompat: le32(b, 0x64),
		uuid: [16]byte(b[0x68:0x78]), label: cString(b[0x78:0x88]), mountedOn: cString(b[0x88:0xC8]),
		journalInode: le32(b, 0xE0), journalDev: le32(b, 0xE4), lastOrphan: le32(b, 0xE8),
		hashVersion: b[0xFC], firstMetaBG: le32(b, 0x104), flags: le32(b, 0x160),
		checksumType: b[0x175], backupGroups: [2]uint32{le32(b, 0x24C), le32(b, 0x250)},
		userQuota: le32(b, 0x240), grpQuota: le32(b, 0x244), projectQuota: le32(b, 0x26C),
		reservedGDT: le16(b, 0xCE), preallocDir: b[0xCD], mmpBlock: uint64(le32(b, 0x168)) | uint64(le32(b, 0x16C))<<32,
		orphanFile: le32(b, 0x280), errorCount: le32(b, 0x194), errorFunc: cString(b[0x1A8:0x1C8]),
		created: superTime(le32(b, 0x108), b[0x276]), mounted: superTime(le32(b, 0x2C), b[0x275]),
		written: superTime(le32(b, 0x30), b[0x274]),
	}
	for i := range s.hashSeed {
		s.hashSeed[i] = le32(b, 0xEC+4*i)
	}
	if s.revision > 0 {
		s.firstInode, s.inodeSize = le32(b, 0x54), int(le16(b, 0x58))
	}
	if s.incompat&incompat64bit != 0 {
		s.blocks |= uint64(le32(b, 0x150)) << 32
		s.freeBlocks |= uint64(le32(b, 0x158)) << 32
		s.descSize = int(le16(b, 0xFE))
	}
	s.checksum(b)
	return s
}

// checksum verifies s_checksum and derives the seed of all other checksums.
func (s *super) checksum(b []byte) {
	s.checksumOK = !s.has(roMetadataCsum) || crc32c(^uint32(0), b[:0x3FC]) == le32(b, 0x3FC)
	s.seed = crc32c(^uint32(0), s.uuid[:])
	if s.incompat&incompatCsumSeed != 0 {
		s.seed = le32(b, 0x270)
	}
}

// has reports whether a read-only compatible feature is on.
func (s *super) has(ro uint32) bool { return s.roCompat&ro != 0 }

func (s *super) checkFeatures() error {
	unsupported := func(what string) error { return fmt.Errorf("ext4: %w: %s", fstree.ErrUnsupported, what) }
	if s.revision > 1 {
		return unsupported(fmt.Sprintf("revision %d", s.revision))
	}
	if s.incompat&incompatJournalDev != 0 {
		return unsupported("external journal device (journal_dev)")
	}
	if unknown := s.incompat &^ incompatRead; unknown != 0 {
		return unsupported(fmt.Sprintf("incompat feature %#x (%s)", unknown, strings.Join(names(unknown, incompatNames, 'I'), ", ")))
	}
	if s.has(roMetadataCsum) && s.checksumType != 1 {
		return unsupported(fmt.Sprintf("metadata checksum type %d", s.checksumType))
	}
	return nil
}

// checkGeometry checks what the kernel checks before it mounts.
func (s *super) checkGeometry() error {
	corrupt := func(field string, v any) error {
		return fmt.Errorf("ext4: %w: superblock %s %v", fstree.ErrCorrupt, field, v)
	}
	if s.logBlock > maxLogBlockSize {
		return corrupt("s_log_block_size", s.logBlock)
	}
	s.blockSize = 1024 << s.logBlock
	s.clusterSize = s.blockSize
	if s.has(roBigalloc) {
		if s.logCluster < s.logBlock || s.logCluster > 20 {
			return corrupt("s_log_cluster_size", s.logCluster)
		}
		s.clusterSize = 1024 << s.logCluster
	}
	bs := uint32(s.blockSize)
	switch perGroup := bs * 8; {
	case s.inodeSize < goodOldInode || s.inodeSize > int(bs) || bits.OnesCount(uint(s.inodeSize)) != 1:
		return corrupt("s_inode_size", s.inodeSize)
	case s.descSize < 32 || s.descSize > 1024 || bits.OnesCount(uint(s.descSize)) != 1,
		s.incompat&incompat64bit != 0 && s.descSize < 64:
		return corrupt("s_desc_size", s.descSize)
	case s.blocksPerGroup == 0 || !s.has(roBigalloc) && s.blocksPerGroup > perGroup:
		return corrupt("s_blocks_per_group", s.blocksPerGroup)
	case s.has(roBigalloc) && uint64(s.clustersPerGroup)*uint64(s.clusterSize/s.blockSize) != uint64(s.blocksPerGroup):
		return corrupt("s_clusters_per_group", s.clustersPerGroup)
	case s.inodesPerGroup < bs/uint32(s.inodeSize) || s.inodesPerGroup > perGroup:
		return corrupt("s_inodes_per_group", s.inodesPerGroup)
	case uint64(s.firstData) >= s.blocks || s.blocks >= 1<<48:
		return corrupt("s_blocks_count", s.blocks)
	case s.blockSize > 1024 && s.firstData != 0, s.blockSize == 1024 && s.firstData != 1 && !s.has(roBigalloc):
		return corrupt("s_first_data_block", s.firstData)
	case s.revision > 0 && s.firstInode < 11:
		return corrupt("s_first_ino", s.firstInode)
	}
	groups := (s.blocks - uint64(s.firstData) + uint64(s.blocksPerGroup) - 1) / uint64(s.blocksPerGroup)
	if groups > 1<<32-1 || groups*uint64(s.inodesPerGroup) != uint64(s.inodes) {
		return corrupt("s_inodes_count", s.inodes)
	}
	if s.firstInode > s.inodes {
		return corrupt("s_first_ino", s.firstInode)
	}
	if s.tableLen() > s.blocks/groups { // the tables of all groups lie beside each other
		return corrupt("s_inodes_count", s.inodes)
	}
	s.groups = uint32(groups)
	return nil
}

// uuidString formats a UUID as blkid does.
func uuidString(u [16]byte) string {
	h := hex.EncodeToString(u[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
