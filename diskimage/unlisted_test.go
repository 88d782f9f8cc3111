package diskimage

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/internal/mutate"
	"github.com/seed-181f3109/assay/internal/testimage"
)

// entry returns the place of an entry of the boot record in a sector.
func entryAt(sector, i int) int { return sector*512 + 446 + i*16 }

// chain returns the sectors of the boot records of tables.img.
func chain(image []byte) []int {
	const extended = 6144
	return []int{0, extended, extended + int(binary.LittleEndian.Uint32(image[entryAt(extended, 1)+8:]))}
}

// digests returns the digests of everything that has content, sorted.
func digests(r *mutate.Result) []string {
	var out []string
	for _, e := range r.Entries {
		out = append(out, fmt.Sprintf("%v %d %x", e.Type, e.Size, e.SHA256))
	}
	slices.Sort(out)
	return out
}

// contains reports whether one sorted list has everything that another has. A
// boot record that nothing leads to is content of a gap and so comes on top.
func contains(got, want []string) bool {
	for _, g := range got {
		if len(want) > 0 && g == want[0] {
			want = want[1:]
		}
	}
	return len(want) == 0
}

// Whatever happens to the tables, nothing is lost in silence. No field has an allowance.
func TestMutationsOfTables(t *testing.T) {
	image := testimage.Load(t, "testdata/tables.img.zst")
	var regions [][2]int64
	for _, sector := range chain(image) {
		regions = append(regions, [2]int64{int64(sector) * 512, int64(sector+1) * 512})
	}
	dir := t.TempDir()
	mutate.Run(t, mutate.Target{
		Image: image, Regions: regions,
		Read: func(ctx context.Context, b []byte) (*mutate.Result, error) { return readImage(ctx, dir, b) },
	})
}

// A partition whose entry is gone, or has another place or type, is read all the
// same, byte for byte, and told.
func TestLostEntries(t *testing.T) {
	whole := testimage.Load(t, "testdata/tables.img.zst")
	records := chain(whole)
	want, _ := read(t, whole)
	for name, tt := range map[string]struct {
		clear   [2]int // record, entry
		lost    []int  // first sectors of volumes
		records int    // of chains that nothing leads to
	}{
		"ext4": {[2]int{0, 0}, []int{2048}, 0}, "fat": {[2]int{0, 1}, []int{4096}, 0}, "extended": {[2]int{0, 2}, []int{8192, 12288}, 2},
		"logical": {[2]int{1, 0}, []int{8192}, 0}, "link": {[2]int{1, 1}, []int{12288}, 1}, "last": {[2]int{2, 0}, []int{12288}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := bytes.Clone(whole)
			clear(b[entryAt(records[tt.clear[0]], tt.clear[1]):][:16])
			got, d := read(t, b)
			if got.Damage > 0 || !contains(digests(got), digests(want)) {
				t.Errorf("%d entries, %d are wanted; %d reports of damage: %v", len(got.Entries), len(want.Entries), got.Damage, got.First)
			}
			if n := strings.Count(fmt.Sprint(d.Anomalies()), "boot-record-without-chain"); n != tt.records || len(d.Anomalies()) != len(tt.lost)+n {
				t.Errorf("anomalies %+v", d.Anomalies())
			}
			for _, sector := range tt.lost {
				at := int64(sector) * 512
				i := slices.IndexFunc(d.info.Volumes, func(v VolumeInfo) bool { return v.Name == fmt.Sprint("gap", at) })
				if i < 0 || !d.info.Volumes[i].Unlisted || d.info.Volumes[i].Start != at || !d.info.Volumes[i].Readable() {
					t.Errorf("volumes %+v", d.info.Volumes)
				}
				if !slices.ContainsFunc(d.Anomalies(), func(a Anomaly) bool { return a.Rule == "volume-not-in-table" && a.Offset == at }) {
					t.Errorf("anomalies %+v", d.Anomalies())
				}
				if _, ok := got.Entries[fmt.Sprint("/@gap", at)]; !ok {
					t.Errorf("entries %v", slices.Sorted(maps.Keys(got.Entries)))
				}
			}
		})
	}
}

