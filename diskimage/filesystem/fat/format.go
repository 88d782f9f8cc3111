package fat

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/seed-181f3109/assay/diskimage/filesystem"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
	"github.com/seed-181f3109/assay/internal/blockcache"
)

// Format is the row of this format in the table of file systems.
func Format() filesystem.Format {
	return filesystem.Format{
		Name:       "fat",
		Probe:      Probe,
		Length:     Length,
		BootSector: true,
		Open: func(ctx context.Context, r io.ReaderAt, size int64, opts *filesystem.Options) (filesystem.FileSystem, error) {
			return Open(ctx, r, size, opts)
		},
	}
}

// defaultCache is the default of filesystem.Options.CacheBytes.
const defaultCache = 16 << 20

// FS is an opened file system. It implements filesystem.FileSystem. OpenEntry and
// Extents may be called from several goroutines.
type FS struct {
	r      io.ReaderAt
	meta   *blockcache.Reader // of r, for the FAT and directories
	size   int64
	boot   *boot
	fat    int64 // where the FAT in use is
	info   filesystem.Info
	damage []*fstree.Damage // found by Open
}

// Probe reports whether a section starts with the boot sector of a FAT volume:
// parameters that fit each other, and the jump instruction or the signature that
// every formatter writes.
func Probe(r io.ReaderAt, size int64) bool {
	b, err := binread.At(r, size, 0, 512)
	if err != nil {
		return false
	}
	jump := b[0] == 0xe9 || b[0] == 0xeb
	if !jump && (b[510] != 0x55 || b[511] != 0xaa) {
		return false
	}
	v, err := parseBoot(b)
	if v == nil || err != nil && v.bits == 0 {
		return false
	}
	var fat [1]byte // the first entry repeats the media byte
	return v.reserved < size && binread.Full(r, fat[:], v.reserved) == nil && fat[0] == v.media || jump && b[510] == 0x55 && b[511] == 0xaa
}

// Length returns the bytes of the volume whose boot sector a section starts with;
// 0 unless it has the jump instruction, the signature and parameters that fit
// each other, and the FAT starts as one does or the type is written down.
//
// Source: fatgen103, "Boot Sector and BPB Structure" (BS_FilSysType) and "FAT
// Data Structure" (the first two entries).
func Length(r io.ReaderAt, size int64) int64 {
	b, err := binread.At(r, size, 0, 512)
	if err != nil || b[0] != 0xe9 && b[0] != 0xeb || b[510] != 0x55 || b[511] != 0xaa {
		return 0
	}
	v, err := parseBoot(b)
	if v == nil || err != nil && v.bits == 0 {
		return 0
	}
	if string(b[54:57]) == "FAT" || string(b[82:85]) == "FAT" {
		return v.total
	}
	fat, err := binread.At(r, size, v.reserved, 3)
	if err != nil || fat[0] != v.media || fat[1] != 0xff || fat[2] != 0xff {
		return 0
	}
	return v.total
}

// Open opens a file system. It returns an error that wraps
// fstree.ErrNotThisFormat or fstree.ErrUnsupported for a boot sector that cannot
// be used.
func Open(ctx context.Context, r io.ReaderAt, size int64, opts *filesystem.Options) (*FS, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	b, err := binread.At(r, size, 0, 512)
	if err != nil {
		return nil, err
	}
	v, err := parseBoot(b)
	if err != nil {
		return nil, err
	}
	cache := int64(defaultCache)
	if opts != nil && opts.CacheBytes > 0 {
		cache = opts.CacheBytes
	}
	fs := &FS{r: r, meta: blockcache.NewReader(r, size, 4096, cache), size: size, boot: v, fat: v.reserved}
	if err := fs.chooseFAT(); err != nil {
		return nil, err
	}
	if v.total > size {
		fs.note("boot sector", 0, fmt.Errorf("%w: the volume has %d bytes, the file system %d", fstree.ErrCorrupt, size, v.total))
	}
	if err := fs.compareFATs(); err != nil {
		return nil, fmt.Errorf("file allocation table: %w", err)
	}
	fs.info = filesystem.Info{
		Type: fmt.Sprintf("fat%d", v.bits), Label: v.label, BlockSize: v.cluster, Size: v.total,
		UUID: fmt.Sprintf("%04X-%04X", v.serial>>16, v.serial&0xffff),
	}
	fs.compareBackup(b)
	if fs.inUse() {
		fs.info.Features = append(fs.info.Features, "dirty")
	}
	if label, ok := fs.rootLabel(); ok {
		fs.info.Label = label
	}
	fs.info.Used = fs.used()
	return fs, nil
}

// chooseFAT takes the active FAT of a volume that is not mirrored, else the first.
func (fs *FS) chooseFAT() error {
	v := fs.boot
	if v.bits == 32 && v.flags&0x80 != 0 {
		active := int64(v.flags & 0x0f)
		if active >= v.fats {
			return fmt.Errorf("%w: FAT %d is said to be active, there are %d", fstree.ErrCorrupt, active, v.fats)
		}
		fs.fat += active * v.fatSize
	}
	return binread.Check(fs.size, fs.fat, (int64(v.clusters)*int64(v.bits)+7)/8)
}

// used returns the allocated bytes as the FSInfo sector has them; 0 if it has
// nothing that can be.
//
// Source: fatgen103, "FAT32 FSInfo Sector Structure".
func (fs *FS) used() int64 {
	if fs.boot.fsInfo == 0 || fs.boot.bits != 32 {
		return 0
	}
	b, err := binread.At(fs.r, fs.size, fs.boot.fsInfo, 512)
	if err != nil || string(b[:4]) != "RRaA" || string(b[484:488]) != "rrAa" {
		return 0
	}
	total, free := fs.boot.clusters-first, binary.LittleEndian.Uint32(b[488:])
	if free > total {
		return 0
	}
	return int64(total-free) * fs.boot.cluster
}

// Info describes the file system as its boot sector and root directory do.
func (fs *FS) Info() filesystem.Info { return fs.info }

func (fs *FS) note(structure string, off int64, cause error) {
	fs.damage = append(fs.damage, &fstree.Damage{Structure: structure, Offset: off, Cause: cause})
}
