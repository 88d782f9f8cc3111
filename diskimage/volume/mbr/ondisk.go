package mbr

import (
	"encoding/binary"
	"fmt"
)

// sectorBytes is the length of a boot record, whatever the disk's sectors are.
const sectorBytes = 512

// typeProtective is the type of the entry that announces a GPT.
const typeProtective = 0xee

// entry is one of the four partition records of a boot record.
//
// Source: UEFI Specification, table "Legacy MBR Partition Record".
type entry struct {
	status byte   // BootIndicator
	kind   byte   // OSType
	start  uint32 // StartingLBA
	count  uint32 // SizeInLBA
}

func parseEntry(b []byte, i int) entry {
	e := b[446+i*16:]
	return entry{e[0], e[4], binary.LittleEndian.Uint32(e[8:]), binary.LittleEndian.Uint32(e[12:])}
}

func (e entry) used() bool { return e.kind != 0 && e.count > 0 }

func (e entry) extended() bool { return e.kind == 0x05 || e.kind == 0x0f || e.kind == 0x85 }

// typeNames are the partition types that are met on disks of today, as sfdisk
// names them.
var typeNames = map[byte]string{
	0x01: "FAT12", 0x04: "FAT16 <32M", 0x06: "FAT16", 0x07: "HPFS/NTFS/exFAT", 0x0b: "W95 FAT32", 0x0c: "W95 FAT32 (LBA)",
	0x0e: "W95 FAT16 (LBA)", 0x11: "Hidden FAT12", 0x14: "Hidden FAT16 <32M", 0x16: "Hidden FAT16", 0x17: "Hidden HPFS/NTFS",
	0x1b: "Hidden W95 FAT32", 0x1c: "Hidden W95 FAT32 (LBA)", 0x1e: "Hidden W95 FAT16 (LBA)", 0x27: "Hidden NTFS WinRE",
	0x41: "PPC PReP Boot", 0x42: "SFS", 0x82: "Linux swap / Solaris", 0x83: "Linux", 0x88: "Linux plaintext", 0x8e: "Linux LVM",
	0xa5: "FreeBSD", 0xa6: "OpenBSD", 0xa8: "Darwin UFS", 0xa9: "NetBSD", 0xaf: "HFS / HFS+", 0xbe: "Solaris boot", 0xbf: "Solaris",
	0xda: "Non-FS data", 0xea: "Linux extended boot", 0xee: "GPT", 0xef: "EFI (FAT-12/16/32)", 0xfb: "VMware VMFS", 0xfc: "VMware VMKCORE",
	0xfd: "Linux raid autodetect",
}

func typeName(kind byte) string {
	if n, ok := typeNames[kind]; ok {
		return n
	}
	return fmt.Sprintf("type %#02x", kind)
}
