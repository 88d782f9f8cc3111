package xfs

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/seed-181f3109/assay/fstree"
)

const (
	recordMagic  = 0xfeedbabe // h_magicno
	maxRecord    = 256 << 10  // XLOG_MAX_RECORD_BSIZE, bytes of a record's data
	cycleBytes   = 32 << 10   // XLOG_HEADER_CYCLE_SIZE: data bytes for each block of header
	maxInFlight  = 8          // XLOG_MAX_ICLOGS: records that may be written at once
	maxLogBlocks = 1 << 23    // 4 GiB; the kernel allows 2 GiB
	windowBlocks = 128        // blocks read at once while searching
)

// journal reads the log of a file system by basic blocks of 512 bytes.
//
// Source: "Journaling Log".
type journal struct {
	fs     *FS
	base   int64 // byte offset on the volume
	blocks int   // length in basic blocks
	at     int   // first block of window
	window []byte
}

// errNoHeader means that no record header precedes a place of the log.
var errNoHeader = fmt.Errorf("%w: log has no record", fstree.ErrCorrupt)

// recoverLog looks whether the log holds work that was not replayed, and replays
// it into the overlay. What it cannot replay is noted; the file system is then
// read as it lies on the disk. The error is that of a cancelled ctx.
func (fs *FS) recoverLog(ctx context.Context) error {
	if fs.sb.logStart == 0 {
		fs.unreplayed(-1, fmt.Errorf("%w: the log is on another device; whether it holds work that was not replayed is not known", fstree.ErrUnsupported))
		return nil
	}
	base, ok := fs.sb.blockOffset(fs.sb.logStart, max(fs.sb.logBlocks, 1))
	blocks := fs.sb.logBlocks << fs.sb.blockLog / sectorBytes
	if !ok || blocks < 8 || blocks > maxLogBlocks {
		fs.unreplayed(-1, corrupt("log of %d blocks at %#x", fs.sb.logBlocks, fs.sb.logStart))
		return nil
	}
	j := &journal{fs: fs, base: base, blocks: int(blocks)}
	head, tail, err := j.find()
	if err == nil && head != tail {
		err = j.replay(ctx, head, tail)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err != nil {
		fs.src.overlay = nil
		fs.unreplayed(base, err)
	}
	return nil
}

// unreplayed notes that the view may lack what the log holds.
func (fs *FS) unreplayed(at int64, err error) {
	fs.note("log", at, fmt.Errorf("holds work that was not replayed: %w", err))
	const reason = "log holds work that was not replayed"
	if !slices.Contains(fs.info.Incomplete, reason) {
		fs.info.Incomplete = append(fs.info.Incomplete, reason)
	}
}

// block returns a block of the log, valid until the next call.
func (j *journal) block(n int) ([]byte, error) {
	if n < j.at || n >= j.at+len(j.window)/sectorBytes {
		j.at = n / windowBlocks * windowBlocks
		count := min(windowBlocks, j.blocks-j.at)
		j.window = make([]byte, count*sectorBytes)
		if err := j.fs.src.read(j.window, j.base+int64(j.at)*sectorBytes); err != nil {
			j.window = nil
			return nil, err
		}
	}
	i := (n - j.at) * sectorBytes
	return j.window[i : i+sectorBytes], nil
}

// read returns count blocks from block n on, going on at the start of the log
// after its end.
func (j *journal) read(n, count int) ([]byte, error) {
	if n >= j.blocks || count > j.blocks {
		return nil, corrupt("%d log blocks at %d of %d", count, n, j.blocks)
	}
	b := make([]byte, count*sectorBytes)
	first := min(count, j.blocks-n) * sectorBytes
	if err := j.fs.src.read(b[:first], j.base+int64(n)*sectorBytes); err != nil {
		return nil, err
	}
	if first == len(b) {
		return b, nil
	}
	return b, j.fs.src.read(b[first:], j.base)
}

// cycle returns how many times the log had been gone through when block n was written.
func (j *journal) cycle(n int) (uint32, error) {
	b, err := j.block(n)
	if err != nil {
		return 0, err
	}
	if be32(b, 0) == recordMagic {
		return be32(b, 4), nil
	}
	return be32(b, 0), nil
}

// recordHeader is the head of a log record, xlog_rec_header.
type recordHeader struct {
	at       int // block of the log
	version  uint32
	length   int    // h_len, bytes of data
	lsn      uint64 // h_lsn
	tail     uint64 // h_tail_lsn
	ops      int    // h_num_logops
	format   uint32 // h_fmt
	size     int    // h_size, bytes of the buffer it was written from
	headSize int    // blocks of header
}

// header decodes the record header at block n.
func (j *journal) header(n int) (*recordHeader, error) {
	b, err := j.block(n)
	if err != nil {
		return nil, err
	}
	if be32(b, 0) != recordMagic {
		return nil, corrupt("log block %d has magic %08x", n, be32(b, 0))
	}
	h := &recordHeader{
		at: n, version: be32(b, 8), lsn: be64(b, 16), tail: be64(b, 24), ops: int(be32(b, 40)), format: be32(b, 300), headSize: 1,
	}
	length, size := be32(b, 12), uint32(cycleBytes)
	if h.version&2 != 0 {
		size = be32(b, 320)
	}
	if h.version == 0 || h.version&^3 != 0 || size > maxRecord || length > maxRecord || length == 0 ||
		length > size && h.ops != 1 { // mkfs writes one long record from a small buffer
		return nil, corrupt("log record at block %d: version %d, %d bytes of %d", n, h.version, length, size)
	}
	h.length, h.size = int(length), int(size)
	h.headSize = max(1, (h.size+cycleBytes-1)/cycleBytes)
	return h, nil
}

// blocks returns the length of the record in blocks.
func (h *recordHeader) blocks() int {
	return h.headSize + (h.length+sectorBytes-1)/sectorBytes
}

// isTorn reports an error that a crash in the middle of a write explains.
func isTorn(err error) bool {
	return errors.Is(err, fstree.ErrChecksum) || errors.Is(err, fstree.ErrCorrupt)
}
