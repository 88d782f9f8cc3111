package ext4

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"maps"
	"slices"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/testimage"
)

// walk returns copies of the entries of a tree by path, their content opened
// with OpenEntry later, and the damage.
func walk(t testing.TB, tree fstree.Tree) (map[string]*fstree.Entry, []*fstree.Damage) {
	t.Helper()
	entries := make(map[string]*fstree.Entry)
	var lost []*fstree.Damage
	for e, err := range tree.Walk(t.Context()) {
		if d, ok := errors.AsType[*fstree.Damage](err); ok {
			lost = append(lost, d)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		entries[e.Path] = e.Clone()
	}
	return entries, lost
}

func content(t testing.TB, fs *FS, e *fstree.Entry) []byte {
	t.Helper()
	f, err := fs.OpenEntry(e)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestHuge reads the ends of the largest file that there can be, and skips its hole.
func TestHuge(t *testing.T) {
	fs := fixture(t, "huge")
	entries, lost := walk(t, fs)
	e := entries["/max"]
	if e == nil || e.Size != 1<<44-4096 || len(lost) > 0 {
		t.Fatalf("got %+v, %v", e, lost)
	}
	f, err := fs.OpenEntry(e)
	if err != nil {
		t.Fatal(err)
	}
	start, end, err := f.(fstree.RangeReader).NextData(0)
	if err != nil || start != 4294967290*4096 || end != start+8192 {
		t.Errorf("NextData: %d to %d, %v", start, end, err)
	}
	if _, _, err := f.(fstree.RangeReader).NextData(end); err != io.EOF {
		t.Errorf("NextData behind: %v", err)
	}
	got := make([]byte, 16)
	if _, err := f.ReadAt(got, start); err != nil || string(got) != "000000000000000\n" {
		t.Errorf("ReadAt: %q, %v", got, err)
	}
}

// counting counts the bytes read.
type counting struct {
	io.ReaderAt
	n int64
}

func (c *counting) ReadAt(p []byte, off int64) (int, error) {
	c.n += int64(len(p))
	return c.ReaderAt.ReadAt(p, off)
}

// TestHolesAreNotRead reads holes and unwritten extents without touching the disk.
func TestHolesAreNotRead(t *testing.T) {
	image := testimage.Load(t, "testdata/ext4.img.zst")
	disk := &counting{ReaderAt: bytes.NewReader(image)}
	opened, err := Open(t.Context(), disk, int64(len(image)), nil)
	if err != nil {
		t.Fatal(err)
	}
	fs := opened.(*FS)
	entries, _ := walk(t, fs)
	for _, path := range []string{"/hole-only", "/unwritten"} {
		f, err := fs.OpenEntry(entries[path])
		if err != nil {
			t.Fatal(err)
		}
		before := disk.n
		if n, err := io.Copy(io.Discard, f); n != entries[path].Size || err != nil {
			t.Errorf("%q: %d bytes, %v", path, n, err)
		}
		if disk.n != before {
			t.Errorf("%q: %d bytes read from the disk", path, disk.n-before)
		}
	}
}

// TestExtents finds the inode and the content of every file in the image by
// its extents alone.
func TestExtents(t *testing.T) {
	for _, name := range []string{"ext2", "ext3", "ext4", "small", "inline", "bigalloc", "replay-ext3"} {
		t.Run(name, func(t *testing.T) {
			image := testimage.Load(t, "testdata/"+name+".img.zst")
			fs := openBytes(t, image)
			entries, _ := walk(t, fs)
			for _, path := range slices.Sorted(maps.Keys(entries)) {
				e := entries[path]
				extents, err := fs.Extents(e)
				if err != nil {
					t.Fatal(err)
				}
				x := extents[0]
				if x.Kind != fstree.ExtentMetadata || x.Length != int64(fs.sb.inodeSize) || name != "replay-ext3" && x.Offset != e.Offset {
					t.Errorf("%q: first extent %+v", path, x)
				}
				if in := inodeOf(t, fs, entries, path); !bytes.Equal(image[x.Offset:x.Offset+x.Length], in.raw) {
					t.Errorf("%q: the inode is not at %d", path, x.Offset)
				}
				if e.Type == fstree.TypeFile && path != "/after/escaped" {
					checkExtents(t, fs, image, e, extents)
				}
			}
		})
	}
}

func checkExtents(t *testing.T, fs *FS, image []byte, e *fstree.Entry, extents []fstree.Extent) {
	t.Helper()
	if e.Size > 16<<20 {
		return
	}
	got := make([]byte, e.Size)
	for _, x := range extents {
		switch x.Kind {
		case fstree.ExtentData, fstree.ExtentInline:
			copy(got[x.File:x.File+x.Length], image[x.Offset:x.Offset+x.Length])
		}
	}
	if last := extents[len(extents)-1]; last.Kind == fstree.ExtentInline && e.Size > last.Length {
		return // the rest is in an attribute
	}
	if want := content(t, fs, e); sha256.Sum256(got) != sha256.Sum256(want) {
		t.Errorf("%q: extents %+v do not hold the content", e.Path, extents)
	}
}

// TestBadSector reads around a disk that fails in one place.
func TestBadSector(t *testing.T) {
	image := testimage.Load(t, "testdata/ext4.img.zst")
	fs := openBytes(t, image)
	entries, _ := walk(t, fs)
	extents, err := fs.Extents(entries["/size-90000"])
	if err != nil {
		t.Fatal(err)
	}
	bad := extents[len(extents)-1].Offset + 50000
	opened, err := Open(context.Background(), badSector{bytes.NewReader(image), bad}, int64(len(image)), nil)
	if err != nil {
		t.Fatal(err)
	}
	f, err := opened.OpenEntry(entries["/size-90000"])
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, f)
	if d, ok := errors.AsType[*fstree.Damage](err); !ok || d.Path != "/size-90000" || !errors.Is(err, errBadSector) {
		t.Errorf("got %v", err)
	}
	want := content(t, fs, entries["/size-90000"])
	got := make([]byte, 100)
	if _, err := f.ReadAt(got, 80000); err != nil || !bytes.Equal(got, want[80000:80100]) {
		t.Errorf("behind the bad sector: %q, %v", got, err)
	}
}

var errBadSector = errors.New("bad sector")

type badSector struct {
	io.ReaderAt
	at int64
}

func (b badSector) ReadAt(p []byte, off int64) (int, error) {
	if off <= b.at && b.at < off+int64(len(p)) {
		return 0, errBadSector
	}
	return b.ReaderAt.ReadAt(p, off)
}

// TestSizes gives inodes of every type sizes that no file has.
func TestSizes(t *testing.T) {
	for _, name := range []string{"features", "inline", "inode128"} {
		base := testimage.Load(t, "testdata/"+name+".img.zst")
		base[superOffset+0x61] |= incompatLargeDir >> 8 // directories and links have large sizes too
		fs := openBytes(t, base)
		before, _ := walk(t, fs)
		for _, path := range []string{"/", "/d", "/small", "/links/short", "/links/target-1000", "/size-20000", "/names"} {
			for _, high := range []byte{0x80, 0xFF, 0x7F, 0x40} {
				image := bytes.Clone(base)
				image[before[path].Offset+0x6F] = high
				damaged := openBytes(t, image)
				after, lost := walk(t, damaged)
				if len(lost) == 0 && path != "/size-20000" && path != "/small" {
					t.Errorf("%s: %q of high size byte %#x: nothing reported", name, path, high)
				}
				damaged.Extents(before[path])
				damaged.Lookup(t.Context(), path)
				if e := after[path]; e != nil && e.Type == fstree.TypeFile {
					if f, err := damaged.OpenEntry(e); err == nil {
						f.ReadAt(make([]byte, 10), e.Size-10)
						f.(fstree.RangeReader).NextData(0)
					}
				}
			}
		}
	}
}
