// Package testimage compares readers with ground truth in tests: manifests that
// manifest.py takes from a kernel mount, and compressed images beside them.
//
// The call most people want:
//
//	testimage.CompareManifest(t, "testdata/plain.jsonl.gz", tree)
package testimage

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/seed-181f3109/assay/fstree"
)

// Line is one entry of a manifest as manifest.py describes it. A nil pointer, or
// an empty string, is a field that the manifest does not have.
type Line struct {
	Path      string            `json:"path"` // raw bytes once read
	PathB64   string            `json:"path_b64,omitempty"`
	Type      string            `json:"type"`
	Mode      string            `json:"mode,omitempty"`
	UID       *uint32           `json:"uid,omitempty"`
	GID       *uint32           `json:"gid,omitempty"`
	Inode     *uint64           `json:"inode,omitempty"`
	Nlink     *uint32           `json:"nlink,omitempty"`
	Size      *int64            `json:"size,omitempty"`
	Mtime     string            `json:"mtime,omitempty"`
	Atime     string            `json:"atime,omitempty"`
	Ctime     string            `json:"ctime,omitempty"`
	Target    string            `json:"target,omitempty"` // raw bytes once read
	TargetB64 string            `json:"target_b64,omitempty"`
	Rdev      string            `json:"rdev,omitempty"`
	Xattrs    map[string]string `json:"xattrs,omitempty"` // name to base64
	SHA256    string            `json:"sha256,omitempty"`
}

// ReadManifest returns the lines of a manifest by path, without its header.
func ReadManifest(t testing.TB, name string) map[string]*Line {
	t.Helper()
	lines := make(map[string]*Line)
	sc := bufio.NewScanner(bytes.NewReader(Load(t, name)))
	sc.Buffer(nil, 16<<20)
	for header := true; sc.Scan(); header = false {
		if header {
			continue
		}
		l := &Line{}
		if err := json.Unmarshal(sc.Bytes(), l); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		l.Path, l.Target = raw(t, l.Path, l.PathB64), raw(t, l.Target, l.TargetB64)
		lines[l.Path] = l
	}
	if err := sc.Err(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return lines
}

// raw returns the bytes of a text field that may be kept as base64.
func raw(t testing.TB, text, b64 string) string {
	t.Helper()
	if b64 == "" {
		return text
	}
	b, err := base64.StdEncoding.DecodeString(b64)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Describe returns an entry as a manifest would have it, with every field and
// the digest of its content, which it reads.
func Describe(e *fstree.Entry) (*Line, error) {
	l := &Line{
		Path: e.Path, Type: e.Type.String(), Mode: fmt.Sprintf("%04o", e.Mode), UID: &e.UID, GID: &e.GID,
		Inode: &e.Inode, Nlink: &e.Nlink, Size: &e.Size, Target: e.Link,
		Mtime: stamp(e.Mtime), Atime: stamp(e.Atime), Ctime: stamp(e.Ctime),
	}
	if e.Type == fstree.TypeChar || e.Type == fstree.TypeBlock {
		l.Rdev = fmt.Sprintf("%d:%d", e.RdevMajor, e.RdevMinor)
	}
	for name, value := range e.Xattrs {
		if l.Xattrs == nil {
			l.Xattrs = make(map[string]string)
		}
		l.Xattrs[name] = base64.StdEncoding.EncodeToString(value)
	}
	if e.Type != fstree.TypeFile {
		return l, nil
	}
	r, err := e.Open()
	if err != nil {
		return l, err
	}
	defer r.Close()
	h := sha256.New()
	n, err := io.Copy(h, r)
	if err != nil {
		return l, err
	}
	if n != e.Size {
		return l, fmt.Errorf("content has %d bytes, size is %d", n, e.Size)
	}
	l.SHA256 = hex.EncodeToString(h.Sum(nil))
	return l, nil
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d.%09d", t.Unix(), t.Nanosecond())
}
