package ext4

import (
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

const (
	direntHeader = 8
	dirTailSize  = 12
	dirTailType  = 0xDE

	// dirBuffer is how much of a directory is read at once, in bytes.
	dirBuffer = 256 << 10
)

// child is one name of a directory.
type child struct {
	path string
	num  uint32
	kind uint8  // file type of the directory entry, 0 unknown
	key  uint64 // where the content starts, to read in the order of the disk
}

// dirReader reads one directory.
type dirReader struct {
	fs     *FS
	in     *inode
	path   string
	parent uint32 // inode of the parent, 0 if it is not known
	sink   *sink
	out    []child
	seen   map[string]struct{}
	dots   int // of "." and "..", how many were met

	// of a hashed directory:
	version uint8               // of the hash, without the kind of characters
	index   map[uint32][]uint32 // index blocks, and the blocks that each points to
	full    []uint32            // blocks with names
}

func (d *dirReader) structure() string { return fmt.Sprintf("directory inode %d", d.in.num) }

// readDir returns the names in a directory in the order of its blocks. All
// blocks are read, so that a name that the hash index does not lead to is
// found too. buf is scratch space, and budget the number of blocks that all
// directories together may still have.
//
// Source: ext4 data structures and algorithms, section "Directory Entries".
func (d *dirReader) readDir(buf *[]byte, budget *uint64) {
	if d.in.has(flagInlineData) {
		d.inline()
	} else {
		d.blocks(buf, budget)
	}
	if d.dots < 2 {
		d.sink.add(d.structure(), d.in.off, corrupt(`no "." and ".." at the start`))
	}
	d.checkIndex()
}

// inline reads a directory that lies in its inode: the parent's number, then
// entries, which go on in the attribute system.data.
func (d *dirReader) inline() {
	b, _, err := d.fs.inlineData(d.in)
	if err != nil {
		d.sink.put(err.(*fstree.Damage))
		return
	}
	if len(b) < 4 {
		d.sink.add(d.structure(), d.in.off, corrupt("inline directory of %d bytes", len(b)))
		return
	}
	d.dots = 2 // implied
	d.checkParent(le32(b, 0), d.in.off+blockFieldOff)
	d.entries(b[4:], d.in.off+blockFieldOff+4)
}

// blocks reads a directory that lies in blocks of its own.
func (d *dirReader) blocks(buf *[]byte, budget *uint64) {
	bs := d.fs.sb.blockSize
	if d.in.size%bs != 0 || d.in.size <= 0 || d.in.size/bs > maxBlocks {
		d.sink.add(d.structure(), d.in.off, corrupt("size %d", d.in.size))
	}
	total := min(uint64(max(d.in.size, 0)+bs-1)/uint64(bs), maxBlocks)
	m := d.fs.mapping(d.in, d.sink)
	for n := uint64(0); n < total; {
		r, err := m.find(n)
		if err != nil {
			d.sink.put(err.(*fstree.Damage))
			n = r.first + r.count
			continue
		}
		count := min(r.first+r.count, total) - n
		if r.state != runData {
			d.sink.add(d.structure(), d.in.off, corrupt("blocks %d to %d are a hole", n, n+count-1))
			n += count
			continue
		}
		count = min(count, uint64(dirBuffer/bs))
		if *budget < count {
			d.sink.add(d.structure(), d.in.off, fmt.Errorf("%w: directories have more blocks than the file system", fstree.ErrLimit))
			return
		}
		*budget -= count
		d.chunk(buf, n, r.phys+n-r.first, count)
		n += count
	}
}

// chunk reads count blocks of the directory, from block n on, at block phys.
func (d *dirReader) chunk(buf *[]byte, n, phys, count uint64) {
	bs := d.fs.sb.blockSize
	if *buf == nil {
		*buf = make([]byte, dirBuffer)
	}
	b, off := (*buf)[:int64(count)*bs], int64(phys)*bs
	if err := binread.Full(d.fs.r, b, off); err == nil {
		for i := range count {
			at := int64(i) * bs
			d.block(b[at:at+bs:at+bs], uint32(n+i), off+at)
		}
		return
	}
	for i := range count { // find out which block it is
		at := off + int64(i)*bs
		if err := binread.Full(d.fs.r, b[:bs], at); err != nil {
			d.sink.add(d.structure(), at, err)
			continue
		}
		d.block(b[:bs:bs], uint32(n+i), at)
	}
}

// block reads block n of the directory, which lies at off on the section.
func (d *dirReader) block(b []byte, n uint32, off int64) {
	indexed := d.in.has(flagIndex) && d.fs.sb.compat&compatDirIndex != 0
	switch {
	case indexed && n == 0:
		d.indexBlock(b, n, dxRootCount, off)
	case indexed && le32(b, 0) == 0 && d.recLen(b, 0) == len(b) && !d.emptyLeaf(b):
		d.indexBlock(b, n, dxNodeCount, off)
		return
	default:
		d.checkTail(b, off)
	}
	before := len(d.out)
	d.entries(b, off)
	if indexed && n > 0 && len(d.out) > before {
		d.full = append(d.full, n)
	}
}

// emptyLeaf reports a leaf without names on a file system whose leaves carry
// no checksum: it looks like an index node, but has no entries.
func (d *dirReader) emptyLeaf(b []byte) bool {
	return !d.fs.sb.has(roMetadataCsum) && le16(b, dxNodeCount) == 0
}

// checkTail verifies the checksum at the end of a leaf block.
func (d *dirReader) checkTail(b []byte, off int64) {
	if !d.fs.sb.has(roMetadataCsum) {
		return
	}
	t := len(b) - dirTailSize
	switch {
	case le32(b, t) != 0 || le16(b, t+4) != dirTailSize || b[t+6] != 0 || b[t+7] != dirTailType:
		d.sink.add(d.structure(), off, corrupt("block without checksum"))
	case crc32c(d.in.seed, b[:t]) != le32(b, t+8):
		d.sink.add(d.structure(), off, fstree.ErrChecksum)
	}
}

// recLen returns the length of the record at off; with blocks of 64 KiB the two
// low bits stand for the two high ones.
func (d *dirReader) recLen(b []byte, off int) int {
	n := int(le16(b, off+4))
	if d.fs.sb.blockSize < 64<<10 {
		return n
	}
	if n == 0 || n == 0xFFFF {
		return int(d.fs.sb.blockSize)
	}
	return n&^3 | n&3<<16
}

// entries reads the records that fill b. The first broken one ends it, as
// nothing says where the next one starts.
func (d *dirReader) entries(b []byte, off int64) {
	for at := 0; at < len(b); {
		if len(b)-at < direntHeader {
			d.sink.add(d.structure(), off+int64(at), corrupt("%d bytes behind the last record", len(b)-at))
			return
		}
		size, nameLen := d.recLen(b, at), int(b[at+6])
		if size < direntHeader+4 || size%4 != 0 || size > len(b)-at || direntHeader+nameLen > size {
			d.sink.add(d.structure(), off+int64(at), corrupt("record of %d bytes with a name of %d", size, nameLen))
			return
		}
		if num := le32(b, at); num != 0 {
			d.entry(b[at:at+size], num, nameLen, off+int64(at))
		}
		at += size
	}
}

// entry takes one record in use.
func (d *dirReader) entry(rec []byte, num uint32, nameLen int, off int64) {
	name := rec[direntHeader:][:nameLen]
	if len(name) <= 2 && (string(name) == "." || string(name) == "..") {
		d.dot(string(name), num, off)
		return
	}
	text := string(name)
	if d.in.has(flagEncrypt) {
		text = d.noKeyName(rec, name)
	}
	path := fstree.Join(d.path, text)
	report := func(cause error) {
		d.sink.put(&fstree.Damage{Path: path, Structure: d.structure(), Offset: off, Cause: cause})
	}
	if !fstree.ValidName(text) {
		d.sink.add(d.structure(), off, corrupt("name %q of inode %d", text, num))
		return
	}
	if len(path) > fstree.MaxPath {
		d.sink.add(d.structure(), off, fmt.Errorf("%w: path of %d bytes", fstree.ErrLimit, len(path)))
		return
	}
	if _, ok := d.seen[path]; ok {
		report(corrupt("a second entry of this name, inode %d", num))
		return
	}
	d.seen[path] = struct{}{}
	kind := uint8(0)
	if d.fs.sb.incompat&incompatFiletype != 0 {
		kind = rec[7]
	}
	d.out = append(d.out, child{path: path, num: num, kind: kind})
}

// dot checks the entries "." and "..", which come first and only once.
func (d *dirReader) dot(name string, num uint32, off int64) {
	d.dots++
	switch {
	case d.dots == 1 && name == ".":
		if num != d.in.num {
			d.sink.add(d.structure(), off, corrupt(`"." is inode %d`, num))
		}
	case d.dots == 2 && name == "..":
		d.checkParent(num, off)
	default:
		d.sink.add(d.structure(), off, corrupt("entry %q of inode %d in the middle", name, num))
	}
}

func (d *dirReader) checkParent(num uint32, off int64) {
	if d.parent != 0 && num != d.parent {
		d.sink.add(d.structure(), off, corrupt(`".." is inode %d, reached from inode %d`, num, d.parent))
	}
}
