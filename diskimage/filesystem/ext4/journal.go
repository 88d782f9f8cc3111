package ext4

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
)

const (
	journalMagic  = 0xC03B3998
	journalHeader = 12 // bytes of h_magic, h_blocktype, h_sequence

	blockDescriptor = 1
	blockCommit     = 2
	blockSuperV1    = 3
	blockSuperV2    = 4
	blockRevoke     = 5

	journalCompatChecksum = 0x1

	journalRevoke      = 0x1
	journal64bit       = 0x2
	journalAsyncCommit = 0x4
	journalChecksumV2  = 0x8
	journalChecksumV3  = 0x10
	journalFastCommit  = 0x20
	journalRead        = journalRevoke | journal64bit | journalAsyncCommit | journalChecksumV2 | journalChecksumV3 | journalFastCommit

	defaultFastBlocks = 256
)

// journal is the log inside the file system. Numbers in it are big-endian.
//
// Source: ext4 data structures and algorithms, section "Journal (jbd2)".
type journal struct {
	fs         *FS
	in         *inode
	m          mapping
	first, end uint32 // log blocks, end exclusive
	fast       uint32 // first block of fast commits, 0 for none
	start      uint32 // first block with work to replay, 0 for none
	sequence   uint32 // of the first transaction there
	compat     uint32
	incompat   uint32
	seed       uint32
}

func be16(b []byte, off int) uint16 { return binary.BigEndian.Uint16(b[off:]) }
func be32(b []byte, off int) uint32 { return binary.BigEndian.Uint32(b[off:]) }

// checked reports whether blocks carry checksums of version 2 or 3.
func (j *journal) checked() bool { return j.incompat&(journalChecksumV2|journalChecksumV3) != 0 }

// openJournal reads the journal's superblock. Errors say why the journal
// cannot be replayed.
func (fs *FS) openJournal() (*journal, error) {
	if fs.sb.journalInode == 0 {
		return nil, fmt.Errorf("%w: the journal is on another device", fstree.ErrUnsupported)
	}
	in, err := fs.inode(fs.sb.journalInode)
	if err != nil {
		return nil, err
	}
	if !in.checksumOK(fs.sb) {
		return nil, fmt.Errorf("journal inode: %w", fstree.ErrChecksum)
	}
	if !in.isFile() || in.links == 0 {
		return nil, corrupt("journal inode of mode %#o", in.mode)
	}
	j := &journal{fs: fs, in: in, m: fs.mapping(in, nil)}
	b, _, err := j.block(0)
	if err != nil {
		return nil, err
	}
	return j, j.decode(b)
}

// decode decodes and checks the journal's superblock.
func (j *journal) decode(b []byte) error {
	kind := be32(b, 4)
	if be32(b, 0) != journalMagic || kind != blockSuperV1 && kind != blockSuperV2 {
		return corrupt("journal superblock of magic %#x, type %d", be32(b, 0), kind)
	}
	if kind == blockSuperV2 {
		j.compat, j.incompat = be32(b, 0x24), be32(b, 0x28)
	}
	if unknown := j.incompat &^ journalRead; unknown != 0 {
		return fmt.Errorf("%w: journal feature %#x", fstree.ErrUnsupported, unknown)
	}
	if j.checked() {
		crc := crc32c(crc32c(^uint32(0), b[:0xFC]), []byte{0, 0, 0, 0})
		if b[0x50] != 4 || crc32c(crc, b[0x100:superSize]) != be32(b, 0xFC) {
			return fmt.Errorf("journal superblock: %w", fstree.ErrChecksum)
		}
	}
	j.seed = crc32c(^uint32(0), b[0x30:0x40])
	j.first, j.end = be32(b, 0x14), be32(b, 0x10)
	j.sequence, j.start = be32(b, 0x18), be32(b, 0x1C)
	blocks := uint64(j.in.size / j.fs.sb.blockSize)
	if int64(be32(b, 0xC)) != j.fs.sb.blockSize || uint64(j.end) > blocks {
		return corrupt("journal of %d blocks of %d bytes", j.end, be32(b, 0xC))
	}
	if j.incompat&journalFastCommit != 0 {
		fast := be32(b, 0x54)
		if fast == 0 {
			fast = defaultFastBlocks
		}
		if fast >= j.end {
			return corrupt("%d blocks of fast commits in %d", fast, j.end)
		}
		j.end -= fast
		j.fast = j.end + 1
	}
	if j.first == 0 || j.first >= j.end || j.start != 0 && (j.start < j.first || j.start >= j.end) {
		return corrupt("journal from block %d to %d starts at %d", j.first, j.end, j.start)
	}
	return nil
}

