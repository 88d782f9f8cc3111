//go:build cgo

package yara

import (
	"context"
	"errors"
	"fmt"
	"io"

	goyara "github.com/hillu/go-yara/v4"
)

// Blocks of content that is too large for memory. libyara matches a text of at
// most 8 KiB and a regular expression of at most 4 KiB (YR_RE_SCAN_LIMIT), so
// blocks that overlap by more than that lose no match.
const (
	blockSize    = 16 << 20
	blockOverlap = 64 << 10
)

// blocks hands a reader to libyara block by block. libyara asks for the first
// blocks again when a condition reads bytes; the block in its buffer is not
// read twice in a row.
type blocks struct {
	ctx    context.Context // of one scan, which ends before its caller returns
	r      io.ReaderAt
	size   int64
	next   int64
	held   int64 // offset of the block in libyara's buffer, -1 for none
	heldAt *byte // that buffer
	err    error // the first error of reading
	block  goyara.MemoryBlock
}

func newBlocks(ctx context.Context, r io.ReaderAt, size int64) *blocks {
	return &blocks{ctx: ctx, r: r, size: size, held: -1}
}

// Filesize implements goyara.MemoryBlockIteratorWithFilesize.
func (b *blocks) Filesize() uint64 { return uint64(b.size) }

// First implements goyara.MemoryBlockIterator.
func (b *blocks) First() *goyara.MemoryBlock {
	b.next = 0
	return b.Next()
}

// Next implements goyara.MemoryBlockIterator. After an error of reading there
// is no next block: the scan ends early and the error is reported.
func (b *blocks) Next() *goyara.MemoryBlock {
	if b.err == nil {
		b.err = b.ctx.Err()
	}
	if b.err != nil || b.next >= b.size {
		return nil
	}
	at, n := b.next, min(blockSize, b.size-b.next)
	b.next = at + n
	if b.next < b.size {
		b.next -= blockOverlap
	}
	b.block = goyara.MemoryBlock{Base: uint64(at), Size: uint64(n), FetchData: func(buf []byte) { b.fetch(buf[:n], at) }}
	return &b.block
}

func (b *blocks) fetch(buf []byte, at int64) {
	if b.held == at && b.heldAt == &buf[0] {
		return
	}
	n, err := b.r.ReadAt(buf, at)
	if n < len(buf) {
		clear(buf[n:])
		if err == nil || errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if b.err == nil {
			b.err = fmt.Errorf("content at offset %d: %w", at+int64(n), err)
		}
		b.held = -1
		return
	}
	b.held, b.heldAt = at, &buf[0]
}
