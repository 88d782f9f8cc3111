package diskimage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/testimage"
)

// What the formats' own tools write is recognised.
func TestRecogniseRealSuperblocks(t *testing.T) {
	for fixture, want := range map[string]string{
		"btrfs": "btrfs", "ntfs": "ntfs", "lvm2": "lvm2", "swap": "swap", "swap-64k": "swap",
	} {
		b := testimage.Load(t, "testdata/super."+fixture+".zst")
		c := recognise(bytes.NewReader(b), int64(len(b)), 0)
		if c.name != want {
			t.Errorf("%s is %q, want %q", fixture, c.name, want)
		}
		d := open(t, mbrDisk(t, b[:1<<20]), nil)
		v := d.Info().Volumes[0]
		if v.Content != want || c.opaque != (v.Error == nil) || c.opaque == (len(d.Damage()) > 0) {
			t.Errorf("%s: content %q, error %v, damage %v", fixture, v.Content, v.Error, d.Damage())
		}
		if v.Error != nil && !errors.Is(v.Error, fstree.ErrUnsupported) {
			t.Errorf("%s: %v", fixture, v.Error)
		}
	}
}

// Each magic number alone is enough, and none hides another row of the table.
func TestSignatures(t *testing.T) {
	for _, s := range signatures {
		b := make([]byte, s.off+4096)
		copy(b[s.off:], s.magic)
		if c := recognise(bytes.NewReader(b), int64(len(b)), 0); c != s.content {
			t.Errorf("%q at %d is %+v, want %+v", s.magic, s.off, c, s.content)
		}
	}
	b := make([]byte, 300<<10)
	for _, find := range []struct {
		off   int
		magic string
		want  string
	}{
		{4086, "SWAPSPACE2", "swap"}, {65526, "SWAPSPACE2", "swap"}, {4086, "LINHIB0001", "swap, suspended system"},
		{128<<10 + 5<<10, "\x0c\xb1\xba\x00\x00\x00\x00\x00", "zfs"}, {250 << 10, "\x00\x00\x00\x00\x00\xba\xb1\x0c", "zfs"},
		{len(b) - 512, "PRIVHEAD", "ldm"}, {512, "EFI PART", "disk with a partition table"},
	} {
		clear(b)
		copy(b[find.off:], find.magic)
		if c := recognise(bytes.NewReader(b), int64(len(b)), 0); c.name != find.want {
			t.Errorf("%q at %d is %q, want %q", find.magic, find.off, c.name, find.want)
		}
	}
}

// A member of a RAID whose superblock is at the end looks like a file system;
// only a mirror is read as one.
func TestRaidAtTheEnd(t *testing.T) {
	ext := testimage.Load(t, "testdata/single.img.zst")
	for name, tt := range map[string]struct{ off, levelAt int }{
		"1.0": {(len(ext)+1<<16)/512&^7*512 - 16*512, 72}, "0.90": {len(ext), 28},
	} {
		for level, readable := range map[uint32]bool{1: true, 5: false, 0: false} {
			b := append(bytes.Clone(ext), make([]byte, 1<<16)...)
			binary.LittleEndian.PutUint32(b[tt.off:], 0xa92b4efc)
			binary.LittleEndian.PutUint32(b[tt.off+tt.levelAt:], level)
			v := open(t, mbrDisk(t, b), nil).Info().Volumes[0]
			if v.Readable() != readable || !readable && v.Content != "md raid" {
				t.Errorf("superblock %s, level %d: %q, %v", name, level, v.Content, v.Error)
			}
		}
	}
}

func TestForeignArchives(t *testing.T) {
	tar := func(member string) []byte {
		b := make([]byte, 2048)
		copy(b, member)
		copy(b[257:], "ustar")
		return b
	}
	for _, tt := range []struct {
		b    []byte
		want string
		disk bool
	}{
		{tar("box.ovf"), "ova", true}, {tar("disk.raw"), "gcp disk.raw.tar", true}, {tar("manifest.json"), "tar archive", false},
		{append([]byte("PK\x03\x04"), make([]byte, 600)...), "zip archive", false}, {append([]byte("EVF\x09\x0d\x0a\xff\x00"), make([]byte, 600)...), "ewf (E01)", true},
		{make([]byte, 2048), "", false},
	} {
		if name, disk := foreignOf(bytes.NewReader(tt.b), int64(len(tt.b))); name != tt.want || disk != tt.disk {
			t.Errorf("got %q %v, want %q %v", name, disk, tt.want, tt.disk)
		}
	}
}

// A disk of nothing is empty, and that is no damage. The place for the boot code
// is there, so that code that was wiped is seen as changed.
func TestEmptyDisk(t *testing.T) {
	d := open(t, mbrDisk(t, make([]byte, 4096)), nil)
	lines, damage := list(t, d)
	want := []string{"live  /@boot ", "live  /@boot/mbr "}
	if !slices.Equal(lines, want) || len(damage) != 0 || d.Info().Volumes[0].Content != "empty" {
		t.Errorf("lines %q, damage %q", lines, damage)
	}
}

func TestFileSystemBesideTable(t *testing.T) {
	ext := testimage.Load(t, "testdata/single.img.zst")
	path := mbrDisk(t, ext)
	d := open(t, path, nil)
	if len(d.Anomalies()) != 0 {
		t.Errorf("anomalies %v", d.Anomalies())
	}
	writeAt(t, path, ext[1024:2048], 1024)
	d = open(t, path, nil)
	if s := fmt.Sprint(d.Anomalies()); !strings.Contains(s, "file-system-beside-table") || len(d.Info().Volumes) != 1 {
		t.Errorf("anomalies %s", s)
	}
}
