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

// indexBlock checks an index block of a hashed directory and notes the blocks
// that it points to. limit and count are at byte pos; they take the place of the
// first entry's hash.
//
// Source: ext4 data structures and algorithms, section "Hash Tree Directories".
func (d *dirReader) indexBlock(b []byte, pos int, off int64) {
	room := (len(b) - pos) / dxEntrySize
	if d.fs.sb.has(roMetadataCsum) {
		room--
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
		d.index = make(map[uint32]struct{})
	}
	for i := range count {
		d.index[le32(b, pos+i*dxEntrySize+4)&0x0FFFFFFF] = struct{}{}
	}
}

// checkIndex reports blocks that hold names but are not in the hash index, so
// that the kernel does not list them.
func (d *dirReader) checkIndex() {
	if d.index == nil {
		return
	}
	for _, n := range d.full {
		if _, ok := d.index[n]; !ok {
			d.sink.add(d.structure(), d.in.off, corrupt("block %d holds names but is not in the hash index", n))
		}
	}
}
