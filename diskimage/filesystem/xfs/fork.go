package xfs

import (
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
)

const (
	bmbtMagic = 0x424d4150 // "BMAP"
	bmbtV5    = 0x424d4133 // "BMA3"
	maxBlock  = 1 << 54    // bits of a file offset in blocks

	// maxExtents bounds the records of one fork that are kept in memory.
	maxExtents = 1 << 24
)

// extent is a run of blocks of a fork. Between extents are holes.
type extent struct {
	off   uint64 // first block in the file
	count uint64 // blocks, at least 1
	at    int64  // byte offset on the volume; -1 if the run could not be mapped
	state extentState
}

type extentState uint8

const (
	written   extentState = iota
	unwritten             // allocated, read as zeros
	lost                  // part of the mapping is damaged
)

func (e extent) end() uint64 { return e.off + e.count }

// fork is the mapping of one fork of an inode.
type fork struct {
	extents []extent
	tree    []int64 // byte offsets of the blocks of its B+tree
	blocks  uint64  // blocks used, with the B+tree
	whole   bool    // nothing was lost or doubted
}

// mapper reads one fork.
type mapper struct {
	fs     *FS
	ino    uint64
	f      *faults
	budget *int64 // metadata blocks that may still be read, nil for no bound
	fork   fork
	next   uint64 // lowest file offset that the next record may have
}

// dataFork returns the mapping of the content.
func (fs *FS) dataFork(n *inode, f *faults, budget *int64) *fork {
	m := &mapper{fs: fs, ino: n.ino, f: f, budget: budget, fork: fork{whole: true}}
	if n.realtime {
		m.lose(n.off, 0, maxBlock, fmt.Errorf("%w: content lies on the realtime device", fstree.ErrUnsupported))
		return &m.fork
	}
	m.read(n.data, n.format, n.extents, n.off)
	return &m.fork
}

// attrFork returns the mapping of the attributes.
func (fs *FS) attrFork(n *inode, f *faults, budget *int64) *fork {
	m := &mapper{fs: fs, ino: n.ino, f: f, budget: budget, fork: fork{whole: true}}
	m.read(n.attr, n.attrFormat, n.attrExt, n.off)
	return &m.fork
}

// read maps a fork from its literal area.
func (m *mapper) read(area []byte, format uint8, records uint64, at int64) {
	switch format {
	case formatExtents:
		if records > uint64(len(area)/16) {
			m.lose(at, 0, maxBlock, corrupt("%d extents where %d fit", records, len(area)/16))
			records = uint64(len(area) / 16)
		}
		m.records(area, int(records), 0, maxBlock, at)
	case formatBtree:
		m.root(area, at)
		if m.fork.whole && uint64(len(m.fork.extents)) != records {
			m.doubt(at, corrupt("inode counts %d extents, its B+tree has %d", records, len(m.fork.extents)))
		}
	default:
		m.lose(at, 0, maxBlock, corrupt("fork format %d", format))
	}
}

func (m *mapper) doubt(at int64, err error) {
	m.fork.whole = false
	m.f.addInode(m.ino, at, err)
}

// lose notes that blocks lo to hi, exclusive, of the file cannot be mapped.
func (m *mapper) lose(at int64, lo, hi uint64, err error) {
	m.doubt(at, err)
	if lo = max(lo, m.next); lo < hi {
		m.fork.extents = append(m.fork.extents, extent{off: lo, count: hi - lo, at: -1, state: lost})
		m.next = hi
	}
}

// records adds n packed extent records, all of which must lie in [lo, hi).
//
// Source: "Data Extents", xfs_bmbt_rec: 1 bit unwritten, 54 bits file offset, 52
// bits block number, 21 bits count.
func (m *mapper) records(b []byte, n int, lo, hi uint64, at int64) {
	if m.fork.extents == nil && n > 0 {
		m.fork.extents = make([]extent, 0, n)
	}
	for i := range n {
		w0, w1 := be64(b, 16*i), be64(b, 16*i+8)
		e := extent{off: w0 << 1 >> 10, count: w1 & (1<<21 - 1)}
		block := w0&(1<<9-1)<<43 | w1>>21
		if w0>>63 != 0 {
			e.state = unwritten
		}
		if e.count == 0 || e.off < max(lo, m.next) || e.end() > hi {
			m.doubt(at, corrupt("extent of %d blocks at block %d of the file is out of order", e.count, e.off))
			continue
		}
		if len(m.fork.extents) >= maxExtents {
			m.lose(at, e.off, maxBlock, fmt.Errorf("%w: more than %d extents", fstree.ErrLimit, maxExtents))
			return
		}
		var ok bool
		if e.at, ok = m.fs.sb.blockOffset(block, e.count); !ok {
			m.lose(at, e.off, e.end(), corrupt("extent of %d blocks at block %#x is outside the file system", e.count, block))
			continue
		}
		m.fork.blocks += e.count
		m.fork.extents = append(m.fork.extents, e)
		m.next = e.end()
	}
}

