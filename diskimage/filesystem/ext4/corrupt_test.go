package ext4

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/testimage"
)

// site finds a byte of an image for a test to change.
type site func(t *testing.T, fs *FS, entries map[string]*fstree.Entry) int64

func inodeOf(t *testing.T, fs *FS, entries map[string]*fstree.Entry, path string) *inode {
	t.Helper()
	e := entries[path]
	if e == nil {
		t.Fatalf("no %q", path)
	}
	in, err := fs.inode(uint32(e.Inode))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// inInode is byte at of the inode of path.
func inInode(path string, at int64) site {
	return func(t *testing.T, fs *FS, entries map[string]*fstree.Entry) int64 {
		return inodeOf(t, fs, entries, path).off + at
	}
}

// inBlock is byte at of block n of the file or directory at path.
func inBlock(path string, n uint64, at int64) site {
	return func(t *testing.T, fs *FS, entries map[string]*fstree.Entry) int64 {
		r, err := fs.mapping(inodeOf(t, fs, entries, path), nil).find(n)
		if err != nil || r.state != runData {
			t.Fatal(r, err)
		}
		return int64(r.phys+n-r.first)*fs.sb.blockSize + at
	}
}

// inNode is byte at of the last block of the mapping of path.
func inNode(path string, at int64) site {
	return func(t *testing.T, fs *FS, entries map[string]*fstree.Entry) int64 {
		last := uint64(0)
		if err := fs.mapping(inodeOf(t, fs, entries, path), nil).nodes(func(b uint64) bool { last = b; return true }); err != nil || last == 0 {
			t.Fatal(last, err)
		}
		return int64(last)*fs.sb.blockSize + at
	}
}

// TestChecksums flips a bit that nothing but a checksum guards in every checked
// structure. It is reported at that structure, and every entry is still there.
func TestChecksums(t *testing.T) {
	tests := []struct {
		image, structure string
		at               site
	}{
		{"small", "superblock", func(*testing.T, *FS, map[string]*fstree.Entry) int64 { return superOffset + 0x3A0 }},
		{"small", "group descriptor 0", func(_ *testing.T, fs *FS, _ map[string]*fstree.Entry) int64 { return fs.sb.descOffset(0) + 12 }},
		{"uninit", "group descriptor 1", func(_ *testing.T, fs *FS, _ map[string]*fstree.Entry) int64 { return fs.sb.descOffset(1) + 12 }},
		{"small", "inode ", inInode("/size-4096", 0x10)},
		{"inode128-csum", "inode ", inInode("/size-4096", 0x10)},
		{"inode1024", "inode ", inInode("/size-4096", 900)},
		{"small", "extent block of inode", inNode("/pieces", 1020)},
		{"small", "directory inode", inBlock("/dev", 0, 23)},
		{"htree", "directory inode", inBlock("/deep", 0, 2040)},
		{"small", "extended attribute block", func(t *testing.T, fs *FS, entries map[string]*fstree.Entry) int64 {
			return int64(inodeOf(t, fs, entries, "/size-4096").fileACL)*fs.sb.blockSize + 8 + 12
		}},
		{"ea-inode", "extended attribute", func(t *testing.T, fs *FS, entries map[string]*fstree.Entry) int64 {
			var value uint32
			a, err := fs.body(inodeOf(t, fs, entries, "/size-4097"))
			if err == nil {
				err = a.each(func(e *xattrEntry) { value = max(value, e.inum) })
			}
			v, ierr := fs.inode(value)
			if err != nil || ierr != nil {
				t.Fatal(err, ierr)
			}
			r, err := fs.mapping(v, nil).find(2)
			if err != nil {
				t.Fatal(err)
			}
			return int64(r.phys) * fs.sb.blockSize
		}},
		{"orphan-file-used", "orphan file block", func(t *testing.T, fs *FS, _ map[string]*fstree.Entry) int64 {
			in, err := fs.inode(fs.sb.orphanFile)
			if err != nil {
				t.Fatal(err)
			}
			r, err := fs.mapping(in, nil).find(0)
			if err != nil {
				t.Fatal(err)
			}
			return int64(r.phys+1)*fs.sb.blockSize - 1
		}},
	}
	for _, tt := range tests {
		t.Run(tt.image+" "+tt.structure, func(t *testing.T) {
			image := testimage.Load(t, "testdata/"+tt.image+".img.zst")
			fs := openBytes(t, image)
			before, lost := walk(t, fs)
			if len(lost) > 0 {
				t.Fatal(lost)
			}
			image[tt.at(t, fs, before)] ^= 0x40
			after, lost := walk(t, openBytes(t, image))
			if len(after) != len(before) {
				t.Errorf("got %d entries, want %d", len(after), len(before))
			}
			if len(lost) == 0 || !strings.HasPrefix(lost[0].Structure, tt.structure) || !errors.Is(lost[0], fstree.ErrChecksum) {
				t.Errorf("got %v, want a wrong checksum of %q", lost, tt.structure)
			}
		})
	}
}

// dirent returns the offset of the directory record of path.
func dirent(t *testing.T, image []byte, fs *FS, entries map[string]*fstree.Entry, path string) int64 {
	t.Helper()
	dir, name := fstree.Split(path)
	in := inodeOf(t, fs, entries, dir)
	m := fs.mapping(in, nil)
	for n := uint64(0); n < uint64(in.size/fs.sb.blockSize); n++ {
		r, err := m.find(n)
		if err != nil {
			t.Fatal(err)
		}
		off := int64(r.phys+n-r.first) * fs.sb.blockSize
		block := image[off : off+fs.sb.blockSize]
		for at := 0; at < len(block); at += int(le16(block, at+4)) {
			if string(block[at+8:][:block[at+6]]) == name {
				return off + int64(at)
			}
		}
	}
	t.Fatalf("no record of %q", path)
	return 0
}

// TestBrokenDirectories changes records of directories on an image without
// checksums. Each change is reported, with the words that tell what it is.
func TestBrokenDirectories(t *testing.T) {
	put := binary.LittleEndian
	tests := []struct {
		name   string
		change func(record []byte, entries map[string]*fstree.Entry)
		path   string // whose record is changed
		want   string // in the report
		gone   string // entry that is no longer there, empty if none
	}{
		{"cycle", func(r []byte, e map[string]*fstree.Entry) { put.PutUint32(r, uint32(e["/d"].Inode)) }, "/d/e/f", "second time", "/d/e/f"},
		{"file as directory", func(r []byte, e map[string]*fstree.Entry) { r[7] = 2 }, "/small", "type 2, mode", ""},
		{"other inode", func(r []byte, e map[string]*fstree.Entry) { put.PutUint32(r, uint32(e["/empty"].Inode)) }, "/small", "a second name", ""},
		{"free inode", func(r []byte, _ map[string]*fstree.Entry) { put.PutUint32(r, 250) }, "/small", "free inode", "/small"},
		{"reserved inode", func(r []byte, _ map[string]*fstree.Entry) { put.PutUint32(r, 7) }, "/small", "reserved inode", ""},
		{"inode out of range", func(r []byte, _ map[string]*fstree.Entry) { put.PutUint32(r, 1<<31) }, "/small", "has 256 inodes", "/small"},
		{"length zero", func(r []byte, _ map[string]*fstree.Entry) { put.PutUint16(r[4:], 0) }, "/small", "record of 0 bytes", "/small"},
		{"length odd", func(r []byte, _ map[string]*fstree.Entry) { r[4]++ }, "/small", "record of", "/small"},
		{"length too long", func(r []byte, _ map[string]*fstree.Entry) { put.PutUint16(r[4:], 0xFFF0) }, "/small", "record of", "/small"},
		{"name too long", func(r []byte, _ map[string]*fstree.Entry) { r[6] = 200 }, "/small", "with a name of 200", "/small"},
		{"slash", func(r []byte, _ map[string]*fstree.Entry) { r[9] = '/' }, "/small", `"s/all"`, "/small"},
		{"zero byte", func(r []byte, _ map[string]*fstree.Entry) { r[9] = 0 }, "/small", `"s\x00all"`, "/small"},
		{"no name", func(r []byte, _ map[string]*fstree.Entry) { r[6] = 0 }, "/small", `name ""`, "/small"},
		{"dots", func(r []byte, _ map[string]*fstree.Entry) { r[6] = 2; copy(r[8:], "..") }, "/small", `".."`, "/small"},
		{"twice", func(r []byte, _ map[string]*fstree.Entry) { copy(r[8:], "empty") }, "/small", "second entry of this name", "/small"},
		{"wrong parent", func(r []byte, _ map[string]*fstree.Entry) { put.PutUint32(r, 11) }, "/d/..", `".." is inode 11`, ""},
		{"wrong self", func(r []byte, _ map[string]*fstree.Entry) { put.PutUint32(r, 11) }, "/d/.", `"." is inode 11`, ""},
	}
	base := testimage.Load(t, "testdata/no-csum.img.zst")
	fs := openBytes(t, base)
	before, _ := walk(t, fs)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			image := bytes.Clone(base)
			tt.change(image[dirent(t, image, fs, before, tt.path):], before)
			after, lost := walk(t, openBytes(t, image))
			if !strings.Contains(fmt.Sprint(lost), tt.want) {
				t.Errorf("got %v, want %q", lost, tt.want)
			}
			if len(lost) == 0 || lost[0].Offset < 0 && tt.name != "inode out of range" {
				t.Errorf("no offset in %v", lost)
			}
			if tt.gone != "" && after[tt.gone] != nil || tt.gone == "" && len(after) != len(before) {
				t.Errorf("%d entries of %d, %q: %v", len(after), len(before), tt.gone, after[tt.gone])
			}
		})
	}
}

