package mbr

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/diskimage/volume"
	"github.com/seed-181f3109/assay/internal/testimage"
)

func open(t testing.TB, image []byte) *volume.Table {
	t.Helper()
	r := bytes.NewReader(image)
	if !Probe(r, r.Size()) {
		t.Fatal("not recognised")
	}
	table, err := Open(t.Context(), r, r.Size(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func load(t testing.TB) []byte { return testimage.Load(t, "../testdata/mbr.img.zst") }

// sfdiskTable is what sfdisk -J prints.
type sfdiskTable struct {
	Table struct {
		ID         string
		Partitions []struct {
			Node        string
			Start, Size int64
			Type        string
			Bootable    bool
		}
	} `json:"partitiontable"`
}

func TestAgainstSfdisk(t *testing.T) {
	b, err := os.ReadFile("../testdata/mbr.json")
	if err != nil {
		t.Fatal(err)
	}
	var want sfdiskTable
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	table := open(t, load(t))
	if "0x"+table.ID != want.Table.ID || len(table.Damage) > 0 || len(table.Anomalies) > 0 {
		t.Errorf("id %s, damage %v, anomalies %v", table.ID, table.Damage, table.Anomalies)
	}
	got := make(map[string]volume.Volume)
	for _, v := range table.Volumes {
		got[v.Name] = v
	}
	count := 0
	for _, p := range want.Table.Partitions {
		if p.Type == "f" { // the extended partition is a container
			continue
		}
		count++
		number := strings.TrimPrefix(p.Node, "mbr.img")
		v := got["p"+number]
		var n int
		fmt.Sscan(number, &n)
		if v.Start != p.Start*512 || v.Size != p.Size*512 || strings.TrimLeft(v.TypeID, "0x") != p.Type ||
			v.Number != n || v.UUID != fmt.Sprintf("deadbeef-%02x", n) || (len(v.Flags) > 0) != p.Bootable {
			t.Errorf("%s: got %+v, want %+v", p.Node, v, p)
		}
	}
	if len(got) != count {
		t.Errorf("%d partitions, want %d", len(got), count)
	}
}

// extended is the sector where the extended partition of the fixture starts.
const extended = 40960

func TestBrokenChains(t *testing.T) {
	whole := load(t)
	find := func(sector int) []byte { return whole[sector*512:] }
	// Where the second record is depends on sfdisk; the first one names it.
	next := extended + int(binary.LittleEndian.Uint32(find(extended)[462+8:]))
	tests := []struct {
		name   string
		change func(b []byte)
		want   string
		left   int // volumes
	}{
		{"loop", func(b []byte) { binary.LittleEndian.PutUint32(b[next*512+462+8:], 0) }, "loops", 5},
		{"itself", func(b []byte) { binary.LittleEndian.PutUint32(b[next*512+462+8:], uint32(next-extended)) }, "loops", 5},
		{"signature", func(b []byte) { b[next*512+510] = 0 }, "no signature", 4},
		{"off the disk", func(b []byte) { binary.LittleEndian.PutUint32(b[next*512+462+8:], 0x7fffffff) }, "cannot be read", 5},
		{"beyond the end", func(b []byte) { binary.LittleEndian.PutUint32(b[446+16+12:], 1<<20) }, "behind the end", 6},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := bytes.Clone(whole)
			tt.change(b)
			table := open(t, b)
			if s := fmt.Sprint(table.Damage); !strings.Contains(s, tt.want) {
				t.Errorf("damage %s, want %q", s, tt.want)
			}
			if len(table.Volumes) != tt.left {
				t.Errorf("%d volumes, want %d", len(table.Volumes), tt.left)
			}
		})
	}
}

func TestProbeRefuses(t *testing.T) {
	whole := load(t)[:4096]
	for name, change := range map[string]func(b []byte){
		"no signature": func(b []byte) { b[511] = 0 },
		"bad status":   func(b []byte) { b[446+32] = 'P' },
		"no entry":     func(b []byte) { clear(b[446:510]) },
	} {
		b := bytes.Clone(whole)
		change(b)
		if Probe(bytes.NewReader(b), int64(len(b))) {
			t.Errorf("%s: taken for a table", name)
		}
	}
}

func TestOverlapAndStaleGPT(t *testing.T) {
	b := load(t)
	binary.LittleEndian.PutUint32(b[446+12:], 20480) // p1 into p2
	copy(b[512:], "EFI PART")
	s := fmt.Sprint(open(t, b).Anomalies)
	if !strings.Contains(s, "volumes-overlap") || !strings.Contains(s, "gpt-ignored") {
		t.Errorf("anomalies %s", s)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(load(f)[:1024])
	small := make([]byte, 8192) // a chain of two records in 16 sectors
	copy(small[446:], []byte{0, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0, 14, 0, 0, 0})
	copy(small[1024+446:], []byte{0, 0, 0, 0, 0x83, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0})
	copy(small[3072+446:], []byte{0, 0, 0, 0, 0x83, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0})
	small[510], small[511], small[1534], small[1535], small[3582], small[3583] = 0x55, 0xaa, 0x55, 0xaa, 0x55, 0xaa
	f.Add(small)
	f.Fuzz(func(t *testing.T, image []byte) {
		r := bytes.NewReader(image)
		for _, sector := range []int64{0, 4096} {
			table, err := Open(t.Context(), r, r.Size(), &volume.Options{SectorSize: sector})
			if err != nil {
				continue
			}
			for _, v := range table.Volumes {
				if v.Start < 0 || v.Size < 0 || v.Available(r.Size()) < 0 {
					t.Fatalf("volume %+v", v)
				}
			}
		}
	})
}
