package testimage

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-181f3109/assay/fstree"
)

// memTree is a tree of given entries.
type memTree []fstree.Entry

func (m memTree) Walk(context.Context) iter.Seq2[*fstree.Entry, error] {
	return func(yield func(*fstree.Entry, error) bool) {
		for i := range m {
			if !yield(&m[i], nil) {
				return
			}
		}
	}
}

// recorder keeps what a test would have reported.
type recorder struct {
	testing.TB
	got []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.got = append(r.got, fmt.Sprintf(format, args...))
}

const lines = `{"kernel":"1","notes":[]}
{"path":"/","type":"dir","mode":"0755","inode":2}
{"path_b64":"L/8=","type":"file","mode":"0644","size":2,"mtime":"-1.500000000","inode":9,"sha256":"8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4","xattrs":{"user.a":"dg=="}}
{"path":"/l","type":"symlink","target":"x","inode":10}
`

func tree() memTree {
	return memTree{
		{Path: "/", Type: fstree.TypeDir, Mode: 0o755, Inode: 2},
		{Path: "/\xff", Mode: 0o644, Size: 2, Mtime: time.Unix(-1, 500e6), Inode: 9, Xattrs: map[string][]byte{"user.a": []byte("v")},
			Content: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("hi")), nil }},
		{Path: "/l", Type: fstree.TypeSymlink, Link: "x", Inode: 10, Size: 1},
	}
}

func TestCompareManifest(t *testing.T) {
	name := filepath.Join(t.TempDir(), "m.gz")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	io.WriteString(z, lines)
	z.Close()
	f.Close()
	tests := []struct {
		change func(memTree) memTree
		want   string // part of the report; empty for none
	}{
		{func(m memTree) memTree { return m }, ""},
		{func(m memTree) memTree { return m[:2] }, `"/l" is missing`},
		{func(m memTree) memTree { return m[1:] }, "before its directory"},
		{func(m memTree) memTree { return append(m, m[2]) }, "comes twice"},
		{func(m memTree) memTree { m[2].Path = "/k"; return m }, "not in the manifest"},
		{func(m memTree) memTree { m[2].Link = "y"; return m }, "target"},
		{func(m memTree) memTree { m[1].Mtime = time.Unix(-2, 500e6); return m }, "mtime"},
		{func(m memTree) memTree { m[1].Size = 3; return m }, "content has 2 bytes"},
		{func(m memTree) memTree { m[1].Mode = 0o600; return m }, "mode"},
		{func(m memTree) memTree { m[1].Xattrs = nil; return m }, "xattrs"},
		{func(m memTree) memTree { m[1].Inode = 1; return m }, "inode"},
	}
	for _, tt := range tests {
		r := &recorder{TB: t}
		CompareManifest(r, name, tt.change(tree()))
		got := strings.Join(r.got, "\n")
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("want a report of %q, got %q", tt.want, got)
		}
	}
}
