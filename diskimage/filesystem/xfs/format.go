package xfs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/seed-181f3109/assay/diskimage/filesystem"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
	"github.com/seed-181f3109/assay/internal/blockcache"
)

const defaultCache = 16 << 20

// FS is an opened XFS file system. Its methods may be called from several
// goroutines at once; each Walk is for one.
type FS struct {
	src   *source
	sb    *super
	notes []*fstree.Damage // met by Open, yielded by every Walk
	info  filesystem.Info

	mu     sync.Mutex
	groups map[uint64]*group
}

var _ filesystem.FileSystem = (*FS)(nil)

// Probe reports whether r, size bytes long, starts with an XFS superblock, or, if
// that is gone, with the two headers of an allocation group that follow it.
func Probe(r io.ReaderAt, size int64) bool {
	b, err := binread.At(r, size, 0, sectorBytes)
	if err != nil {
		return false
	}
	if be32(b, 0) == superMagic {
		return true
	}
	_, _, ok := firstGroup(r, size)
	return ok
}

// Length returns the bytes of the file system whose first superblock a section
// starts with; 0 without one. Those of other allocation groups are told from it
// by the group's header that follows.
func Length(r io.ReaderAt, size int64) int64 {
	s, err := readSuper(r, size, 0)
	if s == nil || err != nil && !errors.Is(err, fstree.ErrChecksum) {
		return 0
	}
	agf, err := binread.At(r, size, s.sectorSize, 12)
	if err != nil || be32(agf, 0) != agfMagic || be32(agf, 8) != 0 {
		return 0
	}
	return s.size()
}

// Open opens the XFS file system in the first size bytes of r. It returns
// ErrNotThisFormat, ErrUnsupported with the name of the feature, or ErrCorrupt;
// damage that leaves something to read is yielded by Walk instead.
func Open(ctx context.Context, r io.ReaderAt, size int64, opts *filesystem.Options) (filesystem.FileSystem, error) {
	limit := int64(defaultCache)
	if opts != nil && opts.CacheBytes > 0 {
		limit = opts.CacheBytes
	}
	fs := &FS{src: &source{r: r, size: size, cache: blockcache.New(limit)}, groups: make(map[uint64]*group)}
	if err := fs.loadSuper(); err != nil {
		return nil, err
	}
	if err := fs.sb.refuse(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if fs.sb.size() > size {
		fs.note("superblock", 0, corrupt("file system of %d bytes on a volume of %d", fs.sb.size(), size))
	}
	if fs.sb.incompat&incompatNeedsRepair != 0 {
		fs.note("superblock", 0, fmt.Errorf("%w: marked as needing xfs_repair", fstree.ErrCorrupt))
		fs.info.Incomplete = append(fs.info.Incomplete, "marked as needing xfs_repair")
	}
	if err := fs.recoverLog(ctx); err != nil {
		return nil, err
	}
	if len(fs.src.overlay) > 0 {
		fs.recount()
	}
	fs.describe()
	return fs, nil
}

// note keeps a damage that Walk will yield first.
func (fs *FS) note(structure string, off int64, cause error) {
	fs.notes = append(fs.notes, &fstree.Damage{Structure: structure, Offset: off, Cause: cause})
}

// Info describes the file system as its superblock does.
func (fs *FS) Info() filesystem.Info { return fs.info }

func (fs *FS) describe() {
	s := fs.sb
	fs.info.Type, fs.info.Label, fs.info.UUID = "xfs", s.label, formatUUID(s.uuid)
	fs.info.BlockSize, fs.info.Size = s.blockSize, s.size()
	if s.freeBlocks <= s.blocks {
		fs.info.Used = int64(s.blocks-s.freeBlocks) << s.blockLog
	}
	if s.inodes <= 1<<56 && s.freeInodes <= s.inodes {
		fs.info.Inodes, fs.info.UsedInode = int64(s.inodes), int64(s.inodes-s.freeInodes)
	}
	fs.info.Features = s.features()
}