// An entry that was cut short, or begins too early, so that it leads to nothing but
// the zeros in front of a superblock.
func TestEntryOfZeros(t *testing.T) {
	whole := testimage.Load(t, "testdata/tables.img.zst")
	want, _ := read(t, whole)
	for name, entry := range map[string][2]uint32{"short": {2048, 1}, "two": {2048, 2}, "early": {1025, 1024}, "tail": {1026, 1024}} {
		b := bytes.Clone(whole)
		binary.LittleEndian.PutUint32(b[entryAt(0, 0)+8:], entry[0])
		binary.LittleEndian.PutUint32(b[entryAt(0, 0)+12:], entry[1])
		got, d := read(t, b)
		if !contains(digests(got), digests(want)) || got.Damage > 0 || len(d.Anomalies()) != 1 {
			t.Errorf("%s: damage %v, anomalies %+v, entries %v", name, got.First, d.Anomalies(), slices.Sorted(maps.Keys(got.Entries)))
		}
	}
}

// Every type that an entry can have leads to the content or to a report.
func TestTypesOfEntries(t *testing.T) {
	whole := testimage.Load(t, "testdata/tables.img.zst")
	want, _ := read(t, whole)
	dir := t.TempDir()
	for kind := range 256 {
		whole[entryAt(0, 1)+4] = byte(kind) // the FAT volume, whose boot sector may be taken for a boot record
		got, err := readImage(t.Context(), dir, whole)
		if err != nil || got.Damage == 0 && !contains(digests(got), digests(want)) {
			t.Errorf("type %#x: %v, %v", kind, slices.Sorted(maps.Keys(got.Entries)), err)
		}
	}
}

// The running system does not mount what it does not see; a disk of nothing else
// is shown from its root.
func TestUnlistedRoot(t *testing.T) {
	whole := testimage.Load(t, "testdata/tables.img.zst")
	b := bytes.Clone(whole[:4096*512])
	clear(b[entryAt(0, 1):][:32])
	if got, d := read(t, b); got.Entries["/dir/p1.txt"].Size == 0 || d.info.Volumes[0].Unlisted {
		t.Errorf("entries %v", slices.Sorted(maps.Keys(got.Entries)))
	}
	clear(b[entryAt(0, 0):][:16])
	copy(b[entryAt(0, 1):], whole[entryAt(0, 1):][:16])
	b = append(b, whole[4096*512:5120*512]...)
	got, _ := read(t, b) // the volume of the table is alone
	if got.Entries["/DIR/p2.txt"].Size == 0 || got.Entries["/@gap1048576/dir/p1.txt"].Size == 0 {
		t.Errorf("entries %v", slices.Sorted(maps.Keys(got.Entries)))
	}
	b = bytes.Clone(whole[:4096*512])
	clear(b[entryAt(0, 1):][:32])
	// an unused entry has to be left, or there is no table
	copy(b[entryAt(0, 1):], b[entryAt(0, 0):entryAt(0, 1)])
	binary.LittleEndian.PutUint32(b[entryAt(0, 1)+8:], 3900)
	binary.LittleEndian.PutUint32(b[entryAt(0, 1)+12:], 8)
	clear(b[entryAt(0, 0):][:16])
	if got, d := read(t, b); got.Entries["/dir/p1.txt"].Size == 0 || !d.info.Volumes[0].Unlisted {
		t.Errorf("entries %v", slices.Sorted(maps.Keys(got.Entries)))
	}
}

// remove takes an entry out of both copies of a GPT, as a partition editor does.
func remove(image []byte, number int) {
	for _, h := range []int{512, len(image) - 512} {
		head := image[h:][:92]
		entries := image[binary.LittleEndian.Uint64(head[72:])*512:][:128*128]
		clear(entries[(number-1)*128:][:128])
		binary.LittleEndian.PutUint32(head[88:], crc32.ChecksumIEEE(entries))
		binary.LittleEndian.PutUint32(head[16:], 0)
		binary.LittleEndian.PutUint32(head[16:], crc32.ChecksumIEEE(head))
	}
}

