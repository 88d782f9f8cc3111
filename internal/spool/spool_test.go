package spool

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"
	"testing/iotest"
)

func TestReadKeepsContent(t *testing.T) {
	pattern := bytes.Repeat([]byte("assay\x00"), 20000)
	holes := append(append(make([]byte, 9000), "data"...), make([]byte, 50000)...)
	for name, want := range map[string][]byte{
		"empty": {}, "one": {7}, "at limit": make([]byte, 4096), "above": pattern, "holes": holes,
	} {
		dir := t.TempDir()
		for _, hint := range []int64{0, int64(len(want)), 1 << 40, -5} {
			c, err := Read(iotest.HalfReader(bytes.NewReader(want)), hint, &Options{MaxMemory: 4096, Dir: dir})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got, err := io.ReadAll(c.Reader())
			if err != nil || !bytes.Equal(got, want) || c.Size() != int64(len(want)) {
				t.Errorf("%s: got %d bytes, size %d, %v; want %d", name, len(got), c.Size(), err, len(want))
			}
			if _, inMemory := c.Bytes(); inMemory != (len(want) <= 4096) {
				t.Errorf("%s: in memory %v for %d bytes", name, inMemory, len(want))
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("%s: %d files left", name, len(left))
		}
	}
}

func TestReadReturnsWhatItGot(t *testing.T) {
	r := io.MultiReader(bytes.NewReader([]byte("half")), iotest.ErrReader(os.ErrDeadlineExceeded))
	c, err := Read(r, 0, nil)
	if !errors.Is(err, os.ErrDeadlineExceeded) || c.Size() != 4 {
		t.Errorf("got %v and %d bytes, want the reader's error and 4", err, c.Size())
	}
}
