package diskimage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/fstree/fstreetest"
	"github.com/seed-181f3109/assay/internal/mutate"
	"github.com/seed-181f3109/assay/internal/testimage"
)

// unpacked writes a fixture to a file of the given name and returns its path.
func unpacked(t testing.TB, fixture, name string) string {
	t.Helper()
	return written(t, name, testimage.Load(t, "testdata/"+fixture))
}

// written writes an image to a file of the given name and returns its path.
func written(t testing.TB, name string, image []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, image, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, path string, opts *Options) *Disk {
	t.Helper()
	d, err := Open(t.Context(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// read writes an image to a file and reads all of it.
func read(t testing.TB, image []byte) (*mutate.Result, *Disk) {
	t.Helper()
	return readFile(t, written(t, "image", image))
}

// readFile reads all of the image in a file.
func readFile(t testing.TB, path string) (*mutate.Result, *Disk) {
	t.Helper()
	d := open(t, path, nil)
	r, err := mutate.Walk(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return r, d
}

// list returns one line for each entry: state, volume, path, path in the volume.
func list(t testing.TB, d *Disk) (lines, damage []string) {
	t.Helper()
	for e, err := range d.Walk(t.Context()) {
		if err != nil {
			damage = append(damage, err.Error())
			continue
		}
		lines = append(lines, fmt.Sprintf("%v %s %s %s", e.State, e.Volume, e.Path, e.VolumePath))
	}
	return lines, damage
}

// selected is a tree of the entries of a tree that a function agrees with.
type selected struct {
	fstree.Tree
	keep func(*fstree.Entry) bool
}

func (s selected) Walk(ctx context.Context) iter.Seq2[*fstree.Entry, error] {
	return func(yield func(*fstree.Entry, error) bool) {
		for e, err := range s.Tree.Walk(ctx) {
			if err == nil && s.keep(e) && !yield(e, nil) {
				return
			}
		}
	}
}

// The kernel's mount of root and /boot is what the tree shows, but for the
// directory that the EFI system partition covers, and a name that looks like one of ours.
func TestServerAgainstKernel(t *testing.T) {
	d := open(t, unpacked(t, "server.img.zst", "server.img"), nil)
	lines, _ := list(t, d)
	want := testimage.ReadManifest(t, "testdata/server.jsonl.gz")
	seen := make(map[string]bool)
	for e, err := range d.Walk(t.Context()) {
		if err != nil || e.Volume != "p1" && e.Volume != "p2" {
			continue
		}
		kernel := e.VolumePath
		if e.Volume == "p2" {
			kernel = strings.TrimSuffix("/boot"+e.VolumePath, "/")
		}
		if e.Volume == "p1" && isBelow(e.VolumePath, "/boot") {
			if !strings.HasPrefix(e.Path, "/@p1/boot") {
				t.Errorf("%q lies below a mount point", e.Path)
			}
			continue
		}
		w := want[kernel]
		if w == nil {
			t.Errorf("%q (%q) is not in the manifest", e.Path, kernel)
			continue
		}
		seen[kernel] = true
		got, err := testimage.Describe(e)
		if err != nil || got.SHA256 != w.SHA256 || got.Mtime != w.Mtime || got.Target != w.Target || *got.Inode != *w.Inode || *got.Size != *w.Size {
			t.Errorf("%q: got %+v, want %+v (%v)", e.Path, got, w, err)
		}
		covered := isBelow(kernel, "/boot/efi")
		if e.State != fstree.Live || covered != strings.HasPrefix(e.Path, "/@p2/efi") || !covered && !strings.HasPrefix(kernel, "/@p7") && e.Path != kernel {
			t.Errorf("%q of the kernel is %v at %q", kernel, e.State, e.Path)
		}
	}
	for p := range want {
		if !seen[p] {
			t.Errorf("%q is missing", p)
		}
	}
	for _, line := range []string{
		"live p1 /@p1/boot/hidden-below-the-mount /boot/hidden-below-the-mount",
		"live p2 /@p2/efi/under /efi/under",
		"live p15 /boot/efi /",
		"live p15 /boot/efi/EFI/vmlinuz /EFI/vmlinuz",
		"live p7 /srv/data/file /file", // through the link /mnt-link
		"live p8 /@p8/file /file",      // noauto
		"live p3 /@p3 /",
		"live p5 /@p5 /",
		"live p14 /@p14 /",
		"live p1 /@p1/@p7/trick /@p7/trick", // looks like a name of ours
		"live  /@boot/mbr ", "live  /@gap/17408 ", "live  /@gap/6815744 ",
	} {
		if !slices.Contains(lines, line) {
			t.Errorf("no line %q in\n%s", line, strings.Join(lines, "\n"))
		}
	}
}

func TestServerInfo(t *testing.T) {
	d := open(t, unpacked(t, "server.img.zst", "server.img"), nil)
	info := d.Info()
	if want := (OSInfo{"Lab Linux", "lab", "7", `Lab Linux 7 ("quoted")`, "p1"}); info.OS != want {
		t.Errorf("system %+v, want %+v", info.OS, want)
	}
	want := map[string]string{
		"p1": "ext4 /", "p2": "ext4 /boot", "p3": "swap ", "p4": "luks ", "p5": "unknown ", "p6": "empty ", "p7": "ext4 /srv/data",
		"p8": "ext4 ", "p14": "boot code ", "p15": "fat12 /boot/efi",
	}
	for _, v := range info.Volumes {
		if got := v.Content + " " + v.MountPoint; got != want[v.Name] {
			t.Errorf("%s is %q, want %q", v.Name, got, want[v.Name])
		}
		if v.Readable() != (v.FileSystem != nil) || (v.Name == "p4" || v.Name == "p5") != (v.Error != nil) {
			t.Errorf("%s: error %v", v.Name, v.Error)
		}
	}
	if len(info.Volumes) != len(want) {
		t.Errorf("%d volumes", len(info.Volumes))
	}
	_, damage := list(t, d)
	if len(damage) != 2 || len(d.Damage()) != 2 || !errors.Is(d.Damage()[0], fstree.ErrEncrypted) || !errors.Is(d.Damage()[1], fstree.ErrUnsupported) {
		t.Errorf("damage %q", damage)
	}
	var full []int64
	for _, g := range info.Gaps {
		if !g.Zero {
			full = append(full, g.Start)
		}
	}
	if !slices.Equal(full, []int64{17408, 13328 * 512}) {
		t.Errorf("gaps with content at %v", full)
	}
}

// Content outside of file systems is what was put there.
func TestContentOutsideOfFileSystems(t *testing.T) {
	d := open(t, unpacked(t, "server.img.zst", "server.img"), nil)
	want := map[string]string{
		"/@boot/mbr": "boot code", "/@p14": "core image", "/@p5": "no file system that anybody knows", "/@gap/17408": "in the gap",
		"/@gap/6815744": "behind the file system", "behind": "behind everything",
	}
	for e, err := range d.Walk(t.Context()) {
		if err != nil || !strings.HasPrefix(e.Path, "/@") || e.Type != fstree.TypeFile {
			continue
		}
		r, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil || int64(len(b)) != e.Size {
			t.Errorf("%q: %d bytes of %d, %v", e.Path, len(b), e.Size, err)
		}
		f, err := d.OpenEntry(e.Clone())
		if err != nil {
			t.Fatal(err)
		}
		again, err := io.ReadAll(f)
		if err != nil || !bytes.Equal(b, again) {
			t.Errorf("%q: OpenEntry gives other bytes (%v)", e.Path, err)
		}
		if text := strings.Trim(string(b), "\x00"); want[e.Path] == text {
			delete(want, e.Path)
		} else if text == want["behind"] {
			delete(want, "behind")
		}
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
}

// Every entry's extents, read from the disk, are its content.
func TestExtentsOnTheDisk(t *testing.T) {
	d := open(t, unpacked(t, "server.img.zst", "server.img"), nil)
	for e, err := range d.Walk(t.Context()) {
		if err != nil || e.Type != fstree.TypeFile {
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
		ext, err := d.Extents(e)
		if err != nil {
			t.Fatalf("%q: %v", e.Path, err)
		}
		got := make([]byte, len(want))
		for _, x := range ext {
			if x.Kind == fstree.ExtentData && x.Offset >= 0 {
				n := min(x.Length, int64(len(got))-x.File)
				if _, err := d.ReadAt(got[x.File:x.File+n], x.Offset); err != nil {
					t.Fatalf("%q: %+v: %v", e.Path, x, err)
				}
			}
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%q: its extents hold other bytes", e.Path)
		}
	}
}

func TestOneVolume(t *testing.T) {
	path := unpacked(t, "server.img.zst", "server.img")
	lines, damage := list(t, open(t, path, &Options{Volume: "p2"}))
	if !slices.Contains(lines, "live p2 /vmlinuz /vmlinuz") || !slices.Contains(lines, "live p2 / /") || len(damage) > 0 {
		t.Errorf("lines %q, damage %q", lines, damage)
	}
	for _, l := range lines {
		if !strings.HasPrefix(l, "live p2 /") {
			t.Errorf("line %q", l)
		}
	}
	if _, err := Open(t.Context(), path, &Options{Volume: "p9"}); err == nil || !strings.Contains(err.Error(), "p15") {
		t.Errorf("no such volume: %v", err)
	}
	if lines, _ = list(t, open(t, path, &Options{Volume: "p14"})); len(lines) != 1 {
		t.Errorf("raw content alone: %q", lines)
	}
}

// A disk without a table, as it is and as VMDK, shows its file system at the root.
func TestSingleFileSystem(t *testing.T) {
	for _, name := range []string{"single.img", "single.vmdk"} {
		d := open(t, unpacked(t, name+".zst", name), nil)
		lines, damage := list(t, d)
		want := []string{"live disk / /", "live disk /file /file", "live disk /lost+found /lost+found"}
		if slices.Sort(lines); !slices.Equal(lines, want) || len(damage) > 0 {
			t.Errorf("%s: %q, damage %q", name, lines, damage)
		}
	}
}

func TestCompressed(t *testing.T) {
	want, wantDamage := list(t, open(t, unpacked(t, "server.img.zst", "server.img"), nil))
	for _, ext := range []string{"gz", "xz", "zst"} {
		var progress int64
		d := open(t, "testdata/server.img."+ext, &Options{Progress: func(n int64) { progress += n }})
		lines, damage := list(t, d)
		if !slices.Equal(lines, want) || !slices.Equal(damage, wantDamage) {
			t.Errorf("%s: %q", ext, lines)
		}
		if notes := fmt.Sprint(d.Info().Disk.Notes); !strings.Contains(notes, "unpacked from") || progress != d.Size() {
			t.Errorf("%s: notes %s, progress %d of %d", ext, notes, progress, d.Size())
		}
		b, err := os.ReadFile("testdata/server.img." + ext)
		if err != nil {
			t.Fatal(err)
		}
		cut := filepath.Join(t.TempDir(), "cut")
		if err := os.WriteFile(cut, b[:len(b)*2/3], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), cut, nil); !errors.Is(err, fstree.ErrCorrupt) {
			t.Errorf("%s, cut: %v", ext, err)
		}
		if _, err := Open(t.Context(), "testdata/server.img."+ext, &Options{MaxUnpacked: 1 << 20}); !errors.Is(err, fstree.ErrLimit) {
			t.Errorf("%s, limited: %v", ext, err)
		}
	}
}

func TestDetect(t *testing.T) {
	for _, tt := range []struct{ fixture, want string }{
		{"server.img.zst", "gpt"}, {"single.img.zst", "ext4"}, {"single.vmdk.zst", "vmdk"}, {"small.qcow2.zst", "qcow2"}, {"small.vdi.zst", "vdi"},
		{"small.vpc.zst", "vhd"}, {"fixed.vpc.zst", "vhd"}, {"small.vhdx.zst", "vhdx"}, {"small.qed.zst", "qed"}, {"small.parallels.zst", "parallels"},
	} {
		path := unpacked(t, tt.fixture, "image")
		if got, err := Detect(path); got != tt.want || err != nil {
			t.Errorf("%s is %q, want %q (%v)", tt.fixture, got, tt.want, err)
		}
		if kind := tt.want; kind != "gpt" && kind != "ext4" && kind != "vmdk" {
			_, err := Open(t.Context(), path, nil)
			if !errors.Is(err, fstree.ErrUnsupported) || !strings.Contains(err.Error(), kind) {
				t.Errorf("opening a %s: %v", kind, err)
			}
		}
	}
	for name, want := range map[string]string{"server.img.zst": "zstd, gpt", "server.img.gz": "gzip, gpt", "server.img.xz": "xz, gpt"} {
		if got, err := Detect("testdata/" + name); got != want {
			t.Errorf("%s is %q, want %q (%v)", name, got, want, err)
		}
	}
	for name, b := range map[string]string{"empty": "", "text": strings.Repeat("44BD text ", 1000), "tar": "x" + strings.Repeat("\x00", 256) + "ustar" + strings.Repeat("\x00", 600)} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(b), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := Detect(path); got != "" || !errors.Is(err, fstree.ErrNotThisFormat) {
			t.Errorf("%s is %q, %v", name, got, err)
		}
	}
}

func TestWalkIsRepeatableAndEnds(t *testing.T) {
	d := open(t, unpacked(t, "server.img.zst", "server.img"), nil)
	a, _ := list(t, d)
	for range d.Walk(t.Context()) {
		break
	}
	if b, _ := list(t, d); !slices.Equal(a, b) {
		t.Error("two walks differ")
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	var last error
	for _, err := range d.Walk(ctx) {
		if n++; n == 5 {
			cancel()
		}
		last = err
	}
	if last != context.Canceled || n > 10 {
		t.Errorf("%d pairs, last %v", n, last)
	}
	if _, err := Open(ctx, "testdata/server.img.gz", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Open with a cancelled context: %v", err)
	}
}

func TestConformance(t *testing.T) {
	t.Run("single", func(t *testing.T) { fstreetest.Run(t, open(t, unpacked(t, "single.img.zst", "single.img"), nil)) })
	t.Run("one volume", func(t *testing.T) {
		fstreetest.Run(t, open(t, unpacked(t, "server.img.zst", "server.img"), &Options{Volume: "p15"}))
	})
	t.Run("server", func(t *testing.T) { // but for its two unreadable volumes
		path := unpacked(t, "server.img.zst", "server.img")
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, sector := range []int64{10496, 10752} {
			if _, err := f.WriteAt(make([]byte, 512), sector*512); err != nil {
				t.Fatal(err)
			}
		}
		f.Close()
		fstreetest.Run(t, open(t, path, nil))
	})
}
