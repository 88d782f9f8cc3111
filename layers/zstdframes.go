package layers

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// maxNotes bounds what one layer may report of one kind.
const maxNotes = 64

// isSkippable reports the magic number of a skippable frame.
// Source: RFC 8878, section 3.1.2.
func isSkippable(b []byte) bool {
	return len(b) >= 4 && b[0]&0xf0 == 0x50 && b[1] == 0x2a && b[2] == 0x4d && b[3] == 0x18
}

// zstdFrames follows the frames of a zstd stream without unpacking them, since
// decoders drop skippable frames in silence. Bytes that are no frame end it; the
// decoder reports those.
type zstdFrames struct {
	buf     []byte // header bytes gathered so far
	skip    int64  // bytes to pass over before the next header
	state   zstdState
	sum     bool // frame ends with a checksum
	offset  int64
	chunked bool // a skippable frame ended with the mark of zstd:chunked
	frame   int64
	tail    []byte
	inSkip  bool
	notes   []note
}

type zstdState uint8

const (
	zstdFrameHeader zstdState = iota
	zstdBlock
	zstdLost
)

// chunkedMark ends the footer of a zstd:chunked layer (containers/storage).
var chunkedMark = []byte("GNUlInUx")

// write takes the next stored bytes.
func (z *zstdFrames) write(p []byte) {
	for len(p) > 0 && z.state != zstdLost {
		if z.skip > 0 {
			n := int(min(z.skip, int64(len(p))))
			if z.inSkip {
				z.remember(p[:n])
			}
			z.skip -= int64(n)
			z.offset += int64(n)
			p = p[n:]
			if z.skip == 0 && z.inSkip {
				z.endSkippable()
			}
			continue
		}
		want := z.need()
		n := min(want-len(z.buf), len(p))
		z.buf = append(z.buf, p[:n]...)
		z.offset += int64(n)
		p = p[n:]
		if len(z.buf) == z.need() {
			z.header()
		}
	}
}

// need is the length of the header that is being gathered, as far as its bytes tell.
func (z *zstdFrames) need() int {
	if z.state == zstdBlock {
		return 3
	}
	switch {
	case len(z.buf) < 5:
		return 5
	case isSkippable(z.buf):
		return 8
	}
	return 5 + frameHeaderRest(z.buf[4])
}

// frameHeaderRest is the length of what follows the frame header descriptor.
// Source: RFC 8878, section 3.1.1.1.
func frameHeaderRest(descriptor byte) int {
	n := [4]int{0, 1, 2, 4}[descriptor&3] + [4]int{0, 2, 4, 8}[descriptor>>6]
	single := descriptor&0x20 != 0
	if !single {
		n++ // window descriptor
	} else if descriptor>>6 == 0 {
		n++ // content size in one byte
	}
	return n
}

// header acts on a complete frame or block header.
func (z *zstdFrames) header() {
	b := z.buf
	z.buf = z.buf[:0]
	switch {
	case z.state == zstdBlock:
		z.block(uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16)
	case isSkippable(b):
		z.frame = z.offset - 8
		z.skip, z.inSkip = int64(binary.LittleEndian.Uint32(b[4:])), true
		z.tail = z.tail[:0]
		if z.skip == 0 {
			z.inSkip = false
		}
		if len(z.notes) < maxNotes && z.skip > 0 {
			z.notes = append(z.notes, note{"zstd-skippable-frame", fmt.Sprintf("skippable frame of %d bytes", z.skip), z.frame})
		}
	case bytes.HasPrefix(b, zstdMagic):
		z.sum = b[4]&4 != 0
		z.state = zstdBlock
	default:
		z.state = zstdLost
	}
}

// block passes over a block. Source: RFC 8878, section 3.1.1.2.
func (z *zstdFrames) block(h uint32) {
	last, kind, size := h&1 != 0, h>>1&3, int64(h>>3)
	if kind == 1 { // a run: one byte stands for all
		size = 1
	}
	z.skip = size
	if last {
		if z.sum {
			z.skip += 4
		}
		z.state = zstdFrameHeader
	}
}

func (z *zstdFrames) remember(p []byte) {
	z.tail = append(z.tail, p[max(0, len(p)-len(chunkedMark)):]...)
	z.tail = z.tail[max(0, len(z.tail)-len(chunkedMark)):]
}

func (z *zstdFrames) endSkippable() {
	z.inSkip = false
	if bytes.Equal(z.tail, chunkedMark) {
		z.chunked = true
	}
}
