package ext4

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
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

// TestEncrypted compares names and link targets with those that the kernel
// shows without the key. The content of files is refused.
func TestEncrypted(t *testing.T) {
	want := testimage.ReadManifest(t, "testdata/encrypt.names.gz")
	fs := fixture(t, "encrypt")
	entries, lost := walk(t, fs)
	for path, w := range want {
		e := entries[path]
		if e == nil {
			t.Errorf("%q is missing", path)
			continue
		}
		if e.Type.String() != w.Type || e.Inode != *w.Inode || e.Link != w.Target || w.Type == "symlink" && e.Size != *w.Size {
			t.Errorf("%q: got %v inode %d target %q, want %+v", path, e.Type, e.Inode, e.Link, w)
		}
		if _, err := fs.OpenEntry(e); e.Type == fstree.TypeFile && path != "/plain" && !errors.Is(err, fstree.ErrEncrypted) {
			t.Errorf("%q: open: got %v, want ErrEncrypted", path, err)
		}
	}
	if len(entries) != len(want)+1 { // and the root
		t.Errorf("got %d entries, want %d", len(entries), len(want)+1)
	}
	if len(lost) != 3 {
		t.Errorf("got %d reports, want one for each of 3 encrypted directories", len(lost))
	}
	for _, d := range lost {
		if !errors.Is(d, fstree.ErrEncrypted) || !strings.HasPrefix(d.Path, "/secret") {
			t.Errorf("got %v", d)
		}
	}
}

// TestHardLinks compares groups of names of one file with the kernel's.
func TestHardLinks(t *testing.T) {
	want := testimage.ReadManifest(t, "testdata/ext4.jsonl.gz")
	first := make(map[uint64]string)
	linked := 0
	for e, err := range fixture(t, "ext4").Walk(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Type == fstree.TypeDir || *want[e.Path].Nlink == 1 {
			if e.HardlinkOf != "" {
				t.Errorf("%q is a link of %q", e.Path, e.HardlinkOf)
			}
			continue
		}
		inode := *want[e.Path].Inode
		if e.HardlinkOf != first[inode] {
			t.Errorf("%q is a link of %q, want %q", e.Path, e.HardlinkOf, first[inode])
		}
		if first[inode] == "" {
			first[inode] = e.Path
		}
		linked++
	}
	if linked != 3 {
		t.Errorf("%d names of files with several, want 3", linked)
	}
}

// TestOrphans reads files that were deleted while open.
func TestOrphans(t *testing.T) {
	for _, name := range []string{"orphan", "orphan-file-used"} {
		t.Run(name, func(t *testing.T) {
			fs := fixture(t, name)
			entries, lost := walk(t, fs)
			if len(lost) > 0 {
				t.Error(lost)
			}
			got := make(map[string]bool)
			for path, e := range entries {
				if e.State != fstree.Deleted {
					continue
				}
				if path != fmt.Sprintf("/@orphan/%d", e.Inode) || e.Nlink != 0 {
					t.Errorf("%q: inode %d with %d names", path, e.Inode, e.Nlink)
				}
				got[string(content(t, fs, e))] = true
			}
			for n := range 3 {
				if !got[strings.Repeat(fmt.Sprintf("deleted %d ", n), 500)] {
					t.Errorf("file %d is missing", n)
				}
			}
			if len(got) != 3 {
				t.Errorf("got %d deleted files, want 3", len(got))
			}
		})
	}
}

// TestReplayMatters makes sure that the images of TestGolden that were copied
// from a running machine hold content in the journal and nowhere else.
func TestReplayMatters(t *testing.T) {
	for _, name := range []string{"replay", "replay-data", "replay-ext3", "replay-v1", "replay-v2"} {
		image := testimage.Load(t, "testdata/"+name+".img.zst")
		fs := openBytes(t, image)
		over, ok := fs.r.(*overlay)
		if !ok || !slices.Contains(fs.Info().Features, "needs_recovery") && name != "replay-v2" {
			t.Fatalf("%s: nothing to replay, features %v", name, fs.Info().Features)
		}
		news, want := 0, 4
		if name == "replay-v2" {
			want = 1
		}
		for block := range over.blocks {
			b := make([]byte, fs.sb.blockSize)
			if _, err := over.ReadAt(b, int64(block)*fs.sb.blockSize); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(b, image[int64(block)*fs.sb.blockSize:][:len(b)]) {
				news++
			}
		}
		if news < want {
			t.Errorf("%s: %d blocks of the journal are new, want %d", name, news, want)
		}
		if fs.Info().Incomplete != nil {
			t.Errorf("%s: incomplete: %q", name, fs.Info().Incomplete)
		}
	}
}

