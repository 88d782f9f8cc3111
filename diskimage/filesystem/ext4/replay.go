package ext4

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// maxRevoked bounds the revocations of one journal.
const maxRevoked = 2 << 20

// journalLog is what the committed transactions of a journal say.
type journalLog struct {
	tags    []tag
	revoked map[uint64]uint32 // block to the last transaction that revoked it
	end     uint32            // number of the transaction after the last one
	damage  error             // a transaction that ought to be there is broken
}

// transaction is one that is being read.
type transaction struct {
	tags    []tag
	revoked []uint64
	sum     uint32 // checksum of version 1
	suspect bool   // a block has a wrong checksum
}

// scan reads the log from its start to the first block that does not continue
// it. Transactions without a commit block do not count.
func (j *journal) scan(ctx context.Context) (*journalLog, error) {
	log := &journalLog{revoked: make(map[uint64]uint32), end: j.sequence}
	tx, at := transaction{sum: ^uint32(0)}, j.start
	var last uint64 // time of the last commit
	for steps := uint32(0); ; steps++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if steps > j.end || len(log.tags)+len(tx.tags) > int(j.end) || len(log.revoked)+len(tx.revoked) > maxRevoked {
			return nil, fmt.Errorf("%w: the transactions are longer than the journal", fstree.ErrLimit)
		}
		b, _, err := j.block(at)
		if err != nil {
			return nil, err
		}
		if be32(b, 0) != journalMagic || be32(b, 8) != log.end {
			return log, nil
		}
		at = j.next(at)
		switch be32(b, 4) {
		case blockDescriptor:
			tx.suspect = tx.suspect || !j.tailFits(b)
			if at, err = j.descriptor(b, at, log.end, &tx); err != nil {
				return nil, err
			}
		case blockRevoke:
			tx.suspect = tx.suspect || !j.tailFits(b)
			tx.revoked = append(tx.revoked, j.revocations(b)...)
		case blockCommit:
			if good := j.commitFits(b, tx.sum) && !tx.suspect; !good {
				// What is older than the transaction before is left from an earlier round of the ring.
				if when := commitTime(b); when >= last && j.incompat&journalAsyncCommit == 0 {
					log.damage = fmt.Errorf("journal transaction %d: %w", log.end, fstree.ErrChecksum)
				}
				return log, nil
			}
			last = commitTime(b)
			for _, block := range tx.revoked {
				log.revoked[block] = log.end
			}
			log.tags = append(log.tags, tx.tags...)
			tx = transaction{sum: ^uint32(0)}
			log.end++
		default:
			return log, nil
		}
	}
}

// commitTime returns the time of a commit block in seconds.
func commitTime(b []byte) uint64 { return uint64(be32(b, 48))<<32 | uint64(be32(b, 52)) }

// descriptor adds the blocks of a descriptor block to a transaction and
// returns the block of the log after them.
func (j *journal) descriptor(b []byte, at, sequence uint32, tx *transaction) (uint32, error) {
	list, next := j.tags(b, at, sequence)
	tx.tags = append(tx.tags, list...)
	if j.compat&journalCompatChecksum == 0 || j.checked() {
		return next, nil
	}
	tx.sum = crc32BE(tx.sum, b)
	for _, t := range list {
		data, _, err := j.block(t.at)
		if err != nil {
			return 0, err
		}
		tx.sum = crc32BE(tx.sum, data)
	}
	return next, nil
}

// revocations decodes a revocation block: blocks whose earlier content in the
// journal must not be written back.
func (j *journal) revocations(b []byte) (list []uint64) {
	end, size := len(b), 4
	if j.checked() {
		end -= 4
	}
	if j.incompat&journal64bit != 0 {
		size = 8
	}
	end = min(end, int(min(be32(b, 12), uint32(len(b)))))
	for off := 16; off+size <= end; off += size {
		block := uint64(be32(b, off))
		if size == 8 {
			block = block<<32 | uint64(be32(b, off+4))
		}
		list = append(list, block)
	}
	return list
}

// checkEnd looks for work after the transaction that seems to be the last. A
// healthy journal has older transactions there, and at most the start of one
// that was not committed; sequence is that one's number.
func (j *journal) checkEnd(ctx context.Context, sequence uint32) error {
	for n := j.first; n < j.end; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		b, _, err := j.block(n)
		if err != nil {
			return err
		}
		if be32(b, 0) != journalMagic {
			continue
		}
		kind, ahead := be32(b, 4), int32(be32(b, 8)-sequence)
		if ahead < 0 || ahead > int32(min(j.end, 1<<30)) { // every transaction takes blocks, so it is no newer one
			continue
		}
		if kind == blockCommit || (kind == blockDescriptor || kind == blockRevoke) && ahead > 0 {
			return corrupt("the journal ends before transaction %d but holds %d", sequence, be32(b, 8))
		}
	}
	return nil
}

