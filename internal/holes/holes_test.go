package holes

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestNext(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "sparse"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	const size, at, n = 16 << 20, 8 << 20, 100_000
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(make([]byte, n), at); err != nil {
		t.Fatal(err)
	}
	// However much the system rounds, the ranges cover what was written.
	var stored int64
	covered := false
	for off := int64(0); ; {
		start, end, err := Next(f, size, off)
		if err == io.EOF {
			break
		}
		if err != nil || start < off || end <= start || end > size {
			t.Fatalf("Next(%d) = %d, %d, %v", off, start, end, err)
		}
		stored += end - start
		covered = covered || start <= at && end >= at+n
		off = end
	}
	if !covered {
		t.Error("what was written is not covered")
	}
	if stored == size {
		t.Log("the file system here does not tell holes")
	} else if stored > 1<<20 {
		t.Errorf("%d bytes are said to be stored", stored)
	}
	if _, _, err := Next(f, size, size); err != io.EOF {
		t.Errorf("behind the end: %v", err)
	}
}
