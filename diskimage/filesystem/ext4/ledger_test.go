package ext4

import (
	"bytes"
	"encoding/binary"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/testimage"
)

// Without checksums, what was lost is missing in the books of the file system.
func TestLedger(t *testing.T) {
	zero := func(b []byte) { clear(b) }
	tests := []struct {
		name, image string
		at          site
		n           int
		change      func(b []byte)
		want        string // part of the damage; empty for none
	}{
		{"a name", "no-csum", direntOf("/dev", "null"), 4, zero, "in use, and no name leads to it"},
		{"a name of ext2", "ext2", direntOf("/dev", "null"), 4, zero, "in use, and no name leads to it"},
		{"a name of several", "no-csum", direntOf("/d", "hard2"), 4, zero, "links count 3, and 2 names lead to it"},
		{"an extent", "no-csum", inInode("/size-90000", blockFieldOff+2), 2, zero, "belong to something"},
		{"a block pointer", "ext2", inInode("/size-4096", blockFieldOff), 4, zero, "belong to something"},
		{"a pointer block", "ext2", inInode("/size-90000", blockFieldOff+4*directBlocks), 4, zero, "belong to something"},
		{"attributes", "no-csum", inInode("/size-4096", 0x68), 4, zero, "belong to something"},
		{"another file's block", "ext2", inInode("/size-4096", blockFieldOff), 4,
			func(b []byte) { binary.LittleEndian.PutUint32(b, 1) }, "belong"},
		{"a second owner", "ext2", inInode("/size-4096", blockFieldOff+4), 4, nil, "of its blocks belong to something else as well"},
		{"size of a file", "no-csum", inInode("/size-90000", 4), 4, zero, "size 0, and block 21 of the content is written"},
		{"size of a file of ext3", "ext3", inInode("/size-90000", 4), 4, zero, "size 0, and block 21 of the content is written"},
		{"size within the last block", "no-csum", inInode("/size-100", 4), 1, func(b []byte) { b[0] = 50 }, ""},
		{"free count", "ext3", func(_ *testing.T, fs *FS, _ map[string]*fstree.Entry) int64 { return fs.sb.descOffset(0) + 0xC }, 1,
			func(b []byte) { b[0]++ }, "blocks are free"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			image := testimage.Load(t, filepath.Join("testdata", tt.image+".img.zst"))
			fs, entries := fixtureOf(t, image)
			at := tt.at(t, fs, entries)
			if tt.change == nil { // the pointer before
				copy(image[at:at+4], image[at-4:at])
			} else {
				tt.change(image[at:][:tt.n])
			}
			var damage []string
			opened, err := Open(t.Context(), bytes.NewReader(image), int64(len(image)), nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, err := range opened.Walk(t.Context()) {
				if err != nil {
					damage = append(damage, err.Error())
				}
			}
			got := strings.Join(damage, "\n")
			if !strings.Contains(got, tt.want) || tt.want == "" && got != "" {
				t.Errorf("damage %s\nwant %q", got, tt.want)
			}
		})
	}
}

// fixtureOf opens an image without damage and returns its entries by path.
func fixtureOf(t *testing.T, image []byte) (*FS, map[string]*fstree.Entry) {
	t.Helper()
	opened, err := Open(t.Context(), bytes.NewReader(bytes.Clone(image)), int64(len(image)), nil)
	if err != nil {
		t.Fatal(err)
	}
	entries := make(map[string]*fstree.Entry)
	for e, err := range opened.Walk(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		entries[e.Path] = e.Clone()
	}
	return opened.(*FS), entries
}

// direntOf is the inode number in the record of a name in the first block of a directory.
func direntOf(dir, name string) site {
	return func(t *testing.T, fs *FS, entries map[string]*fstree.Entry) int64 {
		at := inBlock(dir, 0, 0)(t, fs, entries)
		b, err := fs.block(uint64(at / fs.sb.blockSize))
		if err != nil {
			t.Fatal(err)
		}
		for off := 0; off < len(b); off += int(le16(b, off+4)) {
			if string(b[off+direntHeader:][:b[off+6]]) == name {
				return at + int64(off)
			}
		}
		t.Fatalf("no %q in %q", name, dir)
		return 0
	}
}

func TestBitset(t *testing.T) {
	b := newBitset(300)
	if n := b.addRow(60, 140); n != 0 {
		t.Errorf("%d of an empty set", n)
	}
	if n := b.addRow(190, 80); n != 10 {
		t.Errorf("%d were there, want 10", n)
	}
	for _, tt := range [][3]uint64{{0, 300, 210}, {60, 1, 1}, {59, 1, 0}, {64, 64, 64}, {63, 66, 66}, {269, 2, 1}} {
		if n := b.count(tt[0], tt[1]); n != tt[2] {
			t.Errorf("%d of %d from %d, want %d", n, tt[1], tt[0], tt[2])
		}
	}
}
