package vmdk

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/seed-181f3109/assay/diskimage/vdisk"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// cowdHeader is the length of a COWDisk_Header, in sectors.
const cowdHeader = 4

// openCOWD opens a sparse extent of the ESX kind.
func (s *session) openCOWD(f vdisk.File) (*sparse, error) {
	e, err := s.newSparse(f, cowdHeader, parseCOWD)
	if err != nil {
		return nil, err
	}
	if err := e.loadDirectory(); err != nil {
		return nil, err
	}
	e.checkReached()
	return e, nil
}

// parseCOWD reads a COWDisk_Header of 2048 bytes.
func parseCOWD(b []byte) (*header, error) {
	le := binary.LittleEndian
	h := &header{
		version: le.Uint32(b[4:]), capacity: uint64(le.Uint32(b[12:])), grain: uint64(le.Uint32(b[16:])),
		gd: uint64(le.Uint32(b[20:])), free: le.Uint32(b[28:]), table: cowdTable, unclean: le.Uint32(b[1648:]) != 0,
	}
	if h.version != 1 {
		return nil, fmt.Errorf("%w: vmdk: COWD version %d", fstree.ErrUnsupported, h.version)
	}
	if n := uint64(le.Uint32(b[24:])); n < h.directory() { // numGDEntries
		return nil, fmt.Errorf("%w: vmdk: COWD directory of %d entries for %d", fstree.ErrCorrupt, n, h.directory())
	}
	return h, h.check()
}

const (
	// maxReached bounds the sectors of a COWD extent that checkReached looks at:
	// 256 GiB, in 64 MiB of memory.
	maxReached = 512 << 20
	// maxUnreached bounds the bytes that are read to find out whether what no
	// table leads to is zeros.
	maxUnreached = 64 << 20
)

// sectorSet is a set of sectors below a limit.
type sectorSet struct {
	bits  []uint64
	limit uint64
}

func (s *sectorSet) has(n uint64) bool { return s.bits[n/64]&(1<<(n%64)) != 0 }

// add adds count sectors from first on and returns how many were in the set.
func (s *sectorSet) add(first, count uint64) (twice int) {
	for n := first; n < min(first+count, s.limit); n++ {
		if s.has(n) {
			twice++
		}
		s.bits[n/64] |= 1 << (n % 64)
	}
	return twice
}

// checkReached makes up for the one copy that a COWD extent has of its tables.
// Every sector below freeSector was given out once: to the header, to the
// directory, to a table or to a grain. It reports sectors that were given out
// twice, and content that nothing leads to, unless the extent was not closed
// properly: then a grain may have been written and its table not.
//
// Source: Virtual Disk Format 1.1, COWDisk_Header (freeSector, gdOffset).
func (e *sparse) checkReached() {
	set := sectorSet{limit: min(uint64(e.h.free), uint64(e.f.Size())/sectorSize)}
	if set.limit > maxReached {
		e.notes = append(e.notes, fmt.Sprintf("%s is larger than %d GiB; whether its tables lead to all of it was not checked", e.f.Name(), maxReached>>21))
		return
	}
	set.bits = make([]uint64, set.limit/64+1)
	set.add(0, cowdHeader)
	twice := set.add(e.h.gd, (e.h.directory()*4+sectorSize-1)/sectorSize)
	for _, sector := range e.gd {
		t, err := e.readTable(sector)
		if sector == 0 || err != nil {
			continue // a table of holes, or reported before
		}
		twice += set.add(uint64(sector), cowdTable*4/sectorSize)
		for i := 0; i < len(t); i += 4 {
			if v := binary.LittleEndian.Uint32(t[i:]); v != 0 {
				twice += set.add(uint64(v), e.h.grain)
			}
		}
	}
	if twice > 0 {
		e.report(int64(e.h.gd), "grain tables", fmt.Errorf("%w: %d sectors stand for two things", fstree.ErrCorrupt, twice))
	}
	if !e.h.unclean {
		e.reportUnreached(&set)
	}
}

// reportUnreached reports the sectors that are not in the set, if there is
// anything but zeros in them, or if that cannot be read.
func (e *sparse) reportUnreached(set *sectorSet) {
	var rows, read, first uint64
	buf := make([]byte, 64<<10)
	none := make([]byte, len(buf))
	for n := uint64(0); n < set.limit; {
		if set.has(n) {
			n++
			continue
		}
		end := n + 1
		for end < set.limit && end-n < uint64(len(buf))/sectorSize && !set.has(end) {
			end++
		}
		part := buf[:(end-n)*sectorSize]
		if read += uint64(len(part)); read <= maxUnreached {
			if err := binread.Full(e.f, part, int64(n)*sectorSize); err != nil {
				e.report(int64(n), "sectors that no table leads to", err)
				n = end
				continue
			}
		}
		if read > maxUnreached || !bytes.Equal(part, none[:len(part)]) {
			if rows++; rows == 1 {
				first = n
			}
		}
		n = end
	}
	if rows > 0 {
		e.report(int64(first), "grain tables", fmt.Errorf("%w: they do not lead to the content here and in %d other places", fstree.ErrCorrupt, rows-1))
	}
}