// apply makes the overlay of the newest content of every block. Content with a
// wrong checksum is left out, and the error says so.
func (j *journal) apply(ctx context.Context, log *journalLog) (*overlay, error) {
	o := &overlay{base: j.fs.r, blockSize: j.fs.sb.blockSize, blocks: make(map[uint64]overlaid)}
	var bad error
	for _, t := range log.tags {
		if err := ctx.Err(); err != nil {
			return o, err
		}
		if by, ok := log.revoked[t.block]; ok && int32(by-t.sequence) >= 0 {
			continue
		}
		b, off, err := j.block(t.at)
		if err == nil && !j.dataFits(t, b) {
			err = fmt.Errorf("block %d of the journal: %w", t.at, fstree.ErrChecksum)
		}
		if err == nil && t.block >= j.fs.sb.blocks {
			err = corrupt("the journal changes block %d of %d", t.block, j.fs.sb.blocks)
		}
		if err != nil {
			bad = cmp.Or(bad, err)
			continue
		}
		o.blocks[t.block] = overlaid{off, t.escaped}
	}
	return o, bad
}

// overlaid is where the content of a block is instead.
type overlaid struct {
	off     int64 // on the section
	escaped bool
}

// overlay is the section with the blocks of the journal in their places.
type overlay struct {
	base      io.ReaderAt
	blockSize int64
	blocks    map[uint64]overlaid
}

// ReadAt implements io.ReaderAt. Blocks that lie side by side and are not
// overlaid are read at once.
func (o *overlay) ReadAt(p []byte, off int64) (int, error) {
	done := 0
	for done < len(p) {
		at := off + int64(done)
		block, within := at/o.blockSize, at%o.blockSize
		if x, ok := o.blocks[uint64(block)]; ok {
			part := p[done:min(len(p), done+int(o.blockSize-within))]
			if err := o.readOver(part, x, within); err != nil {
				return done, err
			}
			done += len(part)
			continue
		}
		part := p[done:min(int64(len(p)), o.plain(block, off+int64(len(p)))-off)]
		n, err := o.base.ReadAt(part, at)
		if done += n; n < len(part) {
			return done, err
		}
	}
	return done, nil
}

// moved splits ranges so that each names the place where its bytes are read.
func (o *overlay) moved(list []fstree.Extent) []fstree.Extent {
	var out []fstree.Extent
	for _, x := range list {
		for x.Length > 0 {
			part := x
			block := x.Offset / o.blockSize
			over, ok := o.blocks[uint64(block)]
			if ok {
				part.Length = min(x.Length, (block+1)*o.blockSize-x.Offset)
				part.Offset = over.off + x.Offset%o.blockSize
			} else {
				part.Length = min(x.Length, o.plain(block, x.Offset+x.Length)-x.Offset)
			}
			out = append(out, part)
			x.Offset += part.Length
			x.Length -= part.Length
			if x.File >= 0 {
				x.File += part.Length
			}
		}
	}
	return out
}

// plain returns the end of the blocks from block on that are not overlaid, a
// byte offset that is at least the one of the next block or limit.
func (o *overlay) plain(block, limit int64) int64 {
	end := (block + 1) * o.blockSize
	for end < limit {
		if _, ok := o.blocks[uint64(end/o.blockSize)]; ok {
			break
		}
		end += o.blockSize
	}
	return end
}

// readOver fills p from byte within of an overlaid block.
func (o *overlay) readOver(p []byte, x overlaid, within int64) error {
	if err := binread.Full(o.base, p, x.off+within); err != nil {
		return err
	}
	if x.escaped && within < 4 {
		magic := [4]byte{0xC0, 0x3B, 0x39, 0x98}
		copy(p, magic[within:])
	}
	return nil
}

// crc32BE continues the CRC-32 with the highest bit first that commit blocks
// of version 1 carry.
func crc32BE(crc uint32, p []byte) uint32 {
	for _, c := range p {
		crc = crc<<8 ^ crc32BETable[byte(crc>>24)^c]
	}
	return crc
}

var crc32BETable = makeCRC32BE()

func makeCRC32BE() (t [256]uint32) {
	for i := range t {
		c := uint32(i) << 24
		for range 8 {
			if c&0x80000000 != 0 {
				c = c<<1 ^ 0x04C11DB7
			} else {
				c <<= 1
			}
		}
		t[i] = c
	}
	return t
}
