package xfs

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/seed-181f3109/assay/fstree"
)

// Magic numbers of directory blocks.
const (
	dirBlock   = 0x58443242 // "XD2B"
	dirData    = 0x58443244 // "XD2D"
	dirBlockV5 = 0x58444233 // "XDB3"
	dirDataV5  = 0x58444433 // "XDD3"

	dirFreeTag = 0xffff
	leafOffset = 1 << 35 // XFS_DIR2_LEAF_OFFSET: hash index and free index lie from here
	dirReadAt  = 256 << 10
)

// name is one entry of a directory.
type name struct {
	name string
	ino  uint64
	kind uint8 // XFS_DIR3_FT_*, 0 if unknown
}

// dirReader gathers the entries of one directory.
type dirReader struct {
	fs     *FS
	n      *inode
	f      *faults
	names  []name
	parent uint64 // inode of "..", 0 if not met
}

// readDir returns the entries of a directory without "." and "..", sorted by
// inode number and then name, and the inode number of its parent.
func (fs *FS) readDir(ctx context.Context, n *inode, f *faults, budget *int64) ([]name, uint64, error) {
	d := &dirReader{fs: fs, n: n, f: f}
	switch n.format {
	case formatLocal:
		d.shortForm()
	case formatExtents, formatBtree:
		if err := d.blocks(ctx, budget); err != nil {
			return nil, 0, err
		}
	default:
		d.bad(n.off, corrupt("directory of format %d", n.format))
	}
	slices.SortFunc(d.names, func(a, b name) int {
		return cmp.Or(cmp.Compare(a.ino, b.ino), cmp.Compare(a.name, b.name))
	})
	return d.names, d.parent, nil
}

func (d *dirReader) bad(at int64, err error) {
	d.f.add(fmt.Sprintf("directory %d", d.n.ino), at, err)
}

// add takes an entry, or reports a name that no path can hold.
func (d *dirReader) add(raw []byte, ino uint64, kind uint8, at int64) {
	switch s := string(raw); {
	case s == ".":
		if ino != d.n.ino {
			d.bad(at, corrupt("entry \".\" is inode %d", ino))
		}
	case s == "..":
		d.parent = ino
	case !fstree.ValidName(s):
		d.bad(at, corrupt("name %q of inode %d", s, ino))
	default:
		d.names = append(d.names, name{s, ino, kind})
	}
}

// shortForm reads a directory that is kept in its inode.
//
// Source: "Short Form Directories", xfs_dir2_sf_hdr.
func (d *dirReader) shortForm() {
	b, at := d.n.data, d.n.off
	if d.n.size > uint64(len(b)) || d.n.size < 6 {
		d.bad(at, corrupt("short form directory of %d bytes in %d", d.n.size, len(b)))
		if len(b) < 6 || d.n.size < 6 {
			return
		}
	}
	b = b[:min(d.n.size, uint64(len(b)))]
	count, width := int(b[0]), 4
	if b[1] != 0 { // i8count
		count, width = max(count, int(b[1])), 8
	}
	number := func(p []byte) uint64 {
		if width == 8 {
			return be64(p, 0) & (1<<56 - 1)
		}
		return uint64(be32(p, 0))
	}
	pos := 2 + width
	if len(b) < pos {
		d.bad(at, corrupt("short form directory of %d bytes", len(b)))
		return
	}
	d.parent = number(b[2:])
	extra := 0
	if d.fs.sb.ftype {
		extra = 1
	}
	for i := range count {
		if pos+3 > len(b) || b[pos] == 0 || pos+3+int(b[pos])+extra+width > len(b) {
			d.bad(at, corrupt("entry %d of %d runs past the end of the inode", i+1, count))
			return
		}
		end := pos + 3 + int(b[pos])
		var kind uint8
		if extra != 0 {
			kind = b[end]
		}
		d.add(b[pos+3:end], number(b[end+extra:]), kind, at)
		pos = end + extra + width
	}
	if pos != len(b) {
		d.bad(at, corrupt("%d bytes after the last entry", len(b)-pos))
	}
}