// TestLostIndex makes leaves of a hashed directory unreachable by the index.
func TestLostIndex(t *testing.T) {
	image := testimage.Load(t, "testdata/htree1k.img.zst")
	fs := openBytes(t, image)
	before, _ := walk(t, fs)
	root := inBlock("/deep", 0, 0)(t, fs, before)
	put := binary.LittleEndian
	if count := le16(image, int(root)+34); count < 3 {
		t.Fatal("index of", count)
	} else {
		put.PutUint16(image[root+34:], count-1)
	}
	after, lost := walk(t, openBytes(t, image))
	if len(after) != len(before) {
		t.Errorf("got %d entries, want %d", len(after), len(before))
	}
	if !strings.Contains(fmt.Sprint(lost), "not in the hash index") {
		t.Errorf("got %v", lost)
	}
}

// TestBrokenMappings changes mappings of files and directories.
func TestBrokenMappings(t *testing.T) {
	tests := []struct {
		image, path string
		at          site
		value       byte
		want        string
	}{
		{"no-csum", "/size-20000", inInode("/size-20000", 0x28), 0, "eh_magic"},
		{"no-csum", "/size-20000", inInode("/size-20000", 0x28+6), 9, "eh_depth"},
		{"no-csum", "/size-20000", inInode("/size-20000", 0x28+2), 9, "eh_entries"},
		{"no-csum", "/size-20000", inInode("/size-20000", 0x28+23), 0xFF, "blocks 427"},
		{"no-csum", "/size-20000", inInode("/size-20000", 0x28+18), 0xFF, "corrupt"},
		{"small", "/pieces", inNode("/pieces", 0), 0, "eh_magic"},
		{"ext2", "/map", inInode("/map", 0x28+12*4+2), 0xFF, "blocks"},
		{"ext2", "/map", inNode("/map", 3), 0xFF, "blocks"},
		{"ext2", "/d", inInode("/d", 0x28), 0, "hole"},
	}
	for _, tt := range tests {
		t.Run(tt.image+tt.path+" "+tt.want, func(t *testing.T) {
			image := testimage.Load(t, "testdata/"+tt.image+".img.zst")
			fs := openBytes(t, image)
			before, _ := walk(t, fs)
			image[tt.at(t, fs, before)] = tt.value
			damaged := openBytes(t, image)
			after, lost := walk(t, damaged)
			reports := fmt.Sprint(lost)
			if e := after[tt.path]; e.Type == fstree.TypeFile {
				f, err := damaged.OpenEntry(e)
				if err != nil {
					t.Fatal(err)
				}
				_, err = f.ReadAt(make([]byte, e.Size), 0)
				if d, ok := errors.AsType[*fstree.Damage](err); !ok || d.Path != tt.path {
					t.Errorf("content: %v", err)
				}
				reports += fmt.Sprint(err)
			}
			if !strings.Contains(reports, tt.want) {
				t.Errorf("got %v, want %q", reports, tt.want)
			}
		})
	}
}

// TestTruncatedImage cuts the end off: everything lost is reported.
func TestTruncatedImage(t *testing.T) {
	image := testimage.Load(t, "testdata/small.img.zst")
	for _, size := range []int{len(image) - 1, len(image) / 2, 300 << 10, 70 << 10} {
		_, lost := walk(t, openBytes(t, image[:size]))
		if len(lost) == 0 || !strings.Contains(lost[0].Error(), "file system of 8388608 bytes") {
			t.Errorf("%d bytes: %v", size, lost)
		}
	}
}
