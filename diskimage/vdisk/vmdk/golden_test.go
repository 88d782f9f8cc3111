package vmdk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/diskimage/vdisk"
	"github.com/seed-181f3109/assay/internal/testimage"
)

// memFile is a file in memory.
type memFile struct {
	*bytes.Reader
	name string
}

func (f *memFile) Name() string { return f.name }
func (f *memFile) Close() error { return nil }

// memFiles resolves names among files in memory.
type memFiles map[string][]byte

func (m memFiles) Open(name string) (vdisk.File, error) {
	b, ok := m[name]
	if !ok {
		return nil, fmt.Errorf("%q: %w", name, fs.ErrNotExist)
	}
	return &memFile{bytes.NewReader(b), name}, nil
}

// load returns the fixture files whose names start with prefix.
func load(t testing.TB, prefix string) memFiles {
	t.Helper()
	names, err := filepath.Glob("testdata/" + prefix + "*.vmdk.zst")
	if err != nil || len(names) == 0 {
		t.Fatalf("no fixture %s: %v", prefix, err)
	}
	files := make(memFiles)
	for _, n := range names {
		files[strings.TrimSuffix(filepath.Base(n), ".zst")] = testimage.Load(t, n)
	}
	return files
}

func open(t testing.TB, files memFiles, name string) (*Disk, error) {
	t.Helper()
	f, err := files.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	if !Probe(f) {
		t.Fatalf("%s is not recognised", name)
	}
	return Open(t.Context(), f, &vdisk.Options{Files: files})
}

// guests returns the digests that qemu-img gave for the guest's bytes.
func guests(t testing.TB) map[string]string {
	t.Helper()
	b, err := os.ReadFile("testdata/guests.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]string)
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		out[f[1]] = f[0]
	}
	return out
}

func TestGuestBytes(t *testing.T) {
	for name, want := range guests(t) {
		t.Run(name, func(t *testing.T) {
			d, err := open(t, load(t, name), name+".vmdk")
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			if dm := d.Damage(); len(dm) > 0 {
				t.Errorf("damage: %v", dm)
			}
			if name != "big" { // once is enough for two gigabytes
				if got := digest(t, io.NewSectionReader(d, 0, d.Size())); got != want {
					t.Errorf("guest bytes are %s, qemu-img has %s", got, want)
				}
			}
			if got := digest(t, &allocated{d: d}); got != want {
				t.Errorf("bytes of the allocated ranges are %s, qemu-img has %s", got, want)
			}
			if name == "big" && len(d.extents) < 2 {
				t.Errorf("only %d extents", len(d.extents))
			}
		})
	}
}

