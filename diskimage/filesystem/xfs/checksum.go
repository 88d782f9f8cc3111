package xfs

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/seed-181f3109/assay/fstree"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var zeroWord [4]byte

// blockSum returns the CRC-32C of b with the four bytes at off taken as zeros,
// which is how every version 5 structure stores it.
func blockSum(b []byte, off int) uint32 {
	sum := crc32.Update(0, castagnoli, b[:off])
	sum = crc32.Update(sum, castagnoli, zeroWord[:])
	return crc32.Update(sum, castagnoli, b[off+4:])
}

// checkSum compares the little-endian checksum stored at off with the bytes.
func checkSum(b []byte, off int) error {
	want, got := binary.LittleEndian.Uint32(b[off:]), blockSum(b, off)
	if want != got {
		return fmt.Errorf("%w: stored %08x, bytes give %08x", fstree.ErrChecksum, want, got)
	}
	return nil
}

// checkSum compares the checksum at off in b, read from byte offset at, unless
// log replay changed b: the checksum is then the one before the change.
func (fs *FS) checkSum(b []byte, off int, at int64) error {
	if fs.src.replayed(at, len(b)) {
		return nil
	}
	return checkSum(b, off)
}

// identity says where a version 5 header keeps what the block says of itself.
type identity struct {
	crc, blkno, uuid, owner int // byte offsets in the block; blkno -1 if there is none
	owner32                 bool
}

// Offsets of the self-description in the headers that this package reads.
var (
	bmbtIdentity   = identity{crc: 64, blkno: 24, uuid: 40, owner: 56}                // xfs_btree_lblock
	inobtIdentity  = identity{crc: 52, blkno: 16, uuid: 32, owner: 48, owner32: true} // xfs_btree_sblock
	dirIdentity    = identity{crc: 4, blkno: 8, uuid: 24, owner: 40}                  // xfs_dir3_blk_hdr
	daIdentity     = identity{crc: 12, blkno: 16, uuid: 32, owner: 48}                // xfs_da3_blkinfo
	remoteIdentity = identity{crc: 12, blkno: 40, uuid: 16, owner: 32}                // xfs_attr3_rmt_hdr, xfs_dsymlink_hdr
)

// verify checks checksum, file system, owner and place of a version 5 block
// that was read from byte offset at. A nil error means that all four fit.
func (id identity) verify(fs *FS, b []byte, at int64, owner uint64) error {
	if !fs.sb.v5 {
		return nil
	}
	if err := fs.checkSum(b, id.crc, at); err != nil {
		return err
	}
	return id.describes(fs, b, at, owner)
}

// describes is verify without the checksum.
func (id identity) describes(fs *FS, b []byte, at int64, owner uint64) error {
	if [16]byte(b[id.uuid:id.uuid+16]) != fs.sb.metaUUID {
		return fmt.Errorf("%w: block belongs to file system %s", fstree.ErrCorrupt, formatUUID([16]byte(b[id.uuid:])))
	}
	has := be64(b, id.owner)
	if id.owner32 {
		has = uint64(be32(b, id.owner))
	}
	if has != owner {
		return fmt.Errorf("%w: block says its owner is %d, not %d", fstree.ErrCorrupt, has, owner)
	}
	if n := be64(b, id.blkno); n != uint64(at>>9) {
		return fmt.Errorf("%w: block says it lies at sector %d, not %d", fstree.ErrCorrupt, n, at>>9)
	}
	return nil
}

func be16(b []byte, off int) uint16 { return binary.BigEndian.Uint16(b[off:]) }
func be32(b []byte, off int) uint32 { return binary.BigEndian.Uint32(b[off:]) }
func be64(b []byte, off int) uint64 { return binary.BigEndian.Uint64(b[off:]) }