// block reads block n of the journal and says where it is on the section.
func (j *journal) block(n uint32) ([]byte, int64, error) {
	r, err := j.m.find(uint64(n))
	if err != nil {
		return nil, -1, err
	}
	if r.state != runData {
		return nil, -1, corrupt("hole at block %d of the journal", n)
	}
	block := r.phys + uint64(n) - r.first
	b, err := j.fs.block(block)
	return b, int64(block) * j.fs.sb.blockSize, err
}

// next returns the block of the log after n, which is a ring.
func (j *journal) next(n uint32) uint32 {
	if n+1 >= j.end {
		return j.first
	}
	return n + 1
}

// tag is one block that a transaction changed.
type tag struct {
	block    uint64 // of the file system
	at       uint32 // block of the journal that holds the new content
	sequence uint32 // of the transaction
	checksum uint32
	escaped  bool // the content starts with the journal's magic number
}

// tags decodes a descriptor block; at is the first block after it.
func (j *journal) tags(b []byte, at, sequence uint32) (list []tag, next uint32) {
	const (
		flagEscape   = 0x1
		flagSameUUID = 0x2
		flagLast     = 0x8
	)
	size, end := 8, len(b)
	if j.incompat&journal64bit != 0 {
		size += 4
	}
	switch {
	case j.incompat&journalChecksumV3 != 0:
		size = 16
	case j.incompat&journalChecksumV2 != 0:
		size += 2
	}
	if j.checked() {
		end -= 4
	}
	for off := journalHeader; off+size <= end; {
		t := tag{block: uint64(be32(b, off)), at: at, sequence: sequence}
		flags := be16(b, off+6)
		if j.incompat&journal64bit != 0 {
			t.block |= uint64(be32(b, off+8)) << 32
		}
		t.checksum = uint32(be16(b, off+4))
		if j.incompat&journalChecksumV3 != 0 {
			t.checksum = be32(b, off+12)
		}
		t.escaped = flags&flagEscape != 0
		list = append(list, t)
		at = j.next(at)
		off += size
		if flags&flagSameUUID == 0 {
			off += 16
		}
		if flags&flagLast != 0 {
			break
		}
	}
	return list, at
}

// tailFits verifies the checksum in the last four bytes of a descriptor or
// revocation block.
func (j *journal) tailFits(b []byte) bool {
	if !j.checked() {
		return true
	}
	end := len(b) - 4
	return crc32c(crc32c(j.seed, b[:end]), []byte{0, 0, 0, 0}) == be32(b, end)
}

// commitFits verifies a commit block. sum is the checksum of version 1 over the
// blocks of the transaction.
func (j *journal) commitFits(b []byte, sum uint32) bool {
	switch {
	case j.checked():
		crc := crc32c(crc32c(j.seed, b[:16]), []byte{0, 0, 0, 0})
		return crc32c(crc, b[20:]) == be32(b, 16)
	case j.compat&journalCompatChecksum != 0:
		kind, size, stored := b[12], b[13], be32(b, 16)
		return kind == 1 && size == 4 && stored == sum || kind == 0 && size == 0 && stored == 0
	}
	return true
}

// dataFits verifies the content of a tag as it lies in the journal.
func (j *journal) dataFits(t tag, b []byte) bool {
	if !j.checked() {
		return true
	}
	var seq [4]byte
	binary.BigEndian.PutUint32(seq[:], t.sequence)
	crc := crc32c(crc32c(j.seed, seq[:]), b)
	if j.incompat&journalChecksumV3 != 0 {
		return crc == t.checksum
	}
	return crc&0xFFFF == t.checksum
}

// fastCommits reports whether fast commits follow the last transaction, of
// number sequence-1.
func (j *journal) fastCommits(sequence uint32) (bool, error) {
	const tagHead = 9
	if j.fast == 0 {
		return false, nil
	}
	b, _, err := j.block(j.fast)
	if err != nil {
		return false, err
	}
	return le16(b, 0) == tagHead && le32(b, 8) == sequence, nil
}

// replay lays the committed transactions of the journal over the section. An
// error says why that was not done, or not for all of them.
func (fs *FS) replay(ctx context.Context) error {
	j, err := fs.openJournal()
	if err != nil {
		return err
	}
	log := &journalLog{end: j.sequence}
	if j.start != 0 {
		if log, err = j.scan(ctx); err != nil {
			return err
		}
	}
	over, err := j.apply(ctx, log)
	if len(over.blocks) > 0 {
		fs.r = over
		fs.cache = newCache(fs.r, fs.size, fs.cacheBytes)
		if serr := fs.readSuper(); serr != nil {
			return serr
		}
	}
	if err = cmp.Or(err, log.damage); err != nil {
		return err
	}
	if err := j.checkEnd(ctx, log.end); err != nil {
		return err
	}
	fast, err := j.fastCommits(log.end)
	if err == nil && fast {
		err = fmt.Errorf("%w: the journal holds fast commits", fstree.ErrUnsupported)
	}
	return err
}
