package fat

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// layoutFields are the fields of the boot sector that say where things are, start
// inclusive, end exclusive. Others, as BS_Reserved1, BPB_HiddSec, serial number
// and label, are changed in the first copy only.
var layoutFields = []struct {
	name       string
	start, end int
}{
	{"BPB_BytsPerSec", 11, 13}, {"BPB_SecPerClus", 13, 14}, {"BPB_RsvdSecCnt", 14, 16}, {"BPB_NumFATs", 16, 17},
	{"BPB_TotSec32", 32, 36}, {"BPB_FATSz32", 36, 40}, {"BPB_RootClus", 44, 48},
}

// compareBackup reports fields of the boot sector b of a FAT32 volume that differ
// from its backup copy. A sector that is no boot sector is no backup: not every
// formatter writes one.
//
// Source: fatgen103, "FAT32 Boot Sector Structure" (BPB_BkBootSec).
func (fs *FS) compareBackup(b []byte) {
	at := int64(binary.LittleEndian.Uint16(b[50:])) * fs.boot.sector
	if fs.boot.bits != 32 || at == 0 || at >= fs.boot.reserved {
		return
	}
	c, err := binread.At(fs.r, fs.size, at, 512)
	if err != nil {
		fs.note("backup boot sector", at, err)
		return
	}
	if c[510] != 0x55 || c[511] != 0xaa || c[0] != 0xeb && c[0] != 0xe9 {
		return
	}
	for _, f := range layoutFields {
		if !bytes.Equal(b[f.start:f.end], c[f.start:f.end]) {
			fs.note("boot sector", int64(f.start), fmt.Errorf("%w: %s is % x, in the backup % x", fstree.ErrCorrupt, f.name, b[f.start:f.end], c[f.start:f.end]))
		}
	}
}

// inUse reports whether the volume was mounted when the image was taken, or was
// not closed properly: Linux says so in the boot sector, Windows and UEFI
// firmware in the FAT, whose second entry has a bit less then.
//
// Source: fatgen103, "FAT Data Structure" (ClnShutBitMask).
func (fs *FS) inUse() bool {
	n, mask := 0, uint32(0)
	switch fs.boot.bits {
	case 16:
		n, mask = 2, 0x8000
	case 32:
		n, mask = 4, 0x08000000
	}
	var e [4]byte
	if err := binread.Full(fs.meta, e[:n], fs.fat+int64(n)); err != nil {
		return true
	}
	return fs.boot.dirty || binary.LittleEndian.Uint32(e[:])&mask != mask
}
