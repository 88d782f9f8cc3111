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
