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

// block reads block n of the attribute fork, a leaf or a node of the given level;
// level -1 is the root, which may be either.
//
// Source: "Leaf Attributes", "Node Attributes", xfs_da3_node_hdr.
func (r *attrReader) block(n uint32, level int) {
	log := r.fs.sb.blockLog
	at := r.fork.place(uint64(n), log)
	bad := func(err error) { r.bad(at, fmt.Errorf("block %d: %w", n, err)) }
	if r.f.full() {
		return
	}
	if r.seen[n] {
		bad(corrupt("met before"))
		return
	}
	r.seen[n] = true
	if *r.budget--; *r.budget < 0 {
		bad(errBudget)
		return
	}
	b := make([]byte, r.fs.sb.blockSize)
	if err := r.fs.readFork(r.fork, b, int64(n)<<log); err != nil {
		bad(err)
		return
	}
	magic := be16(b, 8)
	leaf, node := uint16(attrLeaf), uint16(daNode)
	if r.fs.sb.v5 {
		leaf, node = attrLeafV5, daNodeV5
	}
	if magic != leaf && magic != node || magic == leaf && level > 0 || magic == node && level == 0 {
		bad(corrupt("magic %04x", magic))
		return
	}
	if err := daIdentity.verify(r.fs, b, at, r.n.ino); err != nil {
		bad(err)
	}
	if magic == leaf {
		r.leaf(b, n, at)
		return
	}
	head, counts := 16, 12
	if r.fs.sb.v5 {
		head, counts = 64, 56
	}
	count, own := int(be16(b, counts)), int(be16(b, counts+2))
	if count == 0 || count > (len(b)-head)/8 || own == 0 || own > maxDepth || level > 0 && own != level {
		bad(corrupt("node of level %d with %d entries", own, count))
		return
	}
	for i := range count {
		r.block(be32(b, head+8*i+4), own-1)
	}
}

// leaf reads the attributes of a leaf block.
//
// Source: "Leaf Attributes", xfs_attr_leafblock.
func (r *attrReader) leaf(b []byte, n uint32, at int64) {
	head, counts := 32, 12
	if r.fs.sb.v5 {
		head, counts = 80, 56
	}
	count, used, total := int(be16(b, counts)), int(be16(b, counts+2)), 0
	if count > (len(b)-head)/8 {
		r.bad(at, corrupt("leaf block %d of %d entries", n, count))
		return
	}
	names := head + 8*count
	for i := range count {
		if r.f.full() {
			return
		}
		entry := b[head+8*i:]
		size, err := r.leafEntry(b, int(be16(entry, 4)), names, entry[6], at)
		if err != nil {
			r.bad(at, fmt.Errorf("leaf block %d, entry %d: %w", n, i, err))
		}
		total += size
	}
	if total != used {
		r.bad(at, corrupt("leaf block %d counts %d bytes in use, its entries have %d", n, used, total))
	}
}

// leafEntry reads the attribute whose name starts at pos, which must not be
// below lowest, and returns how many bytes of the block it takes.
func (r *attrReader) leafEntry(b []byte, pos, lowest int, flags uint8, at int64) (int, error) {
	if err := checkFlags(flags); err != nil {
		return 0, err
	}
	if pos < lowest || pos+9 > len(b) && (flags&attrLocal == 0 || pos+4 > len(b)) {
		return 0, corrupt("attribute at %d", pos)
	}
	if flags&attrLocal != 0 { // xfs_attr_leaf_name_local
		length, nameLen := int(be16(b, pos)), int(b[pos+2])
		mid := pos + 3 + nameLen
		if nameLen == 0 || mid+length > len(b) {
			return 0, corrupt("attribute at %d with %d bytes of name and %d of value", pos, nameLen, length)
		}
		r.put(flags, b[pos+3:mid], b[mid:mid+length], at)
		return (3 + nameLen + length + 3) &^ 3, nil
	}
	// xfs_attr_leaf_name_remote
	block, length, nameLen := be32(b, pos), be32(b, pos+4), int(b[pos+8])
	if nameLen == 0 || pos+9+nameLen > len(b) {
		return 0, corrupt("attribute at %d with %d bytes of name", pos, nameLen)
	}
	size, raw := (11+nameLen+3)&^3, b[pos+9:pos+9+nameLen]
	if flags&attrIncomplete != 0 {
		return size, nil
	}
	if length > maxAttrValue {
		return size, corrupt("attribute %q of %d bytes", raw, length)
	}
	value, err := r.remote(uint64(block), int(length))
	if value == nil && err != nil {
		return size, fmt.Errorf("attribute %q: %w", raw, err)
	}
	if err != nil {
		r.bad(at, fmt.Errorf("attribute %q: %w", raw, err))
	}
	r.put(flags, raw, value, at)
	return size, nil
}

// remote reads a value that is kept in blocks of its own from block on. A value
// with an error is complete, but a checksum or a header does not fit.
//
// Source: "Remote Attribute Values", xfs_attr3_rmt_hdr.
func (r *attrReader) remote(block uint64, length int) (value []byte, doubt error) {
	log, head := r.fs.sb.blockLog, 0
	if r.fs.sb.v5 {
		head = remoteHeader
	}
	room := int(r.fs.sb.blockSize) - head
	blocks := (length + room - 1) / room
	if *r.budget -= int64(blocks); *r.budget < 0 {
		return nil, errBudget
	}
	b := make([]byte, blocks<<log)
	if err := r.fs.readFork(r.fork, b, int64(block)<<log); err != nil {
		return nil, err
	}
	if head == 0 {
		return b[:length], nil
	}
	value = make([]byte, 0, length)
	for i := range blocks {
		one, n := b[i<<log:(i+1)<<log], min(room, length-len(value))
		err := remoteIdentity.verify(r.fs, one, r.fork.place(block+uint64(i), log), r.n.ino)
		if be32(one, 0) != remoteAttr || int(be32(one, 4)) != len(value) || int(be32(one, 8)) != n {
			err = corrupt("remote value block %d: magic %08x, %d bytes at %d", block+uint64(i), be32(one, 0), be32(one, 8), be32(one, 4))
		}
		if doubt == nil {
			doubt = err
		}
		value = append(value, one[head:head+n]...)
	}
	return value, doubt
}
