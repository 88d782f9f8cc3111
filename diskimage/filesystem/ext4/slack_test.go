package ext4

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/testimage"
)

// readTo opens the content of every file during the walk, has read read it, and
// returns the damage; path is told how many bytes came.
func readTo(t *testing.T, image []byte, path string, read func(io.ReadCloser, int64) (int64, error)) (n int64, damage []*fstree.Damage) {
	t.Helper()
	for e, err := range openBytes(t, image).Walk(t.Context()) {
		if d, ok := errors.AsType[*fstree.Damage](err); ok {
			damage = append(damage, d)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if e.Type != fstree.TypeFile {
			continue
		}
		f, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		got, err := read(f, e.Size)
		if err != nil {
			t.Fatalf("%q: %v", e.Path, err)
		}
		if e.Path == path {
			n = got
		}
	}
	return n, damage
}

func readByCopy(f io.ReadCloser, _ int64) (int64, error) { return io.Copy(io.Discard, f) }

func readBySteps(f io.ReadCloser, _ int64) (n int64, err error) {
	buf := make([]byte, 7000)
	for err == nil {
		var k int
		k, err = f.Read(buf)
		n += int64(k)
	}
	if err == io.EOF {
		err = nil
	}
	return n, err
}

func readExactly(f io.ReadCloser, size int64) (int64, error) {
	n, err := io.ReadFull(f, make([]byte, size))
	return int64(n), err
}

func readNothing(io.ReadCloser, int64) (int64, error) { return 0, nil }

// What lies behind the end of a content shows that a size was changed, however
// the content is read, and costs not a byte of it.
func TestSlack(t *testing.T) {
	set := func(v ...byte) func([]byte) { return func(b []byte) { copy(b, v) } }
	const state, features = superOffset + 0x3A, superOffset + 0x64
	tests := []struct {
		name, image, path string
		off               int64 // in the inode
		change            func(b []byte)
		super             map[int64]byte
		read              func(io.ReadCloser, int64) (int64, error)
		size              int64
		want              string
	}{
		{"by copy", "no-csum", "/size-100", 4, set(50), nil, readByCopy, 50, "50 bytes that are not zero"},
		{"by steps", "no-csum", "/size-90000", 4, set(0x8f), nil, readBySteps, 89999, "1 bytes that are not zero"},
		{"by steps that end there", "no-csum", "/size-90000", 4, set(0x78), nil, readBySteps, 89976, "24 bytes that are not zero"},
		{"by a buffer of the size", "no-csum", "/size-100", 4, set(50), nil, readExactly, 50, "50 bytes that are not zero"},
		{"not at all", "no-csum", "/size-100", 4, set(50), nil, readNothing, 0, ""},
		{"ext2", "ext2", "/size-100", 4, set(99), nil, readByCopy, 99, "1 bytes that are not zero"},
		{"ext3", "ext3", "/size-4097", 4, set(0, 0x10), nil, readByCopy, 4096, "size 4096, and block 1 of the content is written"},
		{"all of a block", "no-csum", "/size-100", 4, set(0), nil, readNothing, 0, "size 0, and block 0 of the content is written"},
		{"a hard link", "no-csum", "/d/hard2", 4, set(2), nil, readByCopy, 2, "3 bytes that are not zero"},
		{"zeros", "no-csum", "/hole-tail", 4, set(0x3f), nil, readByCopy, 199999, ""},
		{"a size that grows", "no-csum", "/size-100", 4, set(200), nil, readByCopy, 200, ""},
		{"in use", "ext3", "/size-100", 4, set(50), map[int64]byte{state: 0}, readByCopy, 50, ""},
		{"inline", "inline", "/i/50", 4, set(20), map[int64]byte{features + 1: 0}, readByCopy, 20, "30 bytes that are not zero"},
		{"inline in an attribute", "inline", "/i/100", 4, set(90), map[int64]byte{features + 1: 0}, readByCopy, 90, "10 bytes that are not zero"},
		{"inline, untouched", "inline", "/i/100", 4, set(100), map[int64]byte{features + 1: 0}, readByCopy, 100, ""},
		{"bigalloc", "bigalloc", "/size-100", 4, set(50), map[int64]byte{features + 1: 2}, readByCopy, 50, "50 bytes that are not zero"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			image := testimage.Load(t, "testdata/"+tt.image+".img.zst")
			fs, entries := fixtureOf(t, image)
			tt.change(image[inInode(tt.path, tt.off)(t, fs, entries):])
			for at, b := range tt.super {
				image[at] = b
			}
			n, damage := readTo(t, image, tt.path, tt.read)
			if n != tt.size {
				t.Errorf("%d bytes, want %d", n, tt.size)
			}
			if tt.want == "" {
				if len(damage) > 0 {
					t.Errorf("damage %v", damage)
				}
				return
			}
			if len(damage) != 1 || !strings.Contains(damage[0].Error(), tt.want) || inodeOf(t, fs, entries, damage[0].Path).num != inodeOf(t, fs, entries, tt.path).num {
				t.Fatalf("damage %v, want one at %q: %s", damage, tt.path, tt.want)
			}
		})
	}
}

// reads counts calls and fails those that touch a byte.
type reads struct {
	io.ReaderAt
	n   int
	bad int64
}

func (r *reads) ReadAt(p []byte, off int64) (int, error) {
	r.n++
	if r.bad >= off && r.bad < off+int64(len(p)) {
		return 0, io.ErrUnexpectedEOF
	}
	return r.ReaderAt.ReadAt(p, off)
}

// A bad place behind the end costs no content, and the look behind it no read.
func TestSlackReads(t *testing.T) {
	image := testimage.Load(t, "testdata/no-csum.img.zst")
	fs, entries := fixtureOf(t, image)
	end := inBlock("/size-100", 0, 100)(t, fs, entries)
	for _, bad := range []int64{-1, end} {
		disk := &reads{ReaderAt: bytes.NewReader(image), bad: bad}
		opened, err := Open(t.Context(), disk, int64(len(image)), nil)
		if err != nil {
			t.Fatal(err)
		}
		var damage []error
		for e, err := range opened.Walk(t.Context()) {
			if err != nil {
				damage = append(damage, err)
				continue
			}
			if e.Path != "/size-100" {
				continue
			}
			f, err := e.Open()
			if err != nil {
				t.Fatal(err)
			}
			before := disk.n
			if n, err := io.Copy(io.Discard, f); n != 100 || err != nil {
				t.Errorf("%d bytes, %v", n, err)
			}
			if bad < 0 && disk.n != before+1 {
				t.Errorf("%d reads, want 1", disk.n-before)
			}
		}
		if bad < 0 && len(damage) > 0 || bad >= 0 && (len(damage) != 1 || !errors.Is(damage[0], io.ErrUnexpectedEOF)) {
			t.Errorf("bad place %d: damage %v", bad, damage)
		}
	}
}
