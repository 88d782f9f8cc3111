package xfs

import (
	"encoding/binary"
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
)

// Fields that an inode item says were logged, ilf_fields.
const (
	logDataInline  = 0x002
	logDataExtents = 0x004
	logDataRoot    = 0x008
	logDevice      = 0x010
	logAttrInline  = 0x040
	logAttrExtents = 0x080
	logAttrRoot    = 0x100
	logOwners      = 0x600 // owner of the blocks of the forks changes
	logData        = logDataInline | logDataExtents | logDataRoot
	logAttr        = logAttrInline | logAttrExtents | logAttrRoot
)

// inodeItem is the description of a changed inode, xfs_inode_log_format, and of
// its packed form of 32-bit machines.
type inodeItem struct {
	fields uint32
	ino    uint64
	rdev   uint32
	key    extentKey // buffer that holds the inode
	in     int64     // byte offset in the buffer
}

func decodeInodeItem(b []byte) (*inodeItem, error) {
	le := binary.LittleEndian
	pad := 0
	switch len(b) {
	case 56:
		pad = 4
	case 52:
	default:
		return nil, corrupt("inode item of %d bytes", len(b))
	}
	b2 := b[12+pad:]
	return &inodeItem{
		fields: le.Uint32(b[4:]), ino: le.Uint64(b2), rdev: le.Uint32(b2[8:]),
		key: extentKey{int64(le.Uint64(b2[24:])), int64(int32(le.Uint32(b2[32:])))}, in: int64(int32(le.Uint32(b2[36:]))),
	}, nil
}

// inode applies a changed inode, unless the disk already has a later state.
func (r *replayer) inode(it *item, lsn uint64) error {
	d, err := decodeInodeItem(it.regions[0])
	if err != nil {
		return err
	}
	if r.cancelled[d.key] > 0 {
		return nil
	}
	size := int64(r.fs.sb.inodeSize)
	if d.key.at < 0 || d.key.at > r.fs.src.size/sectorBytes || d.in < 0 || d.in+size > d.key.n*sectorBytes {
		return corrupt("inode item of inode %d, byte %d of sector %d", d.ino, d.in, d.key.at)
	}
	at := d.key.at*sectorBytes + d.in
	if want, ok := r.fs.sb.inodeOffset(d.ino); !ok || want != at {
		return corrupt("inode item of inode %d at byte %d", d.ino, at)
	}
	from := at &^ (sectorBytes - 1)
	b, err := r.fs.src.bytes(from, int((at+size+sectorBytes-1)&^(sectorBytes-1)-from))
	if err != nil {
		return err
	}
	if err := r.inodeCore(it, d, b[at-from:at-from+size], lsn); err != nil {
		return err
	}
	return r.put(from, b)
}

// inodeCore changes the inode b as the item says.
func (r *replayer) inodeCore(it *item, d *inodeItem, b []byte, lsn uint64) error {
	if len(it.regions) < 2 || len(it.regions) != it.total {
		return corrupt("inode item of inode %d with %d regions", d.ino, len(it.regions))
	}
	le, src, core, logged := binary.LittleEndian, it.regions[1], 100, 96
	if r.fs.sb.v5 {
		core, logged = 176, 176
	}
	if d.fields&logOwners != 0 {
		return fmt.Errorf("%w: log changes the owner of the forks of inode %d", fstree.ErrUnsupported, d.ino)
	}
	if be16(b, 0) != inodeMagic || len(src) < logged || le.Uint16(src) != inodeMagic {
		return corrupt("inode item of inode %d: no inode", d.ino)
	}
	if b[4] >= 3 {
		if has := be64(b, 112); has != 0 && has != ^uint64(0) && has > lsn {
			return nil
		}
	} else if iter, has := le.Uint16(src[30:]), be16(b, 30); iter < has && (has != 0xffff || iter >= 0x7fff) {
		return nil // di_flushiter: the disk is newer
	}
	r.coreToDisk(b, src, lsn)
	if d.fields&logDevice != 0 {
		binary.BigEndian.PutUint32(b[core:], d.rdev)
	}
	return r.forksToDisk(it, d, b[core:], int(b[82])*8)
}

// forksToDisk writes the forks that the item has into area, the part of the inode
// after its core; the attribute fork starts at byte split of it.
func (r *replayer) forksToDisk(it *item, d *inodeItem, area []byte, split int) error {
	if split >= len(area) {
		return corrupt("inode item of inode %d: attribute fork at %d", d.ino, split)
	}
	data, attr := area, area
	if split != 0 {
		data, attr = area[:split], area[split:]
	}
	next := 2
	for _, f := range []struct {
		fields, root uint32
		area         []byte
	}{{d.fields & logData, logDataRoot, data}, {d.fields & logAttr, logAttrRoot, attr}} {
		if f.fields == 0 || len(it.regions) == 2 {
			continue
		}
		if next >= len(it.regions) {
			return corrupt("inode item of inode %d lacks a fork", d.ino)
		}
		src := it.regions[next]
		next++
		if f.fields&f.root != 0 {
			if !r.rootToDisk(f.area, src) {
				return corrupt("inode item of inode %d: B+tree root of %d bytes", d.ino, len(src))
			}
		} else if copy(f.area, src) < len(src) {
			return corrupt("inode item of inode %d: fork of %d bytes in %d", d.ino, len(src), len(f.area))
		}
	}
	return nil
}

