package ext4

import (
	"time"
)

// Bits of i_flags.
const (
	flagEncrypt    = 0x00000800
	flagIndex      = 0x00001000
	flagHugeFile   = 0x00040000
	flagExtents    = 0x00080000
	flagEAInode    = 0x00200000
	flagInlineData = 0x10000000
	flagCasefold   = 0x40000000
)

const (
	modeFmt     = 0o170000
	modeFile    = 0o100000
	modeDir     = 0o040000
	modeSymlink = 0o120000
	modeChar    = 0o020000
	modeBlock   = 0o060000
)

const (
	blockFieldOff  = 0x28 // of i_block in the inode
	blockFieldSize = 60
)

// inode is a decoded inode. raw is shared with the cache and not to be changed.
//
// Source: ext4 data structures and algorithms, section "Inode Table".
type inode struct {
	raw        []byte // s_inode_size bytes
	off        int64  // of raw on the section
	num        uint32
	mode       uint16
	links      uint16
	uid, gid   uint32
	size       int64
	sectors    uint64 // allocated, in units of 512 bytes
	flags      uint32
	generation uint32
	fileACL    uint64 // block of extended attributes, 0 for none
	dtime      uint32
	extra      int    // bytes in use after the first 128, i_extra_isize
	inBody     bool   // extended attributes may follow the extra fields
	seed       uint32 // start value of checksums of structures of this inode
}

// blockField returns i_block: the mapping, inline content, a short link target or a device number.
func (in *inode) blockField() []byte { return in.raw[blockFieldOff:][:blockFieldSize] }

func (in *inode) isDir() bool  { return in.mode&modeFmt == modeDir }
func (in *inode) isFile() bool { return in.mode&modeFmt == modeFile }
func (in *inode) isLink() bool { return in.mode&modeFmt == modeSymlink }

func (in *inode) has(flag uint32) bool { return in.flags&flag != 0 }

// decodeInode decodes raw as inode num of a file system with superblock s.
func decodeInode(s *super, num uint32, raw []byte, off int64) *inode {
	in := &inode{
		raw: raw, off: off, num: num,
		mode: le16(raw, 0x0), links: le16(raw, 0x1A),
		uid:  uint32(le16(raw, 0x2)) | uint32(le16(raw, 0x78))<<16,
		gid:  uint32(le16(raw, 0x18)) | uint32(le16(raw, 0x7A))<<16,
		size: int64(le32(raw, 0x4)), dtime: le32(raw, 0x14),
		sectors: uint64(le32(raw, 0x1C)), flags: le32(raw, 0x20),
		generation: le32(raw, 0x64), fileACL: uint64(le32(raw, 0x68)),
	}
	if in.isFile() || s.incompat&incompatLargeDir != 0 {
		in.size |= int64(le32(raw, 0x6C)) << 32
	}
	if s.incompat&incompat64bit != 0 {
		in.fileACL |= uint64(le16(raw, 0x76)) << 32
	}
	if s.has(roHugeFile) {
		in.sectors |= uint64(le16(raw, 0x74)) << 32
		if in.has(flagHugeFile) {
			in.sectors *= uint64(s.blockSize) / 512
		}
	}
	if s.inodeSize > goodOldInode {
		in.extra = int(le16(raw, 0x80))
		in.inBody = in.extra != 0
		if !in.inBody {
			in.extra = 32 // the kernel takes the unused space as fields of zeros
		}
	}
	in.seed = crc32cWord(crc32cWord(s.seed, num), in.generation)
	return in
}

// holds reports whether the inode stores the extra field that ends at end,
// counted from the start of the inode.
func (in *inode) holds(end int) bool { return goodOldInode+in.extra >= end && len(in.raw) >= end }

// stamp decodes a time from its 32-bit seconds at off and the extra field at
// extra (2 epoch bits, 30 bits of nanoseconds), if the inode stores that one.
func (in *inode) stamp(off, extra int) time.Time {
	sec, nsec := int64(int32(le32(in.raw, off))), int64(0)
	if in.holds(extra + 4) {
		x := le32(in.raw, extra)
		sec += int64(x&3) << 32
		nsec = int64(x >> 2)
	}
	return time.Unix(sec, nsec).UTC()
}

func (in *inode) ctime() time.Time { return in.stamp(0x0C, 0x84) }
func (in *inode) mtime() time.Time { return in.stamp(0x10, 0x88) }
func (in *inode) atime() time.Time { return in.stamp(0x08, 0x8C) }

// crtime returns the birth time, or the zero Time if the inode has no room for it.
func (in *inode) crtime() time.Time {
	if !in.holds(0x94) {
		return time.Time{}
	}
	return in.stamp(0x90, 0x94)
}

// device decodes the device number of a char or block inode: the old encoding
// in the first word of i_block, else the new one in the second.
func (in *inode) device() (major, minor uint32) {
	if v := le32(in.blockField(), 0); v != 0 {
		return v >> 8 & 0xFF, v & 0xFF
	}
	v := le32(in.blockField(), 4)
	return v & 0xFFF00 >> 8, v&0xFF | v>>12&0xFFF00
}

// checksumOK verifies i_checksum. Without metadata_csum there is none.
func (in *inode) checksumOK(s *super) bool {
	if !s.has(roMetadataCsum) {
		return true
	}
	const loOff, hiOff = 0x7C, 0x82
	zero := []byte{0, 0}
	crc := crc32c(in.seed, in.raw[:loOff])
	crc = crc32c(crc, zero)
	crc = crc32c(crc, in.raw[loOff+2:goodOldInode])
	stored := uint32(le16(in.raw, loOff))
	if s.inodeSize == goodOldInode {
		return crc&0xFFFF == stored
	}
	crc = crc32c(crc, in.raw[goodOldInode:hiOff])
	if !in.holds(hiOff + 2) {
		return crc32c(crc, in.raw[hiOff:])&0xFFFF == stored
	}
	stored |= uint32(le16(in.raw, hiOff)) << 16
	crc = crc32c(crc, zero)
	return crc32c(crc, in.raw[hiOff+2:]) == stored
}
