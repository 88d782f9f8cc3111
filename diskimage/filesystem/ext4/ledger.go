package ext4

import (
	"fmt"
	"maps"
	"math/bits"
	"slices"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// maxLedger bounds the blocks of a file system for which a ledger is kept: 4 TiB
// with blocks of 4 KiB, in 128 MiB of memory.
const maxLedger = 1 << 30

// flagVerity marks a file whose hash tree lies behind its size.
const flagVerity = 0x00100000

// ledger accounts for every block and inode of a file system whose metadata has
// no checksums: there the counts and bitmaps of the groups, and blocks with two
// owners, are what tells that an inode, a mapping or a name was lost. What it
// reports is what e2fsck finds in its passes 1, 4 and 5.
//
// Source: ext4 data structures and algorithms, sections "Block Group
// Descriptors" (bg_free_blocks_count, bg_inode_bitmap) and "Inode Table".
type ledger struct {
	fs      *FS
	blocks  bitset // owned
	inodes  bitset // that have a name, or are known to need none
	budget  uint64 // pointer blocks and extent nodes that may still be read
	behind  []behind
	orphans map[uint32]struct{} // waiting to be deleted or cut; nil until the walk has the list
}

// behind is an inode that has content behind its size.
type behind struct {
	num    uint32
	damage *fstree.Damage
}

// bitset is a set of numbers below a limit.
type bitset []uint64

func newBitset(limit uint64) bitset { return make(bitset, limit/64+1) }

func (b bitset) has(n uint64) bool { return b[n/64]&(1<<(n%64)) != 0 }
func (b bitset) add(n uint64)      { b[n/64] |= 1 << (n % 64) }

// addRow adds count numbers and returns how many were in the set.
func (b bitset) addRow(first, count uint64) (twice uint64) {
	for n, end := first, first+count; n < end; {
		mask := ^uint64(0) << (n % 64)
		if next := n/64*64 + 64; next > end {
			mask &= ^uint64(0) >> (next - end)
		}
		twice += uint64(bits.OnesCount64(b[n/64] & mask))
		b[n/64] |= mask
		n = n/64*64 + 64
	}
	return twice
}

// count returns how many of count numbers from first on are in the set.
func (b bitset) count(first, count uint64) (n uint64) {
	for at := first; at < first+count; at++ {
		if at%64 == 0 && at+64 <= first+count {
			n += uint64(bits.OnesCount64(b[at/64]))
			at += 63
		} else if b.has(at) {
			n++
		}
	}
	return n
}

// newLedger returns the ledger of a walk, or nil where none is kept: with
// metadata_csum, as checksums tell more; with clusters or shared blocks, as there
// blocks are not counted one by one; and where something else is incomplete, as
// the counts belong to a state that is not known.
func newLedger(fs *FS) *ledger {
	const roSharedBlocks = 0x4000
	s := fs.sb
	if s.has(roMetadataCsum|roBigalloc|roSharedBlocks) || len(fs.found) > 0 || s.blocks > maxLedger || s.inodes > maxLedger {
		return nil
	}
	l := &ledger{fs: fs, blocks: newBitset(s.blocks), inodes: newBitset(uint64(s.inodes) + 1), budget: s.blocks}
	for g := range s.groups {
		l.group(g)
	}
	return l
}

// reserve takes blocks of the file system itself. They may be named twice, as
// the spare descriptor blocks are by the resize inode.
func (l *ledger) reserve(first, count uint64) {
	if first < l.fs.sb.blocks {
		l.blocks.addRow(first, min(count, l.fs.sb.blocks-first))
	}
}

// inode takes an inode that has a name, or none because it was deleted while it
// was open, with all its blocks.
func (l *ledger) inode(in *inode, sink *sink) {
	if l.inodes.has(uint64(in.num)) {
		return
	}
	l.inodes.add(uint64(in.num))
	twice, last := l.mapped(in, sink)
	if twice > 0 {
		sink.add(inodeName(in.num), in.off, corrupt("%d of its blocks belong to something else as well", twice))
	}
	if last == 0 || in.has(flagVerity) {
		return
	}
	end := int64(last-1) * l.fs.sb.blockSize // one block behind is no fault, as e2fsck has it
	if in.isDir() {
		end = (int64(last) - int64(l.fs.sb.preallocDir)) * l.fs.sb.blockSize
	}
	if in.size < end || in.size == end && in.isFile() && l.fs.closed && twice == 0 && l.holds(in, last-1) {
		d := damage(inodeName(in.num), in.off, corrupt("size %d, and block %d of the content is written", in.size, last-1))
		d.Path = sink.path
		l.behind = append(l.behind, behind{in.num, d})
	}
}

// holds reports whether a block of a file has anything but zeros, or cannot be read.
func (l *ledger) holds(in *inode, n uint64) bool {
	r, err := l.fs.mapping(in, nil).find(n)
	if err != nil {
		return false // the walk reports it
	}
	b := make([]byte, l.fs.sb.blockSize)
	err = binread.Full(l.fs.r, b, int64(r.phys+n-r.first)*l.fs.sb.blockSize)
	return err != nil || nonZero(b) > 0
}

// mapped takes the blocks of an inode, and returns how many of them were taken
// before, and the number of blocks up to the last one that is written. A block
// of attributes may serve many inodes.
func (l *ledger) mapped(in *inode, sink *sink) (twice, last uint64) {
	if in.fileACL != 0 {
		l.reserve(in.fileACL, 1)
	}
	if !in.isFile() && !in.isDir() && (!in.isLink() || l.fs.isFast(in)) || in.has(flagInlineData) {
		return 0, 0
	}
	err := l.fs.mapping(in, nil).owned(func(r run) bool {
		if r.state == runNode {
			if l.budget == 0 {
				sink.add(inodeName(in.num), in.off, fmt.Errorf("%w: mappings have more blocks than the file system", fstree.ErrLimit))
				return false
			}
			l.budget--
		}
		twice += l.blocks.addRow(r.phys, r.count)
		if r.state == runData {
			last = max(last, r.first+r.count)
		}
		return true
	})
	if err != nil {
		sink.put(err.(*fstree.Damage))
	}
	return twice, last
}

// own takes an inode of the file system itself: the journal, quota files, bad
// blocks, the spare descriptors.
func (l *ledger) own(num uint32, sink *sink) {
	if num == 0 || num > l.fs.sb.inodes || l.inodes.has(uint64(num)) {
		return
	}
	l.inodes.add(uint64(num))
	in, err := l.fs.inode(num)
	if err != nil {
		sink.put(err.(*fstree.Damage))
		return
	}
	if in.sectors == 0 {
		return
	}
	err = l.fs.mapping(in, nil).owned(func(r run) bool {
		l.reserve(r.phys, r.count)
		return true
	})
	if err != nil {
		sink.put(err.(*fstree.Damage))
	}
}

// close reports what does not balance once everything with a name was walked.
func (l *ledger) close(w *walker) bool {
	s := l.fs.sb
	w.sink.path = ""
	for num := uint32(1); num < s.firstInode; num++ {
		l.own(num, &w.sink)
	}
	for _, num := range []uint32{s.userQuota, s.grpQuota, s.projectQuota, s.orphanFile} {
		l.own(num, &w.sink)
	}
	for _, b := range l.behind {
		if _, waiting := l.orphans[b.num]; !waiting { // to be cut by the next mount
			w.sink.put(b.damage)
		}
	}
	for _, num := range slices.Sorted(maps.Keys(w.links)) {
		if k := w.links[num]; k.names < int(k.count) {
			w.sink.path = k.first
			w.sink.add(inodeName(num), k.off, corrupt("links count %d, and %d names lead to it", k.count, k.names))
		}
	}
	w.sink.path = ""
	for g := range s.groups {
		if g%64 == 0 && !w.alive() {
			return false
		}
		l.unnamed(g, &w.sink)
	}
	for g := range s.groups {
		l.balance(g, &w.sink)
	}
	return w.flush()
}
