package xfs

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/seed-181f3109/assay/fstree"
)

// Flags of xlog_op_header.
const (
	opStart    = 1 << 0
	opCommit   = 1 << 1
	opContinue = 1 << 2
	opWasCont  = 1 << 3
	opEnd      = 1 << 4
	opUnmount  = 1 << 5

	opBytes        = 12
	transMagic     = 0x5452414e // th_magic, "TRAN"
	transBytes     = 16         // of xfs_trans_header
	maxOpenRegions = 256 << 20  // bytes of transactions that are not committed yet
)

// record reads and checks the record at block n of the log, and returns its
// data with the words restored that carry the cycle number on disk.
func (j *journal) record(n int) (*recordHeader, []byte, error) {
	h, err := j.header(n)
	if err != nil {
		return nil, nil, err
	}
	b, err := j.read(n, h.blocks())
	if err != nil {
		return nil, nil, err
	}
	head, data := b[:h.headSize*sectorBytes], b[h.headSize*sectorBytes:]
	if err := j.checkRecord(h, head, data[:h.length]); err != nil {
		return nil, nil, err
	}
	for i := 0; i*sectorBytes < h.length; i++ {
		// h_cycle_data in the first block of header, xh_cycle_data in the others
		from := head[44+4*i:]
		if i >= 64 {
			if i/64 >= h.headSize {
				break
			}
			from = head[i/64*sectorBytes+4+4*(i%64):]
		}
		copy(data[i*sectorBytes:], from[:4])
	}
	return h, data[:h.length], nil
}

// checkRecord verifies a record's checksum and owner. A version 4 file system
// may have records without a checksum.
//
// Source: h_crc covers the header's 328 bytes (324 on 32-bit x86), the parts of
// the further headers in use, and the data as it lies on disk.
func (j *journal) checkRecord(h *recordHeader, head, data []byte) error {
	if [16]byte(head[304:320]) != j.fs.sb.uuid && [16]byte(head[304:320]) != [16]byte{} {
		return corrupt("log record at block %d belongs to file system %s", h.at, formatUUID([16]byte(head[304:])))
	}
	want := binary.LittleEndian.Uint32(head[32:])
	if want == 0 && !j.fs.sb.v5 {
		return nil
	}
	for _, size := range []int{328, 324} {
		sum := crc32.Update(0, castagnoli, head[:32])
		sum = crc32.Update(sum, castagnoli, zeroWord[:])
		sum = crc32.Update(sum, castagnoli, head[36:size])
		for i := 1; i < (h.length+cycleBytes-1)/cycleBytes && i < h.headSize; i++ {
			sum = crc32.Update(sum, castagnoli, head[i*sectorBytes:i*sectorBytes+260])
		}
		if crc32.Update(sum, castagnoli, data) == want {
			return nil
		}
	}
	return fmt.Errorf("%w: log record at block %d", fstree.ErrChecksum, h.at)
}

// item is one changed object of a transaction: a description, then its parts.
type item struct {
	regions [][]byte
	total   int // regions that the description announces; 0 if it is not there yet
}

// kind is the type in the description, XFS_LI_*.
func (it *item) kind() uint16 { return binary.LittleEndian.Uint16(it.regions[0]) }

// transaction gathers the items of one transaction until it is committed.
type transaction struct {
	lsn    uint64
	header []byte
	items  []*item
}

// scanner goes through the records of the log and hands every committed
// transaction to commit.
type scanner struct {
	j      *journal
	open   map[uint32]*transaction
	held   int // bytes of open transactions
	commit func(*transaction) error
}

// scan reads the records from tail to head in order.
func (s *scanner) scan(ctx context.Context, tail, head int) error {
	s.open = make(map[uint32]*transaction)
	s.held = 0
	for n, left := tail, s.j.distance(tail, head); left > 0; {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, data, err := s.j.record(n)
		if err != nil {
			return err
		}
		if h.format > 1 {
			return fmt.Errorf("%w: log of a big-endian machine", fstree.ErrUnsupported)
		}
		if err := s.ops(h, data); err != nil {
			return fmt.Errorf("log record at block %d: %w", n, err)
		}
		left -= h.blocks()
		n = (n + h.blocks()) % s.j.blocks
	}
	return nil
}

