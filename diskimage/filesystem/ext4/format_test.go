package ext4

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	iofs "io/fs"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/testimage"
)

// TestInfo compares Info with what dumpe2fs prints of the same image.
func TestInfo(t *testing.T) {
	b, err := os.ReadFile("testdata/features.dumpe2fs")
	if err != nil {
		t.Fatal(err)
	}
	want := make(map[string]string)
	for line := range strings.Lines(string(b)) {
		key, value, _ := strings.Cut(line, ":")
		want[key] = strings.TrimSpace(value)
	}
	info := fixture(t, "features").Info()
	number := func(key string) int64 {
		n, err := strconv.ParseInt(want[key], 10, 64)
		if err != nil {
			t.Fatal(key, err)
		}
		return n
	}
	const stamp = "Mon Jan _2 15:04:05 2006"
	got := map[string]string{
		"Filesystem volume name": info.Label,
		"Filesystem UUID":        info.UUID,
		"Last mounted on":        info.MountedOn,
		"Filesystem created":     info.Created.Format(stamp),
		"Last mount time":        info.LastMount.Format(stamp),
		"Last write time":        info.LastWrite.Format(stamp),
		"Block size":             fmt.Sprint(info.BlockSize),
		"Block count":            fmt.Sprint(info.Size / info.BlockSize),
		"Inode count":            fmt.Sprint(info.Inodes),
		"Free inodes":            fmt.Sprint(info.Inodes - info.UsedInode),
		"Free blocks":            fmt.Sprint(number("Block count") - info.Used/info.BlockSize),
	}
	for key, g := range got {
		if g != want[key] {
			t.Errorf("%s: got %q, want %q", key, g, want[key])
		}
	}
	features := strings.Fields(want["Filesystem features"])
	if slices.Sort(features); !slices.Equal(slices.Sorted(slices.Values(info.Features)), features) {
		t.Errorf("features: got %v, want %v", info.Features, features)
	}
	if info.Type != "ext4" || info.Incomplete != nil {
		t.Errorf("got type %q, incomplete %v", info.Type, info.Incomplete)
	}
}

