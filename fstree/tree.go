package fstree

import (
	"context"
	"io"
	"iter"
)

// Tree is a set of entries that can be walked: a merged container image, one
// file system, a whole disk laid out as its operating system mounts it.
type Tree interface {
	// Walk yields every entry of the tree once. Each pair is either an entry
	// and a nil error, or a nil entry and an error. A *Damage costs one
	// subtree, one file's content or one structure, and the walk goes on; any
	// other error is the last pair. Two walks of the same tree yield the same
	// pairs in the same order; a directory comes before what is in it. The
	// entry, and what its Open returns, are valid until the next pair.
	// Breaking out of the loop releases everything. A cancelled context ends
	// the walk with its error.
	Walk(ctx context.Context) iter.Seq2[*Entry, error]
}

// Opener is a Tree that can read any content at any time.
type Opener interface {
	Tree
	// OpenEntry opens the content of a regular file that a Walk of this tree
	// yielded; e may be a copy and need not be the latest pair. It may be
	// called from several goroutines. The caller closes the result.
	OpenEntry(e *Entry) (File, error)
}

// File is open content with random access. Offsets count bytes from the start
// of the content. ReadAt may be called from several goroutines.
type File interface {
	io.Reader
	io.ReaderAt
	io.Closer
}

// Extenter is a Tree that knows where on the disk an entry's bytes are.
type Extenter interface {
	Tree
	// Extents returns the byte ranges, on the disk or volume that the tree
	// was opened from, that hold the content and the metadata of an entry
	// that a Walk of this tree yielded, in order of File offset; metadata comes first.
	Extents(e *Entry) ([]Extent, error)
}

// Extent is a byte range of a disk that belongs to one entry.
type Extent struct {
	Offset int64 // first byte on the disk or volume; -1 for a hole
	Length int64 // bytes, at least 1
	File   int64 // offset in the content; -1 for metadata
	Kind   ExtentKind
}

// ExtentKind says what an Extent holds.
type ExtentKind uint8

// The kinds of extents.
const (
	ExtentData      ExtentKind = iota // content bytes
	ExtentMetadata                    // the inode, or a block of the mapping
	ExtentInline                      // content inside a metadata structure
	ExtentUnwritten                   // allocated but read as zeros
	ExtentHole                        // not allocated, read as zeros
)

// RangeReader is implemented by content that knows its holes. A File or the
// reader that Entry.Open returns may implement it.
type RangeReader interface {
	// NextData returns the first range at or after off that is not a hole:
	// start inclusive, end exclusive, both byte offsets in the content. It
	// returns io.EOF if only holes follow.
	NextData(off int64) (start, end int64, err error)
}