// TestReplayDamage damages each kind of block of the journal.
func TestReplayDamage(t *testing.T) {
	image := testimage.Load(t, "testdata/replay.img.zst")
	fs := openBytes(t, image)
	j, err := fs.openJournal()
	if err != nil {
		t.Fatal(err)
	}
	log, err := j.scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	place := func(n uint32) int64 {
		_, off, err := j.block(n)
		if err != nil {
			t.Fatal(err)
		}
		return off
	}
	commit := log.tags[0].at
	for {
		if b, _, _ := j.block(commit); be32(b, 0) == journalMagic && be32(b, 4) == blockCommit {
			break
		}
		commit = j.next(commit)
	}
	for name, off := range map[string]int64{"superblock": place(0) + 0x30, "descriptor": place(j.start) + 20,
		"data": place(log.tags[0].at) + 100, "commit": place(commit) + 40} {
		b := bytes.Clone(image)
		b[off] ^= 1
		damaged := openBytes(t, b)
		if len(damaged.Info().Incomplete) != 1 || !strings.Contains(damaged.Info().Incomplete[0], "journal holds work that was not replayed") {
			t.Errorf("%s: incomplete: %q", name, damaged.Info().Incomplete)
		}
		if _, lost := walk(t, damaged); len(lost) == 0 || !errors.Is(lost[0], fstree.ErrChecksum) {
			t.Errorf("%s: walk: %v", name, lost)
		}
	}
}

// TestFastCommit reports a journal with fast commits.
func TestFastCommit(t *testing.T) {
	fs := fixture(t, "fast-commit")
	if got := fs.Info().Incomplete; len(got) != 1 || !strings.Contains(got[0], "fast commits") {
		t.Errorf("incomplete: %q", got)
	}
	if _, lost := walk(t, fs); len(lost) != 1 || !errors.Is(lost[0], fstree.ErrUnsupported) {
		t.Errorf("walk: %v", lost)
	}
}

// TestDirHash hashes the names in leaves that the kernel filled, and finds each
// hash in the range that the index gives to its leaf.
func TestDirHash(t *testing.T) {
	for _, name := range []string{"htree", "htree1k"} {
		fs := fixture(t, name)
		entries, _ := walk(t, fs)
		in, err := fs.inode(uint32(entries["/deep"].Inode))
		if err != nil {
			t.Fatal(err)
		}
		h := hashCheck{t: t, fs: fs, in: in}
		h.node(0, dxRootCount, int(h.block(0)[30]), 0, 1<<32-1)
		if h.names < 2500 || h.levels < 1 {
			t.Errorf("%s: %d names, %d levels", name, h.names, h.levels)
		}
	}
}

// hashCheck walks a directory by its index.
type hashCheck struct {
	t             *testing.T
	fs            *FS
	in            *inode
	names, levels int
}

func (h *hashCheck) block(n uint32) []byte {
	f := h.fs.mapped(h.in, "")
	b := make([]byte, h.fs.sb.blockSize)
	if _, err := f.ReadAt(b, int64(n)*h.fs.sb.blockSize); err != nil && err != io.EOF {
		h.t.Fatal(err)
	}
	return b
}

// node checks the index block n, whose hashes are in [low, high].
func (h *hashCheck) node(n uint32, pos, level int, low, high uint32) {
	b := h.block(n)
	count := int(le16(b, pos+2))
	for i := range count {
		start, end := low, high
		if i > 0 {
			start = le32(b, pos+i*8)
		}
		if i+1 < count {
			end = le32(b, pos+i*8+8)
		}
		child := le32(b, pos+i*8+4)
		if level > 0 {
			h.levels = max(h.levels, level)
			h.node(child, dxNodeCount, level-1, start, end)
		} else {
			h.leaf(h.block(child), start&^1, end|1)
		}
	}
}

func (h *hashCheck) leaf(b []byte, low, high uint32) {
	for at := 0; at < len(b); at += int(le16(b, at+4)) {
		if le32(b, at) == 0 {
			continue
		}
		name := b[at+8:][:b[at+6]]
		hash, _, ok := dirHash(h.fs.sb.hashVersion, h.fs.sb.hashSeed, name)
		if !ok || hash < low || hash > high {
			h.t.Fatalf("%q: hash %#x is outside of %#x to %#x", name, hash, low, high)
		}
		h.names++
	}
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
