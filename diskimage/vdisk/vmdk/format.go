package vmdk

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/seed-181f3109/assay/diskimage/vdisk"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
	"github.com/seed-181f3109/assay/internal/blockcache"
)

// Defaults of vdisk.Options.
const (
	defaultCache   = 32 << 20
	defaultParents = 64
)

// Format is the row of this format in the table of virtual disks.
func Format() vdisk.Format {
	return vdisk.Format{
		Name:  "vmdk",
		Probe: Probe,
		Open: func(ctx context.Context, f vdisk.File, opts *vdisk.Options) (vdisk.Disk, error) {
			return Open(ctx, f, opts)
		},
	}
}

// Probe reports whether f is a descriptor or a sparse extent.
func Probe(f vdisk.File) bool { return kindOf(f) != kindNone }

type kind int

const (
	kindNone   kind = iota
	kindText        // descriptor file
	kindHosted      // KDMV
	kindCOWD
	kindSE
)

// kindOf looks at the first sector of a file.
func kindOf(f vdisk.File) kind {
	b := make([]byte, min(sectorSize, max(f.Size(), 0)))
	if len(b) < 8 || binread.Full(f, b, 0) != nil {
		return kindNone
	}
	switch {
	case string(b[:4]) == magicHosted:
		return kindHosted
	case string(b[:4]) == magicCOWD:
		return kindCOWD
	case string(b[:8]) == magicSE:
		return kindSE
	case isDescriptor(b):
		return kindText
	}
	return kindNone
}

// isDescriptor reports whether text starts with the descriptor's first comment,
// or with comments and a version line.
func isDescriptor(b []byte) bool {
	const title = "# disk descriptorfile"
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	b = bytes.TrimLeft(b, " \t\r\n")
	if len(b) >= len(title) && strings.EqualFold(string(b[:len(title)]), title) {
		return true
	}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		return ok && strings.EqualFold(strings.TrimSpace(key), "version") && isNumber(strings.TrimSpace(value))
	}
	return false
}

func isNumber(s string) bool {
	return s != "" && len(s) < 10 && strings.Trim(s, "0123456789") == ""
}

// Open opens a virtual disk: a descriptor file, or a sparse extent that holds
// its own descriptor. It opens the extents and parents that the descriptor
// names, and returns an error that quotes the name of one that is missing. The
// caller closes f after the Disk.
func Open(ctx context.Context, f vdisk.File, opts *vdisk.Options) (*Disk, error) {
	s := &session{files: nil, parents: defaultParents, cacheBytes: defaultCache}
	if opts != nil {
		s.files = opts.Files
		if opts.MaxParents > 0 {
			s.parents = opts.MaxParents
		}
		if opts.CacheBytes > 0 {
			s.cacheBytes = opts.CacheBytes
		}
	}
	s.grains = blockcache.New(s.cacheBytes)
	d, err := s.open(ctx, f, 0)
	if err != nil {
		s.close() // the first error is the one to tell
		return nil, err
	}
	d.owned = s.owned
	d.info.Files = s.names
	return d, nil
}

// session is what the files of one disk share while they are opened.
type session struct {
	files      vdisk.Resolver
	parents    int
	cacheBytes int64
	grains     *blockcache.Cache // decompressed
	extents    int64             // number of the next extent, for keys of grains
	owned      []vdisk.File
	names      []string
	chain      []string // parents' names down to here
}

// file opens a further file by the name that a descriptor gives it.
func (s *session) file(name string) (vdisk.File, error) {
	if s.files == nil {
		return nil, fmt.Errorf("%w: the disk needs the file %q and no folder was given", fstree.ErrUnsupported, name)
	}
	f, err := s.files.Open(name)
	if err != nil {
		return nil, err
	}
	s.owned = append(s.owned, f)
	s.names = append(s.names, name)
	return f, nil
}

func (s *session) close() {
	for _, f := range s.owned {
		f.Close() // nothing was written
	}
}

// open opens one disk of a chain; depth 0 is the disk itself.
func (s *session) open(ctx context.Context, f vdisk.File, depth int) (*Disk, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	switch kindOf(f) {
	case kindText:
		text, err := binread.At(f, f.Size(), 0, int(min(f.Size(), maxDescriptor)))
		if err != nil {
			return nil, err
		}
		return s.fromDescriptor(ctx, text, nil, depth)
	case kindHosted:
		e, err := s.openHosted(f)
		if err != nil {
			return nil, err
		}
		if e.descriptor == nil {
			return nil, fmt.Errorf("%w: vmdk: %q is one extent of a disk; open the file that describes it", fstree.ErrUnsupported, f.Name())
		}
		return s.fromDescriptor(ctx, e.descriptor, e, depth)
	case kindCOWD:
		return nil, fmt.Errorf("%w: vmdk: %q is one extent of a disk; open the file that describes it", fstree.ErrUnsupported, f.Name())
	case kindSE:
		return nil, fmt.Errorf("%w: vmdk: seSparse extent %q", fstree.ErrUnsupported, f.Name())
	}
	return nil, fmt.Errorf("%w: %q is no vmdk", fstree.ErrNotThisFormat, f.Name())
}