// TestType tells the generations apart.
func TestType(t *testing.T) {
	for name, want := range map[string]string{"ext2": "ext2", "ext2-rev0": "ext2", "ext3": "ext3", "ext4": "ext4", "no-extents": "ext4"} {
		if got := fixture(t, name).Info().Type; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// TestBirthTimes compares the birth times of the features image with the kernel's.
func TestBirthTimes(t *testing.T) {
	f, err := os.Open("testdata/features.btime")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want := make(map[string]string)
	for sc := bufio.NewScanner(f); sc.Scan(); {
		stamp, path, _ := strings.Cut(sc.Text(), " ")
		want[cmp.Or(path, "/")] = stamp
	}
	n := 0
	for e, err := range fixture(t, "features").Walk(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		w, ok := want[e.Path]
		if !ok { // names with spaces and line ends
			continue
		}
		sec, frac, _ := strings.Cut(w, ".")
		if got := fmt.Sprintf("%d.%09d", e.Btime.Unix(), e.Btime.Nanosecond()); got != sec+"."+(frac + "000000000")[:9] {
			t.Errorf("%q: got %s, want %s", e.Path, got, w)
		}
		n++
	}
	if n < 50 {
		t.Errorf("only %d birth times compared", n)
	}
	for e, err := range fixture(t, "inode128").Walk(t.Context()) {
		if err == nil && !e.Btime.IsZero() {
			t.Errorf("%q of 128 bytes has a birth time", e.Path)
		}
	}
}

// TestRefusals changes the superblock to what is not read.
func TestRefusals(t *testing.T) {
	image := testimage.Load(t, "testdata/no-csum.img.zst")
	put := func(off int, v uint32) func([]byte) {
		return func(b []byte) { binary.LittleEndian.PutUint32(b[superOffset+off:], v) }
	}
	or := func(off int, v uint32) func([]byte) {
		return func(b []byte) {
			binary.LittleEndian.PutUint32(b[superOffset+off:], v|binary.LittleEndian.Uint32(b[superOffset+off:]))
		}
	}
	tests := []struct {
		name   string
		change func([]byte)
		want   error
		text   string
	}{
		{"compression", or(0x60, 0x1), fstree.ErrUnsupported, "0x1 (compression)"},
		{"journal device", or(0x60, 0x8), fstree.ErrUnsupported, "journal_dev"},
		{"dirdata", or(0x60, 0x1000), fstree.ErrUnsupported, "0x1000 (dirdata)"},
		{"unknown bit", or(0x60, 0x80000000), fstree.ErrUnsupported, "0x80000000 (FEATURE_I31)"},
		{"revision", put(0x4C, 2), fstree.ErrUnsupported, "revision 2"},
		{"magic", put(0x38, 0), fstree.ErrNotThisFormat, "magic"},
		{"block size", put(0x18, 7), fstree.ErrCorrupt, "s_log_block_size"},
		{"blocks per group", put(0x20, 0), fstree.ErrCorrupt, "s_blocks_per_group"},
		{"inodes per group", put(0x28, 0), fstree.ErrCorrupt, "s_inodes_per_group"},
		{"inodes", put(0x0, 7), fstree.ErrCorrupt, "s_inodes_count"},
		{"first block", put(0x14, 9), fstree.ErrCorrupt, "s_first_data_block"},
		{"first inode", put(0x54, 0x8000000b), fstree.ErrCorrupt, "s_first_ino"},
		{"inode size", put(0x58, 100), fstree.ErrCorrupt, "s_inode_size"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := bytes.Clone(image[:64<<10])
			tt.change(b)
			_, err := Open(t.Context(), bytes.NewReader(b), int64(len(b)), nil)
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("got %v, want %v with %q", err, tt.want, tt.text)
			}
		})
	}
}

// TestProbe tries sections that are and are not of the format.
func TestProbe(t *testing.T) {
	image := testimage.Load(t, "testdata/ext2-rev0.img.zst")
	if !Probe(bytes.NewReader(image), int64(len(image))) {
		t.Error("an ext2 image is not recognised")
	}
	for name, b := range map[string][]byte{"empty": nil, "short": image[:1500], "zeros": make([]byte, 4096), "shifted": image[512:]} {
		if Probe(bytes.NewReader(b), int64(len(b))) {
			t.Errorf("%s is recognised", name)
		}
	}
}

// TestFeaturesAreDocumented finds every incompatible feature in the table of the package comment.
func TestFeaturesAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range incompatNames {
		i := bytes.Index(doc, []byte(f.name))
		if i < 0 {
			t.Errorf("%s is not in the package comment", f.name)
			continue
		}
		line, _, _ := bytes.Cut(doc[i:], []byte("\n"))
		if refused := bytes.Contains(line, []byte("refused")); refused == (f.bit&incompatRead != 0) {
			t.Errorf("%s: the package comment says %q", f.name, line)
		}
	}
}

// TestLookup finds every entry of a walk by its path.
func TestLookup(t *testing.T) {
	for _, name := range []string{"ext4", "ea-inode", "inline"} {
		fs := fixture(t, name)
		entries, _ := walk(t, fs)
		fresh := fixture(t, name) // with nothing in its cache
		for path, want := range entries {
			got, err := fresh.Lookup(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			if (got.Content != nil) != (got.Type == fstree.TypeFile) {
				t.Errorf("%q of type %v: content is wrong", path, got.Type)
			}
			got.Content, got.HardlinkOf = nil, want.HardlinkOf
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%q: got %+v, want %+v", path, got, want)
			}
		}
		if _, err := fs.Lookup(t.Context(), "/d/none"); !errors.Is(err, iofs.ErrNotExist) {
			t.Errorf("no such name: %v", err)
		}
	}
}
