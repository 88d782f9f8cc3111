package report

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/seed-181f3109/assay/analyzer/diff"
	"github.com/seed-181f3109/assay/fstree"
)

func TestNewEntryKeepsEveryByte(t *testing.T) {
	sum := [32]byte{0xab}
	e := &fstree.Entry{
		Path: "/caf\xe9", Type: fstree.TypeFile, Mode: 0o4755, UID: 1, GID: 2, Size: 3, Mtime: time.Unix(-2, 500000000),
		Xattrs: map[string][]byte{"user.a": {0, 255}}, Nlink: 2, Inode: 9, HardlinkOf: "/a", Volume: "p1", VolumePath: "/caf\xe9",
		Layer: &fstree.Layer{Index: 0}, State: fstree.Removed, SHA256: &sum,
	}
	zero := 0
	want := &Entry{
		Path: "/caf\uFFFD", PathB64: "L2NhZuk=", Type: "file", Mode: "4755", UID: 1, GID: 2, Size: 3, Mtime: "1969-12-31T23:59:58.500000000Z",
		SHA256: "ab" + strings.Repeat("0", 62), Xattrs: map[string]string{"user.a": "AP8="}, Nlink: 2, Inode: 9, HardlinkOf: "/a", Volume: "p1",
		VolumePath: "/caf\uFFFD", VolumePathB64: "L2NhZuk=", Layer: &zero, State: "removed",
	}
	if got := NewEntry(e); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if raw := Raw(want.Path, want.PathB64); raw != e.Path {
		t.Errorf("Raw: got %q, want %q", raw, e.Path)
	}
	dev := NewEntry(&fstree.Entry{Path: "/c", Type: fstree.TypeChar, RdevMajor: 8, RdevMinor: 1})
	if dev.Rdev != "8:1" || dev.Layer != nil {
		t.Errorf("device: got %+v", dev)
	}
}

func TestReadReturnsWhatWasWritten(t *testing.T) {
	stored := `{"header":{"schema":"assay/1","tool":{"name":"assay","version":"1"},"command":"diff","suspect":{"reference":"a","kind":"oci"}}}
{"change":{"kind":"added","path":"/x","new":{"path":"/x","type":"file","mode":"0644","uid":0,"gid":0,"size":1}}}
`
	var got []*Message
	for m, err := range Read(strings.NewReader(stored)) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, m)
	}
	if len(got) != 2 || got[0].Header.Command != "diff" || got[1].Change.New.Size != 1 {
		t.Errorf("got %+v", got)
	}
	for _, bad := range []string{"no json\n", `{"header":{"schema":"other/9"}}` + "\n", `{"change":{}}` + "\n"} {
		var last error
		for _, err := range Read(strings.NewReader(bad)) {
			last = err
		}
		if !errors.Is(last, ErrNotReport) {
			t.Errorf("%q: got %v, want ErrNotReport", bad, last)
		}
	}
}

func TestNewChangeAndDamage(t *testing.T) {
	c := NewChange(&diff.Change{Kind: diff.Renamed, Path: "/b", From: "/a", Fields: []string{"mode"},
		Old: &fstree.Entry{Path: "/a"}, New: &fstree.Entry{Path: "/b", Volume: "p1"}, Layer: &fstree.Layer{Index: 3, CreatedBy: "RUN x"}})
	if c.Kind != "renamed" || c.From != "/a" || c.Volume != "p1" || c.Layer.Index != 3 || c.Layer.CreatedBy != "RUN x" {
		t.Errorf("got %+v", c)
	}
	d := NewDamage(&fstree.Damage{Image: "golden", Path: "/x", Structure: "inode 1", Offset: -1, Cause: fstree.ErrChecksum})
	if d.Where != "golden /x" || d.Offset != nil || d.Cause != "checksum mismatch" {
		t.Errorf("got %+v", d)
	}
}
