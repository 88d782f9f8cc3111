package xfs

import "fmt"

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
