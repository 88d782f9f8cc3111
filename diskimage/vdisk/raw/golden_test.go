package raw

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/diskimage/vdisk"
)

// memFile is a file in memory whose holes are its blocks of zeros.
type memFile struct {
	*bytes.Reader
	name string
	data []byte
}

func (f *memFile) Name() string { return f.name }
func (f *memFile) Close() error { return nil }

const block = 4096

func (f *memFile) NextData(off int64) (start, end int64, err error) {
	zero := make([]byte, block)
	for at := off; at < int64(len(f.data)); at = (at/block + 1) * block {
		b := f.data[at:min((at/block+1)*block, int64(len(f.data)))]
		if !bytes.Equal(b, zero[:len(b)]) {
			return at, at + int64(len(b)), nil
		}
	}
	return 0, 0, io.EOF
}

type memFiles map[string][]byte

func (m memFiles) Open(name string) (vdisk.File, error) {
	b, ok := m[name]
	if !ok {
		return nil, fmt.Errorf("%q: %w", name, fs.ErrNotExist)
	}
	return &memFile{bytes.NewReader(b), name, b}, nil
}

func open(t testing.TB, files memFiles, name string) (*Disk, error) {
	t.Helper()
	f, err := files.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	return Open(t.Context(), f, &vdisk.Options{Files: files})
}

// parts are the files that split(1) made of one disk, with the digest that
// sha256sum gave for the whole (testdata/make.sh).
func parts(t testing.TB) (memFiles, string) {
	t.Helper()
	files := make(memFiles)
	for n := 1; n <= 4; n++ {
		name := fmt.Sprintf("disk.raw.%03d", n)
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = b
	}
	sum, err := os.ReadFile("testdata/disk.sha256")
	if err != nil {
		t.Fatal(err)
	}
	return files, strings.Fields(string(sum))[0]
}

func TestSplitDisk(t *testing.T) {
	files, want := parts(t)
	d, err := open(t, files, "disk.raw.001")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if info := d.Info(); info.Variant != "split" || len(info.Files) != 3 || info.Size != d.Size() {
		t.Errorf("info %+v", info)
	}
	for _, chunk := range []int{1000, 4096, 100_000} {
		h := sha256.New()
		if _, err := io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{io.NewSectionReader(d, 0, d.Size())}, make([]byte, chunk)); err != nil {
			t.Fatal(err)
		}
		if got := hex.EncodeToString(h.Sum(nil)); got != want {
			t.Errorf("with reads of %d bytes: %s, want %s", chunk, got, want)
		}
	}
	// Every byte outside of the allocated ranges is zero, every one inside can be read.
	var whole bytes.Buffer
	for off := int64(0); ; {
		start, end, err := d.NextAllocated(off)
		if err == io.EOF {
			start, end = d.Size(), d.Size()
		} else if err != nil || start < off || end <= start {
			t.Fatalf("NextAllocated(%d) = %d, %d, %v", off, start, end, err)
		}
		whole.Write(make([]byte, start-off))
		b := make([]byte, end-start)
		if n, _ := d.ReadAt(b, start); n != len(b) {
			t.Fatalf("%d bytes of %d at %d", n, len(b), start)
		}
		whole.Write(b)
		if off = end; err == io.EOF {
			break
		}
	}
	if sum := sha256.Sum256(whole.Bytes()); hex.EncodeToString(sum[:]) != want {
		t.Error("the allocated ranges do not make the disk")
	}
}

func TestMissingPart(t *testing.T) {
	files, _ := parts(t)
	delete(files, "disk.raw.003")
	if _, err := open(t, files, "disk.raw.001"); err == nil || !strings.Contains(err.Error(), "disk.raw.003") {
		t.Errorf("a hole in the row: %v", err)
	}
	delete(files, "disk.raw.004")
	d, err := open(t, files, "disk.raw.001")
	if err != nil || len(d.Info().Files) != 1 {
		t.Errorf("a row of two: %v", err)
	}
}

func TestFirstPart(t *testing.T) {
	for name, want := range map[string]bool{
		"x.001": true, "x.raw.01": true, "x.00001": true, "x.002": false, "x.1": false, "001": false, "x.001.gz": false, ".001": false, "x.0a1": false,
	} {
		if _, _, got := firstPart(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

// A file that has shrunk since it was opened is not read as zeros.
func TestShrunkFile(t *testing.T) {
	f := &memFile{bytes.NewReader(make([]byte, 100)), "x", make([]byte, 100)}
	d := &Disk{}
	d.add(&longer{f})
	if n, err := d.ReadAt(make([]byte, 200), 0); err != io.ErrUnexpectedEOF || n != 100 {
		t.Errorf("got %d, %v", n, err)
	}
}

type longer struct{ *memFile }

func (l *longer) Size() int64 { return 200 }

func FuzzOpen(f *testing.F) {
	f.Add("x.001", []byte("one"), []byte("two"), int64(2))
	f.Fuzz(func(t *testing.T, name string, a, b []byte, off int64) {
		files := memFiles{name: a}
		if stem, width, ok := firstPart(name); ok {
			files[partName(stem, width, 2)] = b
		}
		d, err := Open(t.Context(), &memFile{bytes.NewReader(a), name, a}, &vdisk.Options{Files: files})
		if err != nil {
			return
		}
		if n, err := d.ReadAt(make([]byte, 10), off); n < 10 && err == nil {
			t.Error("short read without an error")
		}
		if start, end, err := d.NextAllocated(off); err == nil && (start < off || end <= start || end > d.Size()) {
			t.Errorf("NextAllocated(%d) = %d, %d", off, start, end)
		}
	})
}
