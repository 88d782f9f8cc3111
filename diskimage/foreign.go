package diskimage

import (
	"fmt"
	"io"
	"strings"

	"github.com/seed-181f3109/assay/diskimage/vdisk"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// foreign is a kind of file that is known and must not be taken for a raw disk.
type foreign struct {
	name  string
	off   int64 // of the magic number; from the end if negative
	magic string
	disk  bool // is a virtual disk; else an archive that may hold one
}

// foreigners are tried before raw. A row of the table of virtual disks that
// claims the file comes first.
//
// Sources: the format documents of each.
var foreigners = []foreign{
	{"qcow2", 0, "QFI\xfb", true},
	{"vhdx", 0, "vhdxfile", true},
	{"vhd", 0, "conectix", true},
	{"vhd", -512, "conectix", true},
	{"vhd", -511, "conectix", true}, // written by Virtual PC before 2004
	{"vdi", 64, "\x7f\x10\xda\xbe", true},
	{"ewf (E01)", 0, "EVF\x09\x0d\x0a\xff\x00", true},
	{"ewf (L01)", 0, "LVF\x09\x0d\x0a\xff\x00", true},
	{"ewf (Ex01)", 0, "EVF2\x0d\x0a\x81\x00", true},
	{"aff", 0, "AFF10\x0d\x0a\x00", true},
	{"qed", 0, "QED\x00", true},
	{"parallels", 0, "WithoutFreeSpace", true},
	{"parallels", 0, "WithouFreSpacExt", true},
	{"bochs", 0, "Bochs Virtual HD Image", true},
	{"dmg", -512, "koly\x00\x00\x00\x04", true},
	{"partclone", 0, "partclone-image", true},
	{"wim", 0, "MSWIM\x00\x00\x00", true},
	{"zip archive", 0, "PK\x03\x04", false},
	{"7z archive", 0, "7z\xbc\xaf\x27\x1c", false},
	{"rar archive", 0, "Rar!\x1a\x07", false},
	{"bzip2 file", 0, "BZh", false},
	{"lz4 file", 0, "\x04\x22\x4d\x18", false},
	{"lzip file", 0, "LZIP\x01", false},
}

// foreignOf names a file that is not read; disk is false for archives. The name
// is empty if it is none of them.
func foreignOf(r io.ReaderAt, size int64) (name string, disk bool) {
	for _, x := range foreigners {
		off := x.off
		if off < 0 {
			off += size
		}
		if holds(r, size, off, x.magic) {
			return x.name, x.disk
		}
	}
	return tarOf(r, size)
}

// tarOf names an archive by its first member: an appliance starts with its
// description, a disk of Google's cloud is the only member.
func tarOf(r io.ReaderAt, size int64) (name string, disk bool) {
	if !holds(r, size, 257, "ustar") {
		return "", false
	}
	b, err := binread.At(r, size, 0, 100)
	if err != nil {
		return "", false
	}
	member, _, _ := strings.Cut(string(b), "\x00")
	switch {
	case strings.HasSuffix(strings.ToLower(member), ".ovf"):
		return "ova", true
	case member == "disk.raw" || member == "./disk.raw":
		return "gcp disk.raw.tar", true
	}
	return "tar archive", false
}

// refuseForeign returns the refusal of a file that is known and not read.
func refuseForeign(f vdisk.File) error {
	name, disk := foreignOf(f, f.Size())
	switch {
	case name == "":
		return nil
	case disk:
		return fmt.Errorf("%w: virtual disk of the kind %s", fstree.ErrUnsupported, name)
	}
	return fmt.Errorf("%w: the file is a %s, unpack it first", fstree.ErrUnsupported, name)
}
