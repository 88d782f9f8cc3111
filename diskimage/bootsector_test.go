package diskimage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/internal/testimage"
)

// FAT on a whole disk as mformat writes it has an entry for the whole disk in its
// boot sector, which may end behind it.
func TestFATOnAWholeDisk(t *testing.T) {
	for name, kind := range map[string]string{"floppy": "fat12", "super": "fat32"} {
		path := unpacked(t, name+".img.zst", name)
		r, d := readFile(t, path)
		if r.Damage > 0 || len(d.Anomalies()) > 0 || d.Info().Table != nil || d.Info().Volumes[0].Content != kind {
			t.Errorf("%s: damage %v, anomalies %v, info %+v", name, r.First, d.Anomalies(), d.Info())
		}
		if e := r.Entries["/"+name+".txt"]; e.Size != int64(len("content of "+name+"\n")) {
			t.Errorf("%s: entries %v", name, r.Entries)
		}
		if kind, err := Detect(path); kind != "fat" || err != nil {
			t.Errorf("%s: detected as %q, %v", name, kind, err)
		}
	}
}

// Boot code that looks like an entry makes no partitions of a FAT volume, but is told.
func TestBootCodeLikeAnEntry(t *testing.T) {
	b := testimage.Load(t, "testdata/floppy.img.zst")
	e := b[446+16:]
	e[4] = 0x83
	binary.LittleEndian.PutUint32(e[8:], 1000)
	binary.LittleEndian.PutUint32(e[12:], 500)
	r, d := read(t, b)
	if s := fmt.Sprint(d.Anomalies()); r.Damage > 0 || d.Info().Table != nil || strings.Count(s, "partition-in-boot-sector") != 1 {
		t.Errorf("damage %v, anomalies %s, table %+v", r.First, s, d.Info().Table)
	}
	// the entry leads to a file system: a disk with partitions
	b = append(b, testimage.Load(t, "testdata/single.img.zst")...)
	binary.LittleEndian.PutUint32(e[8:], 2880)
	b2 := bytes.Clone(b)
	copy(b2[446+16:], e[:16])
	_, d = read(t, b2)
	names := d.volumeNames()
	if !slices.Contains(names, "p2") || d.Info().Table == nil {
		t.Errorf("volumes %v", names)
	}
}

// The first sector of a disk with partitions may hold parameters of a FAT volume:
// boot managers leave them there.
func TestParametersInATable(t *testing.T) {
	b := testimage.Load(t, "testdata/tables.img.zst")
	copy(b, testimage.Load(t, "testdata/super.img.zst")[:440])
	binary.LittleEndian.PutUint32(b[32:], uint32(len(b)/512))
	path := written(t, "image", b)
	r, d := readFile(t, path)
	if d.Info().Table == nil || !slices.Equal(d.volumeNames(), []string{"p1", "p2", "p5", "p6"}) || r.Damage > 0 {
		t.Errorf("volumes %v, damage %v", d.volumeNames(), r.First)
	}
	if kind, err := Detect(path); kind != "mbr" || err != nil {
		t.Errorf("detected as %q, %v", kind, err)
	}
}
