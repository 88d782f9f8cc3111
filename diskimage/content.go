package diskimage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// content is what a volume was recognised as, if it is nothing that the tables
// of formats read.
type content struct {
	name      string // "luks"; empty if not recognised
	encrypted bool
	opaque    bool // has no structure to be read: delivered as one file
	// hides says that the content stands in front of a file system that may
	// also be seen, such as the members of a RAID of older layout.
	hides bool
}

// refusal is why the content is not read.
func (c content) refusal() error {
	if c.encrypted {
		return fmt.Errorf("%w: %s volume", fstree.ErrEncrypted, c.name)
	}
	return fmt.Errorf("%w: %s volume", fstree.ErrUnsupported, c.name)
}

// signature is a magic number at a place of a volume.
type signature struct {
	off     int64
	magic   string
	content content
}

// signatures are the contents that are named by one magic number. Those of
// containers come first, as what they contain may look like a file system.
//
// Sources: the format documents of each; offsets as in the structures that hold
// the magic number (LUKS on-disk format, LVM2 label, XFS, Btrfs, F2FS, ...).
var signatures = []signature{
	{0, "LUKS\xba\xbe", content{name: "luks", encrypted: true, hides: true}},
	{3, "-FVE-FS-", content{name: "bitlocker", encrypted: true, hides: true}},
	{0, "LABELONE", content{name: "lvm2", hides: true}},
	{512, "LABELONE", content{name: "lvm2", hides: true}},
	{1024, "LABELONE", content{name: "lvm2", hides: true}},
	{1536, "LABELONE", content{name: "lvm2", hides: true}},
	{0, "\xfc\x4e\x2b\xa9", content{name: "md raid", hides: true}},
	{4096, "\xfc\x4e\x2b\xa9", content{name: "md raid", hides: true}},
	{0, "integrt\x00", content{name: "dm-integrity", hides: true}},
	{0, "verity\x00\x00", content{name: "dm-verity", hides: true}},
	{0, "dmvdo001", content{name: "vdo", hides: true}},
	{516, "!Stra0tis\x86\xff\x02^\x41rh", content{name: "stratis", hides: true}},
	{4120, "\xc6\x85\x73\xf6\x4e\x1a\x45\xca\x82\x65\xf5\x7f\x48\xba\x6d\x81", content{name: "bcachefs"}},
	{4120, "\xc6\x85\x73\xf6\x66\xce\x90\xa9\xd9\x6a\x60\xcf\x80\x3d\xf7\xef", content{name: "bcache", hides: true}},
	{0, "bluestore block device", content{name: "ceph bluestore"}},
	{32, "ORCLDISK", content{name: "oracle asm"}},
	{0x10040, "_BHRfS_M", content{name: "btrfs"}},
	{3, "NTFS    ", content{name: "ntfs"}},
	{3, "EXFAT   ", content{name: "exfat"}},
	{3, "ReFS\x00\x00\x00\x00", content{name: "refs"}},
	{0, "XFSB", content{name: "xfs"}},
	{1080, "\x53\xef", content{name: "ext"}},
	{0, "hsqs", content{name: "squashfs"}},
	{0, "sqsh", content{name: "squashfs"}},
	{1024, "\xe2\xe1\xf5\xe0", content{name: "erofs"}},
	{0, "\x45\x3d\xcd\x28", content{name: "cramfs"}},
	{0, "-rom1fs-", content{name: "romfs"}},
	{32769, "CD001", content{name: "iso9660"}},
	{32769, "BEA01", content{name: "udf"}},
	{1024, "H+\x00\x04", content{name: "hfs+"}},
	{1024, "HX\x00\x05", content{name: "hfs+"}},
	{1024, "BD", content{name: "hfs"}},
	{32, "NXSB", content{name: "apfs"}},
	{1024, "\x10\x20\xf5\xf2", content{name: "f2fs"}},
	{32768, "JFS1", content{name: "jfs"}},
	{65588, "ReIsErFs", content{name: "reiserfs"}},
	{65588, "ReIsEr2Fs", content{name: "reiserfs"}},
	{65588, "ReIsEr3Fs", content{name: "reiserfs"}},
	{8244, "ReIsErFs", content{name: "reiserfs"}},
	{65536, "ReIsEr4", content{name: "reiser4"}},
	{1030, "\x34\x34", content{name: "nilfs2"}},
	{65536, "\x01\x16\x19\x70", content{name: "gfs2"}},
	{0x100000, "\x0d\xd0\x01\xc0", content{name: "vmfs"}},
	{0x200000, "\x5e\xf1\xab\x2f", content{name: "vmfs"}},
	{9564, "\x19\x01\x54\x19", content{name: "ufs"}},
	{66908, "\x19\x01\x54\x19", content{name: "ufs"}},
	{9564, "\x54\x19\x01\x00", content{name: "ufs"}},
	{3072, "PRIVHEAD", content{name: "ldm"}},
}

