package fat

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/seed-181f3109/assay/fstree"
)

// boot is the BIOS parameter block. Sizes and places are in bytes unless they
// say otherwise.
type boot struct {
	sector   int64  // BPB_BytsPerSec
	cluster  int64  // BPB_SecPerClus, in bytes
	reserved int64  // BPB_RsvdSecCnt, in bytes: where the first FAT is
	fats     int64  // BPB_NumFATs
	fatSize  int64  // BPB_FATSz16 or BPB_FATSz32, in bytes
	rootSize int64  // BPB_RootEntCnt times 32; 0 for FAT32
	total    int64  // BPB_TotSec16 or BPB_TotSec32, in bytes
	root     uint32 // BPB_RootClus
	flags    uint16 // BPB_ExtFlags
	fsInfo   int64  // BPB_FSInfo, in bytes; 0 for none
	media    byte   // BPB_Media
	serial   uint32 // BS_VolID
	label    string // BS_VolLab, without the trailing spaces
	dirty    bool   // BS_Reserved1, as Linux uses it
	bits     int    // of an entry of the FAT: 12, 16 or 32
	data     int64  // where cluster 2 is
	clusters uint32 // number of the last cluster plus 1
}

// Highest counts of clusters by type, as Linux has them.
const (
	maxFAT12 = 0xff4
	maxFAT16 = 0xfff4
	maxFAT32 = 0x0ffffff6
	first    = 2 // number of the first cluster
)

const entrySize = 32

// parseBoot reads the boot sector. It returns an error that wraps
// fstree.ErrNotThisFormat for what no FAT volume has.
//
// Source: fatgen103, "Boot Sector and BPB Structure".
func parseBoot(b []byte) (*boot, error) {
	le := binary.LittleEndian
	v := &boot{sector: int64(le.Uint16(b[11:])), fats: int64(b[16]), media: b[21]}
	per := int64(b[13])
	switch {
	case v.sector < 512 || v.sector > 4096 || v.sector&(v.sector-1) != 0,
		per == 0 || per&(per-1) != 0,
		le.Uint16(b[14:]) == 0 || v.fats == 0,
		v.media != 0xf0 && v.media < 0xf8:
		return nil, fmt.Errorf("%w: no FAT parameter block", fstree.ErrNotThisFormat)
	}
	v.cluster = per * v.sector
	v.reserved = int64(le.Uint16(b[14:])) * v.sector
	v.rootSize = int64(le.Uint16(b[17:])) * entrySize
	total := int64(le.Uint16(b[19:]))
	if total == 0 {
		total = int64(le.Uint32(b[32:]))
	}
	v.total = total * v.sector
	fat32 := le.Uint16(b[22:]) == 0
	if fat32 {
		v.fatSize = int64(le.Uint32(b[36:])) * v.sector
		v.flags, v.root = le.Uint16(b[40:]), le.Uint32(b[44:])
		v.fsInfo = int64(le.Uint16(b[48:])) * v.sector
		v.extended(b[64:])
		if version := le.Uint16(b[42:]); version != 0 {
			return nil, fmt.Errorf("%w: FAT32 version %d.%d", fstree.ErrUnsupported, version>>8, version&0xff)
		}
	} else {
		v.fatSize = int64(le.Uint16(b[22:])) * v.sector
		v.extended(b[36:])
	}
	return v, v.geometry(fat32)
}

// extended takes the fields that follow the parameters: BS_DrvNum and on.
func (v *boot) extended(b []byte) {
	v.dirty = b[1]&1 != 0
	if b[2] == 0x28 || b[2] == 0x29 { // BS_BootSig
		v.serial = binary.LittleEndian.Uint32(b[3:])
	}
	if b[2] == 0x29 {
		v.label = trimSpaces(b[7:18])
	}
}

// geometry computes where the clusters are, and the type of the FAT from their number.
func (v *boot) geometry(fat32 bool) error {
	v.data = v.reserved + v.fats*v.fatSize + v.rootSize
	if v.fatSize == 0 || v.data >= v.total || fat32 != (v.rootSize == 0) || v.rootSize%v.sector != 0 {
		return fmt.Errorf("%w: no FAT parameter block", fstree.ErrNotThisFormat)
	}
	n := (v.total - v.data) / v.cluster
	limit := int64(maxFAT16)
	switch {
	case fat32:
		v.bits, limit = 32, maxFAT32
	case n > maxFAT12:
		v.bits = 16
	default:
		v.bits, limit = 12, maxFAT12
	}
	n = min(n, v.fatSize*8/int64(v.bits)-first)
	if n <= 0 || n > limit {
		return fmt.Errorf("%w: %d clusters in a FAT of %d bits", fstree.ErrNotThisFormat, n, v.bits)
	}
	v.clusters = uint32(n) + first
	return nil
}

// at returns where a cluster is on the volume, in bytes.
func (v *boot) at(cluster uint32) int64 { return v.data + int64(cluster-first)*v.cluster }

// Bits of DIR_Attr.
const (
	attrReadOnly = 0x01
	attrVolume   = 0x08
	attrDir      = 0x10
	attrLong     = 0x0f
	attrMask     = 0x3f
)

// dirEntry is a directory entry with a short name.
//
// Source: fatgen103, "FAT Directory Structure".
type dirEntry struct {
	name    [11]byte // DIR_Name
	attr    byte     // DIR_Attr
	lower   byte     // DIR_NTRes: 0x08 base, 0x10 extension in lower case
	cluster uint32   // DIR_FstClusHI, DIR_FstClusLO
	size    uint32   // DIR_FileSize
	mtime   time.Time
	atime   time.Time
	btime   time.Time
}

func (v *boot) parseEntry(b []byte) dirEntry {
	le := binary.LittleEndian
	e := dirEntry{attr: b[11], lower: b[12], cluster: uint32(le.Uint16(b[26:])), size: le.Uint32(b[28:])}
	copy(e.name[:], b)
	if v.bits == 32 { // the high half is something else on the other types
		e.cluster |= uint32(le.Uint16(b[20:])) << 16
	}
	e.mtime = timeOf(le.Uint16(b[24:]), le.Uint16(b[22:]), 0)
	e.atime = timeOf(le.Uint16(b[18:]), 0, 0)
	e.btime = timeOf(le.Uint16(b[16:]), le.Uint16(b[14:]), b[13])
	return e
}

func (e *dirEntry) isDir() bool { return e.attr&attrDir != 0 }

// timeOf converts a date, a time in units of two seconds, and hundredths up to
// 199, as if they were UTC. A date of 0 is none.
//
// Source: fatgen103, "Date and Time Formats".
func timeOf(date, clock uint16, hundredths byte) time.Time {
	if date == 0 {
		return time.Time{}
	}
	month, day := max(1, int(date>>5&15)), max(1, int(date&31))
	return time.Date(1980+int(date>>9), time.Month(month), day, int(clock>>11), int(clock>>5&63), int(clock&31)*2,
		int(min(hundredths, 199))*10_000_000, time.UTC)
}

func trimSpaces(b []byte) string {
	n := len(b)
	for n > 0 && b[n-1] == ' ' {
		n--
	}
	return string(b[:n])
}
