package xfs

import (
	"fmt"
	"math/bits"
	"sort"

	"github.com/seed-181f3109/assay/fstree"
)

const (
	agiMagic   = 0x58414749 // agi_magicnum, "XAGI"
	inobtMagic = 0x49414254 // "IABT"
	inobtV5    = 0x49414233 // "IAB3"
	nullAgino  = ^uint32(0) // NULLAGINO
	chunkSize  = 64         // XFS_INODES_PER_CHUNK
	maxLevels  = 9          // XFS_BTREE_MAXLEVELS
)

// chunk is 64 inodes that lie one after the other on the disk.
//
// Source: "Inode B+tree", xfs_inobt_rec.
type chunk struct {
	start uint32 // ir_startino: number in the group of the first inode
	holes uint16 // ir_holemask: a bit for each 4 inodes that are not there (sparse chunk)
	free  uint64 // ir_free: a bit for each inode that is not in use
}

// used returns a bit for each inode that is in use.
func (c chunk) used() uint64 {
	used := ^c.free
	for i := range 16 {
		if c.holes&(1<<i) != 0 {
			used &^= 0xf << (4 * i)
		}
	}
	return used
}

// group is what is kept of one allocation group.
type group struct {
	chunks   []chunk    // by start
	unlinked [64]uint32 // agi_unlinked: heads of the lists of unlinked inodes
	whole    bool       // every chunk of the group is known
	faults   faults
}

// group returns allocation group ag, read once.
func (fs *FS) group(ag uint64) *group {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if g, ok := fs.groups[ag]; ok {
		return g
	}
	g := fs.readGroup(ag)
	fs.groups[ag] = g
	return g
}

// readGroup reads a group's inode header and B+tree.
//
// Source: "AG Inode Management", xfs_agi.
func (fs *FS) readGroup(ag uint64) *group {
	g := &group{whole: true}
	for i := range g.unlinked {
		g.unlinked[i] = nullAgino
	}
	name := fmt.Sprintf("AGI %d", ag)
	at := fs.sb.agOffset(ag) + 2*fs.sb.sectorSize
	b, err := fs.src.bytes(at, int(fs.sb.sectorSize))
	if err == nil && be32(b, 0) != agiMagic {
		err = corrupt("magic %08x", be32(b, 0))
	}
	if err != nil {
		g.whole = false
		g.faults.add(name, at, err)
		return g
	}
	if fs.sb.v5 {
		if err := fs.checkSum(b, 312, at); err != nil {
			g.faults.add(name, at, err)
		} else if [16]byte(b[296:312]) != fs.sb.metaUUID {
			g.faults.add(name, at, corrupt("header belongs to file system %s", formatUUID([16]byte(b[296:]))))
		}
	}
	if n := be32(b, 8); uint64(n) != ag {
		g.faults.add(name, at, corrupt("header says group %d", n))
	}
	for i := range g.unlinked {
		g.unlinked[i] = be32(b, 40+4*i)
	}
	root, level := be32(b, 20), be32(b, 24)
	if level == 0 || level > maxLevels {
		g.whole = false
		g.faults.add(name, at, corrupt("inode B+tree of %d levels", level))
		return g
	}
	t := inodeTree{fs: fs, g: g, ag: ag}
	t.walk(uint64(root), int(level)-1)
	g.count(name, at, be32(b, 16), be32(b, 28))
	return g
}

// count compares the counters of the header with the chunks found, because a
// lost record would be lost inodes.
func (g *group) count(name string, at int64, inodes, free uint32) {
	if !g.whole {
		return
	}
	var total, used int
	for _, c := range g.chunks {
		total += chunkSize - 4*bits.OnesCount16(c.holes)
		used += bits.OnesCount64(c.used())
	}
	if total != int(inodes) || total-used != int(free) {
		g.faults.add(name, at, corrupt("counts %d inodes, %d free; the B+tree has %d, %d free", inodes, free, total, total-used))
	}
}

// inodeTree walks one inode B+tree.
type inodeTree struct {
	fs   *FS
	g    *group
	ag   uint64
	next uint64 // lowest start that the next record may have
	seen map[uint64]bool
}

