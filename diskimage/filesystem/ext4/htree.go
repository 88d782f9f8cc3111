package ext4

import (
	"github.com/seed-181f3109/assay/fstree"
)

const (
	dxRootInfo  = 24 // struct dx_root_info in block 0
	dxRootCount = 32 // limit and count behind it
	dxNodeCount = 8  // limit and count of an inner node
	dxEntrySize = 8
)

// indexBlock checks b, block n of a hashed directory, as a block of its index
// and notes the blocks that it points to. limit and count are at byte pos; they take the place of the
// first entry's hash.
//
// Source: ext4 data structures and algorithms, section "Hash Tree Directories".
func (d *dirReader) indexBlock(b []byte, n uint32, pos int, off int64) {
	room := (len(b) - pos) / dxEntrySize
	if d.fs.sb.has(roMetadataCsum) {
		room--
	}
	if pos == dxNodeCount && d.in.has(flagEncrypt) && d.in.has(flagCasefold) {
		room-- // records have two hashes more there
	}
	limit, count := int(le16(b, pos)), int(le16(b, pos+2))
	if pos == dxRootCount {
		info := b[dxRootInfo:]
		d.version = info[4]
		levels := byte(2)
		if d.fs.sb.incompat&incompatLargeDir != 0 {
			levels = 3
		}
		if le32(info, 0) != 0 || info[5] != 8 || info[4] > hashSiphash || info[6] >= levels || d.recLen(b, 12) != len(b)-12 {
			d.sink.add(d.structure(), off, corrupt("root of the hash index"))
			return
		}
	}
	if limit != room || count == 0 || count > limit {
		d.sink.add(d.structure(), off, corrupt("hash index of %d entries, limit %d", count, limit))
		return
	}
	if d.fs.sb.has(roMetadataCsum) {
		tail := pos + limit*dxEntrySize
		crc := crc32c(d.in.seed, b[:pos+count*dxEntrySize])
		crc = crc32c(crc32c(crc, b[tail:tail+4]), []byte{0, 0, 0, 0})
		if crc != le32(b, tail+4) {
			d.sink.add(d.structure(), off, fstree.ErrChecksum)
		}
	}
	if d.index == nil {
		d.index = make(map[uint32][]uint32)
	}
	for i := range count {
		d.index[n] = append(d.index[n], le32(b, pos+i*dxEntrySize+4)&0x0FFFFFFF)
	}
}

// checkIndex reports blocks that hold names but are not reached from the root
// of the hash index, so that the kernel does not list them.
func (d *dirReader) checkIndex() {
	if d.index == nil {
		return
	}
	reached := make(map[uint32]struct{})
	for pending := []uint32{0}; len(pending) > 0; {
		n := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if _, ok := reached[n]; !ok {
			reached[n] = struct{}{}
			pending = append(pending, d.index[n]...)
		}
	}
	for _, n := range d.full {
		if _, ok := reached[n]; !ok {
			d.sink.add(d.structure(), d.in.off, corrupt("block %d holds names but is not in the hash index", n))
		}
	}
}