// An entry that both copies of a GPT do not have any more, and volumes of other kinds.
func TestRemovedFromGPT(t *testing.T) {
	whole := testimage.Load(t, "testdata/server.img.zst")
	for number, want := range map[int]string{1: "ext4", 2: "ext4", 3: "swap", 4: "luks", 8: "ext4", 15: "fat12"} {
		b := bytes.Clone(whole)
		remove(b, number)
		_, before := read(t, whole)
		old := before.info.Volumes[slices.IndexFunc(before.info.Volumes, func(v VolumeInfo) bool { return v.Name == fmt.Sprint("p", number) })]
		_, d := read(t, b)
		i := slices.IndexFunc(d.info.Volumes, func(v VolumeInfo) bool { return v.Unlisted })
		if i < 0 || d.info.Volumes[i].Content != want || d.info.Volumes[i].Start != old.Start || (d.info.Volumes[i].Error != nil) != (old.Error != nil) {
			t.Errorf("%d: volumes %+v", number, d.info.Volumes)
		}
		if s := fmt.Sprint(d.Anomalies()); strings.Count(s, "volume-not-in-table") != 1 {
			t.Errorf("%d: anomalies %v", number, s)
		}
		if mount := d.info.Volumes[i].MountPoint; mount != "" && number != 1 {
			t.Errorf("%d is mounted at %s", number, mount)
		}
	}
}

// Gaps of zeros, of noise, with a boot loader, and with superblocks that are none.
func TestNothingInGaps(t *testing.T) {
	whole := testimage.Load(t, "testdata/tables.img.zst")
	ext := whole[2048*512:][:1024*512]
	gaps := [][2]int{{1, 2048}, {3072, 4096}, {5120, 6144}, {6145, 8192}, {9216, 10240}, {13312, 14336}} // sectors
	for name, fill := range map[string]func(gap []byte){
		"noise": func(gap []byte) {
			rng := rand.NewChaCha8([32]byte{1})
			rng.Read(gap)
		},
		"boot loader": func(gap []byte) { copy(gap, "\xeb\x63\x90\x10\x8e\xd0\xbc\x00\xb0GRUB core image") },
		"backup": func(gap []byte) {
			for at := 0; at+2048 <= len(gap); at += 512 * 63 {
				copy(gap[at+1024:], ext[1024:2048])
				gap[at+1024+0x5a] = 1
			}
		},
		"magic alone": func(gap []byte) {
			for at := 4096; at+2048 <= len(gap); at += 512 {
				gap[at+0x38], gap[at+0x39], gap[at+510], gap[at+511], gap[at] = 0x53, 0xef, 0x55, 0xaa, 0xeb
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := bytes.Clone(whole)
			for _, g := range gaps {
				fill(b[g[0]*512 : g[1]*512])
			}
			got, d := read(t, b)
			if got.Damage > 0 || len(d.Anomalies()) > 0 || len(d.info.Volumes) != 4 {
				t.Errorf("damage %v, anomalies %+v, volumes %+v", got.First, d.Anomalies(), d.info.Volumes)
			}
		})
	}
}

// A superblock left by an earlier layout whose range another volume has now is
// noted and not read.
func TestRemnant(t *testing.T) {
	b := testimage.Load(t, "testdata/tables.img.zst")
	fat := b[4096*512:][:512]
	at := 3072 * 512 // directly in front of the FAT volume
	copy(b[at:], fat)
	binary.LittleEndian.PutUint16(b[at+19:], 2048) // sectors, up to the end of the next volume
	got, d := read(t, b)
	if s := fmt.Sprint(d.Anomalies()); got.Damage > 0 || len(d.info.Volumes) != 4 || !strings.Contains(s, "volume-remnant") || !strings.Contains(s, "runs into the volume at 2097152") {
		t.Errorf("damage %v, anomalies %s", got.First, s)
	}
	if _, ok := got.Entries[fmt.Sprint("/@gap/", at)]; !ok {
		t.Errorf("entries %v", slices.Sorted(maps.Keys(got.Entries)))
	}
}
