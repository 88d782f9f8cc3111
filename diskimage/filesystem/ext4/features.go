package ext4

import "fmt"

// Bits of s_feature_compat.
const (
	compatHasJournal   = 0x0004
	compatDirIndex     = 0x0020
	compatSparseSuper2 = 0x0200
	compatFastCommit   = 0x0400
	compatOrphanFile   = 0x1000
)

// Bits of s_feature_incompat.
const (
	incompatFiletype   = 0x0002
	incompatRecover    = 0x0004
	incompatJournalDev = 0x0008
	incompatMetaBG     = 0x0010
	incompatExtents    = 0x0040
	incompat64bit      = 0x0080
	incompatMMP        = 0x0100
	incompatFlexBG     = 0x0200
	incompatEAInode    = 0x0400
	incompatCsumSeed   = 0x2000
	incompatLargeDir   = 0x4000
	incompatInlineData = 0x8000
	incompatEncrypt    = 0x10000
	incompatCasefold   = 0x20000
)

// incompatRead are the features this reader knows; any other bit is refused.
const incompatRead = incompatFiletype | incompatRecover | incompatMetaBG | incompatExtents |
	incompat64bit | incompatMMP | incompatFlexBG | incompatEAInode | incompatCsumSeed |
	incompatLargeDir | incompatInlineData | incompatEncrypt | incompatCasefold

// Bits of s_feature_ro_compat. An unknown one does not hinder reading.
const (
	roSparseSuper   = 0x0001
	roHugeFile      = 0x0008
	roGDTCsum       = 0x0010
	roBigalloc      = 0x0200
	roMetadataCsum  = 0x0400
	roOrphanPresent = 0x10000
)

// feature is the name of one bit as dumpe2fs prints it.
type feature struct {
	bit  uint32
	name string
}

var compatNames = []feature{
	{0x1, "dir_prealloc"}, {0x2, "imagic_inodes"}, {0x4, "has_journal"}, {0x8, "ext_attr"},
	{0x10, "resize_inode"}, {0x20, "dir_index"}, {0x40, "lazy_bg"}, {0x100, "snapshot_bitmap"},
	{0x200, "sparse_super2"}, {0x400, "fast_commit"}, {0x800, "stable_inodes"}, {0x1000, "orphan_file"},
}

var incompatNames = []feature{
	{0x1, "compression"}, {0x2, "filetype"}, {0x4, "needs_recovery"}, {0x8, "journal_dev"},
	{0x10, "meta_bg"}, {0x40, "extent"}, {0x80, "64bit"}, {0x100, "mmp"}, {0x200, "flex_bg"},
	{0x400, "ea_inode"}, {0x1000, "dirdata"}, {0x2000, "metadata_csum_seed"}, {0x4000, "large_dir"},
	{0x8000, "inline_data"}, {0x10000, "encrypt"}, {0x20000, "casefold"},
}

var roNames = []feature{
	{0x1, "sparse_super"}, {0x2, "large_file"}, {0x8, "huge_file"}, {0x10, "uninit_bg"},
	{0x20, "dir_nlink"}, {0x40, "extra_isize"}, {0x100, "quota"}, {0x200, "bigalloc"},
	{0x400, "metadata_csum"}, {0x800, "replica"}, {0x1000, "read-only"}, {0x2000, "project"},
	{0x4000, "shared_blocks"}, {0x8000, "verity"}, {0x10000, "orphan_present"},
}

// names lists the features whose bits are set, in bit order; an unknown bit is
// named as dumpe2fs does, by class letter and number: "FEATURE_I18".
func names(bits uint32, known []feature, class byte) []string {
	var out []string
	for i := range 32 {
		if bits&(1<<i) == 0 {
			continue
		}
		name := fmt.Sprintf("FEATURE_%c%d", class, i)
		for _, f := range known {
			if f.bit == 1<<i {
				name = f.name
			}
		}
		out = append(out, name)
	}
	return out
}

// features lists compatible, incompatible and read-only compatible features,
// in the order in which dumpe2fs prints the three words.
func (s *super) features() []string {
	out := names(s.compat, compatNames, 'C')
	out = append(out, names(s.incompat, incompatNames, 'I')...)
	return append(out, names(s.roCompat, roNames, 'R')...)
}

// kind tells ext2, ext3 and ext4 apart by features, as blkid does.
func (s *super) kind() string {
	const ext2RO = 0x7
	switch {
	case s.roCompat&^ext2RO != 0 || s.incompat&^(incompatFiletype|incompatRecover|incompatMetaBG) != 0:
		return "ext4"
	case s.compat&compatHasJournal != 0:
		return "ext3"
	}
	return "ext2"
}