// ops goes through the operations of a record.
func (s *scanner) ops(h *recordHeader, b []byte) error {
	for range h.ops {
		if len(b) < opBytes {
			return corrupt("%d operations do not fit", h.ops)
		}
		tid, n, client, flags := be32(b, 0), be32(b, 4), b[8], b[9]
		if client != 0x69 && client != 0xaa {
			return corrupt("operation of client %#x", client)
		}
		b = b[opBytes:]
		if uint64(n) > uint64(len(b)) {
			return corrupt("operation of %d bytes where %d are left", n, len(b))
		}
		if err := s.op(h.lsn, tid, flags, b[:n:n]); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// op takes one operation. What belongs to a transaction that began before the
// tail is passed over.
func (s *scanner) op(lsn uint64, tid uint32, flags uint8, b []byte) error {
	t := s.open[tid]
	if t == nil {
		if flags&opStart != 0 {
			s.open[tid] = &transaction{lsn: lsn}
		}
		return nil
	}
	flags &^= opEnd
	if flags&opWasCont != 0 {
		flags &^= opContinue
	}
	switch flags {
	case 0, opContinue:
		return s.add(t, b)
	case opWasCont:
		return s.extend(t, b)
	case opCommit:
		s.forget(tid, t)
		return s.commit(t)
	case opUnmount:
		s.forget(tid, t)
		return nil
	}
	return corrupt("operation with flags %#x", flags)
}

func (s *scanner) forget(tid uint32, t *transaction) {
	delete(s.open, tid)
	for _, it := range t.items {
		for _, r := range it.regions {
			s.held -= len(r)
		}
	}
}

// add appends a region to a transaction. The first one is its header, which may
// be cut off and continued.
func (s *scanner) add(t *transaction, b []byte) error {
	if len(b) == 0 {
		return nil
	}
	if len(t.header) < transBytes {
		if len(t.header) > 0 || len(b) < 4 || len(b) > transBytes || binary.LittleEndian.Uint32(b) != transMagic {
			return corrupt("transaction header of %d bytes", len(b))
		}
		t.header = b
		return nil
	}
	if s.held += len(b); s.held > maxOpenRegions {
		return fmt.Errorf("%w: transactions of more than %d bytes", fstree.ErrLimit, maxOpenRegions)
	}
	var it *item
	if n := len(t.items); n > 0 && len(t.items[n-1].regions) < t.items[n-1].total {
		it = t.items[n-1]
	} else {
		if len(b) < 4 {
			return corrupt("log item of %d bytes", len(b))
		}
		it = &item{total: int(binary.LittleEndian.Uint16(b[2:]))}
		if it.total == 0 {
			return corrupt("log item of type %#x without regions", binary.LittleEndian.Uint16(b))
		}
		t.items = append(t.items, it)
	}
	it.regions = append(it.regions, b)
	return nil
}

// extend appends to the region that was added last.
func (s *scanner) extend(t *transaction, b []byte) error {
	if len(t.header) < transBytes {
		if len(t.header)+len(b) > transBytes {
			return corrupt("transaction header of %d bytes", len(t.header)+len(b))
		}
		t.header = append(t.header, b...)
		return nil
	}
	if len(t.items) == 0 {
		return corrupt("continued operation without a first part")
	}
	if s.held += len(b); s.held > maxOpenRegions {
		return fmt.Errorf("%w: transactions of more than %d bytes", fstree.ErrLimit, maxOpenRegions)
	}
	it := t.items[len(t.items)-1]
	last := len(it.regions) - 1
	it.regions[last] = append(it.regions[last], b...)
	return nil
}
