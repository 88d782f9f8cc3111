package ext4

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
)

// manyInodes is an image of 64 MiB that claims 67 million inodes in use, as its
// 8192 groups of eight blocks share one bitmap and one inode table.
func manyInodes() []byte {
	const blocks, perGroup, inodes = 64 << 10, 8, 8192
	b := make([]byte, blocks<<10)
	le := binary.LittleEndian
	s := b[superOffset:]
	groups := uint32((blocks - 1 + perGroup - 1) / perGroup)
	for off, v := range map[int]uint32{
		0x0: groups * inodes, 0x4: blocks, 0x14: 1, 0x20: perGroup, 0x24: perGroup, 0x28: inodes, 0x38: superMagic | stateValid<<16,
	} {
		le.PutUint32(s[off:], v)
	}
	const bitmap, table = 1000, 1001
	for g := range groups {
		d := b[2<<10+g*32:]
		le.PutUint32(d, bitmap)
		le.PutUint32(d[4:], bitmap)
		le.PutUint32(d[8:], table)
	}
	for i := range 1024 {
		b[bitmap<<10+i] = 0xff
	}
	le.PutUint16(b[table<<10+128:], modeDir)
	return b
}

// Inode tables lie beside each other, so that there cannot be more inodes than
// the file system has room for, and a walk over them ends.
func TestTooManyInodes(t *testing.T) {
	b := manyInodes()
	fs, err := Open(t.Context(), bytes.NewReader(b), int64(len(b)), nil)
	if err == nil {
		for range fs.Walk(t.Context()) {
		}
	}
	if !errors.Is(err, fstree.ErrCorrupt) {
		t.Errorf("got %v, want ErrCorrupt", err)
	}
}
