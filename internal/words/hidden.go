package words

import "encoding/binary"

// Differences returns each byte of b under exclusive or with the next one, in the
// memory of buf if that is large enough. What is hidden under one byte of key has
// the differences of the plain text, whatever the key.
func Differences(b, buf []byte) []byte {
	if len(b) < 2 {
		return buf[:0]
	}
	n := len(b) - 1
	if cap(buf) < n {
		buf = make([]byte, n)
	}
	buf = buf[:n]
	i := 0
	for ; i+9 <= len(b); i += 8 {
		binary.LittleEndian.PutUint64(buf[i:], binary.LittleEndian.Uint64(b[i:])^binary.LittleEndian.Uint64(b[i+1:]))
	}
	for ; i < n; i++ {
		buf[i] = b[i] ^ b[i+1]
	}
	return buf
}
