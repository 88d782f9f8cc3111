package xfs

import (
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
)

const (
	remoteLink = 0x58534c4d // "XSLM"
	maxLink    = 1024       // XFS_SYMLINK_MAXLEN
)

// readLink returns the target of a symbolic link and the mapping of its blocks,
// nil for a target kept in the inode.
//
// Source: "Symbolic Links", xfs_dsymlink_hdr; version 5 heads every extent.
func (fs *FS) readLink(n *inode, f *faults, budget *int64) (string, *fork) {
	bad := func(at int64, err error) { f.add(fmt.Sprintf("symbolic link %d", n.ino), at, err) }
	if n.size == 0 || n.size > maxLink {
		bad(n.off, corrupt("target of %d bytes", n.size))
		return "", nil
	}
	if n.format == formatLocal {
		if n.size > uint64(len(n.data)) {
			bad(n.off, corrupt("target of %d bytes in %d", n.size, len(n.data)))
			return string(n.data), nil
		}
		return string(n.data[:n.size]), nil
	}
	k := fs.dataFork(n, f, budget)
	target, next := make([]byte, 0, n.size), uint64(0)
	for _, e := range k.extents {
		if uint64(len(target)) == n.size {
			break
		}
		if e.off != next || e.state != written {
			break
		}
		next = e.end()
		b, err := fs.src.bytes(e.at, int(min(int64(e.count)<<fs.sb.blockLog, 2*maxLink+fs.sb.blockSize)))
		if err != nil {
			bad(e.at, err)
			break
		}
		part, err := fs.linkPart(b, e, n, len(target))
		if err != nil {
			bad(e.at, err)
		}
		target = append(target, part[:min(len(part), int(n.size)-len(target))]...)
	}
	if uint64(len(target)) != n.size {
		bad(n.off, corrupt("target of %d bytes has %d", n.size, len(target)))
	}
	return string(target), k
}

// linkPart strips and checks the header of an extent of a link's target, of
// which have bytes are already known.
func (fs *FS) linkPart(b []byte, e extent, n *inode, have int) ([]byte, error) {
	if !fs.sb.v5 {
		return b, nil
	}
	if be32(b, 0) != remoteLink {
		return nil, corrupt("magic %08x", be32(b, 0))
	}
	err := remoteIdentity.verify(fs, b, e.at, n.ino)
	count := be32(b, 8)
	if int(be32(b, 4)) != have || count > uint32(len(b)-remoteHeader) {
		err = fmt.Errorf("%w: part of %d bytes at %d", fstree.ErrCorrupt, count, be32(b, 4))
		count = min(count, uint32(len(b)-remoteHeader))
	}
	return b[remoteHeader : remoteHeader+int(count)], err
}
