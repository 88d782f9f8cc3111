package ext4

import (
	"fmt"
	"sync"

	"github.com/seed-181f3109/assay/fstree"
)

const (
	extentMagic    = 0xF30A
	extentMaxDepth = 5
	extentMaxLen   = 32768 // a longer ee_len means unwritten, by how much it is longer
	extentEntry    = 12    // bytes of header, index and extent alike
)

// extentNode is one checked node of an extent tree: the header in the first
// twelve bytes of data, then entries. It covers the blocks [start, end) of the file.
type extentNode struct {
	data       []byte
	off        int64 // of data on the section
	start, end uint64
	entries    int
	depth      int
}

// entry returns entry i: an index or, at depth 0, an extent.
func (n *extentNode) entry(i int) []byte { return n.data[(i+1)*extentEntry:][:extentEntry] }

// first returns the first file block of entry i, or the node's end behind the last one.
func (n *extentNode) first(i int) uint64 {
	if i >= n.entries {
		return n.end
	}
	return uint64(le32(n.entry(i), 0))
}

// search returns the last entry that starts at or before block b, or -1.
func (n *extentNode) search(b uint64) int {
	lo, hi := 0, n.entries
	for lo < hi {
		if mid := (lo + hi) / 2; n.first(mid) <= b {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo - 1
}

// child returns the block that index entry i points to.
func (n *extentNode) child(i int) uint64 {
	e := n.entry(i)
	return uint64(le32(e, 4)) | uint64(le16(e, 8))<<32
}

// extent decodes extent entry i.
func (n *extentNode) extent(i int) run {
	e := n.entry(i)
	r := run{first: uint64(le32(e, 0)), count: uint64(le16(e, 4)), phys: uint64(le32(e, 8)) | uint64(le16(e, 6))<<32}
	if r.count > extentMaxLen {
		r.count -= extentMaxLen
		r.state = runUnwritten
	}
	return r
}

// extentTree is the mapping of an inode with the extents flag. It keeps the
// path to the leaf it used last, so that reading on costs no search from the
// root, and needs no memory for the rest of the tree.
//
// Source: ext4 data structures and algorithms, section "Extent Tree".
type extentTree struct {
	fs   *FS
	in   *inode
	sink *sink

	mu   sync.Mutex
	path []*extentNode // root first
}

// find implements mapping.
func (t *extentTree) find(n uint64) (run, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	leaf, end, err := t.leaf(n)
	if err != nil {
		return run{first: n, count: end - n}, err
	}
	i := leaf.search(n)
	if i >= 0 {
		if r := leaf.extent(i); n < r.first+r.count {
			return r, nil
		}
	}
	return run{first: n, count: leaf.first(i+1) - n, state: runHole}, nil
}

// leaf returns the node of depth 0 that covers block n. With an error it
// returns the end of the blocks that are lost.
func (t *extentTree) leaf(n uint64) (*extentNode, uint64, error) {
	if len(t.path) == 0 {
		root, err := t.root()
		if err != nil {
			return nil, maxBlocks, err
		}
		t.path = append(t.path, root)
	}
	for len(t.path) > 1 {
		if top := t.path[len(t.path)-1]; n >= top.start && n < top.end {
			break
		}
		t.path = t.path[:len(t.path)-1]
	}
	for {
		top := t.path[len(t.path)-1]
		if top.depth == 0 {
			return top, top.end, nil
		}
		i := top.search(n)
		if i < 0 { // a hole before the first index
			return &extentNode{start: top.start, end: top.first(0)}, top.first(0), nil
		}
		next, err := t.node(top, i)
		if err != nil {
			return nil, top.first(i + 1), err
		}
		t.path = append(t.path, next)
	}
}

// root checks the node inside the inode.
func (t *extentTree) root() (*extentNode, error) {
	n := &extentNode{data: t.in.blockField(), off: t.in.off + blockFieldOff, end: maxBlocks}
	n.depth = int(le16(n.data, 6))
	if err := t.check(n, n.depth); err != nil {
		return nil, damage(fmt.Sprintf("extent tree of inode %d", t.in.num), n.off, err)
	}
	return n, nil
}

// node reads and checks the child that entry i of n points to.
func (t *extentTree) node(n *extentNode, i int) (*extentNode, error) {
	block := n.child(i)
	c := &extentNode{off: int64(block) * t.fs.sb.blockSize, start: n.first(i), end: n.first(i + 1)}
	name := func() string { return fmt.Sprintf("extent block of inode %d", t.in.num) }
	var err error
	if c.data, err = t.fs.block(block); err == nil {
		err = t.check(c, n.depth-1)
	}
	if err != nil {
		return nil, damage(name(), c.off, err)
	}
	if t.sink != nil && t.fs.sb.has(roMetadataCsum) {
		tail := extentEntry * (1 + int(le16(c.data, 4)))
		if tail+4 > len(c.data) || crc32c(t.in.seed, c.data[:tail]) != le32(c.data, tail) {
			t.sink.add(name(), c.off, fstree.ErrChecksum)
		}
	}
	return c, nil
}

// check checks header and entries of a node that is expected at a depth.
func (t *extentTree) check(n *extentNode, depth int) error {
	if le16(n.data, 0) != extentMagic {
		return corrupt("eh_magic %#x", le16(n.data, 0))
	}
	n.entries, n.depth = int(le16(n.data, 2)), int(le16(n.data, 6))
	room := int(le16(n.data, 4))
	switch {
	case depth > extentMaxDepth || n.depth != depth:
		return corrupt("eh_depth %d, expected %d", n.depth, depth)
	case room == 0 || (room+1)*extentEntry > len(n.data):
		return corrupt("eh_max %d", room)
	case n.entries > room:
		return corrupt("eh_entries %d of %d", n.entries, room)
	case n.entries == 0 && (depth > 0 || n.start > 0):
		return corrupt("node without entries")
	}
	next := n.start
	for i := range n.entries {
		if first := n.first(i); first < next || first >= n.end {
			return corrupt("entry %d starts at block %d, outside of %d to %d", i, first, next, n.end)
		}
		next = n.first(i) + 1
		if depth > 0 {
			continue
		}
		r := n.extent(i)
		if r.count == 0 || r.first+r.count > n.end {
			return corrupt("extent %d of %d blocks at block %d", i, r.count, r.first)
		}
		if err := t.fs.checkRun(r.phys, r.count); err != nil {
			return err
		}
		next = r.first + r.count
	}
	return nil
}

// nodes implements mapping.
func (t *extentTree) nodes(yield func(block uint64) bool) error {
	root, err := t.root()
	if err != nil {
		return err
	}
	return t.descend(root, yield)
}

// descend visits the children of n. Depth falls at every step and children
// cover parts of n that do not overlap, so no block is met twice.
func (t *extentTree) descend(n *extentNode, yield func(block uint64) bool) error {
	if n.depth == 0 {
		return nil
	}
	for i := range n.entries {
		if !yield(n.child(i)) {
			return nil
		}
		c, err := t.node(n, i)
		if err != nil {
			return err
		}
		if err := t.descend(c, yield); err != nil {
			return err
		}
	}
	return nil
}

// owned implements mapping.
func (t *extentTree) owned(yield func(r run) bool) error {
	root, err := t.root()
	if err != nil {
		return err
	}
	_, err = t.below(root, yield)
	return err
}

// below yields what n leads to; more is false when yield returned false.
func (t *extentTree) below(n *extentNode, yield func(r run) bool) (more bool, err error) {
	for i := range n.entries {
		if n.depth == 0 {
			if !yield(n.extent(i)) {
				return false, nil
			}
			continue
		}
		c, err := t.node(n, i)
		if err != nil {
			return false, err
		}
		if !yield(run{phys: n.child(i), count: 1, state: runNode}) {
			return false, nil
		}
		if more, err := t.below(c, yield); !more {
			return false, err
		}
	}
	return true, nil
}
