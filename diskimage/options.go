package diskimage

import (
	"log/slog"

	"github.com/seed-181f3109/assay/internal/spool"
)

// Options tune Open and Detect. Nil and the zero value mean the defaults.
type Options struct {
	// SearchDirs are folders of the host, besides the image's own, in which
	// parents, extents and later segments that the image names may lie.
	SearchDirs []string
	// Volume names one volume ("p1", "disk") that is shown alone, with paths
	// from its own root; empty lays out all of them.
	Volume string
	// Spool says where temporary copies of compressed disks go.
	Spool *spool.Options
	// MaxUnpacked bounds the size in bytes of a disk that is stored in
	// compressed form; default 16 TiB. Zeros take no space.
	MaxUnpacked int64
	// CacheBytes bounds the memory for decompressed clusters of the virtual
	// disk, and once more for the metadata of each file system; 0 means each
	// reader's default.
	CacheBytes int64
	// Progress, if not nil, is called with the number of bytes that were
	// unpacked since the last call, while Open spools a compressed disk.
	Progress func(int64)
	// Logger gets what may interest somebody who looks for an error in this
	// package; nil is silent.
	Logger *slog.Logger
	// Formats are the formats that are tried; nil means all of them.
	Formats *Formats
}

func (o *Options) orDefault() *Options {
	c := Options{}
	if o != nil {
		c = *o
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.MaxUnpacked <= 0 {
		c.MaxUnpacked = 16 << 40
	}
	if c.Formats == nil {
		c.Formats = AllFormats()
	}
	return &c
}
