package archive

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
)

// tarOf returns a tar archive with one member.
func tarOf(t *testing.T, name string, typeflag byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: name, Typeflag: typeflag, Mode: 0o644, Size: 5}); err != nil {
		t.Fatal(err)
	}
	w.Write([]byte("text\n"))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(b []byte) []byte {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write(b)
	w.Close()
	return z.Bytes()
}

// TestTarToItsEnd holds that what follows the end mark of a tar archive is read or
// reported, compressed or not.
func TestTarToItsEnd(t *testing.T) {
	a, b := tarOf(t, "a", tar.TypeReg), tarOf(t, "b", tar.TypeReg)
	zeros := make([]byte, 9000)
	for _, c := range []struct {
		name    string
		content []byte
		want    string
		damaged bool
	}{
		{"alone", a, "a", false},
		{"padded", append(bytes.Clone(a), zeros...), "a", false},
		{"another behind it", append(append(bytes.Clone(a), zeros[:1024]...), b...), "a b", false},
		{"text behind it", append(bytes.Clone(a), "<?php eval($_POST[1]);"...), "a", true},
		{"text behind padding", append(append(bytes.Clone(a), zeros...), 'x'), "a", true},
		{"a contiguous file", tarOf(t, "c", tar.TypeCont), "c", false},
		{"a file of an unknown type", tarOf(t, "u", 'Z'), "u", false},
	} {
		for kind, content := range map[string][]byte{"plain": c.content, "gzip": gzipped(c.content)} {
			got, errs := read(t, "/x.tar", content, nil)
			var names []string
			for _, n := range []string{"a", "b", "c", "u"} {
				if _, ok := got["/x.tar!/"+n]; ok {
					names = append(names, n)
				}
			}
			if strings.Join(names, " ") != c.want || (len(errs) > 0) != c.damaged || c.damaged && !errors.Is(errs[0], fstree.ErrCorrupt) {
				t.Errorf("%s, %s: got %v, %v, want %s, damage: %v", c.name, kind, got, errs, c.want, c.damaged)
			}
		}
	}
}

// TestPaddingIsBounded has far more zeros behind an archive than its size allows.
func TestPaddingIsBounded(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write(tarOf(t, "a", tar.TypeReg))
	for range ratioFloor>>20 + 1 {
		w.Write(make([]byte, 1<<20))
	}
	w.Close()
	if got, errs := read(t, "/x.tar.gz", z.Bytes(), nil); len(got) != 1 || len(errs) != 1 || !errors.Is(errs[0], fstree.ErrLimit) {
		t.Errorf("got %d members, %v, want ErrLimit", len(got), errs)
	}
}
