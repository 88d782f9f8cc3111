package archive

import (
	"encoding/binary"
	"fmt"
	"unicode/utf16"

	"github.com/seed-181f3109/assay/fstree"
)

// Property identifiers. Source: 7zFormat.txt, "Property IDs".
const (
	szEnd               = 0x00
	szPlainHeader       = 0x01
	szArchiveProperties = 0x02
	szAdditional        = 0x03
	szMainStreams       = 0x04
	szFilesInfo         = 0x05
	szPackInfo          = 0x06
	szUnpackInfo        = 0x07
	szSubStreams        = 0x08
	szSize              = 0x09
	szCRC               = 0x0a
	szFolders           = 0x0b
	szUnpackSizes       = 0x0c
	szStreamCounts      = 0x0d
	szEmptyStream       = 0x0e
	szEmptyFile         = 0x0f
	szNames             = 0x11
	szEncodedHeader     = 0x17
)

// maxThings bounds the files, folders and packed streams of an archive.
const maxThings = 1 << 18

// maxCoders bounds the coders of a folder, and their streams; 7-Zip has the same bound.
const maxCoders = 32

// szHeader is what a 7z header holds.
type szHeader struct {
	streams szStreams
	files   []szFile
}

// szFile is a file in the order of the archive.
type szFile struct {
	name       string
	empty, dir bool // no stream, and not a file
}

// szStreams are the packed streams and the folders made of them.
type szStreams struct {
	pos     uint64 // of the first packed stream, behind the signature header
	packed  []uint64
	folders []szFolder
}

// szFolder is a chain of coders that gives one stream.
type szFolder struct {
	coders  []szCoder
	bound   []szBind
	inputs  []uint64 // the inputs that are packed streams, in their order
	first   int      // of them, in szStreams.packed
	sizes   []uint64 // of what each coder gives
	whole   szDigest
	parts   []szDigest // the files
	streams uint64
}

type szCoder struct {
	id    uint64
	props []byte
	in    uint64
}

type szBind struct{ in, out uint64 }

// szDigest is a length and, if known, a CRC.
type szDigest struct {
	size  uint64
	crc   uint32
	known bool
}

// szReader reads a header. The first error stays.
type szReader struct {
	b   []byte
	err error
}

func (d *szReader) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("7z header: "+format+": %w", append(args, fstree.ErrCorrupt)...)
	}
	d.b = nil
}

func (d *szReader) bytes(n uint64) []byte {
	if n > uint64(len(d.b)) {
		d.fail("%d bytes where %d are left", n, len(d.b))
		return nil
	}
	out := d.b[:n]
	d.b = d.b[n:]
	return out
}

func (d *szReader) byte() byte {
	if b := d.bytes(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

// number reads an integer whose first byte tells by its leading ones how many follow.
func (d *szReader) number() uint64 {
	first := d.byte()
	var v uint64
	for i, mask := 0, byte(0x80); i < 8; i, mask = i+1, mask>>1 {
		if first&mask == 0 {
			return v | uint64(first&(mask-1))<<(8*i)
		}
		v |= uint64(d.byte()) << (8 * i)
	}
	return v
}

// count reads a number of things that take at least a byte each.
func (d *szReader) count(what string) int {
	n := d.number()
	switch {
	case n > uint64(len(d.b)):
		d.fail("%d %s in %d bytes", n, what, len(d.b))
		return 0
	case n > maxThings && d.err == nil:
		d.err = fmt.Errorf("7z header: %d %s where %d are allowed: %w", n, what, maxThings, fstree.ErrLimit)
		return 0
	}
	return int(n)
}

func (d *szReader) bits(n int) []bool {
	raw := d.bytes(uint64(n+7) / 8)
	out := make([]bool, n)
	for i := range out {
		out[i] = d.err == nil && raw[i/8]&(0x80>>(i%8)) != 0
	}
	return out
}

// digests reads the CRCs of the parts.
func (d *szReader) digests(parts []*szDigest) {
	known := make([]bool, 0, len(parts))
	if d.byte() != 0 {
		for range parts {
			known = append(known, true)
		}
	} else {
		known = d.bits(len(parts))
	}
	for i, p := range parts {
		if known[i] {
			if b := d.bytes(4); len(b) == 4 {
				p.crc, p.known = binary.LittleEndian.Uint32(b), true
			}
		}
	}
}

// parseSevenZip reads an unpacked header.
func parseSevenZip(b []byte) (*szHeader, error) {
	d := &szReader{b: b}
	h := &szHeader{}
	if id := d.byte(); id != szPlainHeader {
		return nil, fmt.Errorf("7z header begins with %#x: %w", id, fstree.ErrCorrupt)
	}
	for d.err == nil {
		switch id := d.byte(); id {
		case szEnd:
			return h, d.err
		case szArchiveProperties:
			for d.err == nil && d.byte() != szEnd {
				d.bytes(d.number())
			}
		case szMainStreams:
			if err := h.streams.parse(d); err != nil {
				return nil, err
			}
		case szFilesInfo:
			h.parseFiles(d)
		case szAdditional:
			return nil, fmt.Errorf("7z header with additional streams: %w", fstree.ErrUnsupported)
		default:
			d.fail("unknown part %#x", id)
		}
	}
	return nil, d.err
}

func (h *szHeader) parseFiles(d *szReader) {
	n := d.count("files")
	h.files = make([]szFile, n)
	var empty []int
	for d.err == nil {
		id := d.byte()
		if id == szEnd {
			return
		}
		p := &szReader{b: d.bytes(d.number())}
		switch id {
		case szEmptyStream:
			empty = empty[:0]
			for i, e := range p.bits(n) {
				if h.files[i].empty, h.files[i].dir = e, e; e {
					empty = append(empty, i)
				}
			}
		case szEmptyFile:
			for i, file := range p.bits(len(empty)) {
				h.files[empty[i]].dir = !file
			}
		case szNames:
			if p.byte() != 0 {
				d.fail("names in a stream of their own")
				return
			}
			for i := range h.files {
				h.files[i].name = p.name()
			}
		}
		if p.err != nil && d.err == nil {
			d.err = p.err
		}
	}
}

// name reads a UTF-16 name that ends with a zero.
func (d *szReader) name() string {
	for i := 0; i+1 < len(d.b); i += 2 {
		if d.b[i] == 0 && d.b[i+1] == 0 {
			units := make([]uint16, i/2)
			for k := range units {
				units[k] = binary.LittleEndian.Uint16(d.b[2*k:])
			}
			d.b = d.b[i+2:]
			return string(utf16.Decode(units))
		}
	}
	d.fail("name without end")
	return ""
}