// root reads the B+tree whose root is in the inode.
//
// Source: "B+tree Extent List", xfs_bmdr_block.
func (m *mapper) root(area []byte, at int64) {
	if len(area) < 4 {
		m.lose(at, 0, maxBlock, corrupt("B+tree root of %d bytes", len(area)))
		return
	}
	level, n, room := int(be16(area, 0)), int(be16(area, 2)), (len(area)-4)/16
	if level == 0 || level > maxLevels || n > room || n == 0 {
		m.lose(at, 0, maxBlock, corrupt("B+tree root of level %d with %d records where %d fit", level, n, room))
		return
	}
	m.children(area[4:], area[4+8*room:], n, level, 0, maxBlock, at)
}

// children walks the n subtrees that keys and pointers name. The tree has no
// loops, as the level falls; a block met twice is read twice at most for each
// pointer, as its keys do not fit the range of the second one.
func (m *mapper) children(keys, ptrs []byte, n, level int, lo, hi uint64, at int64) {
	for i := range n {
		from, to := be64(keys, 8*i), hi
		if i+1 < n {
			to = be64(keys, 8*(i+1))
		}
		if from < max(lo, m.next) || to <= from || to > hi {
			m.doubt(at, corrupt("B+tree keys %d and %d are out of order", from, to))
			continue
		}
		m.block(be64(ptrs, 8*i), level-1, from, to)
	}
}

// block reads B+tree block number n, whose records must lie in [lo, hi).
//
// Source: "Long Format B+trees", xfs_btree_lblock.
func (m *mapper) block(n uint64, level int, lo, hi uint64) {
	if m.f.full() {
		m.lose(-1, lo, hi, corrupt("B+tree block %#x not read", n))
		return
	}
	at, ok := m.fs.sb.blockOffset(n, 1)
	if !ok {
		m.lose(-1, lo, hi, corrupt("B+tree block %#x is outside the file system", n))
		return
	}
	b, err := m.load(at, level)
	if err != nil {
		m.lose(at, lo, hi, fmt.Errorf("B+tree block: %w", err))
		return
	}
	if err := bmbtIdentity.verify(m.fs, b, at, m.ino); err != nil {
		m.doubt(at, fmt.Errorf("B+tree block: %w", err))
	}
	m.fork.tree = append(m.fork.tree, at)
	m.fork.blocks++
	head := 24
	if m.fs.sb.v5 {
		head = 72
	}
	count, room := int(be16(b, 6)), (len(b)-head)/16
	if count == 0 || count > room {
		m.lose(at, lo, hi, corrupt("B+tree block with %d records where %d fit", count, room))
		return
	}
	if first := be64(b, head); level > 0 && first != lo || level == 0 && first<<1>>10 != lo {
		m.lose(at, lo, hi, corrupt("B+tree block does not start at block %d of the file", lo))
		return
	}
	if level > 0 {
		m.children(b[head:], b[head+8*room:], count, level, lo, hi, at)
		return
	}
	m.records(b[head:], count, lo, hi, at)
}

// load reads a block and checks its kind and level.
func (m *mapper) load(at int64, level int) ([]byte, error) {
	if m.budget != nil {
		if *m.budget--; *m.budget < 0 {
			return nil, errBudget
		}
	}
	b, err := m.fs.src.cached(at, int(m.fs.sb.blockSize))
	if err != nil {
		return nil, err
	}
	magic := uint32(bmbtMagic)
	if m.fs.sb.v5 {
		magic = bmbtV5
	}
	if be32(b, 0) != magic {
		return nil, corrupt("magic %08x", be32(b, 0))
	}
	if int(be16(b, 4)) != level {
		return nil, corrupt("level %d, expected %d", be16(b, 4), level)
	}
	return b, nil
}

// errBudget stops a damaged image whose inodes share metadata blocks, which no
// sound one does.
var errBudget = fmt.Errorf("%w: inodes refer to more metadata blocks than the file system has", fstree.ErrLimit)

// find returns the index of the first extent that ends after block off.
func (k *fork) find(off uint64) int {
	lo, hi := 0, len(k.extents)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if k.extents[mid].end() > off {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// readFork fills b from byte offset off of a metadata fork, all of which must be mapped.
func (fs *FS) readFork(k *fork, b []byte, off int64) error {
	for i := k.find(uint64(off >> fs.sb.blockLog)); len(b) > 0; i++ {
		if i >= len(k.extents) || k.extents[i].state != written || k.extents[i].off > uint64(off>>fs.sb.blockLog) {
			return corrupt("block %d of the fork is not mapped", off>>fs.sb.blockLog)
		}
		e := k.extents[i]
		in := off - int64(e.off)<<fs.sb.blockLog
		n := min(int64(len(b)), int64(e.count)<<fs.sb.blockLog-in)
		if err := fs.src.read(b[:n], e.at+in); err != nil {
			return err
		}
		b, off = b[n:], off+n
	}
	return nil
}

// place returns the byte offset on the volume of block n of a fork, -1 if it has none.
func (k *fork) place(n uint64, blockLog uint) int64 {
	i := k.find(n)
	if i >= len(k.extents) || k.extents[i].off > n || k.extents[i].at < 0 {
		return -1
	}
	return k.extents[i].at + int64(n-k.extents[i].off)<<blockLog
}