// coreToDisk writes the core that the log holds in the byte order of the machine.
// The number of the next unlinked inode stays as it is on the disk.
//
// Source: xfs_log_dinode, whose fields lie where those of xfs_dinode do.
func (r *replayer) coreToDisk(b, src []byte, lsn uint64) {
	le, be := binary.LittleEndian, binary.BigEndian
	flip := func(width int, offsets ...int) {
		for _, at := range offsets {
			switch width {
			case 2:
				be.PutUint16(b[at:], le.Uint16(src[at:]))
			case 4:
				be.PutUint32(b[at:], le.Uint32(src[at:]))
			case 8:
				be.PutUint64(b[at:], le.Uint64(src[at:]))
			}
		}
	}
	v3 := src[4] == 3 && r.fs.sb.v5
	big := v3 && le.Uint64(src[120:])&flag2Nrext64 != 0
	copy(b[4:6], src[4:6])     // di_version, di_format
	copy(b[82:84], src[82:84]) // di_forkoff, di_aformat
	flip(2, 0, 2, 6, 20, 22, 88, 90)
	flip(4, 8, 12, 16, 72, 76, 84, 92)
	flip(8, 56, 64)
	if v3 && le.Uint64(src[120:])&flag2Bigtime != 0 {
		flip(8, 32, 40, 48, 144)
	} else {
		flip(4, 32, 36, 40, 44, 48, 52)
		if v3 {
			flip(4, 144, 148)
		}
	}
	flip(2, 80)
	clear(b[24:32]) // di_flushiter of versions 1 and 2 starts anew
	if big {
		flip(8, 24)
	}
	if v3 {
		flip(8, 104, 120, 152)
		flip(4, 128)
		be.PutUint64(b[112:], lsn)
		copy(b[132:144], src[132:144])
		copy(b[160:176], src[160:176])
	}
}

// rootToDisk writes a B+tree root, which the log holds with the header of a
// block, in the short form of an inode. It reports false for one that does not fit.
func (r *replayer) rootToDisk(area, src []byte) bool {
	head := 24
	if r.fs.sb.v5 {
		head = 72
	}
	if len(src) < head || len(area) < 4 {
		return false
	}
	n, from, to := int(be16(src, 6)), (len(src)-head)/16, (len(area)-4)/16
	if n > from || n > to {
		return false
	}
	copy(area[:4], src[4:8])
	copy(area[4:4+8*n], src[head:])
	copy(area[4+8*to:4+8*to+8*n], src[head+8*from:])
	return true
}

// create makes the inodes of a new chunk, free and without content.
//
// Source: xfs_icreate_log; its numbers are big-endian.
func (r *replayer) create(it *item) error {
	b := it.regions[0]
	if len(b) < 28 {
		return corrupt("inode creation item of %d bytes", len(b))
	}
	ag, block, count, size, length, gen := uint64(be32(b, 4)), be32(b, 8), be32(b, 12), be32(b, 16), be32(b, 20), b[24:28]
	s := r.fs.sb
	at, ok := s.blockOffset(ag<<s.agLog|uint64(block), uint64(length))
	if !ok || ag >= s.agCount || int(size) != s.inodeSize || count == 0 || length == 0 ||
		uint64(count)<<s.inodeLog != uint64(length)<<s.blockLog || count > 4096 {
		return corrupt("inode creation item of %d inodes in %d blocks at block %d of AG %d", count, length, block, ag)
	}
	bytes := int64(count) << s.inodeLog
	for n := at / sectorBytes; n < (at+bytes)/sectorBytes; n++ {
		if r.starts[n] > 0 {
			return nil // the chunk was freed later on
		}
	}
	chunk := make([]byte, bytes)
	first := s.joinInode(ag, block<<s.inopLog)
	for i := range uint64(count) {
		n := chunk[i<<s.inodeLog:]
		binary.BigEndian.PutUint16(n, inodeMagic)
		n[4] = 2
		copy(n[92:96], gen)
		binary.BigEndian.PutUint32(n[96:], nullAgino)
		if s.v5 {
			n[4] = 3
			binary.BigEndian.PutUint64(n[152:], first+i)
			copy(n[160:176], s.metaUUID[:])
		}
	}
	return r.put(at, chunk)
}
