package xfs

import (
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
)

// Bits of sb_versionnum and sb_features2 that the reader acts on.
const (
	versionMask     = 0x000f
	versionShared   = 0x0200
	versionDirV2    = 0x2000
	versionMoreBits = 0x8000
	versionKnown    = 0xffff &^ versionShared

	features2Ftype = 0x0200
	features2Known = 0x0002 | 0x0008 | 0x0080 | features2Ftype
)

// Bits of sb_features_incompat that the reader acts on.
const (
	incompatFtype       = 1 << 0
	incompatMetaUUID    = 1 << 2
	incompatNeedsRepair = 1 << 4
	incompatMetadir     = 1 << 8
	incompatZoned       = 1 << 9
	incompatZoneGaps    = 1 << 10
	incompatKnown       = 1<<8 - 1
)

type featureBit struct {
	bit  uint32
	name string
}

// The names are the ones that "xfs_db -c version" prints, in its order.
var (
	versionNames = []featureBit{{0x0020, "NLINK"}, {0x0200, "SHARED"}, {0x2000, "DIRV2"}, {0x0010, "ATTR"},
		{0x0040, "QUOTA"}, {0x0080, "ALIGN"}, {0x0100, "DALIGN"}, {0x0400, "LOGV2"}, {0x1000, "EXTFLG"},
		{0x0800, "SECTOR"}, {0x4000, "ASCII_CI"}, {0x8000, "MOREBITS"}}
	features2Names = []featureBit{{0x0008, "ATTR2"}, {0x0002, "LAZYSBCOUNT"}, {0x0080, "PROJID32BIT"}}
	v5Names        = []struct {
		ro, incompat uint32
		name         string
	}{
		{0, 1 << 0, "FTYPE"}, {1 << 0, 0, "FINOBT"}, {0, 1 << 1, "SPARSE_INODES"}, {0, 1 << 2, "META_UUID"},
		{1 << 1, 0, "RMAPBT"}, {1 << 2, 0, "REFLINK"}, {1 << 3, 0, "INOBTCNT"}, {0, 1 << 3, "BIGTIME"},
		{0, 1 << 4, "NEEDSREPAIR"}, {0, 1 << 5, "NREXT64"}, {0, 1 << 6, "EXCHANGE"}, {0, 1 << 7, "PARENT"},
		{0, 1 << 8, "METADIR"}, {0, 1 << 9, "ZONED"}, {0, 1 << 10, "ZONE_GAPS"},
	}
)

// features lists what the superblock says is in use.
func (s *super) features() []string {
	out := []string{fmt.Sprintf("V%d", s.version&versionMask)}
	for _, f := range versionNames {
		if uint32(s.version)&f.bit != 0 {
			out = append(out, f.name)
		}
	}
	for _, f := range features2Names {
		if s.v5 || s.version&versionMoreBits != 0 && s.features2&f.bit != 0 {
			out = append(out, f.name)
		}
	}
	if s.v5 {
		out = append(out, "CRC")
	} else if s.ftype {
		out = append(out, "FTYPE")
	}
	ro, incompat := s.roCompat, s.incompat
	for _, f := range v5Names {
		if s.roCompat&f.ro != 0 || s.incompat&f.incompat != 0 {
			out = append(out, f.name)
		}
		ro, incompat = ro&^f.ro, incompat&^f.incompat
	}
	for _, u := range []struct {
		mask uint32
		name string
	}{{s.compat, "COMPAT"}, {ro, "RO_COMPAT"}, {incompat, "INCOMPAT"}} {
		if u.mask != 0 {
			out = append(out, fmt.Sprintf("%s_%#x", u.name, u.mask))
		}
	}
	return out
}

// refuse names the first feature that this package, or the kernel, does not
// read, as an error that wraps ErrUnsupported; nil if everything is known.
func (s *super) refuse() error {
	no := func(what string) error { return fmt.Errorf("%w: XFS %s", fstree.ErrUnsupported, what) }
	switch v := s.version & versionMask; {
	case v < 4 || v > 5:
		return no(fmt.Sprintf("version %d", v))
	case s.inProgress:
		return fmt.Errorf("%w: mkfs.xfs did not finish this file system", fstree.ErrCorrupt)
	case !s.v5 && s.version&versionShared != 0:
		return no("shared superblock (SHARED)")
	case !s.v5 && s.version&versionDirV2 == 0:
		return no("version 1 directories (no DIRV2)")
	case !s.v5 && s.version&versionMoreBits != 0 && s.features2&^features2Known != 0:
		return no(fmt.Sprintf("feature bits %#x in sb_features2", s.features2&^features2Known))
	case s.incompat&incompatMetadir != 0:
		return no("metadata directory tree (METADIR)")
	case s.incompat&(incompatZoned|incompatZoneGaps) != 0:
		return no("zoned realtime device (ZONED)")
	case s.incompat&^incompatKnown != 0:
		return no(fmt.Sprintf("incompatible feature bits %#x", s.incompat&^incompatKnown))
	}
	return nil
}
