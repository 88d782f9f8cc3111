package mutate

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
	"time"
)

// The toy format: sectors of one file each, with a length byte, a content of
// that length and, in sectors of the checked kind, a checksum in the last byte.
func toyImage(files int, checked bool) []byte {
	img := make([]byte, files*sector)
	for i := range files {
		s := img[i*sector : (i+1)*sector]
		s[0] = 100
		copy(s[1:101], strings.Repeat(string(rune('a'+i)), 100))
		if checked {
			s[sector-1] = byte(crc32.ChecksumIEEE(s[:sector-1]))
		}
	}
	return img
}

func readToy(image []byte, files int, checked bool) (*Result, error) {
	r := &Result{Entries: make(map[string]Entry)}
	if len(image) < files*sector {
		return nil, errors.New("too short")
	}
	for i := range files {
		s := image[i*sector : (i+1)*sector]
		if checked && s[sector-1] != byte(crc32.ChecksumIEEE(s[:sector-1])) {
			r.Note(fmt.Errorf("file %d", i))
			continue
		}
		if s[0] == 0 {
			continue
		}
		r.Entries[fmt.Sprint(i)] = Entry{Size: int64(s[0])}
	}
	return r, nil
}

// verdicts runs a target and returns how often each outcome came, with the laws
// that were broken.
func verdicts(t *testing.T, tg Target) map[string]int {
	t.Helper()
	d := tg.withDefaults()
	whole := d.try(d.Image)
	src := newSource(d.Image, d.Regions, d.Seed)
	tally := make(map[string]int)
	for range d.Rounds {
		m := src.next()
		o := d.damaged(m)
		switch {
		case o.panicked != "":
			tally["panic"]++
		case o.hung:
			tally["hang"]++
		case o.peak > d.Memory:
			tally["memory"]++
		case o.err == nil && o.result.Damage == 0 && lost(whole.result, o.result) != "":
			tally["lost"]++
		}
	}
	return tally
}

func TestRunAcceptsAReaderThatChecks(t *testing.T) {
	Run(t, Target{Image: toyImage(4, true), Rounds: 400, Read: func(_ context.Context, image []byte) (*Result, error) {
		return readToy(image, 4, true)
	}})
}

func TestHarnessSeesLoss(t *testing.T) {
	got := verdicts(t, Target{Image: toyImage(4, false), Rounds: 2000, Read: func(_ context.Context, image []byte) (*Result, error) {
		return readToy(image, 4, false)
	}})
	if got["lost"] == 0 {
		t.Errorf("a reader without checks passed: %v", got)
	}
}

var kept []byte // keeps the compiler from dropping what is allocated

func TestHarnessSeesPanicHangAndMemory(t *testing.T) {
	img := toyImage(2, false)
	changed := func(image []byte) bool { return len(image) != len(img) || image[0] != 100 || image[sector] != 100 }
	tests := []struct {
		name string
		read func(ctx context.Context)
	}{
		{"panic", func(context.Context) { panic("x") }},
		{"hang", func(ctx context.Context) { <-ctx.Done() }},
		{"memory", func(context.Context) {
			kept = make([]byte, 64<<20)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := verdicts(t, Target{Image: img, Rounds: 20, Time: 100 * time.Millisecond, Memory: 32 << 20,
				Regions: [][2]int64{{0, 1}},
				Read: func(ctx context.Context, image []byte) (*Result, error) {
					if changed(image) {
						tt.read(ctx)
					}
					return readToy(img, 2, false)
				}})
			if got[tt.name] == 0 {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestImageIsRestored(t *testing.T) {
	img := toyImage(3, true)
	want := string(img)
	Run(t, Target{Image: img, Rounds: 200, Read: func(_ context.Context, image []byte) (*Result, error) {
		return readToy(image, 3, true)
	}})
	if string(img) != want {
		t.Error("the image was changed")
	}
}
