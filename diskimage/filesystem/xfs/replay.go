package xfs

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/seed-181f3109/assay/fstree"
)

// Types of log items, XFS_LI_*.
const (
	itemInode    = 0x123b
	itemBuffer   = 0x123c
	itemDquot    = 0x123d
	itemQuotaoff = 0x123e
	itemCreate   = 0x123f
	itemIntents  = 0x1236 // and 0x1237: extents to free, done
	itemMap      = 0x1244 // and 0x1245: mapping to change, done
	itemAttr     = 0x1246 // and 0x1247: attribute to change, done
	itemExchange = 0x1248 // and 0x1249: mappings to exchange, done
)

// Flags of a buffer item, blf_flags.
const (
	bufferInode  = 1 << 0
	bufferCancel = 1 << 1
	bufferQuota  = 0x1c
	chunkBytes   = 128 // XFS_BLF_CHUNK
)

// maxOverlay bounds the bytes that replay may put over the volume.
const maxOverlay = 256 << 20

// replayer applies committed transactions to the overlay.
//
// Source: "Journaling Log", "Log Items".
type replayer struct {
	fs        *FS
	cancelled map[extentKey]int // buffers that are freed later on, and how often
	starts    map[int64]int     // the same by first sector
	pending   map[intent]uint64 // changes that were announced and not done: inode, 0 if it has none
	work      int64             // bytes that may still be put
}

// extentKey names a buffer: sector and length in sectors.
type extentKey struct{ at, n int64 }

// intent names a change that a later transaction completes.
type intent struct {
	kind uint16
	id   uint64
}

// replay applies the log's work from tail to head in memory, in two passes as
// the kernel does: the first finds the buffers that were freed, so that older
// changes are not applied to what has taken their place.
func (j *journal) replay(ctx context.Context, head, tail int) error {
	if j.fs.sb.logIncomp&^1 != 0 {
		return fmt.Errorf("%w: log feature bits %#x", fstree.ErrUnsupported, j.fs.sb.logIncomp&^1)
	}
	r := &replayer{
		fs: j.fs, cancelled: make(map[extentKey]int), starts: make(map[int64]int), pending: make(map[intent]uint64),
		work: 64 * int64(j.blocks) * sectorBytes,
	}
	s := &scanner{j: j, commit: r.findCancelled}
	if err := s.scan(ctx, tail, head); err != nil {
		return err
	}
	j.fs.src.overlay = make(overlay)
	s.commit = r.apply
	if err := s.scan(ctx, tail, head); err != nil {
		return err
	}
	r.unfinished(j.base)
	return j.fs.reloadSuper()
}

// reloadSuper reads the superblock again, which the log may have changed.
func (fs *FS) reloadSuper() error {
	b, err := fs.src.bytes(0, sectorBytes)
	if err != nil {
		return err
	}
	s, err := decodeSuper(b)
	if err != nil {
		return err
	}
	if err := s.refuse(); err != nil {
		return err
	}
	if s.blockSize != fs.sb.blockSize || s.agBlocks != fs.sb.agBlocks || s.inodeSize != fs.sb.inodeSize {
		return corrupt("log changes the geometry of the file system")
	}
	fs.sb = s
	return nil
}

// unfinished reports changes that a mount would still have to complete and that
// would show: a mapping, an attribute, an exchange of content. Everything else is
// replayed. Blocks that are still to be freed, and updates of the reverse mapping
// and the reference counts, do not show.
func (r *replayer) unfinished(at int64) {
	for _, in := range slices.SortedFunc(maps.Keys(r.pending), func(a, b intent) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.id, b.id))
	}) {
		var what string
		switch in.kind {
		case itemMap:
			what = "mapping of extents"
		case itemAttr:
			what = "attribute"
		case itemExchange:
			what = "exchange of content"
		default:
			continue
		}
		r.fs.unreplayed(at, fmt.Errorf("%w: change of %s of inode %d is not completed", fstree.ErrUnsupported, what, r.pending[in]))
	}
}

func (r *replayer) findCancelled(t *transaction) error {
	for _, it := range t.items {
		if it.kind() != itemBuffer {
			continue
		}
		b, err := decodeBuffer(it)
		if err != nil {
			return err
		}
		if b.flags&bufferCancel != 0 {
			r.cancelled[b.key]++
			r.starts[b.key.at]++
		}
	}
	return nil
}

// apply applies one transaction: buffers, then inodes, then buffers that hold
// links of unlinked inodes, then those that were freed.
func (r *replayer) apply(t *transaction) error {
	var buffers, others, unlinks, cancels []*item
	for _, it := range t.items {
		switch it.kind() {
		case itemBuffer:
			b, err := decodeBuffer(it)
			if err != nil {
				return err
			}
			switch {
			case b.flags&bufferCancel != 0:
				cancels = append(cancels, it)
			case b.flags&bufferInode != 0:
				unlinks = append(unlinks, it)
			default:
				buffers = append(buffers, it)
			}
		case itemCreate:
			buffers = append(buffers, it)
		default:
			others = append(others, it)
		}
	}
	slices.Reverse(unlinks)
	slices.Reverse(cancels)
	for _, it := range slices.Concat(buffers, others, unlinks, cancels) {
		if err := r.item(it, t.lsn); err != nil {
			return err
		}
	}
	return nil
}

func (r *replayer) item(it *item, lsn uint64) error {
	switch kind := it.kind(); kind {
	case itemBuffer:
		return r.buffer(it, lsn)
	case itemInode:
		return r.inode(it, lsn)
	case itemCreate:
		return r.create(it)
	case itemDquot, itemQuotaoff:
		return nil // quota is not part of the view
	default:
		if kind < itemIntents || kind > 0x124f || kind == 0x1238 {
			return fmt.Errorf("%w: log item of type %#x", fstree.ErrUnsupported, kind)
		}
		return r.intent(it, kind)
	}
}

// intent notes a change that is announced, or takes the note back. Even types up
// to 0x1237, and from 0x1240 on, announce; the odd one after each completes.
//
// Source: xfs_efi_log_format, xfs_efd_log_format and their like: type, number of
// regions, a count, then at byte 8 the number that both share.
func (r *replayer) intent(it *item, kind uint16) error {
	b := it.regions[0]
	if len(b) < 16 {
		return corrupt("log item %#x of %d bytes", kind, len(b))
	}
	key := intent{kind &^ 1, binary.LittleEndian.Uint64(b[8:])}
	if kind&1 != 0 {
		delete(r.pending, key)
		return nil
	}
	r.pending[key] = 0
	switch kind {
	case itemMap, itemAttr, itemExchange:
		if len(b) >= 24 { // me_owner of the first xfs_map_extent, alfi_ino, xmi_inode1
			r.pending[key] = binary.LittleEndian.Uint64(b[16:])
		}
	}
	return nil
}

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
