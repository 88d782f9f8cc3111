package xfs

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/fstree/fstreetest"
	"github.com/seed-181f3109/assay/internal/testimage"
)

// walk returns the entries, without content, and the damages of a walk.
func walk(t *testing.T, fs *FS) (entries []*fstree.Entry, damages []*fstree.Damage) {
	t.Helper()
	for e, err := range fs.Walk(t.Context()) {
		if d, ok := errors.AsType[*fstree.Damage](err); ok {
			damages = append(damages, d)
		} else if err != nil {
			t.Fatal(err)
		} else {
			entries = append(entries, e.Clone())
		}
	}
	return entries, damages
}

// TestOrphans compares the files without a name with what populate.py made.
func TestOrphans(t *testing.T) {
	fs := open(t, load(t, "orphans"))
	sizes := make(map[int64]bool)
	dirs := 0
	for e, err := range fs.Walk(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if e.State == fstree.Live {
			continue
		}
		if !strings.HasPrefix(e.Path, "/@orphan/") || e.State != fstree.Deleted || e.Nlink != 0 {
			t.Errorf("%q: state %v, link count %d", e.Path, e.State, e.Nlink)
		}
		if e.Type == fstree.TypeDir {
			dirs++
			continue
		}
		sizes[e.Size] = true
		c, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(c)
		if err != nil || int64(len(b)) != e.Size || e.Size > 0 && !bytes.HasPrefix(b, []byte("content of orphan-")) {
			t.Errorf("%q: %d bytes, %v", e.Path, len(b), err)
		}
	}
	if len(sizes) != 5 || dirs != 1 {
		t.Errorf("%d files and %d directories, want 5 and 1", len(sizes), dirs)
	}
}

// TestExtents reads every file by its extents straight from the image.
func TestExtents(t *testing.T) {
	for _, name := range []string{"fragments", "blocks-1k", "v4"} {
		image := load(t, name)
		fs := open(t, image)
		for e, err := range fs.Walk(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			extents, err := fs.Extents(e)
			if err != nil {
				t.Fatal(err)
			}
			if x := extents[0]; x.Offset != e.Offset || x.Kind != fstree.ExtentMetadata {
				t.Errorf("%s %q: first extent %+v, inode at %d", name, e.Path, x, e.Offset)
			}
			if e.Type != fstree.TypeFile || e.HardlinkOf != "" {
				continue
			}
			f, err := fs.OpenEntry(e.Clone())
			if err != nil {
				t.Fatal(err)
			}
			var pos int64
			for _, x := range extents {
				if x.File < 0 {
					continue
				}
				if x.File != pos || x.Length < 1 {
					t.Fatalf("%s %q: extent %+v, expected at %d", name, e.Path, x, pos)
				}
				pos += x.Length
				want := make([]byte, x.Length)
				if x.Kind == fstree.ExtentData {
					copy(want, image[x.Offset:])
				}
				got := make([]byte, x.Length)
				if _, err := f.ReadAt(got, x.File); err != nil && err != io.EOF {
					t.Fatal(err)
				}
				if !bytes.Equal(got, want) {
					t.Errorf("%s %q: bytes at %d differ from those of extent %+v", name, e.Path, x.File, x)
				}
			}
			if pos != e.Size {
				t.Errorf("%s %q: extents cover %d bytes of %d", name, e.Path, pos, e.Size)
			}
		}
	}
}

// TestNextData checks that the ranges hold every byte that is not zero, and
// that a large hole is no range.
func TestNextData(t *testing.T) {
	fs := open(t, load(t, "fragments"))
	for e, err := range fs.Walk(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Type != fstree.TypeFile {
			continue
		}
		c, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		all, err := io.ReadAll(c)
		if err != nil {
			t.Fatal(err)
		}
		var covered, pos int64
		for {
			start, end, err := c.(fstree.RangeReader).NextData(pos)
			if err == io.EOF {
				break
			}
			if err != nil || start < pos || end <= start || end > e.Size {
				t.Fatalf("%q: NextData(%d) = %d, %d, %v", e.Path, pos, start, end, err)
			}
			if !isZero(all[pos:start]) {
				t.Errorf("%q: data between %d and %d", e.Path, pos, start)
			}
			covered, pos = covered+end-start, end
		}
		if !isZero(all[pos:]) {
			t.Errorf("%q: data after %d", e.Path, pos)
		}
		if strings.HasPrefix(e.Path, "/all-hole") && covered != 0 || e.Path == "/punched" && covered > 330000 || e.Path == "/unwritten" && covered > 100000 {
			t.Errorf("%q: %d bytes of data", e.Path, covered)
		}
	}
}