// walk reads the block at number block of the group and everything below it.
//
// Source: "Short Format B+trees", xfs_btree_sblock.
func (t *inodeTree) walk(block uint64, level int) {
	name := fmt.Sprintf("inode B+tree block %d of AG %d", block, t.ag)
	lost := func(off int64, err error) {
		t.g.whole = false
		t.g.faults.add(name, off, err)
	}
	if t.seen == nil {
		t.seen = make(map[uint64]bool)
	}
	if block >= t.fs.sb.agLength(t.ag) || t.seen[block] {
		lost(-1, corrupt("pointer to a block outside the group or met before"))
		return
	}
	t.seen[block] = true
	at := t.fs.sb.agOffset(t.ag) + int64(block)<<t.fs.sb.blockLog
	b, err := t.fs.src.bytes(at, int(t.fs.sb.blockSize))
	head, magic := 16, uint32(inobtMagic)
	if t.fs.sb.v5 {
		head, magic = 56, inobtV5
	}
	if err == nil && be32(b, 0) != magic {
		err = corrupt("magic %08x", be32(b, 0))
	}
	if err == nil && int(be16(b, 4)) != level {
		err = corrupt("level %d, expected %d", be16(b, 4), level)
	}
	if err != nil {
		lost(at, err)
		return
	}
	if err := inobtIdentity.verify(t.fs, b, at, t.ag); err != nil {
		lost(at, err)
	}
	n, room := int(be16(b, 6)), (len(b)-head)/8
	if level == 0 {
		room = (len(b) - head) / 16
	}
	if n > room {
		lost(at, corrupt("%d records where %d fit", n, room))
		n = room
	}
	for i := range n {
		if t.g.faults.full() {
			t.g.whole = false
			return
		}
		if level > 0 {
			t.walk(uint64(be32(b, head+4*room+4*i)), level-1)
		} else if err := t.record(b[head+16*i:]); err != nil {
			lost(at, err)
		}
	}
}

// record adds one chunk.
func (t *inodeTree) record(b []byte) error {
	c := chunk{start: be32(b, 0), free: be64(b, 8)}
	if t.fs.sb.incompat&(1<<1) != 0 { // SPARSE_INODES
		c.holes = be16(b, 4)
	}
	inodes := t.fs.sb.agLength(t.ag) << t.fs.sb.inopLog
	if uint64(c.start) < t.next || uint64(c.start)+1 > inodes {
		return corrupt("chunk of inode %d out of order or outside the group", c.start)
	}
	t.next = uint64(c.start) + chunkSize
	t.g.chunks = append(t.g.chunks, c)
	return nil
}

// find returns the chunk that holds inode agino.
func (g *group) find(agino uint32) (chunk, bool) {
	i := sort.Search(len(g.chunks), func(i int) bool { return g.chunks[i].start > agino })
	if i == 0 || agino-g.chunks[i-1].start >= chunkSize {
		return chunk{}, false
	}
	return g.chunks[i-1], true
}

// inodeBytes returns the bytes of an inode, shared with the cache, and their
// byte offset on the volume. The chunk it lies in is read as a whole.
func (fs *FS) inodeBytes(ino uint64) ([]byte, int64, error) {
	at, ok := fs.sb.inodeOffset(ino)
	if !ok {
		return nil, -1, corrupt("inode number %d is outside the file system", ino)
	}
	ag, agino := fs.sb.splitInode(ino)
	from, n := at&^(fs.sb.blockSize-1), int64(max(int(fs.sb.blockSize), fs.sb.inodeSize))
	if c, ok := fs.group(ag).find(agino); ok {
		from, _ = fs.sb.inodeOffset(fs.sb.joinInode(ag, c.start))
		n = min(chunkSize*int64(fs.sb.inodeSize), fs.sb.agOffset(ag)+int64(fs.sb.agLength(ag))<<fs.sb.blockLog-from)
	}
	if from+n > fs.src.size {
		from, n = at, int64(fs.sb.inodeSize)
	}
	b, err := fs.src.cached(from, int(n))
	if err != nil {
		return nil, at, err
	}
	in := at - from
	if in+int64(fs.sb.inodeSize) > n {
		return nil, at, fmt.Errorf("%w: inode lies outside its group", fstree.ErrCorrupt)
	}
	return b[in : in+int64(fs.sb.inodeSize)], at, nil
}
