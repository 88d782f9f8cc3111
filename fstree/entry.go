package fstree

import (
	"errors"
	"io"
	"time"
)

// ErrNoContent is returned by Entry.Open for an entry that is not a regular file.
var ErrNoContent = errors.New("entry has no content")

// Entry is one name met by a walk, with everything the image stores about it.
// An entry is valid until the walk's next pair; Clone makes a lasting copy.
type Entry struct {
	// Path is the absolute path in the tree, raw bytes; the root is "/".
	Path string
	// Stream names a fork of the file at Path (an NTFS alternate data
	// stream); empty for the main content.
	Stream string
	// Type is what the entry is.
	Type Type
	// Mode holds the permission bits with setuid, setgid and sticky, 07777 at most.
	Mode uint32
	// UID and GID are the numeric owner and group.
	UID, GID uint32
	// Size is the content's length in bytes; for a symbolic link the length
	// of its target; 0 for everything that is neither.
	Size int64
	// Mtime, Atime, Ctime and Btime are modification, access, inode change
	// and birth time in UTC. The zero Time means that none is stored.
	Mtime, Atime, Ctime, Btime time.Time
	// Xattrs maps the full name ("user.x", "security.capability",
	// "system.posix_acl_access") to the value as the Linux kernel shows it.
	Xattrs map[string][]byte
	// Link is a symbolic link's target, raw bytes.
	Link string
	// Inode identifies the file within its Volume. Entries with the same
	// Volume and Inode are hard links of one file. Container images get
	// numbers of our making. 0 means unknown.
	Inode uint64
	// Nlink is the number of names of the file; for a directory what the
	// file system stores.
	Nlink uint32
	// RdevMajor and RdevMinor are the device number of a char or block entry.
	RdevMajor, RdevMinor uint32
	// HardlinkOf is the first path of the walk that shares this file, empty
	// on that first path itself.
	HardlinkOf string
	// Volume names the volume of a disk image ("p1", "vg0/root", "disk");
	// empty in container images. VolumePath is the path inside that volume.
	Volume, VolumePath string
	// Layer is the layer that made the entry; nil outside container images.
	Layer *Layer
	// Offset is where the entry starts: the byte offset of its header in the
	// uncompressed layer, or of its inode on the volume. -1 means unknown.
	Offset int64
	// State says whether the entry is in the running system's view.
	State State
	// SHA256 is the content's digest if the reader has already computed it
	// from the bytes (never one that the image merely claims); else nil.
	SHA256 *[32]byte
	// Content opens the content; set by readers on regular files. Use Open.
	Content func() (io.ReadCloser, error)
}

// Open opens the content of a regular file. The reader may also implement
// io.ReaderAt and RangeReader. It is valid until the walk's next pair, and the
// caller closes it. On other types it returns ErrNoContent. A *Damage from
// reading means that part of the content is lost.
func (e *Entry) Open() (io.ReadCloser, error) {
	if e.Content == nil {
		return nil, ErrNoContent
	}
	return e.Content()
}

// Clone returns a copy that stays valid after the walk moves on, without
// Content. Xattr values and the Layer are shared, as nobody changes them.
func (e *Entry) Clone() *Entry {
	c := *e
	c.Content = nil
	return &c
}

// Layer is one layer of a container image as a change names it.
type Layer struct {
	Index     int    // 0 is the base
	Digest    string // of the stored, mostly compressed bytes: "sha256:..."
	DiffID    string // of the uncompressed tar: "sha256:..."
	CreatedBy string // history command, empty if unknown
}

// Type is what kind of thing an entry is.
type Type uint8

// The types of entries.
const (
	TypeFile Type = iota
	TypeDir
	TypeSymlink
	TypeChar
	TypeBlock
	TypeFIFO
	TypeSocket
)

var typeNames = [...]string{"file", "dir", "symlink", "char", "block", "fifo", "socket"}

// String returns the name that reports use: file, dir, symlink, char, block, fifo or socket.
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return "unknown"
}

// TypeOfMode returns the type that the S_IFMT bits of a Unix st_mode name, and
// false for a value that is none. Source: inode(7).
func TypeOfMode(mode uint32) (Type, bool) {
	switch mode & 0o170000 {
	case 0o100000:
		return TypeFile, true
	case 0o040000:
		return TypeDir, true
	case 0o120000:
		return TypeSymlink, true
	case 0o020000:
		return TypeChar, true
	case 0o060000:
		return TypeBlock, true
	case 0o010000:
		return TypeFIFO, true
	case 0o140000:
		return TypeSocket, true
	}
	return 0, false
}

// State says whether an entry is part of what the running system sees.
type State uint8

// The states of entries.
const (
	Live     State = iota // visible
	Shadowed              // covered by an upper layer's entry of the same name
	Removed               // whited out by an upper layer
	Deleted               // unlinked on the disk, still recoverable
)

var stateNames = [...]string{"live", "shadowed", "removed", "deleted"}

// String returns live, shadowed, removed or deleted.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "unknown"
}
