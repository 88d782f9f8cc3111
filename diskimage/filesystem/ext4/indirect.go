package ext4

import "fmt"

const directBlocks = 12

// blockMap is the mapping of an inode without the extents flag: twelve direct
// blocks, then one tree each of one, two and three levels of pointer blocks.
//
// Source: ext4 data structures and algorithms, section "Direct/Indirect Block Addressing".
type blockMap struct {
	fs *FS
	in *inode
}

// find implements mapping.
func (m *blockMap) find(n uint64) (run, error) {
	field, off := m.in.blockField(), m.in.off+blockFieldOff
	if n < directBlocks {
		return m.collect(field[:directBlocks*4], off, n, 0)
	}
	per := uint64(m.fs.sb.blockSize) / 4
	base, span := uint64(directBlocks), per // of the tree
	for level := 1; level <= 3; level++ {
		if n < base+span {
			slot := (directBlocks + level - 1) * 4
			return m.descend(le32(field, slot), off+int64(slot), n, base, span, level)
		}
		base += span
		span *= per
	}
	return run{first: n, count: maxBlocks, state: runHole}, nil
}

// descend follows the pointer ptr, stored at off, to a pointer block of a
// level; its tree maps span blocks from base on.
func (m *blockMap) descend(ptr uint32, off int64, n, base, span uint64, level int) (run, error) {
	per := uint64(m.fs.sb.blockSize) / 4
	for ; ; level-- {
		if ptr == 0 {
			return run{first: n, count: base + span - n, state: runHole}, nil
		}
		b, err := m.fs.block(uint64(ptr))
		if err != nil {
			return run{first: n, count: base + span - n},
				damage(fmt.Sprintf("indirect block of inode %d", m.in.num), off, err)
		}
		at := int64(ptr) * m.fs.sb.blockSize
		if level == 1 {
			return m.collect(b, at, n, base)
		}
		span /= per
		i := (n - base) / span
		base += i * span
		ptr, off = le32(b, int(i)*4), at+int64(i)*4
	}
}

// collect returns the run at block n from the pointers in b, which stand for
// the blocks from base on and lie at off on the section.
func (m *blockMap) collect(b []byte, off int64, n, base uint64) (run, error) {
	i := int(n - base)
	ptr := le32(b, i*4)
	r := run{first: n, phys: uint64(ptr), count: 1}
	if ptr == 0 {
		r.state = runHole
	} else if err := m.fs.checkRun(uint64(ptr), 1); err != nil {
		return r, damage(fmt.Sprintf("block pointer of inode %d", m.in.num), off+int64(i)*4, err)
	}
	for i++; i < len(b)/4; i++ {
		next := uint64(le32(b, i*4))
		if r.state == runHole && next != 0 || r.state == runData && (next != r.phys+r.count || next >= m.fs.sb.blocks) {
			break
		}
		r.count++
	}
	return r, nil
}

// nodes implements mapping. A pointer block that is met twice is an error, as
// it would make the tree endless.
func (m *blockMap) nodes(yield func(block uint64) bool) error {
	v := &mapVisit{m: m, yield: yield, seen: make(map[uint32]struct{})}
	v.blocks = uint64(max(m.in.size, 0)+m.fs.sb.blockSize-1) / uint64(m.fs.sb.blockSize)
	base, span := uint64(directBlocks), uint64(m.fs.sb.blockSize)/4
	for level := 1; level <= 3 && base < v.blocks; level++ {
		slot := (directBlocks + level - 1) * 4
		if err := v.visit(le32(m.in.blockField(), slot), base, span, level); err != nil {
			return err
		}
		base += span
		span *= uint64(m.fs.sb.blockSize) / 4
	}
	return nil
}

// mapVisit is one pass over the pointer blocks of a file.
type mapVisit struct {
	m      *blockMap
	yield  func(block uint64) bool
	seen   map[uint32]struct{}
	blocks uint64 // of the file
}

// visit yields the pointer block ptr, whose tree maps span blocks from base
// on, and those below it.
func (v *mapVisit) visit(ptr uint32, base, span uint64, level int) error {
	if ptr == 0 || base >= v.blocks {
		return nil
	}
	name, off := fmt.Sprintf("indirect block of inode %d", v.m.in.num), int64(ptr)*v.m.fs.sb.blockSize
	if _, ok := v.seen[ptr]; ok {
		return damage(name, off, corrupt("used twice"))
	}
	v.seen[ptr] = struct{}{}
	if !v.yield(uint64(ptr)) {
		return nil
	}
	b, err := v.m.fs.block(uint64(ptr))
	if err != nil {
		return damage(name, off, err)
	}
	if level == 1 {
		return nil
	}
	span /= uint64(len(b)) / 4
	for i := range uint64(len(b)) / 4 {
		if err := v.visit(le32(b, int(i)*4), base+i*span, span, level-1); err != nil {
			return err
		}
	}
	return nil
}

// owned implements mapping.
func (m *blockMap) owned(yield func(r run) bool) error {
	field, off := m.in.blockField(), m.in.off+blockFieldOff
	more, err := m.pointers(field[:directBlocks*4], off, 0, yield)
	base, span := uint64(directBlocks), uint64(m.fs.sb.blockSize)/4
	for level := 1; level <= 3 && more && err == nil; level++ {
		slot := (directBlocks + level - 1) * 4
		more, err = m.below(le32(field, slot), off+int64(slot), base, span, level, yield)
		base += span
		span *= uint64(m.fs.sb.blockSize) / 4
	}
	return err
}

// below yields the pointer block ptr, stored at off, and what it leads to; more
// is false when yield returned false.
func (m *blockMap) below(ptr uint32, off int64, base, span uint64, level int, yield func(r run) bool) (more bool, err error) {
	if ptr == 0 {
		return true, nil
	}
	b, err := m.fs.block(uint64(ptr))
	if err != nil {
		return false, damage(fmt.Sprintf("indirect block of inode %d", m.in.num), off, err)
	}
	if !yield(run{phys: uint64(ptr), count: 1, state: runNode}) {
		return false, nil
	}
	at := int64(ptr) * m.fs.sb.blockSize
	if level == 1 {
		return m.pointers(b, at, base, yield)
	}
	span /= uint64(len(b)) / 4
	for i := range len(b) / 4 {
		if more, err := m.below(le32(b, i*4), at+int64(i)*4, base+uint64(i)*span, span, level-1, yield); !more {
			return false, err
		}
	}
	return true, nil
}

// pointers yields the blocks that the pointers in b name, which stand for the
// blocks from base on.
func (m *blockMap) pointers(b []byte, off int64, base uint64, yield func(r run) bool) (more bool, err error) {
	for i := 0; i < len(b)/4; {
		r, err := m.collect(b, off, base+uint64(i), base)
		if err != nil {
			return false, err
		}
		if r.state == runData && !yield(r) {
			return false, nil
		}
		i += int(r.count)
	}
	return true, nil
}
