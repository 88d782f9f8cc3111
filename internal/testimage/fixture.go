package testimage

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/mikelolasagasti/xz"
)

// Packed returns the name of the one file that is base with the ending of a
// compression, as "testdata/plain.img" for testdata/plain.img.zst.
func Packed(t testing.TB, base string) string {
	t.Helper()
	for _, ending := range []string{".zst", ".gz", ".xz"} {
		if _, err := os.Stat(base + ending); err == nil {
			return base + ending
		}
	}
	t.Fatalf("no fixture %s.zst, .gz or .xz", base)
	return ""
}

// Load returns the bytes of a fixture, unpacked if its name ends in .gz, .zst or .xz.
func Load(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	switch {
	case strings.HasSuffix(name, ".zst"):
		var dec *zstd.Decoder
		if dec, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(8<<30)); err == nil {
			defer dec.Close()
			out, err = dec.DecodeAll(b, nil)
		}
	case strings.HasSuffix(name, ".gz"):
		var z io.Reader
		if z, err = gzip.NewReader(bytes.NewReader(b)); err == nil {
			out, err = io.ReadAll(z)
		}
	case strings.HasSuffix(name, ".xz"):
		var z io.Reader
		if z, err = xz.NewReader(bytes.NewReader(b), 0); err == nil {
			out, err = io.ReadAll(z)
		}
	default:
		out = b
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}
