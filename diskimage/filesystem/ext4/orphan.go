package ext4

import (
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
)

const orphanMagic = 0x0B10CA04

// orphans yields the files that were deleted while still open: their content is
// there until the next mount cleans up. Files that are on the list for a
// truncation to finish have names and were walked.
//
// Source: ext4 data structures and algorithms, section "Orphan file".
func (w *walker) orphans() bool {
	w.sink.path = ""
	seen := make(map[uint32]struct{})
	list := w.orphanList(seen)
	if w.fs.sb.compat&compatOrphanFile != 0 && w.fs.sb.has(roOrphanPresent) {
		list = append(list, w.orphanFile(seen)...)
	}
	if w.ledger != nil {
		w.ledger.orphans = seen
	}
	if !w.flush() {
		return false
	}
	for _, num := range list {
		if !w.alive() {
			return false
		}
		c := child{path: fmt.Sprintf("/@orphan/%d", num), num: num}
		w.sink.path = c.path
		in, err := w.fs.inode(num)
		if err != nil {
			w.sink.put(err.(*fstree.Damage))
		} else if !in.checksumOK(w.fs.sb) { // first: what it says may be wrong
			w.sink.add(inodeName(num), in.off, fstree.ErrChecksum)
		} else if in.links > 0 {
			continue
		} else if _, ok := fstree.TypeOfMode(uint32(in.mode)); !ok || in.size < 0 {
			w.sink.add(inodeName(num), in.off, corrupt("deleted inode of mode %#o", in.mode))
		}
		if len(w.sink.list) == 0 {
			if !w.file(c, in, fstree.Deleted) {
				return false
			}
		} else if !w.flush() {
			return false
		}
	}
	return true
}

// orphanList follows the list that starts in the superblock; each inode names
// the next one in i_dtime.
func (w *walker) orphanList(seen map[uint32]struct{}) (list []uint32) {
	for num := w.fs.sb.lastOrphan; num != 0; {
		if _, ok := seen[num]; ok {
			w.sink.add("orphan list", superOffset, corrupt("inode %d is in it twice", num))
			return list
		}
		seen[num] = struct{}{}
		list = append(list, num)
		in, err := w.fs.inode(num)
		if err != nil {
			return list // the entry of this inode reports it
		}
		num = in.dtime
	}
	return list
}

// orphanFile reads the orphan file: blocks of inode numbers, each with a
// magic number and a checksum at its end.
func (w *walker) orphanFile(seen map[uint32]struct{}) (list []uint32) {
	fs, num := w.fs, w.fs.sb.orphanFile
	name := fmt.Sprintf("orphan file inode %d", num)
	in, err := fs.inode(num)
	if err != nil {
		w.sink.put(err.(*fstree.Damage))
		return nil
	}
	bs := fs.sb.blockSize
	m := fs.mapping(in, &w.sink)
	for n := uint64(0); n < min(uint64(max(in.size, 0)/bs), maxBlocks); {
		r, err := m.find(n)
		if err != nil {
			w.sink.put(err.(*fstree.Damage))
		} else if r.state != runData {
			w.sink.add(name, in.off, corrupt("hole at block %d", n))
		}
		if err != nil || r.state != runData {
			n = r.first + r.count
			continue
		}
		block := r.phys + n - r.first
		n++
		b, err := fs.block(block)
		if err != nil {
			w.sink.add(name, int64(block)*bs, err)
			continue
		}
		if w.budget == 0 {
			w.sink.add(name, in.off, fmt.Errorf("%w: metadata has more blocks than the file system", fstree.ErrLimit))
			return list
		}
		w.budget--
		list = append(list, w.orphanBlock(b, block, in, seen)...)
	}
	return list
}

// orphanBlock returns the inode numbers in one block of the orphan file.
func (w *walker) orphanBlock(b []byte, block uint64, in *inode, seen map[uint32]struct{}) (list []uint32) {
	name, off := fmt.Sprintf("orphan file block %d", block), int64(block)*w.fs.sb.blockSize
	end := len(b) - 8
	if le32(b, end) != orphanMagic {
		w.sink.add(name, off, corrupt("ob_magic %#x", le32(b, end)))
		return nil
	}
	if w.fs.sb.has(roMetadataCsum) && crc32c(crc32cLong(in.seed, block), b[:end]) != le32(b, end+4) {
		w.sink.add(name, off, fstree.ErrChecksum)
	}
	for i := 0; i+4 <= end; i += 4 {
		num := le32(b, i)
		if _, ok := seen[num]; num == 0 || ok {
			continue
		}
		seen[num] = struct{}{}
		list = append(list, num)
	}
	return list
}
