package xfs

import (
	"fmt"
	"time"

	"github.com/seed-181f3109/assay/fstree"
)

const (
	inodeMagic = 0x494e // di_magic, "IN"

	// di_format and di_aformat
	formatDevice  = 0
	formatLocal   = 1
	formatExtents = 2
	formatBtree   = 3

	flagRealtime = 0x0001 // di_flags, XFS_DIFLAG_REALTIME
	flag2Bigtime = 1 << 3 // di_flags2
	flag2Nrext64 = 1 << 4
)

// inode is a decoded inode core with its two forks.
//
// Source: "On-disk Inode", xfs_dinode.
type inode struct {
	ino        uint64
	off        int64 // byte offset on the volume
	kind       fstree.Type
	mode       uint32 // 07777
	uid, gid   uint32
	nlink      uint32
	size       uint64 // di_size
	blocks     uint64 // di_nblocks, both forks and their B+trees
	realtime   bool   // content is on the realtime device
	next       uint32 // di_next_unlinked
	atime      time.Time
	mtime      time.Time
	ctime      time.Time
	crtime     time.Time
	format     uint8
	attrFormat uint8
	extents    uint64 // records in the data fork
	attrExt    uint64 // records in the attribute fork
	data, attr []byte // literal areas, shared with the cache; attr is nil if there is no fork
	dataAt     int64  // byte offset of data on the volume
}

// errFree means that the inode is not in use.
var errFree = fmt.Errorf("%w: inode is not in use", fstree.ErrCorrupt)

// inode reads inode number ino. Contradictions that leave it readable go to f;
// a damage means that nothing of it can be delivered.
func (fs *FS) inode(ino uint64, f *faults) (*inode, *fstree.Damage) {
	b, at, err := fs.inodeBytes(ino)
	if err == nil {
		var n *inode
		if n, err = fs.decodeInode(b, ino, at, f); err == nil {
			return n, nil
		}
	}
	return nil, &fstree.Damage{Path: f.path, Structure: fmt.Sprintf("inode %d", ino), Offset: at, Cause: err}
}

func (fs *FS) decodeInode(b []byte, ino uint64, at int64, f *faults) (*inode, error) {
	if be16(b, 0) != inodeMagic {
		return nil, corrupt("magic %04x", be16(b, 0))
	}
	version, mode := b[4], uint32(be16(b, 2))
	if fs.sb.v5 != (version == 3) || version == 0 || version > 3 {
		return nil, corrupt("inode version %d", version)
	}
	core := 100
	if fs.sb.v5 {
		core = 176
		if err := fs.verifyInode(b, ino, at); err != nil {
			f.addInode(ino, at, err)
		}
	}
	if mode == 0 {
		return nil, errFree
	}
	kind, ok := fstree.TypeOfMode(mode)
	if !ok {
		return nil, corrupt("mode %#o", mode)
	}
	n := &inode{
		ino: ino, off: at, kind: kind, mode: mode & 0o7777, uid: be32(b, 8), gid: be32(b, 12), nlink: be32(b, 16),
		size: be64(b, 56), blocks: be64(b, 64), next: be32(b, 96), format: b[5], attrFormat: b[83],
		extents: uint64(be32(b, 76)), attrExt: uint64(be16(b, 80)), realtime: be16(b, 90)&flagRealtime != 0,
	}
	if version == 1 {
		n.nlink = uint32(be16(b, 6)) // di_onlink
	}
	stamp := legacyTime
	if version == 3 {
		flags2 := be64(b, 120)
		if flags2&flag2Bigtime != 0 {
			stamp = bigTime
		}
		if flags2&flag2Nrext64 != 0 {
			n.extents, n.attrExt = be64(b, 24), uint64(be32(b, 76))
		}
		n.crtime = stamp(b[144:])
	}
	n.atime, n.mtime, n.ctime = stamp(b[32:]), stamp(b[40:]), stamp(b[48:])
	n.realtime = n.realtime && kind == fstree.TypeFile
	if n.size > 1<<63-1 {
		return nil, corrupt("size %d", n.size)
	}
	n.data, n.dataAt = b[core:], at+int64(core)
	if fork := int(b[82]) * 8; fork != 0 { // di_forkoff
		if fork >= len(n.data) {
			f.addInode(ino, at, corrupt("attribute fork at %d of %d bytes", fork, len(n.data)))
		} else {
			n.data, n.attr = n.data[:fork:fork], n.data[fork:]
		}
	}
	return n, nil
}

// verifyInode checks what a version 3 inode says of itself.
func (fs *FS) verifyInode(b []byte, ino uint64, at int64) error {
	if err := fs.checkSum(b, 100, at); err != nil {
		return err
	}
	if n := be64(b, 152); n != ino {
		return corrupt("inode says its number is %d", n)
	}
	if [16]byte(b[160:176]) != fs.sb.metaUUID {
		return corrupt("inode belongs to file system %s", formatUUID([16]byte(b[160:])))
	}
	return nil
}

// legacyTime decodes seconds since 1970, signed, and nanoseconds.
func legacyTime(b []byte) time.Time {
	return time.Unix(int64(int32(be32(b, 0))), int64(int32(be32(b, 4)))).UTC()
}

// bigTime decodes nanoseconds since 1901-12-13 20:45:52, unsigned (xfs_timestamp_t
// with XFS_BIGTIME_EPOCH_OFFSET).
func bigTime(b []byte) time.Time {
	ns := be64(b, 0)
	return time.Unix(int64(ns/1e9)-1<<31, int64(ns%1e9)).UTC()
}

// fill sets the fields of e that the inode holds; path, link, attributes and
// content are the caller's.
func (n *inode) fill(e *fstree.Entry) {
	e.Type, e.Mode, e.UID, e.GID, e.Nlink = n.kind, n.mode, n.uid, n.gid, n.nlink
	e.Inode, e.Offset = n.ino, n.off
	e.Mtime, e.Atime, e.Ctime, e.Btime = n.mtime, n.atime, n.ctime, n.crtime
	if n.kind == fstree.TypeFile || n.kind == fstree.TypeSymlink {
		e.Size = int64(n.size)
	}
	if n.kind == fstree.TypeChar || n.kind == fstree.TypeBlock {
		// The number is kept as System V did, 14 bits major over 18 bits
		// minor, of which Linux uses 9 bits of the major.
		if n.format == formatDevice && len(n.data) >= 4 {
			dev := be32(n.data, 0)
			e.RdevMajor, e.RdevMinor = dev>>18&0x1ff, dev&0x3ffff
		}
	}
}