func digest(t testing.TB, r io.Reader) string {
	t.Helper()
	h := sha256.New()
	if _, err := io.CopyBuffer(struct{ io.Writer }{h}, r, make([]byte, 300_001)); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// allocated reads a disk through NextAllocated, with zeros for the rest.
type allocated struct {
	d          vdisk.Disk
	off        int64
	start, end int64
}

func (a *allocated) Read(p []byte) (int, error) {
	if a.off >= a.d.Size() {
		return 0, io.EOF
	}
	if a.off >= a.end {
		s, e, err := a.d.NextAllocated(a.off)
		switch {
		case err == io.EOF:
			s, e = a.d.Size(), a.d.Size()
		case err != nil:
			return 0, err
		case s < a.off || e <= s || e > a.d.Size():
			return 0, fmt.Errorf("range %d to %d after %d", s, e, a.off)
		}
		a.start, a.end = s, e
	}
	if a.off < a.start {
		n := min(int64(len(p)), a.start-a.off)
		clear(p[:n])
		a.off += n
		return int(n), nil
	}
	n, err := a.d.ReadAt(p[:min(int64(len(p)), a.end-a.off)], a.off)
	a.off += int64(n)
	return n, err
}

func TestHolesAreKnown(t *testing.T) {
	for _, name := range []string{"monolithicSparse", "streamOptimized", "footer", "cowd", "big"} {
		d, err := open(t, load(t, name), name+".vmdk")
		if err != nil {
			t.Fatal(err)
		}
		var sum int64
		for off := int64(0); ; {
			s, e, err := d.NextAllocated(off)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			sum += e - s
			off = e
		}
		if sum == 0 || sum > 1<<20 {
			t.Errorf("%s: %d bytes are said to be stored", name, sum)
		}
	}
}

// A stream without its footer, and one whose footer has bytes behind it, are
// read through the markers.
func TestStreamWithoutFooter(t *testing.T) {
	files := load(t, "footer")
	whole := files["footer.vmdk"]
	want := guests(t)["footer"]
	noFooter := append(bytes.Clone(whole[:len(whole)-3*sectorSize]), make([]byte, sectorSize)...)
	for what, b := range map[string][]byte{
		"padded":    append(bytes.Clone(whole), make([]byte, 5*sectorSize)...),
		"no footer": noFooter,
	} {
		files["footer.vmdk"] = b
		d, err := open(t, files, "footer.vmdk")
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if len(d.Damage()) > 0 || len(d.Info().Notes) == 0 {
			t.Errorf("%s: damage %v, notes %v", what, d.Damage(), d.Info().Notes)
		}
		if got := digest(t, io.NewSectionReader(d, 0, d.Size())); got != want {
			t.Errorf("%s: guest bytes are %s, want %s", what, got, want)
		}
	}
}

// A stream that was cut off gives an error for what is missing, never zeros.
func TestCutStream(t *testing.T) {
	files := load(t, "footer")
	whole := files["footer.vmdk"]
	for n := 70 * 1024; n < len(whole)-2*sectorSize; n += 1777 {
		files["footer.vmdk"] = whole[:n]
		d, err := open(t, files, "footer.vmdk")
		if err != nil {
			continue
		}
		_, rerr := io.Copy(io.Discard, io.NewSectionReader(d, 0, d.Size()))
		x := d.extents[0].extent.(*sparse)
		complete := x.stream != nil && x.stream.highest == x.size/x.grain-1 // only tables are missing
		if len(d.Damage()) == 0 || !complete && rerr == nil {
			t.Errorf("cut at %d: damage %v, reading gives %v", n, d.Damage(), rerr)
		}
	}
}

func TestParentIsChecked(t *testing.T) {
	files := load(t, "delta")
	for name, change := range map[string]func(memFiles){
		"missing": func(m memFiles) { delete(m, "deltaC.vmdk") },
		"other CID": func(m memFiles) {
			m["deltaC.vmdk"] = bytes.Replace(m["deltaC.vmdk"], []byte("CID="), []byte("CID=0"), 1)
		},
		"loop":    func(m memFiles) { m["deltaB.vmdk"] = m["delta.vmdk"] },
		"no vmdk": func(m memFiles) { m["deltaC.vmdk"] = make([]byte, 5000) },
	} {
		m := make(memFiles)
		for k, v := range files {
			m[k] = v
		}
		change(m)
		_, err := open(t, m, "delta.vmdk")
		if err == nil || !strings.Contains(err.Error(), "delta") {
			t.Errorf("%s: %v", name, err)
		}
		if name == "missing" && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("missing parent: %v", err)
		}
	}
	if _, err := Open(context.Background(), must(files.Open("delta.vmdk")), nil); err == nil {
		t.Error("a parent was opened without a resolver")
	}
}

func must(f vdisk.File, err error) vdisk.File {
	if err != nil {
		panic(err)
	}
	return f
}

// counted counts the reads of a file.
type counted struct {
	vdisk.File
	reads, bytes int
}

func (c *counted) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.File.ReadAt(p, off)
	c.reads++
	c.bytes += n
	return n, err
}

// Reading a stream forward in small pieces reads and unpacks each grain once.
func TestStreamIsReadOnce(t *testing.T) {
	for _, name := range []string{"streamOptimized", "footer"} {
		files := load(t, name)
		f := &counted{File: must(files.Open(name + ".vmdk"))}
		d, err := Open(t.Context(), f, nil)
		if err != nil {
			t.Fatal(err)
		}
		f.bytes = 0
		buf := make([]byte, 1000)
		for off := int64(0); off < d.Size(); off += int64(len(buf)) {
			if _, err := d.ReadAt(buf, off); err != nil && err != io.EOF {
				t.Fatal(err)
			}
		}
		if whole := len(files[name+".vmdk"]); f.bytes > whole {
			t.Errorf("%s: %d bytes were read of a file of %d", name, f.bytes, whole)
		}
	}
}

// BenchmarkStream tells the speed of unpacking, in stored bytes of the guest.
func BenchmarkStream(b *testing.B) {
	files := load(b, "footer")
	buf := make([]byte, 1<<20)
	for b.Loop() {
		d, err := Open(b.Context(), must(files.Open("footer.vmdk")), nil)
		if err != nil {
			b.Fatal(err)
		}
		var stored int64
		for off := int64(0); ; {
			start, end, err := d.NextAllocated(off)
			if err == io.EOF {
				break
			}
			off = min(end, start+int64(len(buf)))
			if _, rerr := d.ReadAt(buf[:off-start], start); err != nil || rerr != nil {
				b.Fatal(err, rerr)
			}
			stored += off - start
		}
		b.SetBytes(stored)
	}
}
