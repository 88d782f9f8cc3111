package fat

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/fstree/fstreetest"
	"github.com/seed-181f3109/assay/internal/mutate"
	"github.com/seed-181f3109/assay/internal/testimage"
)

// images are the fixtures, with the type each must be taken for.
var images = map[string]string{"fat12": "fat12", "fat16": "fat16", "fat16-4k": "fat16", "fat32": "fat32", "fat32-one": "fat32"}

func load(t testing.TB, name string) []byte {
	t.Helper()
	return testimage.Load(t, filepath.Join("testdata", name+".img.zst"))
}

func open(t testing.TB, image []byte) *FS {
	t.Helper()
	r := bytes.NewReader(image)
	if !Probe(r, r.Size()) {
		t.Fatal("not recognised")
	}
	fs, err := Open(t.Context(), r, r.Size(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return fs
}

func TestManifests(t *testing.T) {
	for name, kind := range images {
		t.Run(name, func(t *testing.T) {
			fs := open(t, load(t, name))
			testimage.CompareManifest(t, filepath.Join("testdata", name+".jsonl.gz"), fs)
			info := fs.Info()
			if info.Type != kind || info.Label != "LAB" || info.UUID != "1234-ABCD" {
				t.Errorf("info %+v", info)
			}
			if kind == "fat32" && info.Used == 0 {
				t.Error("the FSInfo sector was not read")
			}
		})
	}
}

// What Linux makes of attributes and times that copies do not have.
func TestModesAndTimes(t *testing.T) {
	fs := open(t, load(t, "fat16"))
	for path, mode := range map[string]uint32{"/": 0o755, "/many": 0o755, "/EMPTY": 0o755, "/UPPER.TXT": 0o555} {
		e, err := fs.Lookup(t.Context(), path)
		if err != nil || e.Mode != mode || e.Path != path {
			t.Errorf("Lookup(%q) = %+v, %v; want mode %o", path, e, err, mode)
		}
	}
	e, err := fs.Lookup(t.Context(), "/a file in pieces")
	if want := time.Date(1999, 12, 31, 23, 59, 58, 0, time.UTC); err != nil || !e.Mtime.Equal(want) {
		t.Errorf("modified %v, want %v (%v)", e.Mtime, want, err)
	}
	if _, err := fs.Lookup(t.Context(), "/many/nothing"); err == nil {
		t.Error("found what is not there")
	}
	if got := timeOf(0x5821, 0xbf7d, 199); !got.Equal(time.Date(2024, 1, 1, 23, 59, 59, 990e6, time.UTC)) {
		t.Errorf("time with hundredths: %v", got)
	}
	if !timeOf(0, 0x1234, 0).IsZero() {
		t.Error("a date of 0 is a time")
	}
}

// OpenEntry, Open and the extents give the same bytes.
func TestContentThreeWays(t *testing.T) {
	for _, name := range []string{"fat12", "fat32"} {
		image := load(t, name)
		fs := open(t, image)
		var largest, pieces int
		for e, err := range fs.Walk(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			ext, err := fs.Extents(e)
			if err != nil {
				t.Fatalf("%q: %v", e.Path, err)
			}
			if e.Type != fstree.TypeFile {
				continue
			}
			r, err := e.Open()
			if err != nil {
				t.Fatal(err)
			}
			want, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			f, err := fs.OpenEntry(e.Clone())
			if err != nil {
				t.Fatal(err)
			}
			got := make([]byte, e.Size)
			if n, err := f.ReadAt(got, 0); n != len(got) || err != nil && err != io.EOF || !bytes.Equal(got, want) {
				t.Errorf("%q: OpenEntry gives other bytes (%d, %v)", e.Path, n, err)
			}
			var parts []byte
			n := 0
			for _, x := range ext {
				if x.Kind == fstree.ExtentData {
					parts = append(parts, image[x.Offset:x.Offset+x.Length]...)
					n++
				}
			}
			if !bytes.Equal(parts, want) {
				t.Errorf("%q: extents give other bytes", e.Path)
			}
			if len(want) > largest {
				largest, pieces = len(want), n
			}
		}
		if name == "fat12" && pieces < 3 { // on FAT32, mtools goes on behind the last file
			t.Errorf("%s: the file in pieces has %d extents", name, pieces)
		}
	}
}

func TestNames(t *testing.T) {
	for _, tt := range []struct {
		raw   string
		lower byte
		want  string
	}{
		{"README  TXT", 0, "README.TXT"}, {"README  TXT", 0x18, "readme.txt"}, {"README  TXT", 0x08, "readme.TXT"},
		{"README  TXT", 0x10, "README.txt"}, {"NOEXT      ", 0, "NOEXT"}, {"A B     C  ", 0, "A B.C"},
		{"\x05BC        ", 0, "σBC"}, {"\x80\x90      DAT", 0, "ÇÉ.DAT"}, {"\x80\x90      DAT", 0x18, "çé.dat"},
	} {
		e := dirEntry{lower: tt.lower}
		copy(e.name[:], tt.raw)
		if got := e.shortName(); got != tt.want {
			t.Errorf("%q with flags %#x is %q, want %q", tt.raw, tt.lower, got, tt.want)
		}
	}
	for _, tt := range []struct {
		units []uint16
		want  string
	}{
		{[]uint16{'a', 0xd83d, 0xde00}, "a\U0001f600"},
		{[]uint16{0xd83d, 'b'}, "\xed\xa0\xbdb"}, // half of a pair
		{[]uint16{0xde00}, "\xed\xb8\x80"},
		{[]uint16{0x65e5}, "日"},
	} {
		if got := decode(tt.units); got != tt.want {
			t.Errorf("%x is %q, want %q", tt.units, got, tt.want)
		}
	}
}

// entryOf returns the offset of the 32 bytes of a path.
func entryOf(t testing.TB, fs *FS, path string) int64 {
	t.Helper()
	e, err := fs.Lookup(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return e.Offset
}

// walk returns the paths and the damage of an image.
func walk(t testing.TB, image []byte) (paths map[string]*fstree.Entry, damage []string) {
	t.Helper()
	paths = make(map[string]*fstree.Entry)
	for e, err := range open(t, image).Walk(t.Context()) {
		if err != nil {
			damage = append(damage, err.Error())
			continue
		}
		paths[e.Path] = e.Clone()
	}
	return paths, damage
}

// contains reports whether one of the reports has a text in it.
func contains(damage []string, text string) bool {
	return strings.Contains(strings.Join(damage, "\n"), text)
}

// Whatever is wrong in one place is told, and costs nothing elsewhere.
func TestDamage(t *testing.T) {
	whole := load(t, "fat16")
	fs := open(t, whole)
	all, _ := walk(t, whole)
	first := func(path string) uint32 {
		d, err := fs.entryAt(all[path])
		if err != nil {
			t.Fatal(err)
		}
		return d.cluster
	}
	setFAT := func(b []byte, c uint32, v uint16) {
		for i := range fs.boot.fats {
			binary.LittleEndian.PutUint16(b[fs.boot.reserved+i*fs.boot.fatSize+int64(c)*2:], v)
		}
	}
	tests := []struct {
		name   string
		change func(b []byte)
		want   string // part of the damage
	}{
		{"copies differ", func(b []byte) { b[fs.boot.reserved+fs.boot.fatSize+100] ^= 1 }, "differs from the first"},
		{"loop in a file", func(b []byte) { c := first("/a file in pieces"); setFAT(b, c, uint16(c)) }, "as well"},
		{"loop of directories", func(b []byte) {
			binary.LittleEndian.PutUint16(b[entryOf(t, fs, "/many/deep/er")+26:], uint16(first("/many")))
		}, "as well"},
		{"cross link", func(b []byte) {
			binary.LittleEndian.PutUint16(b[entryOf(t, fs, "/many/frag03")+26:], uint16(first("/many/frag01")))
		}, "as well"},
		{"chain too short", func(b []byte) { setFAT(b, first("/a file in pieces"), 0xffff) }, "ends after 1 of"},
		{"chain into nowhere", func(b []byte) { setFAT(b, first("/a file in pieces"), 0xffe0) }, "leads to cluster"},
		{"chain into a free cluster", func(b []byte) { setFAT(b, first("/a file in pieces"), 0) }, "free cluster"},
		{"bad cluster in a chain", func(b []byte) { setFAT(b, first("/a file in pieces"), 0xfff7) }, "bad cluster"},
		{"size too small", func(b []byte) { binary.LittleEndian.PutUint32(b[entryOf(t, fs, "/a file in pieces")+28:], 100) }, "goes on behind"},
		{"size too large", func(b []byte) { b[entryOf(t, fs, "/EMPTY")+28] = 1 }, "leads to a free cluster"},
		{"directory without cluster", func(b []byte) { clear(b[entryOf(t, fs, "/many/deep/er")+26:][:2]) }, "without a cluster"},
		{"hidden as a label", func(b []byte) { b[entryOf(t, fs, "/UPPER.TXT")+11] |= attrVolume }, "hides it"},
		{"name with a slash", func(b []byte) { b[entryOf(t, fs, "/UPPER.TXT")] = '/' }, "name of"},
		{"end mark in the middle", func(b []byte) { b[entryOf(t, fs, "/UPPER.TXT")] = 0 }, "in use behind the end mark"},
		{"no dots", func(b []byte) {
			clear(b[fs.boot.at(first("/many/deep")):][:2*entrySize])
		}, `does not start with "."`},
		{"second label", func(b []byte) { b[entryOf(t, fs, "/EMPTY")+11] = attrVolume }, "2 volume labels"},
		{"name twice", func(b []byte) {
			copy(b[entryOf(t, fs, "/UPPER.TXT"):][:11], "EMPTY      ")
		}, "of a name that is there already"},
		{"deletion mark", func(b []byte) { b[entryOf(t, fs, "/UPPER.TXT")] = 0xe5 }, "belong to no file, although the volume was closed"},
		{"cut", func(b []byte) { binary.LittleEndian.PutUint16(b[19:], 40000) }, "the file system 20480000"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := bytes.Clone(whole)
			tt.change(b)
			paths, damage := walk(t, b)
			if !contains(damage, tt.want) {
				t.Errorf("damage %q, want %q", damage, tt.want)
			}
			if len(paths) < len(all)-10 {
				t.Errorf("%d entries of %d", len(paths), len(all))
			}
		})
	}
}

// A broken long name falls back to the short one, as in Linux, and is reported.
func TestBrokenLongName(t *testing.T) {
	for _, change := range []func(slot []byte){
		func(s []byte) { s[13]++ },     // checksum of another name
		func(s []byte) { s[0] = 7 },    // number out of order
		func(s []byte) { s[0] = 0xe5 }, // deleted
	} {
		b := load(t, "fat16")
		fs := open(t, b)
		change(b[entryOf(t, fs, "/a file in pieces")-entrySize:])
		paths, damage := walk(t, b)
		if paths["/AFILEI~1"] == nil || !contains(damage, "of long names belong to no entry") {
			t.Errorf("the short name or the report is missing; damage %q", damage)
		}
	}
}

// A long name whose slots fit each other, but not the short name behind them.
func TestLongNameOfAnotherEntry(t *testing.T) {
	b := load(t, "fat16")
	b[entryOf(t, open(t, b), "/a file in pieces")] = 'Z'
	if paths, damage := walk(t, b); paths["/ZFILEI~1"] == nil || paths["/a file in pieces"] != nil ||
		!contains(damage, "of long names belong to no entry") {
		t.Errorf("the short name or the report is missing; damage %q", damage)
	}
}

// unlink deletes the entry at off and its long name, as Linux does.
func unlink(b []byte, off int64) {
	b[off] = 0xe5
	for off -= entrySize; b[off+11] == attrLong && b[off] != 0xe5; off -= entrySize {
		b[off] = 0xe5
	}
}

// Chains that lost their name and clusters marked bad are delivered. While a
// volume is in use this is nothing unusual.
func TestLostAndBad(t *testing.T) {
	b := load(t, "fat32")
	fs := open(t, b)
	name := "/a file in pieces"
	e, err := fs.Lookup(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	f, err := fs.OpenEntry(e)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	unlink(b, e.Offset)
	b[65] = 1 // the volume is in use
	bad := fs.boot.clusters - 5
	copy(b[fs.boot.at(bad):], "hidden here")
	for i := range fs.boot.fats {
		binary.LittleEndian.PutUint32(b[fs.boot.reserved+i*fs.boot.fatSize+int64(bad)*4:], badCluster)
	}
	fs = open(t, b)
	found := 0
	for e, err := range fs.Walk(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Path == name {
			t.Error("an unlinked entry is live")
		}
		if e.State != fstree.Deleted {
			continue
		}
		found++
		f, err := fs.OpenEntry(e.Clone())
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		if err != nil || int64(len(got)) != e.Size {
			t.Fatalf("%q: %d bytes, %v", e.Path, len(got), err)
		}
		switch {
		case strings.HasPrefix(e.Path, lostPath) && sha256.Sum256(got[:len(content)]) == sha256.Sum256(content):
		case strings.HasPrefix(e.Path, badPath) && strings.HasPrefix(string(got), "hidden here"):
		default:
			t.Errorf("%q has other bytes", e.Path)
		}
	}
	if found != 2 {
		t.Errorf("%d contents without a name, want 2", found)
	}
}

// In a volume that was closed every chain has a name: one without lost it.
func TestLostInAClosedVolume(t *testing.T) {
	for name := range images {
		b := load(t, name)
		fs := open(t, b)
		unlink(b, entryOf(t, fs, "/a file in pieces"))
		const want = "1 chains of clusters belong to no file, although the volume was closed"
		if _, damage := walk(t, b); !contains(damage, want) {
			t.Errorf("%s: damage %q", name, damage)
		}
		switch fs.boot.bits {
		case 16:
			b[fs.fat+3] &^= 0x80
		case 32:
			b[fs.fat+7] &^= 0x08
		default:
			continue
		}
		if _, damage := walk(t, b); contains(damage, want) {
			t.Errorf("%s: in use, but damage %q", name, damage)
		}
	}
}

// The backup boot sector tells when the first one was changed.
func TestBackupBootSector(t *testing.T) {
	whole := load(t, "fat32")
	for _, f := range layoutFields {
		b := bytes.Clone(whole)
		b[6*512+f.start] ^= 4
		if _, damage := walk(t, b); !contains(damage, f.name) {
			t.Errorf("%s: damage %q", f.name, damage)
		}
	}
	for name, change := range map[string]func(b []byte){
		"no backup":         func(b []byte) { clear(b[6*512:][:512]) },
		"dirty mark, label": func(b []byte) { b[65] = 1; copy(b[71:], "NEW LABEL  ") },
		"hidden sectors":    func(b []byte) { b[28] = 63 },
	} {
		b := bytes.Clone(whole)
		change(b)
		if _, damage := walk(t, b); len(damage) > 0 {
			t.Errorf("%s: damage %q", name, damage)
		}
	}
}

// Linux shows what stands behind the end mark of a directory.
func TestBehindTheEndMark(t *testing.T) {
	b := load(t, "fat16")
	fs := open(t, b)
	at := entryOf(t, fs, "/UPPER.TXT")
	var last int64
	for e := range fs.Walk(t.Context()) {
		if dir, _ := fstree.Split(e.Path); dir == "/" {
			last = max(last, e.Offset)
		}
	}
	copy(b[last+2*entrySize:], b[at:at+entrySize])
	copy(b[last+2*entrySize:], "BEHIND  ")
	clear(b[last+2*entrySize+26:][:6]) // no cluster, no bytes
	if paths, damage := walk(t, b); paths["/BEHIND.TXT"] == nil || !contains(damage, "1 slots in use behind the end mark") {
		t.Errorf("an entry behind the end mark is missing; damage %q", damage)
	}
}

func TestActiveFAT(t *testing.T) {
	b := load(t, "fat32")
	want, _ := walk(t, b)
	fs := open(t, b)
	clear(b[fs.boot.reserved+12 : fs.boot.reserved+fs.boot.fatSize]) // the first one is lost
	binary.LittleEndian.PutUint16(b[40:], 0x81)                      // and the second one active
	got, damage := walk(t, b)
	if len(got) != len(want) || len(damage) > 0 {
		t.Errorf("%d entries of %d; damage %q", len(got), len(want), damage)
	}
}

func TestProbeRefuses(t *testing.T) {
	for name, b := range map[string][]byte{
		"empty": nil, "zeros": make([]byte, 4096),
		"ntfs":  append([]byte("\xeb\x52\x90NTFS    \x00\x02\x08\x00\x00\x00\x00\x00\x00\x00\xf8"), make([]byte, 4096)...),
		"exfat": append([]byte("\xeb\x76\x90EXFAT   "), make([]byte, 4096)...),
	} {
		if Probe(bytes.NewReader(b), int64(len(b))) {
			t.Errorf("%s is taken for FAT", name)
		}
	}
}

func TestConformance(t *testing.T) { fstreetest.Run(t, open(t, load(t, "tiny"))) }

// badAt fails reads of one byte.
type badAt struct {
	*bytes.Reader
	bad int64
}

func (r badAt) ReadAt(p []byte, off int64) (int, error) {
	if off <= r.bad && r.bad < off+int64(len(p)) {
		return 0, io.ErrUnexpectedEOF
	}
	return r.Reader.ReadAt(p, off)
}

// A backup boot sector that cannot be read is told.
func TestBadBackup(t *testing.T) {
	r := badAt{bytes.NewReader(load(t, "fat32")), 6 * 512}
	fs, err := Open(t.Context(), r, r.Size(), nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := mutate.Walk(t.Context(), fs)
	if err != nil || res.Damage != 1 || !errors.Is(res.First, io.ErrUnexpectedEOF) {
		t.Errorf("damage %v, %v", res.First, err)
	}
}
