package gpt

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"os"
	"slices"
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

func load(t testing.TB, name string) []byte { return testimage.Load(t, "../testdata/"+name+".img.zst") }

// sfdiskTable is what sfdisk -J prints.
type sfdiskTable struct {
	Table struct {
		ID         string
		SectorSize int64
		Partitions []struct {
			Node        string
			Start, Size int64
			Type, UUID  string
			Name, Attrs string
		}
	} `json:"partitiontable"`
}

func TestAgainstSfdisk(t *testing.T) {
	for name, wantAnomaly := range map[string]string{
		"gpt": "", "gpt4k": "", "resized": "", "hybrid": "", "backup": "gpt-primary-bad", "grown": "gpt-backup-not-at-end",
	} {
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile("../testdata/" + name + ".json")
			if err != nil {
				t.Fatal(err)
			}
			var want sfdiskTable
			if err := json.Unmarshal(b, &want); err != nil {
				t.Fatal(err)
			}
			table := open(t, load(t, name))
			if !strings.EqualFold(table.ID, want.Table.ID) || table.SectorSize != want.Table.SectorSize || len(table.Damage) > 0 {
				t.Errorf("id %s, sectors of %d, damage %v", table.ID, table.SectorSize, table.Damage)
			}
			var rules []string
			for _, a := range table.Anomalies {
				rules = append(rules, a.Rule)
			}
			if strings.Join(rules, " ") != wantAnomaly {
				t.Errorf("anomalies %q, want %q", rules, wantAnomaly)
			}
			compareTable(t, table, &want)
		})
	}
}

func compareTable(t *testing.T, table *volume.Table, want *sfdiskTable) {
	t.Helper()
	if len(table.Volumes) != len(want.Table.Partitions) {
		t.Errorf("%d partitions, want %d", len(table.Volumes), len(want.Table.Partitions))
	}
	for _, p := range want.Table.Partitions {
		i := slices.IndexFunc(table.Volumes, func(v volume.Volume) bool { return strings.EqualFold(v.UUID, p.UUID) })
		if i < 0 {
			t.Errorf("%s is missing", p.Node)
			continue
		}
		v, s := table.Volumes[i], want.Table.SectorSize
		if v.Start != p.Start*s || v.Size != p.Size*s || !strings.EqualFold(v.TypeID, p.Type) || v.Label != p.Name ||
			!strings.HasSuffix(p.Node, fmt.Sprint(v.Number)) {
			t.Errorf("got %+v, want %+v", v, p)
		}
		if (p.Attrs != "") != (len(v.Flags) > 0) {
			t.Errorf("flags %q, want %q", v.Flags, p.Attrs)
		}
	}
	if got := table.Volumes[0].Type; want.Table.SectorSize == 512 && got != "BIOS boot" {
		t.Errorf("first type is %q", got)
	}
}

// seal makes the checksums of a header at off fit what it says.
func seal(b []byte, off int) {
	h := b[off:]
	entries := b[binary.LittleEndian.Uint64(h[72:])*512:][:binary.LittleEndian.Uint32(h[80:])*binary.LittleEndian.Uint32(h[84:])]
	binary.LittleEndian.PutUint32(h[88:], crc32.ChecksumIEEE(entries))
	clear(h[16:20])
	binary.LittleEndian.PutUint32(h[16:], crc32.ChecksumIEEE(h[:92]))
}

func TestContradictions(t *testing.T) {
	whole := load(t, "gpt")
	last := len(whole) - 512
	entries := 2 * 512
	tests := []struct {
		name   string
		change func(b []byte)
		want   string // in anomalies or damage
		count  int
	}{
		{"another table in the backup", func(b []byte) { b[last-32*512+32]++; seal(b, last) }, "gpt-backup-differs", 4},
		{"bad checksum in front", func(b []byte) { b[entries+33]++ }, "gpt-primary-bad", 4},
		{"bad checksums both", func(b []byte) { b[entries+33]++; b[last+80]++ }, "checksum mismatch", 4},
		{"backup is gone", func(b []byte) { clear(b[last:]) }, "gpt-backup-bad", 4},
		{"unused entry", func(b []byte) { b[entries+3*128+100] = 1; seal(b, 512) }, "gpt-unused-entry", 4},
		{"reversed", func(b []byte) { binary.LittleEndian.PutUint64(b[entries+40:], 5); seal(b, 512) }, "from sector 20480 to 5", 3},
		{"huge", func(b []byte) { binary.LittleEndian.PutUint64(b[entries+40:], 1<<63); seal(b, 512) }, "corrupt", 3},
		{"not announced", func(b []byte) { clear(b[440:512]) }, "gpt-unprotected", 4},
		{"hybrid of its own", func(b []byte) {
			copy(b[462:], []byte{0, 0, 0, 0, 0x83, 0, 0, 0, 0, 0x90, 0, 0, 0, 1, 0, 0})
		}, "hybrid-mbr-differs", 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := bytes.Clone(whole)
			tt.change(b)
			table := open(t, b)
			if s := fmt.Sprint(table.Anomalies, table.Damage); !strings.Contains(s, tt.want) {
				t.Errorf("%s, want %q", s, tt.want)
			}
			if len(table.Volumes) != tt.count {
				t.Errorf("%d volumes, want %d", len(table.Volumes), tt.count)
			}
		})
	}
}

func TestSizesAreBounded(t *testing.T) {
	whole := load(t, "gpt")[:40960]
	for name, change := range map[string]func(h []byte){
		"count":       func(h []byte) { binary.LittleEndian.PutUint32(h[80:], 1<<31) },
		"entry size":  func(h []byte) { binary.LittleEndian.PutUint32(h[84:], 1<<31) },
		"small entry": func(h []byte) { binary.LittleEndian.PutUint32(h[84:], 8) },
		"place":       func(h []byte) { binary.LittleEndian.PutUint64(h[72:], 1<<60) },
		"header size": func(h []byte) { binary.LittleEndian.PutUint32(h[12:], 1<<20) },
		"revision":    func(h []byte) { h[10] = 2 },
	} {
		b := bytes.Clone(whole)
		change(b[512:])
		if _, err := Open(t.Context(), bytes.NewReader(b), int64(len(b)), nil); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	// A table of its own in the first sector is what Linux uses.
	b := bytes.Clone(whole)
	b[450] = 0x83
	if Probe(bytes.NewReader(b), int64(len(b))) {
		t.Error("a GPT that is not announced is taken")
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(load(f, "gpt")[:34*512])
	f.Add(load(f, "gpt4k")[:6*4096])
	f.Fuzz(func(t *testing.T, image []byte) {
		r := bytes.NewReader(image)
		Probe(r, r.Size())
		table, err := Open(t.Context(), r, r.Size(), nil)
		if err != nil {
			return
		}
		for _, v := range table.Volumes {
			if v.Start < 0 || v.Size < 0 || v.Available(r.Size()) < 0 {
				t.Fatalf("volume %+v", v)
			}
		}
	})
}
