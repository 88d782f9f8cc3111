// Package filesystem defines what every file-system reader under it provides.
// A reader lives in a folder of its own, named after the format, and is listed
// in one line of the table in diskimage/formats.go.
package filesystem

import (
	"context"
	"io"
	"time"

	"github.com/seed-181f3109/assay/fstree"
)

// FileSystem is one opened file system. Its Walk yields paths from the file
// system's own root, with Entry.Volume empty, and Entry.Inode the file system's
// inode number; its Extents are byte offsets from the start of the section that it
// was opened from. It holds nothing open of its own; the section outlives it.
type FileSystem interface {
	fstree.Opener
	fstree.Extenter
	// Info describes the file system as its superblock does.
	Info() Info
}

// Finder is implemented by a FileSystem that finds one path without a walk.
type Finder interface {
	// Lookup returns the entry of an absolute path as Walk would yield it,
	// following no symbolic link. The entry and its content stay valid. It
	// returns an error that wraps io/fs.ErrNotExist if there is none.
	Lookup(ctx context.Context, path string) (*fstree.Entry, error)
}

// Info is what a superblock says. Sizes are in bytes; zero means not recorded.
type Info struct {
	Type      string    // "ext4", "xfs", "fat32"
	Label     string    // volume label, raw bytes
	UUID      string    // as blkid prints it
	BlockSize int64     // allocation unit
	Size      int64     // of the file system
	Used      int64     // allocated bytes
	Inodes    int64     // total
	UsedInode int64     // in use
	Features  []string  // names as the format's own tools print them, in bit order
	Created   time.Time // mkfs time
	LastMount time.Time
	LastWrite time.Time
	MountedOn string // last mount point, if recorded
	// Incomplete says in a few words why the view that Walk gives may not be
	// the one the running system would see, such as a journal that was not
	// replayed; nil if nothing speaks against it. Walk also yields these as damage.
	Incomplete []string
}

// Options tune a reader. Nil and the zero value mean the defaults.
type Options struct {
	// CacheBytes bounds the memory for cached metadata blocks; default 16 MiB.
	CacheBytes int64
}

// Format is a row of the table of file systems.
type Format struct {
	// Name is the format's name as users write it.
	Name string
	// Probe reports whether the section starts with this format's superblock.
	// It reads a few sectors and no more.
	Probe func(r io.ReaderAt, size int64) bool
	// Length returns how many bytes the file system takes, which may be more
	// than size, by a superblock at the start of the section that is its first
	// one and whose fields all agree; 0 without one. It is stricter than Probe,
	// for places that no partition table vouches for; nil if it cannot tell.
	Length func(r io.ReaderAt, size int64) int64
	// BootSector says that the first sector of the format ends with the
	// signature 55 AA, and so may look like that of a disk with partitions.
	BootSector bool
	// Open opens it. ErrUnsupported, ErrEncrypted and ErrCorrupt say why not.
	Open func(ctx context.Context, r io.ReaderAt, size int64, opts *Options) (FileSystem, error)
}