// blocks reads every data block of a directory; the hash and the free index
// repeat what the data blocks say and are not needed.
func (d *dirReader) blocks(ctx context.Context, budget *int64) error {
	k := d.fs.dataFork(d.n, d.f, budget)
	d.fs.checkBlocks(d.n, k, d.fs.attrBlocks(d.n, &faults{}, budget), d.f)
	size, log := int64(d.fs.sb.dirSize), d.fs.sb.blockLog
	buf := make([]byte, min(int64(dirReadAt), max(size, int64(d.n.size))))
	if len(buf)%int(size) != 0 {
		buf = make([]byte, size)
	}
	found, pos, limit := false, int64(0), uint64(leafOffset>>log)
	for pos < leafOffset {
		i := k.find(uint64(pos >> log))
		if i >= len(k.extents) || k.extents[i].off >= limit {
			break
		}
		e := k.extents[i]
		end := int64(min(e.end(), limit)) << log
		if e.state != written {
			if pos = end; e.state == unwritten {
				d.bad(e.at, corrupt("directory block %d is unwritten", e.off))
			}
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		pos = max(pos, int64(e.off)<<log) &^ (size - 1)
		n := size
		if whole := (end - pos) &^ (size - 1); whole > size {
			n = min(whole, int64(len(buf)))
		}
		if *budget -= n >> log; *budget < 0 {
			d.bad(e.at, errBudget)
			return nil
		}
		d.read(k, buf[:n], pos)
		found, pos = true, pos+n
	}
	if !found && k.whole {
		d.bad(d.n.off, corrupt("directory without a data block"))
	}
	return nil
}

// read reads and parses the data blocks at byte offset pos of the directory.
func (d *dirReader) read(k *fork, b []byte, pos int64) {
	size, log := d.fs.sb.dirSize, d.fs.sb.blockLog
	if err := d.fs.readFork(k, b, pos); err != nil {
		if len(b) > size { // one by one, to lose no more than is unreadable
			for i := 0; i < len(b); i += size {
				d.read(k, b[i:i+size], pos+int64(i))
			}
			return
		}
		d.bad(k.place(uint64(pos>>log), log), fmt.Errorf("directory block %d: %w", pos>>log, err))
		return
	}
	for i := 0; i < len(b); i += size {
		if d.f.full() {
			return
		}
		n := uint64(pos+int64(i)) >> log
		d.block(b[i:i+size], n, k.place(n, log), d.replayed(k, n))
	}
}

// replayed reports whether log replay changed any part of the data block at
// block n, whose file-system blocks need not be together.
func (d *dirReader) replayed(k *fork, n uint64) bool {
	if len(d.fs.src.overlay) == 0 {
		return false
	}
	bs, log := int(d.fs.sb.blockSize), d.fs.sb.blockLog
	for i := range uint64(d.fs.sb.dirSize >> log) {
		if d.fs.src.replayed(k.place(n+i, log), bs) {
			return true
		}
	}
	return false
}

// block parses one data block, block n of the directory. changed says that log
// replay changed it, so that its checksum is not the one of these bytes.
//
// Source: "Block Directories", "Leaf Directories", xfs_dir2_data_hdr, xfs_dir3_data_hdr.
func (d *dirReader) block(b []byte, n uint64, at int64, changed bool) {
	bad := func(in int, err error) { d.bad(at+int64(in), fmt.Errorf("directory block %d: %w", n, err)) }
	pos, end := 16, len(b)
	var single bool
	switch magic := be32(b, 0); {
	case d.fs.sb.v5 && (magic == dirBlockV5 || magic == dirDataV5):
		pos, single = 64, magic == dirBlockV5
		err := dirIdentity.describes(d.fs, b, at, d.n.ino)
		if err == nil && !changed {
			err = checkSum(b, dirIdentity.crc)
		}
		if err != nil {
			bad(0, err)
		}
	case !d.fs.sb.v5 && (magic == dirBlock || magic == dirData):
		single = magic == dirBlock
	default:
		bad(0, corrupt("magic %08x", magic))
		return
	}
	live := -1
	if single { // the hash index is at the end of the block
		count, stale := be32(b, len(b)-8), be32(b, len(b)-4)
		if uint64(count) > uint64(len(b)-pos-8)/8 || stale > count || n != 0 {
			bad(len(b)-8, corrupt("hash index of %d entries, %d stale", count, stale))
		} else {
			end, live = len(b)-8-8*int(count), int(count-stale)
		}
	}
	for pos < end {
		if d.f.full() {
			return
		}
		next, used, err := d.entry(b[:end], pos, at)
		if err != nil {
			bad(pos, err)
			return
		}
		if used {
			live--
		}
		pos = next
	}
	if single && end != len(b) && live != 0 {
		bad(len(b)-8, corrupt("hash index and entries differ by %d", live))
	}
}

// entry parses the entry or the free space at pos and returns where the next
// one starts. Source: xfs_dir2_data_entry, xfs_dir2_data_unused.
func (d *dirReader) entry(b []byte, pos int, at int64) (next int, used bool, err error) {
	if len(b)-pos < 8 {
		return 0, false, corrupt("%d bytes are no entry", len(b)-pos)
	}
	if be16(b, pos) == dirFreeTag {
		n := int(be16(b, pos+2))
		if n < 8 || n%8 != 0 || n > len(b)-pos || int(be16(b, pos+n-2)) != pos {
			return 0, false, corrupt("free space of %d bytes at %d", n, pos)
		}
		return pos + n, false, nil
	}
	extra := 0
	if d.fs.sb.ftype {
		extra = 1
	}
	if len(b)-pos < 16 || b[pos+8] == 0 {
		return 0, false, corrupt("entry without a name at %d", pos)
	}
	end := pos + 9 + int(b[pos+8])
	next = (end + extra + 2 + 7) &^ 7
	if next > len(b) || int(be16(b, next-2)) != pos {
		return 0, false, corrupt("entry with a name of %d bytes at %d", b[pos+8], pos)
	}
	var kind uint8
	if extra != 0 {
		kind = b[end]
	}
	d.add(b[pos+9:end], be64(b, pos), kind, at+int64(pos))
	return next, true, nil
}
