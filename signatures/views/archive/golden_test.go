package archive

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
)

// manifest maps a name of the recipe's tree to the digest of sha256sum.
func manifest(t *testing.T) map[string]string {
	b, err := os.ReadFile("testdata/manifest.txt")
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		m[f[1]] = f[0]
	}
	return m
}

// read returns path -> digest of every member and the errors.
func read(t testing.TB, name string, b []byte, lim *Limits) (map[string]string, []error) {
	t.Helper()
	got := map[string]string{}
	var errs []error
	for m, err := range Members(t.Context(), name, bytes.NewReader(b), int64(len(b)), lim) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		got[m.Path] = hex.EncodeToString(m.SHA256[:])
	}
	return got, errs
}

func TestMembersMatchTheTools(t *testing.T) {
	sums := manifest(t)
	tree := []string{"WEB-INF/web.xml", "WEB-INF/numbers.txt", "index.jsp", "WEB-INF/lib/inner.jar", "WEB-INF/nothing",
		"WEB-INF/lib/inner.jar!/numbers.txt", "WEB-INF/lib/inner.jar!/web.xml"}
	noEmpty := slices.DeleteFunc(slices.Clone(tree), func(s string) bool { return s == "WEB-INF/nothing" })
	seven := append(slices.DeleteFunc(slices.Clone(tree), func(s string) bool { return strings.HasPrefix(s, "link") }), "branches.bin")
	dot := func(names []string) []string {
		var out []string
		for _, n := range names {
			out = append(out, "./"+n)
		}
		return out
	}
	for name, want := range map[string][]string{
		"app.war": append(slices.Clone(tree), "link.jsp"), "app.tar.gz": dot(tree), "app.tar.xz": dot(tree), "app.tar.zst": dot(tree), "app.tar.bz2": dot(tree), "plain.tar.gz": dot(tree),
		"numbers.txt.gz": {"numbers.txt"}, "odc.cpio.gz": noEmpty, "initrd.img": append(slices.Clone(noEmpty), "GenuineIntel.bin"),
		"inert.rpm": {"./usr/share/inert/numbers.txt"}, "long.a": {"a_member_with_a_long_name.txt", "web.xml"},
		"lzma.7z": seven, "filters.7z": seven, "deflate.7z": seven, "bzip2.7z": seven, "copy.7z": seven,
		"inert_1_all.deb": {"debian-binary", "control.tar.xz", "control.tar.xz!/./control", "data.tar.xz", "data.tar.xz!/./usr/share/inert/numbers.txt"},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			got, errs := read(t, "/srv/"+name, b, nil)
			for _, err := range errs {
				t.Error(err)
			}
			for _, w := range want {
				digest, ok := got["/srv/"+name+"!/"+w]
				if !ok {
					t.Errorf("%s is missing", w)
				}
				delete(got, "/srv/"+name+"!/"+w)
				w = w[strings.LastIndex(w, "!/")+1:]
				w = strings.TrimPrefix(strings.TrimPrefix(w, "/"), "./")
				if sum := sums[w]; sum != "" && sum != digest {
					t.Errorf("%s: got %s, want %s", w, digest, sum)
				}
				if w == "branches.bin" && sums[w] == "" {
					t.Error("branches.bin is not in the manifest")
				}
				if strings.HasSuffix(w, "numbers.txt") && digest != sums["numbers.txt"] {
					t.Errorf("%s: got %s, want the digest of numbers.txt", w, digest)
				}
			}
			for extra := range got {
				t.Errorf("%s was not expected", extra)
			}
		})
	}
}

func TestIsArchive(t *testing.T) {
	files, _ := filepath.Glob("testdata/*")
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		want := !strings.HasSuffix(f, ".txt") && !strings.HasSuffix(f, ".sh")
		if got := IsArchive(b[:min(len(b), headSize)]); got != want {
			t.Errorf("%s: got %v, want %v", f, got, want)
		}
	}
}

