package ext4

import (
	"context"
	"fmt"
	"io"
	"math"

	"github.com/seed-181f3109/assay/diskimage/filesystem"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// FS is an opened ext2, ext3 or ext4 file system. It may be used from several goroutines.
type FS struct {
	r     io.ReaderAt // the section, with the journal laid over it
	size  int64       // of the section, in bytes
	sb    *super
	cache *cache
	// found is damage that was met on opening; every walk yields it first.
	found      []*fstree.Damage
	incomplete []string
	cacheBytes int64
	closed     bool // see super.closed
}

// Probe reports whether the section holds a superblock of ext2, ext3 or ext4
// with a sane block size. It reads one kilobyte.
func Probe(r io.ReaderAt, size int64) bool {
	b, err := binread.At(r, size, superOffset, superSize)
	return err == nil && le16(b, 0x38) == superMagic && le32(b, 0x18) <= maxLogBlockSize && le32(b, 0) != 0
}

// Length returns the bytes of the file system whose first superblock a section
// holds, whatever its features; 0 without one. Backups have the number of their
// group (s_block_group_nr).
func Length(r io.ReaderAt, size int64) int64 {
	b, err := binread.At(r, size, superOffset, superSize)
	if err != nil || le16(b, 0x38) != superMagic || le16(b, 0x5A) != 0 {
		return 0
	}
	s := parseSuper(b)
	if s.checkGeometry() != nil || s.blocks > math.MaxInt64/uint64(s.blockSize) {
		return 0
	}
	return int64(s.blocks) * s.blockSize
}

// Open opens the file system on a section of size bytes. It reads the
// superblock and, if the file system was not cleanly unmounted, the journal,
// whose committed transactions are then read in place of the blocks they are
// about; nothing is written. nil opts means the defaults.
//
// It returns an error that wraps fstree.ErrNotThisFormat without the
// superblock's magic number, fstree.ErrUnsupported for an incompatible feature
// that is not read, and fstree.ErrCorrupt for a superblock that no kernel mounts.
// Damage that does not prevent reading is yielded by Walk.
func Open(ctx context.Context, r io.ReaderAt, size int64, opts *filesystem.Options) (filesystem.FileSystem, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if opts == nil {
		opts = &filesystem.Options{}
	}
	fs := &FS{r: r, size: size, cacheBytes: opts.CacheBytes}
	if err := fs.readSuper(); err != nil {
		return nil, err
	}
	fs.cache = newCache(fs.r, size, fs.cacheBytes)
	fs.closed = fs.sb.closed()
	if fs.sb.incompat&incompatRecover != 0 {
		if err := fs.replay(ctx); ctx.Err() != nil {
			return nil, ctx.Err()
		} else if err != nil {
			fs.lacks("journal", fmt.Errorf("journal holds work that was not replayed: %w", err))
		}
	}
	fs.checkState()
	return fs, nil
}

// readSuper reads the superblock.
func (fs *FS) readSuper() error {
	b, err := binread.At(fs.r, fs.size, superOffset, superSize)
	if err != nil {
		return fmt.Errorf("ext4: %w: superblock: %w", fstree.ErrNotThisFormat, err)
	}
	fs.sb, err = decodeSuper(b)
	return err
}

// checkState notes what the superblock says against the view that Walk gives.
func (fs *FS) checkState() {
	s := fs.sb
	if !s.checksumOK {
		fs.found = append(fs.found, damage("superblock", superOffset, fstree.ErrChecksum))
	}
	if end := int64(s.blocks) * s.blockSize; end > fs.size {
		fs.found = append(fs.found, damage("superblock", superOffset, corrupt("file system of %d bytes in %d", end, fs.size)))
	}
	if s.state&stateErrors != 0 {
		fs.lacks("superblock", corrupt("the kernel met errors in this file system: %d, the first in %q", s.errorCount, s.errorFunc))
	}
	if s.compat&compatHasJournal == 0 && s.state&stateValid == 0 {
		fs.lacks("superblock", corrupt("not cleanly unmounted, and without a journal"))
	}
}

// lacks records why the view may not be that of the running system.
func (fs *FS) lacks(structure string, why error) {
	fs.incomplete = append(fs.incomplete, why.Error())
	fs.found = append(fs.found, damage(structure, superOffset, why))
}

// Info implements filesystem.FileSystem.
func (fs *FS) Info() filesystem.Info {
	s := fs.sb
	return filesystem.Info{
		Type: s.kind(), Label: s.label, UUID: uuidString(s.uuid),
		BlockSize: s.blockSize, Size: int64(s.blocks) * s.blockSize,
		Used:   int64(s.blocks-min(s.blocks, s.freeBlocks)) * s.blockSize,
		Inodes: int64(s.inodes), UsedInode: int64(s.inodes) - int64(s.freeInodes),
		Features: s.features(), Created: s.created, LastMount: s.mounted, LastWrite: s.written,
		MountedOn: s.mountedOn, Incomplete: fs.incomplete,
	}
}

// OpenEntry implements fstree.Opener. The result also implements
// fstree.RangeReader and io.WriterTo. The error wraps fstree.ErrEncrypted for an
// encrypted file.
func (fs *FS) OpenEntry(e *fstree.Entry) (fstree.File, error) {
	if e.Type != fstree.TypeFile {
		return nil, fstree.ErrNoContent
	}
	in, err := fs.entryInode(e)
	if err != nil {
		return nil, err
	}
	if !in.isFile() {
		return nil, fstree.ErrNoContent
	}
	return fs.openFile(in, e.Path)
}

// entryInode reads the inode of an entry that a walk yielded.
func (fs *FS) entryInode(e *fstree.Entry) (*inode, error) {
	if e.Inode == 0 || e.Inode > uint64(fs.sb.inodes) {
		return nil, &fstree.Damage{Path: e.Path, Structure: fmt.Sprintf("inode %d", e.Inode), Offset: -1, Cause: corrupt("no such inode")}
	}
	in, err := fs.inode(uint32(e.Inode))
	if err != nil {
		return nil, withPath(err, e.Path)
	}
	return in, nil
}

// openFile opens the content of a regular file.
func (fs *FS) openFile(in *inode, path string) (fstree.File, error) {
	if in.has(flagEncrypt) {
		return nil, &fstree.Damage{Path: path, Structure: inodeName(in.num), Offset: in.off, Cause: fstree.ErrEncrypted}
	}
	return fs.open(in, path)
}

var _ filesystem.FileSystem = (*FS)(nil)
