//go:build oracle && linux

package layers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/containerd/containerd/v2/pkg/archive"
	"golang.org/x/sys/unix"
)

// TestMakeManifests is the recipe of testdata/merge. It unpacks the layers of
// every case as containerd's differ does for the overlayfs snapshotter, each into a folder of its
// own, mounts them with the kernel's overlayfs and writes down what Python's
// lstat, readlink, getxattr and hashlib say of the mount. It needs root, python3
// and a TMPDIR with extended attributes:
//
//	go test ./layers -tags oracle -run TestMakeManifests
func TestMakeManifests(t *testing.T) {
	if err := os.MkdirAll("testdata/merge", 0o755); err != nil {
		t.Fatal(err)
	}
	var uts unix.Utsname
	if err := unix.Uname(&uts); err != nil {
		t.Fatal(err)
	}
	by := fmt.Sprintf("containerd v2.3.3 archive.Apply, overlayfs of Linux %s", unix.ByteSliceToString(uts.Release[:]))
	for _, c := range mergeCases {
		m := oracle(t, c)
		m.By = by
		b, err := json.MarshalIndent(m, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join("testdata/merge", c.name+".json"), append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func oracle(t *testing.T, c mergeCase) manifest {
	dir, err := os.MkdirTemp("", "oracle-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	m, start := manifest{Layers: digests(c)}, time.Now().Add(-time.Minute).UnixNano()
	var lower []string // top first
	for i, layer := range c.tars() {
		upper := filepath.Join(dir, fmt.Sprint("l", i))
		if err := os.Mkdir(upper, 0o755); err != nil {
			t.Fatal(err)
		}
		opts := []archive.ApplyOpt{archive.WithConvertWhiteout(archive.OverlayConvertWhiteout)}
		if len(lower) > 0 {
			opts = append(opts, archive.WithParents(lower))
		}
		if _, err := archive.Apply(context.Background(), upper, bytes.NewReader(layer), opts...); err != nil {
			m.Refused = strings.ReplaceAll(err.Error(), dir, "")
			return m
		}
		lower = append([]string{upper}, lower...)
	}
	mnt := filepath.Join(dir, "m")
	empty := filepath.Join(dir, "empty") // overlayfs wants two directories
	for _, d := range []string{mnt, empty} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := unix.Mount("overlay", mnt, "overlay", unix.MS_RDONLY, "lowerdir="+strings.Join(append(lower, empty), ":")); err != nil {
		t.Fatalf("%s: mount: %v", c.name, err)
	}
	defer unix.Unmount(mnt, 0)
	m.Entries = lines(t, mnt, start)
	return m
}

// script prints one line for each name: type, mode, owner, size, time, links,
// device, target, digest, first of its hard links, attributes; fields parted by
// tabs, names in percent encoding. A time that unpacking made is "now".
const script = `
import os, stat, sys, hashlib, base64, urllib.parse
start = int(sys.argv[2]); root = os.fsencode(sys.argv[1]); quote = urllib.parse.quote_from_bytes; groups = {}
def visit(p):
    out = []
    for n in sorted(os.listdir(p)):
        q = p + b"/" + n
        try: s = os.lstat(q)
        except FileNotFoundError: continue  # a whiteout with nothing below is listed and cannot be looked at
        out.append((q, s))
        if stat.S_ISDIR(s.st_mode): out += visit(q)
    return out
rows = visit(root)
for q, s in rows:
    if not stat.S_ISDIR(s.st_mode): groups.setdefault(s.st_ino, []).append(q)
for q, s in rows:
    m = s.st_mode
    kind = {stat.S_IFREG: "file", stat.S_IFDIR: "dir", stat.S_IFLNK: "symlink", stat.S_IFCHR: "char", stat.S_IFBLK: "block", stat.S_IFIFO: "fifo"}[stat.S_IFMT(m)]
    g = groups.get(s.st_ino, [q])
    xs = sorted((x, os.getxattr(q, x, follow_symlinks=False)) for x in os.listxattr(q, follow_symlinks=False) if not x.startswith("trusted.overlay."))
    print(quote(q[len(root):], safe="/"), kind, "%04o" % (m & 0o7777), "%d:%d" % (s.st_uid, s.st_gid), s.st_size if kind in ("file", "symlink") else 0,
          "now" if kind == "dir" and s.st_mtime_ns >= start else "%d.%09d" % divmod(s.st_mtime_ns, 10**9), "%d:%d" % (os.major(s.st_rdev), os.minor(s.st_rdev)) if kind in ("char", "block") else "-",
          quote(os.readlink(q), safe="/") if kind == "symlink" else "-", hashlib.sha256(open(q, "rb").read()).hexdigest() if kind == "file" else "-",
          quote(g[0][len(root):], safe="/") if g[0] != q else "-", ",".join(x + "=" + v.hex() for x, v in xs) or "-", sep="\t")
`

func lines(t *testing.T, dir string, start int64) []string {
	out, err := exec.Command("python3", "-c", script, dir, fmt.Sprint(start)).Output()
	if err != nil {
		t.Fatal(err)
	}
	if len(out) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}
