package diskimage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// folder makes files in a new folder and returns its path.
func folder(t testing.TB, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestResolverStaysInside(t *testing.T) {
	base := folder(t, "in/image.vmdk", "in/extent", "in/sub/extent", "outside", "search/parent", "search/sub/deep")
	links := map[string]string{"in/link-in": "extent", "in/link-out": "../outside", "in/link-abs": filepath.Join(base, "outside"), "in/link-dir": ".."}
	for name, target := range links {
		if err := os.Symlink(target, filepath.Join(base, name)); err != nil {
			t.Skipf("no links here: %v", err)
		}
	}
	fd, err := openFolders(filepath.Join(base, "in", "image.vmdk"), []string{filepath.Join(base, "search")})
	if err != nil {
		t.Fatal(err)
	}
	defer fd.Close()
	for name, want := range map[string]string{
		"extent": "in/extent", "sub/extent": "in/sub/extent", `sub\extent`: "in/sub/extent", "link-in": "in/extent", "./extent": "in/extent",
		"parent": "search/parent", filepath.Join(base, "in", "extent"): "in/extent", filepath.Join(base, "search", "sub", "deep"): "search/sub/deep",
		"/vmfs/volumes/gone/parent": "search/parent", `C:\VMs\parent`: "search/parent", "sub/../extent": "in/extent",
	} {
		f, err := fd.Open(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		b := make([]byte, f.Size())
		if _, err := f.ReadAt(b, 0); err != nil || string(b) != want {
			t.Errorf("%s: opened %q, want %q (%v)", name, b, want, err)
		}
		f.Close()
	}
	for _, name := range []string{
		"", "../outside", "../../etc/passwd", "sub/../../outside", "/etc/passwd", "/etc/shadow", filepath.Join(base, "outside"), "link-out", "link-abs",
		"link-dir/outside", "/dev/zero", "sub", ".", "..", "gone", "extent\x00x", `..\outside`, `C:\Windows\outside`, "file:///etc/passwd",
	} {
		f, err := fd.Open(name)
		if err == nil {
			f.Close()
			t.Errorf("%q was opened", name)
		} else if !strings.Contains(err.Error(), fmt.Sprintf("%q", name)) {
			t.Errorf("%q is not named in: %v", name, err)
		}
	}
	if _, err := fd.Open("gone"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := fd.Open("../outside"); !strings.Contains(err.Error(), "leads outside") {
		t.Errorf("a name that leads outside: %v", err)
	}
}

// Pipes and devices are neither read nor waited for.
func TestResolverTakesRegularFilesOnly(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no device files")
	}
	fd, err := openFolders("/dev/image", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer fd.Close()
	for _, name := range []string{"null", "zero", "/dev/zero"} {
		if _, err := fd.Open(name); err == nil || !strings.Contains(err.Error(), "no regular file") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Open(t.Context(), "/dev/zero", nil); err == nil {
		t.Error("a character device was opened as an image")
	}
}

// A descriptor on disk reaches nothing outside of its folder.
func TestDescriptorStaysInside(t *testing.T) {
	dir := folder(t, "secret", "vm/image-flat.vmdk")
	for _, name := range []string{"/etc/shadow", "../secret", "../../x", "/dev/sda", "gone.vmdk"} {
		text := "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType=\"monolithicFlat\"\nRW 1 FLAT \"" + name + "\" 0\n"
		image := filepath.Join(dir, "vm", "image.vmdk")
		if err := os.WriteFile(image, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), image, nil); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