// strong is the length of a magic number that files of other kinds do not have
// by chance, in bytes.
const strong = 4

// recognise names what a section holds, from a few sectors of it, by magic
// numbers of least bytes or more.
func recognise(r io.ReaderAt, size int64, least int) content {
	if c := raidAtEnd(r, size); c.name != "" { // in front of what it hides
		return c
	}
	if c := startsWith(r, size, least); c.name != "" {
		return c
	}
	for _, find := range []func(io.ReaderAt, int64) content{ldm, nestedTable} {
		if c := find(r, size); c.name != "" {
			return c
		}
	}
	return content{}
}

// startsWith is recognise for a section whose end is not known.
func startsWith(r io.ReaderAt, size int64, least int) content {
	for _, s := range signatures {
		if len(s.magic) >= least && holds(r, size, s.off, s.magic) {
			return s.content
		}
	}
	for _, find := range []func(io.ReaderAt, int64) content{swap, zfs} {
		if c := find(r, size); c.name != "" {
			return c
		}
	}
	return content{}
}

func holds(r io.ReaderAt, size, off int64, magic string) bool {
	if off < 0 || off+int64(len(magic)) > size {
		return false
	}
	b := make([]byte, len(magic))
	return binread.Full(r, b, off) == nil && string(b) == magic
}

// raidAtEnd recognises members of a Linux RAID whose superblock, of version 1.0
// or 0.90, stands at the end. A mirror (level 1) shows its file system as it is
// and hides nothing.
//
// Source: Linux md(4), struct mdp_superblock_1 and mdp_superblock_s.
func raidAtEnd(r io.ReaderAt, size int64) content {
	const magic = 0xa92b4efc
	found := func(off int64, levelAt int) content {
		b, err := binread.At(r, size, off, 128)
		if err != nil || binary.LittleEndian.Uint32(b) != magic {
			return content{}
		}
		return content{name: "md raid", hides: binary.LittleEndian.Uint32(b[levelAt:]) != 1}
	}
	if c := found((size/512-16)&^7*512, 72); c.name != "" {
		return c
	}
	return found(size&^0xffff-0x10000, 28)
}

// swap recognises swap space and suspended systems on it: the last ten bytes of
// the first page have the signature, whatever the page size was.
//
// Source: Linux, union swap_header.
func swap(r io.ReaderAt, size int64) content {
	for _, page := range []int64{4096, 8192, 16384, 32768, 65536} {
		b, err := binread.At(r, size, page-10, 10)
		if err != nil {
			break
		}
		switch s := string(b); s {
		case "SWAPSPACE2", "SWAP-SPACE":
			return content{name: "swap", opaque: true}
		case "LINHIB0001", "S1SUSPEND\x00", "S2SUSPEND\x00", "ULSUSPEND\x00":
			return content{name: "swap, suspended system", opaque: true}
		}
	}
	return content{}
}

// zfs recognises a vdev by an uberblock of its first label, in either byte order.
//
// Source: ZFS On-Disk Specification, section 1.2.
func zfs(r io.ReaderAt, size int64) content {
	const first, last, step = 128 << 10, 256 << 10, 1 << 10
	b, err := binread.At(r, size, first, last-first)
	if err != nil {
		return content{}
	}
	le, be := []byte("\x0c\xb1\xba\x00\x00\x00\x00\x00"), []byte("\x00\x00\x00\x00\x00\xba\xb1\x0c")
	for i := 0; i < len(b); i += step {
		if bytes.Equal(b[i:i+8], le) || bytes.Equal(b[i:i+8], be) {
			return content{name: "zfs", hides: true}
		}
	}
	return content{}
}

// ldm recognises the data base of Windows dynamic disks, whose private header
// is in the last sector of its partition.
func ldm(r io.ReaderAt, size int64) content {
	if holds(r, size, size-512, "PRIVHEAD") || holds(r, size, 0, "TOCBLOCK") {
		return content{name: "ldm"}
	}
	return content{}
}

// nestedTable recognises a whole disk inside of a volume.
func nestedTable(r io.ReaderAt, size int64) content {
	if holds(r, size, 512, "EFI PART") || holds(r, size, 4096, "EFI PART") {
		return content{name: "disk with a partition table"}
	}
	return content{}
}
