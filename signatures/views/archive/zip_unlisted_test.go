package archive

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"
)

// hide returns a zip of the members a, b and c of which the directory does not
// name those in hidden.
func hide(t *testing.T, raw bool, hidden ...string) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, name := range []string{"a", "b", "c"} {
		content := bytes.Repeat([]byte("text of "+name+"\n"), 50)
		if raw { // sizes in the local header, none behind the data
			h := &zip.FileHeader{Name: name, Method: zip.Store, CompressedSize64: uint64(len(content)), UncompressedSize64: uint64(len(content))}
			f, err := w.CreateRaw(h)
			if err != nil {
				t.Fatal(err)
			}
			f.Write(content)
			continue
		}
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		f.Write(content)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b := buf.Bytes()
	end := bytes.LastIndex(b, []byte("PK\x05\x06"))
	size, start := int(binary.LittleEndian.Uint32(b[end+12:])), int(binary.LittleEndian.Uint32(b[end+16:]))
	out, rest := slices.Clone(b[:start]), b[start:start+size]
	n := 0
	for len(rest) > 0 {
		length := 46 + int(binary.LittleEndian.Uint16(rest[28:])) + int(binary.LittleEndian.Uint16(rest[30:])) + int(binary.LittleEndian.Uint16(rest[32:]))
		if !slices.Contains(hidden, string(rest[46:47])) {
			out = append(out, rest[:length]...)
			n++
		}
		rest = rest[length:]
	}
	tail := slices.Clone(b[end:])
	binary.LittleEndian.PutUint16(tail[8:], uint16(n))
	binary.LittleEndian.PutUint16(tail[10:], uint16(n))
	binary.LittleEndian.PutUint32(tail[12:], uint32(len(out)-start))
	return append(out, tail...)
}

// TestZipUnlisted wants the members that are in the file, whatever its directory names.
func TestZipUnlisted(t *testing.T) {
	for _, raw := range []bool{false, true} {
		whole, errs := read(t, "/x.zip", hide(t, raw), nil)
		if len(whole) != 3 || len(errs) > 0 {
			t.Fatalf("nothing hidden: %v, errors %v", whole, errs)
		}
		for _, hidden := range [][]string{{"a"}, {"b"}, {"c"}, {"a", "b"}, {"b", "c"}, {"a", "b", "c"}} {
			t.Run(fmt.Sprint(raw, hidden), func(t *testing.T) {
				b := hide(t, raw, hidden...)
				zr, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
				if err != nil || len(zr.File) != 3-len(hidden) {
					t.Fatalf("archive/zip sees %d members: %v", len(zr.File), err)
				}
				got, errs := read(t, "/x.zip", b, nil)
				if len(errs) > 0 {
					t.Error(errs)
				}
				for path, digest := range whole {
					if got[path] != digest {
						t.Errorf("%s: %q, want %q", path, got[path], digest)
					}
				}
			})
		}
	}
}
