package diskimage

import (
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"github.com/seed-181f3109/assay/internal/testimage"
)

// mbrDisk writes a disk with one primary partition for each image, 1 MiB apart,
// and returns its path.
func mbrDisk(t testing.TB, images ...[]byte) string {
	t.Helper()
	disk := make([]byte, (len(images)+1)<<20)
	disk[510], disk[511] = 0x55, 0xaa
	for i, image := range images {
		e := disk[446+i*16:]
		e[4] = 0x83
		binary.LittleEndian.PutUint32(e[8:], uint32(i+1)<<11)
		binary.LittleEndian.PutUint32(e[12:], uint32(len(image)/512))
		copy(disk[(i+1)<<20:], image)
	}
	return written(t, "disk.img", disk)
}

func describePairs(pairs []Pairing) []string {
	var out []string
	for _, p := range pairs {
		g, s := "-", "-"
		if p.Golden != nil {
			g = p.Golden.Name
		}
		if p.Suspect != nil {
			s = p.Suspect.Name
		}
		out = append(out, fmt.Sprintf("%s %s %s", g, s, p.By))
	}
	return out
}

// Neither disk has a system; the suspect has got a volume in front.
func TestAlignWithoutSystem(t *testing.T) {
	ext := testimage.Load(t, "testdata/single.img.zst")
	fat := testimage.Load(t, "filesystem/fat/testdata/tiny.img.zst")
	golden := open(t, mbrDisk(t, ext), nil)
	suspect := open(t, mbrDisk(t, fat, ext), nil)
	before, _ := list(t, suspect)
	if !slices.Contains(before, "live p2 /@p2/file /file") {
		t.Errorf("two file systems and no system: %q", before)
	}
	if got, want := describePairs(Align(golden, suspect)), []string{"p1 p2 file system uuid", "- p1 "}; !slices.Equal(got, want) {
		t.Errorf("pairs %q, want %q", got, want)
	}
	g, _ := list(t, golden)
	s, damage := list(t, suspect)
	if !slices.Contains(g, "live p1 /file /file") || !slices.Contains(s, "live p2 /file /file") || !slices.Contains(s, "live p1 /@p1+/lower.txt /lower.txt") {
		t.Errorf("golden %q\nsuspect %q", g, s)
	}
	if len(damage) > 0 {
		t.Errorf("damage %q", damage)
	}
	// Everything can still be opened under its new name.
	for e, err := range suspect.Walk(t.Context()) {
		if err == nil && e.Path == "/@p1+/lower.txt" {
			if f, err := suspect.OpenEntry(e.Clone()); err != nil {
				t.Error(err)
			} else {
				f.Close()
			}
		}
	}
}

func TestPairServers(t *testing.T) {
	path := unpacked(t, "server.img.zst", "server.img")
	golden, suspect := open(t, path, nil), open(t, path, nil)
	pairs := Align(golden, suspect)
	if len(pairs) != 10 {
		t.Errorf("%d pairs", len(pairs))
	}
	for _, p := range pairs {
		if p.Golden == nil || p.Suspect == nil || p.Golden.Name != p.Suspect.Name {
			t.Errorf("pair %+v", p)
		}
	}
	g, _ := list(t, golden)
	s, _ := list(t, suspect)
	if !slices.Equal(g, s) {
		t.Error("the same disk twice is not the same")
	}
}

// Of two systems that could both be it, the first on the disk is taken, and the
// choice is told.
func TestTwoSystems(t *testing.T) {
	server := testimage.Load(t, "testdata/server.img.zst")
	root := server[4096*512 : 8192*512]
	disk := make([]byte, 6<<20)
	disk[510], disk[511] = 0x55, 0xaa
	for i := range 2 {
		e := disk[446+i*16:]
		e[4] = 0x83
		binary.LittleEndian.PutUint32(e[8:], uint32(2048+i*4096))
		binary.LittleEndian.PutUint32(e[12:], 4096)
		copy(disk[1<<20+i*2<<20:], root)
	}
	d := open(t, written(t, "two.img", disk), nil)
	info := d.Info()
	if info.OS.Volume != "p1" || len(info.Notes) != 1 || info.Volumes[1].MountPoint != "" {
		t.Errorf("system %+v, notes %q", info.OS, info.Notes)
	}
	lines, _ := list(t, d)
	if !slices.Contains(lines, "live p1 /etc/fstab /etc/fstab") || !slices.Contains(lines, "live p2 /@p2/etc/fstab /etc/fstab") {
		t.Errorf("%q", lines)
	}
}
