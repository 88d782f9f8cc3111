package xfs

import (
	"bytes"
	"fmt"
)

// Flags of an attribute entry (xfs_attr_leaf_entry.flags, xfs_attr_sf_entry.flags).
const (
	attrLocal      = 1 << 0
	attrRoot       = 1 << 1
	attrSecure     = 1 << 2
	attrParent     = 1 << 3
	attrIncomplete = 1 << 7
	attrNamespace  = attrRoot | attrSecure | attrParent
	attrKnown      = attrLocal | attrNamespace | attrIncomplete
)

// Magic numbers of attribute blocks and of the nodes above them.
const (
	attrLeaf   = 0xfbee
	attrLeafV5 = 0x3bee
	daNode     = 0xfebe
	daNodeV5   = 0x3ebe
	remoteAttr = 0x5841524d // "XARM"

	maxDepth     = 5       // XFS_DA_NODE_MAXDEPTH
	maxAttrValue = 1 << 16 // XFS_XATTR_SIZE_MAX
	remoteHeader = 56      // of a block of a remote value, version 5
)

// attrReader gathers the extended attributes of one inode.
type attrReader struct {
	fs     *FS
	n      *inode
	f      *faults
	budget *int64
	fork   *fork
	seen   map[uint32]bool
	out    map[string][]byte
	intern map[string]string
}

// readAttrs returns the extended attributes of n under the names that the Linux
// kernel lists, nil if there are none, and the mapping of the fork that holds them,
// nil if it has no blocks.
func (fs *FS) readAttrs(n *inode, f *faults, budget *int64, intern map[string]string) (map[string][]byte, *fork) {
	if n.attr == nil {
		return nil, nil
	}
	r := &attrReader{fs: fs, n: n, f: f, budget: budget, intern: intern}
	switch {
	case n.attrFormat == formatLocal:
		r.shortForm()
	case n.attrFormat == formatExtents && n.attrExt == 0:
		return nil, nil
	default:
		r.fork = fs.attrFork(n, f, budget)
		if len(r.fork.extents) > 0 {
			r.seen = make(map[uint32]bool)
			r.block(0, -1)
		}
	}
	return r.out, r.fork
}

// attrBlocks returns the mapping of n's attributes, nil if they have no blocks.
func (fs *FS) attrBlocks(n *inode, f *faults, budget *int64) *fork {
	if n.attr == nil || n.attrFormat == formatLocal || n.attrFormat == formatExtents && n.attrExt == 0 {
		return nil
	}
	return fs.attrFork(n, f, budget)
}

func (r *attrReader) bad(at int64, err error) {
	r.f.add(fmt.Sprintf("attributes of inode %d", r.n.ino), at, err)
}

// put adds an attribute under the name that the kernel gives it.
func (r *attrReader) put(flags uint8, raw, value []byte, at int64) {
	if flags&attrParent != 0 || flags&attrIncomplete != 0 {
		return // a parent pointer, or an attribute whose value was never finished: the kernel lists neither
	}
	prefix := "user."
	switch {
	case flags&attrRoot != 0:
		prefix = "trusted."
	case flags&attrSecure != 0:
		prefix = "security."
	}
	if r.out == nil {
		r.out = make(map[string][]byte, 1)
	}
	r.set(prefix, raw, bytes.Clone(value))
	if flags&attrRoot == 0 {
		return
	}
	system := ""
	switch string(raw) {
	case "SGI_ACL_FILE":
		system = "posix_acl_access"
	case "SGI_ACL_DEFAULT":
		system = "posix_acl_default"
	default:
		return
	}
	acl, err := decodeACL(value)
	if err != nil {
		r.bad(at, fmt.Errorf("%s: %w", raw, err))
		return
	}
	r.set("system.", []byte(system), acl)
}

// set keeps one string for each name, as most files share theirs.
func (r *attrReader) set(prefix string, raw, value []byte) {
	var buf [64]byte
	key := append(append(buf[:0], prefix...), raw...)
	full, ok := r.intern[string(key)]
	if !ok {
		full = string(key)
		if r.intern != nil && len(r.intern) < 1024 {
			r.intern[full] = full
		}
	}
	if value == nil {
		value = []byte{}
	}
	r.out[full] = value
}

// checkFlags reports a combination that no attribute has.
func checkFlags(flags uint8) error {
	if ns := flags & attrNamespace; flags&^attrKnown != 0 || ns&(ns-1) != 0 {
		return corrupt("attribute flags %#x", flags)
	}
	return nil
}

// shortForm reads attributes that are kept in the inode.
//
// Source: "Short Form Attributes", xfs_attr_sf_hdr.
func (r *attrReader) shortForm() {
	b, at := r.n.attr, r.n.off
	if len(b) < 4 || int(be16(b, 0)) > len(b) || be16(b, 0) < 4 {
		r.bad(at, corrupt("short form header"))
		return
	}
	count, pos := int(b[2]), 4
	b = b[:be16(b, 0)]
	for i := range count {
		if pos+3 > len(b) || b[pos] == 0 || pos+3+int(b[pos])+int(b[pos+1]) > len(b) {
			r.bad(at, corrupt("attribute %d of %d runs past the end", i+1, count))
			return
		}
		flags, mid := b[pos+2], pos+3+int(b[pos])
		end := mid + int(b[pos+1])
		if err := checkFlags(flags &^ attrLocal); err != nil {
			r.bad(at, err)
		} else {
			r.put(flags, b[pos+3:mid], b[mid:end], at)
		}
		pos = end
	}
	if pos != len(b) {
		r.bad(at, corrupt("%d bytes after the last attribute", len(b)-pos))
	}
}