// TestBackupSuperblock opens an image without its first superblock.
func TestBackupSuperblock(t *testing.T) {
	image := load(t, "attributes")
	want, _ := walk(t, open(t, image))
	for what, spoil := range map[string]func([]byte){
		"gone":     func(b []byte) { clear(b[:512]) },
		"checksum": func(b []byte) { b[110] ^= 1 },
		"geometry": func(b []byte) { b[84] ^= 0x40 },
	} {
		b := bytes.Clone(image)
		spoil(b)
		got, damages := walk(t, open(t, b))
		if len(got) != len(want) {
			t.Errorf("%s: %d entries, want %d", what, len(got), len(want))
		}
		if len(damages) == 0 || damages[0].Structure != "superblock" || damages[0].Offset != 0 {
			t.Errorf("%s: damage %v", what, damages)
		}
	}
}

// TestRefusals sets features that are not read.
func TestRefusals(t *testing.T) {
	v5, v4 := load(t, "attributes"), load(t, "v4")
	for _, tt := range []struct {
		image []byte
		off   int
		bits  uint32
		want  error
		text  string
	}{
		{v5, 216, 1 << 8, fstree.ErrUnsupported, "METADIR"},
		{v5, 216, 1 << 9, fstree.ErrUnsupported, "ZONED"},
		{v5, 216, 1 << 30, fstree.ErrUnsupported, "0x40000000"},
		{v4, 200, 1 << 4, fstree.ErrUnsupported, "0x10"},
		{v4, 100, 0x0200 << 16, fstree.ErrUnsupported, "SHARED"},
		{v5, 124, 1 << 8, fstree.ErrCorrupt, "mkfs"}, // sb_inprogress
	} {
		b := bytes.Clone(tt.image)
		sb := open(t, tt.image).sb
		for ag := range sb.agCount { // the backups too
			at := sb.agOffset(ag) + int64(tt.off)
			binary.BigEndian.PutUint32(b[at:], binary.BigEndian.Uint32(b[at:])|tt.bits)
		}
		_, err := Open(t.Context(), bytes.NewReader(b), int64(len(b)), nil)
		if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("bits %#x at %d: %v, want %v with %q", tt.bits, tt.off, err, tt.want, tt.text)
		}
	}
	for _, b := range [][]byte{nil, make([]byte, 4096), make([]byte, 1<<20)} {
		if Probe(bytes.NewReader(b), int64(len(b))) {
			t.Errorf("%d zeros are recognised", len(b))
		}
		if _, err := Open(t.Context(), bytes.NewReader(b), int64(len(b)), nil); err == nil {
			t.Errorf("%d zeros are opened", len(b))
		}
	}
}

// TestNeedsRepair opens an image that xfs_repair did not finish with.
func TestNeedsRepair(t *testing.T) {
	b := load(t, "attributes")
	b[219] |= incompatNeedsRepair
	binary.LittleEndian.PutUint32(b[224:], blockSum(b[:512], 224))
	fs := open(t, b)
	_, damages := walk(t, fs)
	if len(fs.Info().Incomplete) != 1 || len(damages) != 1 {
		t.Errorf("incomplete %v, damage %v", fs.Info().Incomplete, damages)
	}
}

// TestRealtime reads a file whose content is on another device.
func TestRealtime(t *testing.T) {
	fs := open(t, testimage.Load(t, "testdata/refused/realtime.img.zst"))
	_, damages := walk(t, fs)
	if len(damages) != 1 || damages[0].Path != "/on-realtime" || !errors.Is(damages[0], fstree.ErrUnsupported) {
		t.Errorf("damage %v", damages)
	}
}

// TestUnreadableLog spoils the log of an image in the middle of its work: the
// view is then the disk's, and says so.
func TestUnreadableLog(t *testing.T) {
	image := load(t, "dirty-round")
	fs := open(t, image)
	j := &journal{fs: fs, blocks: int(fs.sb.logBlocks << fs.sb.blockLog / sectorBytes)}
	j.base, _ = fs.sb.blockOffset(fs.sb.logStart, 1)
	head, tail, err := j.find()
	if err != nil || head >= tail {
		t.Fatalf("head %d, tail %d, %v: the log does not go round", head, tail, err)
	}
	h, err := j.header(tail)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 { // away from both ends, where a torn record is no surprise
		if h, err = j.header((h.at + h.blocks()) % j.blocks); err != nil {
			t.Fatal(err)
		}
	}
	image[j.base+int64(h.at+1)*sectorBytes+100] ^= 1
	bad := open(t, image)
	_, damages := walk(t, bad)
	if len(bad.Info().Incomplete) != 1 || len(damages) == 0 || damages[0].Structure != "log" || !errors.Is(damages[0], fstree.ErrChecksum) {
		t.Errorf("incomplete %v, damage %v", bad.Info().Incomplete, damages)
	}
}

// TestConformance runs the suite that every tree passes.
func TestConformance(t *testing.T) {
	for _, name := range []string{"blocks-1k", "dirty", "v4-old"} {
		t.Run(name, func(t *testing.T) { fstreetest.Run(t, open(t, load(t, name))) })
	}
}
