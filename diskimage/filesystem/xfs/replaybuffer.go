package xfs

import (
	"encoding/binary"
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
)

// bufferItem is the description of a changed buffer, xfs_buf_log_format.
type bufferItem struct {
	key   extentKey
	flags uint16
	runs  []chunkRun
}

// chunkRun is a run of logged bytes of a buffer.
type chunkRun struct{ off, n int }

func decodeBuffer(it *item) (*bufferItem, error) {
	b, le := it.regions[0], binary.LittleEndian
	if len(b) < 20 {
		return nil, corrupt("buffer item of %d bytes", len(b))
	}
	words := int(le.Uint32(b[16:]))
	if words > 64 || len(b) < 20+4*words {
		return nil, corrupt("buffer item with a map of %d words", words)
	}
	out := &bufferItem{flags: le.Uint16(b[4:]), key: extentKey{int64(le.Uint64(b[8:])), int64(le.Uint16(b[6:]))}}
	for i, run := 0, 0; i < 32*words; i++ {
		if le.Uint32(b[20+i/32*4:])>>(i%32)&1 == 0 {
			run = 0
			continue
		}
		if run++; run == 1 {
			out.runs = append(out.runs, chunkRun{off: i * chunkBytes})
		}
		out.runs[len(out.runs)-1].n += chunkBytes
	}
	return out, nil
}

// buffer applies a changed buffer, unless the disk already has a later state.
func (r *replayer) buffer(it *item, lsn uint64) error {
	d, err := decodeBuffer(it)
	if err != nil {
		return err
	}
	if d.flags&bufferCancel != 0 {
		if r.cancelled[d.key] > 0 {
			r.cancelled[d.key]--
			r.starts[d.key.at]--
		}
		return nil
	}
	if r.cancelled[d.key] > 0 || d.flags&bufferQuota != 0 {
		return nil
	}
	if d.key.at < 0 || d.key.n == 0 || d.key.at > r.fs.src.size/sectorBytes {
		return corrupt("buffer of %d sectors at sector %d", d.key.n, d.key.at)
	}
	head, err := r.fs.src.bytes(d.key.at*sectorBytes, sectorBytes)
	if err != nil {
		return err
	}
	if has := r.bufferLSN(head); has != 0 && has != ^uint64(0) && has >= lsn {
		return nil
	}
	if len(it.regions) <= len(d.runs) {
		return corrupt("buffer item with %d regions for %d runs", len(it.regions), len(d.runs))
	}
	for i, run := range d.runs {
		src := it.regions[i+1]
		src = src[:min(run.n, len(src))]
		if int64(run.off+len(src)) > d.key.n*sectorBytes {
			return corrupt("buffer item changes bytes %d to %d of %d sectors", run.off, run.off+len(src), d.key.n)
		}
		if d.flags&bufferInode != 0 {
			err = r.unlinkPointers(d.key.at*sectorBytes, run.off, src)
		} else {
			err = r.put(d.key.at*sectorBytes+int64(run.off), src)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unlinkPointers puts the di_next_unlinked fields that src, bytes from off on of
// the block of inodes at byte offset at, holds; everything else in it is older than
// the inodes' own items.
func (r *replayer) unlinkPointers(at int64, off int, src []byte) error {
	const field, width = 96, 4
	size := r.fs.sb.inodeSize
	for i := max(0, (off-field)/size); i*size+field+width <= off+len(src); i++ {
		in := i*size + field - off
		if in < 0 {
			continue
		}
		if err := r.put(at+int64(off+in), src[in:in+width]); err != nil {
			return err
		}
	}
	return nil
}

// bufferLSN returns the sequence number of the last write that a metadata block
// carries; all ones for a block without one, which is always replayed.
func (r *replayer) bufferLSN(b []byte) uint64 {
	const always = ^uint64(0)
	if !r.fs.sb.v5 || len(b) < sectorBytes {
		return always
	}
	lsn, uuid := 0, 0
	switch be32(b, 0) {
	case 0x41423342, 0x41423343, 0x524d4233, 0x52334643, inobtV5, 0x46494233: // AB3B, AB3C, RMB3, R3FC, IAB3, FIB3
		lsn, uuid = 24, 32
	case bmbtV5:
		lsn, uuid = 32, 40
	case agfMagic:
		lsn, uuid = 208, 64
	case 0x5841464c: // XAFL
		lsn, uuid = 24, 8
	case agiMagic:
		lsn, uuid = 320, 296
	case remoteLink:
		lsn, uuid = 48, 16
	case dirBlockV5, dirDataV5, 0x58444633: // XDF3
		lsn, uuid = 16, 24
	case superMagic:
		if [16]byte(b[32:48]) != r.fs.sb.uuid {
			return always
		}
		return be64(b, 240)
	default:
		switch be16(b, 8) {
		case attrLeafV5, daNodeV5, 0x3df1, 0x3dff: // leaves of directories
			lsn, uuid = 24, 32
		default:
			return always
		}
	}
	if [16]byte(b[uuid:uuid+16]) != r.fs.sb.metaUUID {
		return always
	}
	return be64(b, lsn)
}

// put lays b over the volume at byte offset off.
func (r *replayer) put(off int64, b []byte) error {
	if r.work -= int64(len(b)) + sectorBytes; r.work < 0 || len(r.fs.src.overlay)*sectorBytes > maxOverlay {
		return fmt.Errorf("%w: log changes too much", fstree.ErrLimit)
	}
	for len(b) > 0 {
		n, in := off/sectorBytes, off%sectorBytes
		s := r.fs.src.overlay[n]
		if s == nil {
			s = new([sectorBytes]byte)
			if err := r.fs.src.read(s[:], n*sectorBytes); err != nil {
				return err
			}
			r.fs.src.overlay[n] = s
		}
		k := copy(s[in:], b)
		b, off = b[k:], off+int64(k)
	}
	return nil
}