// phar makes a PHP archive as the PHP manual lays it out.
func phar(files map[string]string) []byte {
	u32 := func(n int) []byte { return []byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)} }
	var m, body []byte
	m = append(append(u32(len(files)), 0x11, 0x10, 0, 0, 0, 0), make([]byte, 8)...)
	for _, n := range slices.Sorted(func(y func(string) bool) {
		for k := range files {
			if !y(k) {
				return
			}
		}
	}) {
		m = append(append(m, u32(len(n))...), n...)
		m = append(append(append(m, u32(len(files[n]))...), u32(0)...), u32(len(files[n]))...)
		m = append(m, make([]byte, 12)...)
		body = append(body, files[n]...)
	}
	out := append([]byte("<?php echo 1; __HALT_COMPILER(); ?>\r\n"), u32(len(m))...)
	return append(append(out, m...), body...)
}

func TestPhar(t *testing.T) {
	b := phar(map[string]string{"a.php": "<?php echo 'a';", "dir/b.php": "<?php echo 'bb';"})
	var got []string
	for m, err := range Members(t.Context(), "/x.phar", bytes.NewReader(b), int64(len(b)), nil) {
		if err != nil {
			t.Fatal(err)
		}
		c, _ := m.Content.Bytes()
		got = append(got, fmt.Sprintf("%s=%s", m.Path, c))
	}
	want := []string{"/x.phar!/a.php=<?php echo 'a';", "/x.phar!/dir/b.php=<?php echo 'bb';"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestCorruptionIsReported cuts and flips every archive: nothing may panic, and a
// shorter list comes with an error.
func TestCorruptionIsReported(t *testing.T) {
	files, _ := filepath.Glob("testdata/*")
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		whole, errs := read(t, "/x", b, nil)
		if len(errs) > 0 {
			continue
		}
		for i := range 11 {
			cut := b[:len(b)*i/11]
			got, errs := read(t, "/x", cut, nil)
			if len(got) < len(whole) && len(errs) == 0 && len(cut) > 0 && !endsAnywhere(f, len(cut)) {
				t.Errorf("%s cut to %d bytes: %d of %d members and no error", f, len(cut), len(got), len(whole))
			}
			flipped := bytes.Clone(b)
			flipped[len(b)*i/11] ^= 0x55
			read(t, "/x", flipped, nil)
		}
	}
}

// endsAnywhere reports whether a file of this format cut here is a whole one: ar
// has no end mark, and an initramfs may end in the padding behind its first part.
func endsAnywhere(name string, size int) bool {
	return strings.HasSuffix(name, ".a") || strings.HasSuffix(name, ".deb") || strings.HasSuffix(name, "initrd.img") && size < 1600
}

func TestLimits(t *testing.T) {
	b, err := os.ReadFile("testdata/app.war")
	if err != nil {
		t.Fatal(err)
	}
	whole, _ := read(t, "/x", b, nil)
	for name, lim := range map[string]*Limits{"members": {Members: 2}, "bytes": {Bytes: 100}, "member": {Member: 1000}, "depth": {Depth: 1}} {
		got, errs := read(t, "/x", b, lim)
		if len(got) >= len(whole) || len(errs) == 0 || !errors.Is(errs[0], fstree.ErrLimit) {
			t.Errorf("%s: %d of %d members, errors %v; want fewer and ErrLimit", name, len(got), len(whole), errs)
		}
		var d *fstree.Damage
		if len(errs) > 0 && (!errors.As(errs[0], &d) || !strings.HasPrefix(d.Path, "/x")) {
			t.Errorf("%s: %v is no damage of the archive", name, errs[0])
		}
	}
}

func TestUnsupportedIsNamed(t *testing.T) {
	for _, head := range []string{"Rar!\x1a\x07\x01\x00", "\x04\x22\x4d\x18abc"} {
		_, errs := read(t, "/x", []byte(head), nil)
		if len(errs) != 1 || !errors.Is(errs[0], fstree.ErrUnsupported) {
			t.Errorf("%q: got %v, want ErrUnsupported", head, errs)
		}
	}
	if _, errs := read(t, "/x", []byte("plain text"), nil); len(errs) != 1 || !errors.Is(errs[0], fstree.ErrNotThisFormat) {
		t.Errorf("plain text: got %v, want ErrNotThisFormat", errs)
	}
}

// TestSevenZipRefusals wants what cannot be read of a 7z named.
func TestSevenZipRefusals(t *testing.T) {
	for name, want := range map[string]error{"secret.7z": fstree.ErrEncrypted, "bcj2.7z": fstree.ErrUnsupported} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		got, errs := read(t, "/x", b, nil)
		if len(errs) != 1 || !errors.Is(errs[0], want) || got["/x!/branches.bin"] != "" {
			t.Errorf("%s: errors %v and members %v, want one that wraps %v", name, errs, got, want)
		}
	}
}

