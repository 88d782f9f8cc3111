package ext4

import (
	"encoding/binary"
	"hash/crc32"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// crc32c continues a CRC-32C without the inversions before and after, which is
// how the file system chains and stores it.
//
// Source: ext4 data structures and algorithms, section "Checksums".
func crc32c(crc uint32, p []byte) uint32 {
	return ^crc32.Update(^crc, castagnoli, p)
}

// crc32cWord continues a checksum over one little-endian 32-bit word.
func crc32cWord(crc, v uint32) uint32 {
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], v)
	return crc32c(crc, b[:])
}

// crc32cLong continues a checksum over one little-endian 64-bit word.
func crc32cLong(crc uint32, v uint64) uint32 {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], v)
	return crc32c(crc, b[:])
}

// crc16 continues the CRC-16 (polynomial 0xA001, reflected) that group
// descriptors carry under the feature uninit_bg.
func crc16(crc uint16, p []byte) uint16 {
	for _, c := range p {
		crc = crc>>8 ^ crc16Table[byte(crc)^c]
	}
	return crc
}

var crc16Table = makeCRC16()

func makeCRC16() (t [256]uint16) {
	for i := range t {
		c := uint16(i)
		for range 8 {
			if c&1 != 0 {
				c = c>>1 ^ 0xA001
			} else {
				c >>= 1
			}
		}
		t[i] = c
	}
	return t
}
