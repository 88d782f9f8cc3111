package archive

import (
	"encoding/binary"
	"io"
)

// x86Reader undoes the x86 branch filter, which turned the relative targets of
// calls and jumps (E8, E9) into absolute ones.
//
// Source: xz file format 1.2, section 5.3.2, and its reference in liblzma.
type x86Reader struct {
	r     io.Reader
	buf   []byte // read from r
	clean int    // bytes of buf that are converted
	pos   uint32 // of buf in the stream
	err   error
	since uint32 // bytes since the last E8 or E9, and which of the last three were such
	mask  uint32
}

func (x *x86Reader) Read(p []byte) (int, error) {
	for x.clean == 0 {
		if x.err != nil {
			if x.clean = len(x.buf); x.clean == 0 { // the last four bytes stay as they are
				return 0, x.err
			}
			break
		}
		have := len(x.buf)
		if cap(x.buf) == 0 {
			x.buf = make([]byte, 0, 64<<10)
			x.since = 4
		}
		n, err := x.r.Read(x.buf[have:cap(x.buf)])
		x.buf, x.err = x.buf[:have+n], err
		x.clean = x.convert(x.buf)
	}
	n := copy(p, x.buf[:x.clean])
	x.clean -= n
	x.pos += uint32(n)
	x.buf = x.buf[:copy(x.buf, x.buf[n:])]
	return n, nil
}

// edge reports the top byte of a target that is near.
func edge(b byte) bool { return b == 0 || b == 0xff }

// bitOf is the place of the last branch byte among the three before, allowed
// whether a target can follow there.
var (
	allowed = [8]bool{true, true, true, false, true}
	bitOf   = [8]uint32{0, 1, 2, 2, 3, 3, 3, 3}
)

// convert undoes the filter in b and returns how many bytes are done.
func (x *x86Reader) convert(b []byte) int {
	i := 0
	for ; i+5 <= len(b); i++ {
		if b[i]&0xfe != 0xe8 {
			x.since++
			continue
		}
		if x.since > 3 {
			x.mask = 0
		} else if x.since > 0 {
			x.mask = x.mask << (x.since - 1) & 7
			if x.mask != 0 && (!allowed[x.mask] || edge(b[i+4-int(bitOf[x.mask])])) {
				x.since, x.mask = 1, x.mask<<1&7|1
				continue
			}
		}
		x.since = 1
		if !edge(b[i+4]) {
			x.mask = x.mask<<1&7 | 1
			continue
		}
		x.target(b[i+1:], x.pos+uint32(i)+5)
		i += 4
		x.since = 5
	}
	return i
}

// target makes an absolute target relative to the next instruction.
func (x *x86Reader) target(b []byte, next uint32) {
	v := binary.LittleEndian.Uint32(b)
	for {
		v -= next
		if x.mask == 0 {
			break
		}
		j := bitOf[x.mask] * 8
		if !edge(byte(v >> (24 - j))) {
			break
		}
		v ^= 1<<(32-j) - 1
	}
	v &= 0x01ffffff
	v |= -(v & 0x01000000)
	binary.LittleEndian.PutUint32(b, v)
	x.mask = 0
}
