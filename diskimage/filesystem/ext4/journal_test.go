package ext4

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/testimage"
)

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

// TestOrphanWithAName changes the count of names of a deleted file: that it has one,
// and was met elsewhere, is not believed without its checksum.
func TestOrphanWithAName(t *testing.T) {
	for _, name := range []string{"orphan", "orphan-file-used"} {
		image := testimage.Load(t, "testdata/"+name+".img.zst")
		entries, _ := walk(t, fixture(t, name))
		changed := 0
		for _, e := range entries {
			if e.State != fstree.Deleted {
				continue
			}
			b := bytes.Clone(image)
			b[e.Offset+0x1A] = 1 // i_links_count
			r, err := readAll(t.Context(), b)
			if err != nil {
				t.Fatal(err)
			}
			if r.Damage == 0 {
				t.Errorf("%s: %q is gone without damage", name, e.Path)
			}
			changed++
		}
		if changed != 3 {
			t.Errorf("%s: changed %d files", name, changed)
		}
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
