package archive

import (
	"encoding/binary"
	"fmt"
	"math"
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

// parse reads a StreamsInfo.
func (st *szStreams) parse(d *szReader) error {
	for d.err == nil {
		switch id := d.byte(); id {
		case szEnd:
			return st.finish(d)
		case szPackInfo:
			st.parsePacked(d)
		case szUnpackInfo:
			st.parseFolders(d)
		case szSubStreams:
			st.parseParts(d)
		default:
			d.fail("unknown part %#x of the streams", id)
		}
	}
	return d.err
}

// finish gives folders without a list of parts their one part.
func (st *szStreams) finish(d *szReader) error {
	total := 0
	for i := range st.folders {
		f := &st.folders[i]
		if f.parts == nil && f.streams == 1 {
			f.parts = []szDigest{f.whole}
		}
		f.first = total
		total += len(f.inputs)
		sum := uint64(0)
		for _, p := range f.parts {
			sum += p.size
		}
		if sum != f.whole.size {
			d.fail("files of %d bytes in a folder of %d", sum, f.whole.size)
		}
	}
	if total > len(st.packed) {
		d.fail("%d packed streams where %d are used", len(st.packed), total)
	}
	return d.err
}

func (st *szStreams) parsePacked(d *szReader) {
	st.pos = d.number()
	n := d.count("packed streams")
	for d.err == nil {
		switch id := d.byte(); id {
		case szEnd:
			return
		case szSize:
			st.packed = make([]uint64, n)
			for i := range st.packed {
				st.packed[i] = d.number()
			}
		case szCRC:
			parts := make([]*szDigest, n)
			for i := range parts {
				parts[i] = &szDigest{}
			}
			d.digests(parts) // of packed bytes; those of the files tell the same
		default:
			d.fail("unknown part %#x of the packed streams", id)
		}
	}
}

func (st *szStreams) parseFolders(d *szReader) {
	for d.err == nil {
		switch id := d.byte(); id {
		case szEnd:
			return
		case szFolders:
			n := d.count("folders")
			if d.byte() != 0 {
				d.fail("folders in a stream of their own")
			}
			st.folders = make([]szFolder, n)
			for i := range st.folders {
				st.folders[i].parse(d)
			}
		case szUnpackSizes:
			for i := range st.folders {
				f := &st.folders[i]
				for range f.coders {
					f.sizes = append(f.sizes, d.number())
				}
				if d.err == nil {
					f.whole.size = f.sizes[f.main()]
				}
			}
		case szCRC:
			var parts []*szDigest
			for i := range st.folders {
				parts = append(parts, &st.folders[i].whole)
			}
			d.digests(parts)
		default:
			d.fail("unknown part %#x of the folders", id)
		}
	}
}

// parse reads a folder: its coders, how they are joined, and the packed streams.
func (f *szFolder) parse(d *szReader) {
	f.streams = 1
	n := d.number()
	if n == 0 || n > maxCoders {
		d.fail("folder of %d coders", n)
		return
	}
	var inputs uint64
	for range n {
		flags := d.byte()
		var c szCoder
		for _, b := range d.bytes(uint64(flags & 0xf)) {
			if c.id > math.MaxUint64>>8 {
				d.fail("long coder name")
			}
			c.id = c.id<<8 | uint64(b)
		}
		c.in = 1
		if flags&0x10 != 0 {
			out := uint64(0)
			if c.in, out = d.number(), d.number(); out != 1 || c.in > maxCoders {
				d.fail("coder of %d inputs and %d outputs", c.in, out)
				return
			}
		}
		if flags&0x20 != 0 {
			c.props = d.bytes(d.number())
		}
		if flags&0x80 != 0 {
			d.fail("coder with alternatives")
		}
		inputs += c.in
		f.coders = append(f.coders, c)
	}
	if inputs < n || inputs > maxCoders {
		d.fail("folder of %d inputs", inputs)
		return
	}
	taken := make(map[uint64]bool)
	for range n - 1 {
		b := szBind{d.number(), d.number()}
		if b.in >= inputs || b.out >= n || taken[b.in] {
			d.fail("input %d bound to output %d", b.in, b.out)
			return
		}
		taken[b.in] = true
		f.bound = append(f.bound, b)
	}
	if packed := inputs - (n - 1); packed > 1 {
		for range packed {
			f.inputs = append(f.inputs, d.number())
		}
		return
	}
	for i := range inputs {
		if !taken[i] {
			f.inputs = append(f.inputs, i)
		}
	}
}

// main is the coder whose output no other takes.
func (f *szFolder) main() int {
	for i := range f.coders {
		free := true
		for _, b := range f.bound {
			free = free && b.out != uint64(i)
		}
		if free {
			return i
		}
	}
	return len(f.coders) - 1
}

// parseParts reads how folders are divided into files.
func (st *szStreams) parseParts(d *szReader) {
	for i := range st.folders {
		st.folders[i].parts = []szDigest{st.folders[i].whole}
	}
	for d.err == nil {
		switch id := d.byte(); id {
		case szEnd:
			return
		case szStreamCounts:
			st.parseCounts(d)
		case szSize:
			for i := range st.folders {
				f := &st.folders[i]
				left := f.whole.size
				for k := range max(len(f.parts)-1, 0) {
					n := d.number()
					if n > left {
						d.fail("parts are larger than their folder")
						return
					}
					f.parts[k].size = n
					left -= n
				}
				if len(f.parts) > 0 {
					f.parts[len(f.parts)-1].size = left
				}
			}
		case szCRC:
			var unknown []*szDigest
			for i := range st.folders {
				f := &st.folders[i]
				for k := range f.parts {
					if !f.parts[k].known {
						unknown = append(unknown, &f.parts[k])
					}
				}
			}
			d.digests(unknown)
		default:
			d.fail("unknown part %#x of the files", id)
		}
	}
}

func (st *szStreams) parseCounts(d *szReader) {
	total := uint64(0)
	for i := range st.folders {
		f := &st.folders[i]
		f.streams = d.number()
		if total += f.streams; f.streams > maxThings || total > maxThings {
			d.fail("%d files in folder %d", f.streams, i)
			return
		}
		if f.streams != 1 {
			f.parts = make([]szDigest, f.streams)
		}
	}
}