// TestSevenZipLimits wants a member that is too large reported and the files behind it read.
func TestSevenZipLimits(t *testing.T) {
	b, err := os.ReadFile("testdata/lzma.7z")
	if err != nil {
		t.Fatal(err)
	}
	sums := manifest(t)
	got, errs := read(t, "/x", b, &Limits{Member: 10000})
	if len(errs) != 2 || !errors.Is(errs[0], fstree.ErrLimit) { // numbers.txt and the one in inner.jar
		t.Errorf("errors %v, want two of the limit", errs)
	}
	for _, name := range []string{"index.jsp", "branches.bin", "WEB-INF/web.xml"} {
		if got["/x!/"+name] != sums[name] {
			t.Errorf("%s: %s, want %s", name, got["/x!/"+name], sums[name])
		}
	}
}

// TestSevenZipDamage flips each byte of the archives: whatever is then delivered
// whole has the right digest, or an error was reported.
func TestSevenZipDamage(t *testing.T) {
	for _, name := range []string{"lzma.7z", "filters.7z", "deflate.7z", "copy.7z"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		whole, _ := read(t, "/x", b, nil)
		for i := 0; i < len(b); i += 1 + len(b)/400 {
			broken := bytes.Clone(b)
			broken[i] ^= 0x41
			got, errs := read(t, "/x", broken, nil)
			if len(errs) > 0 {
				continue
			}
			for path, digest := range whole {
				if got[path] != digest {
					t.Errorf("%s, byte %d: %s is %q without an error", name, i, path, got[path])
				}
			}
		}
	}
}

func TestCancelledAndBroken(t *testing.T) {
	b, err := os.ReadFile("testdata/app.war")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	n := 0
	for _, err := range Members(ctx, "/x", bytes.NewReader(b), int64(len(b)), nil) {
		n++
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
	}
	if n != 1 {
		t.Errorf("got %d pairs, want 1", n)
	}
	for range Members(t.Context(), "/x", bytes.NewReader(b), int64(len(b)), nil) {
		break
	}
}

func FuzzMembers(f *testing.F) {
	files, _ := filepath.Glob("testdata/*")
	for _, name := range files {
		if b, err := os.ReadFile(name); err == nil && !strings.HasSuffix(name, ".sh") {
			f.Add(b)
		}
	}
	f.Add(phar(map[string]string{"a": "b"}))
	f.Fuzz(func(t *testing.T, b []byte) {
		read(t, "/x", b, &Limits{Members: 1000, Bytes: 64 << 20})
	})
}

func ExampleMembers() {
	b, err := os.ReadFile("testdata/long.a")
	if err != nil {
		fmt.Println(err)
		return
	}
	for m, err := range Members(context.Background(), "/srv/long.a", bytes.NewReader(b), int64(len(b)), nil) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(m.Path, m.Size)
	}
	// Output:
	// /srv/long.a!/a_member_with_a_long_name.txt 13893
	// /srv/long.a!/web.xml 11
}
