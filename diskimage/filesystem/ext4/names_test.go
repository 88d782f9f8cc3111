package ext4

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/testimage"
)

// TestEncrypted compares names and link targets with those that the kernel
// shows without the key. The content of files is refused.
func TestEncrypted(t *testing.T) {
	want := testimage.ReadManifest(t, "testdata/encrypt.names.gz")
	fs := fixture(t, "encrypt")
	entries, lost := walk(t, fs)
	for path, w := range want {
		e := entries[path]
		if e == nil {
			t.Errorf("%q is missing", path)
			continue
		}
		if e.Type.String() != w.Type || e.Inode != *w.Inode || e.Link != w.Target || w.Type == "symlink" && e.Size != *w.Size {
			t.Errorf("%q: got %v inode %d target %q, want %+v", path, e.Type, e.Inode, e.Link, w)
		}
		if _, err := fs.OpenEntry(e); e.Type == fstree.TypeFile && path != "/plain" && !errors.Is(err, fstree.ErrEncrypted) {
			t.Errorf("%q: open: got %v, want ErrEncrypted", path, err)
		}
	}
	if len(entries) != len(want)+1 { // and the root
		t.Errorf("got %d entries, want %d", len(entries), len(want)+1)
	}
	if len(lost) != 3 {
		t.Errorf("got %d reports, want one for each of 3 encrypted directories", len(lost))
	}
	for _, d := range lost {
		if !errors.Is(d, fstree.ErrEncrypted) || !strings.HasPrefix(d.Path, "/secret") {
			t.Errorf("got %v", d)
		}
	}
}

// TestHardLinks compares groups of names of one file with the kernel's.
func TestHardLinks(t *testing.T) {
	want := testimage.ReadManifest(t, "testdata/ext4.jsonl.gz")
	first := make(map[uint64]string)
	linked := 0
	for e, err := range fixture(t, "ext4").Walk(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Type == fstree.TypeDir || *want[e.Path].Nlink == 1 {
			if e.HardlinkOf != "" {
				t.Errorf("%q is a link of %q", e.Path, e.HardlinkOf)
			}
			continue
		}
		inode := *want[e.Path].Inode
		if e.HardlinkOf != first[inode] {
			t.Errorf("%q is a link of %q, want %q", e.Path, e.HardlinkOf, first[inode])
		}
		if first[inode] == "" {
			first[inode] = e.Path
		}
		linked++
	}
	if linked != 3 {
		t.Errorf("%d names of files with several, want 3", linked)
	}
}

// TestDirHash hashes the names in leaves that the kernel filled, and finds each
// hash in the range that the index gives to its leaf.
func TestDirHash(t *testing.T) {
	for _, name := range []string{"htree", "htree1k"} {
		fs := fixture(t, name)
		entries, _ := walk(t, fs)
		in, err := fs.inode(uint32(entries["/deep"].Inode))
		if err != nil {
			t.Fatal(err)
		}
		h := hashCheck{t: t, fs: fs, in: in}
		h.node(0, dxRootCount, int(h.block(0)[30]), 0, 1<<32-1)
		if h.names < 2500 || h.levels < 1 {
			t.Errorf("%s: %d names, %d levels", name, h.names, h.levels)
		}
	}
}

// hashCheck walks a directory by its index.
type hashCheck struct {
	t             *testing.T
	fs            *FS
	in            *inode
	names, levels int
}

func (h *hashCheck) block(n uint32) []byte {
	f := h.fs.mapped(h.in, "")
	b := make([]byte, h.fs.sb.blockSize)
	if _, err := f.ReadAt(b, int64(n)*h.fs.sb.blockSize); err != nil && err != io.EOF {
		h.t.Fatal(err)
	}
	return b
}

// node checks the index block n, whose hashes are in [low, high].
func (h *hashCheck) node(n uint32, pos, level int, low, high uint32) {
	b := h.block(n)
	count := int(le16(b, pos+2))
	for i := range count {
		start, end := low, high
		if i > 0 {
			start = le32(b, pos+i*8)
		}
		if i+1 < count {
			end = le32(b, pos+i*8+8)
		}
		child := le32(b, pos+i*8+4)
		if level > 0 {
			h.levels = max(h.levels, level)
			h.node(child, dxNodeCount, level-1, start, end)
		} else {
			h.leaf(h.block(child), start&^1, end|1)
		}
	}
}

func (h *hashCheck) leaf(b []byte, low, high uint32) {
	for at := 0; at < len(b); at += int(le16(b, at+4)) {
		if le32(b, at) == 0 {
			continue
		}
		name := b[at+8:][:b[at+6]]
		hash, _, ok := dirHash(h.fs.sb.hashVersion, h.fs.sb.hashSeed, name)
		if !ok || hash < low || hash > high {
			h.t.Fatalf("%q: hash %#x is outside of %#x to %#x", name, hash, low, high)
		}
		h.names++
	}
}
