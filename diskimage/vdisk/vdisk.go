// Package vdisk defines what every virtual-disk reader under it provides: the
// sectors that a guest sees, from whatever file or files store them. A reader
// lives in a folder of its own, named after the format, and is listed in one
// line of the table in diskimage/formats.go.
package vdisk

import (
	"context"
	"io"

	"github.com/seed-181f3109/assay/fstree"
)

// Disk is an opened virtual disk. ReadAt reads guest bytes and may be called
// from several goroutines; ranges that are not stored read as zeros.
type Disk interface {
	io.ReaderAt
	// Size is the guest's disk size in bytes.
	Size() int64
	// NextAllocated returns the first range at or after off that is stored:
	// start inclusive, end exclusive, in guest bytes. Everything between off
	// and start reads as zeros. It returns io.EOF if nothing is stored after off.
	NextAllocated(off int64) (start, end int64, err error)
	// Info describes the file format.
	Info() Info
	// Close closes every file that Open opened, not the one that was handed in.
	Close() error
}

// Damaged is implemented by a Disk that can tell when it is opened that some
// of it cannot be read or trusted. Offsets count in the file that Structure names.
type Damaged interface {
	Damage() []*fstree.Damage
}

// Info says how a virtual disk is stored.
type Info struct {
	Format     string   // "raw", "vmdk", ...
	Variant    string   // "streamOptimized", "monolithicFlat", ...; empty if there is one only
	Size       int64    // guest bytes
	SectorSize int64    // logical sector in bytes if the format says so, else 0
	Files      []string // names of the other files it is made of, as opened
	Notes      []string // what a reader of the report should know
}

// File is an open file of the host that holds (a part of) a virtual disk.
type File interface {
	io.ReaderAt
	io.Closer
	// Size is the file's length in bytes.
	Size() int64
	// Name is the file's name without its folder.
	Name() string
}

// Resolver opens further files that an image names: extents, parents, later
// segments. The name comes from the image and is not trusted: an implementation
// opens only what lies inside the folders that the user allowed (the image's
// own by default), regular files only, and never follows a link out of them. A
// name that leads outside or is missing is an error that quotes the name.
type Resolver interface {
	Open(name string) (File, error)
}

// Options tune a reader. Nil and the zero value mean the defaults.
type Options struct {
	// Files opens further files; nil refuses every one of them.
	Files Resolver
	// CacheBytes bounds the memory for decompressed clusters; default 32 MiB.
	CacheBytes int64
	// MaxParents bounds a chain of parents; default 64.
	MaxParents int
	// SpoolDir is the folder for temporary files; default os.TempDir().
	SpoolDir string
}

// Format is a row of the table of virtual disks.
type Format struct {
	// Name is the format's name as users write it.
	Name string
	// Probe reports whether f starts (or ends) as this format does. It reads
	// a few sectors and no more, and never judges by name.
	Probe func(f File) bool
	// Open opens it; the caller closes f after the Disk.
	Open func(ctx context.Context, f File, opts *Options) (Disk, error)
}
