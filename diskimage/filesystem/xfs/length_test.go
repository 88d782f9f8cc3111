package xfs

import (
	"bytes"
	"testing"
)

// Only the first superblock of a file system says how long it is: not those of
// other groups, and not one that the group's header does not follow.
func TestLength(t *testing.T) {
	image := load(t, "blocks-1k")
	size := int64(len(image))
	s, err := readSuper(bytes.NewReader(image), size, 0)
	if err != nil {
		t.Fatal(err)
	}
	if n := Length(bytes.NewReader(image), size); n != s.size() || n == 0 {
		t.Errorf("got %d, want %d", n, s.size())
	}
	group := image[s.agOffset(1):]
	if string(group[:4]) != "XFSB" || Length(bytes.NewReader(group), int64(len(group))) != 0 {
		t.Errorf("the superblock of another group, %q, is taken for the first", group[:4])
	}
	clear(image[s.sectorSize:][:4])
	if n := Length(bytes.NewReader(image), size); n != 0 {
		t.Errorf("got %d without the header of the first group", n)
	}
}
