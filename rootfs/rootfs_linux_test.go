package rootfs

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
	"golang.org/x/sys/unix"
)

// Names are bytes; pipes and sockets are listed and do not block; hard links share an inode.
func TestLinux(t *testing.T) {
	dir := makeRoot(t)
	odd := "caf\xe9\n"
	if err := os.WriteFile(filepath.Join(dir, odd), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(filepath.Join(dir, "pipe"), 0o640); err != nil {
		t.Fatal(err)
	}
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir) // a socket's path is at most 108 bytes
	if err := unix.Bind(fd, &unix.SockaddrUnix{Name: "socket"}); err != nil {
		t.Fatal(err)
	}
	t.Chdir(here)
	value := make([]byte, 3000)
	value[2999] = 7
	xerr := unix.Setxattr(filepath.Join(dir, "etc", "passwd"), "user.note", value, 0)
	if xerr != nil && !errors.Is(xerr, unix.ENOTSUP) {
		t.Fatal(xerr)
	}
	got, damage := listing(t, dir)
	if len(damage) != 0 {
		t.Errorf("got damage %q", damage)
	}
	for p, want := range map[string]fstree.Type{"/" + odd: fstree.TypeFile, "/pipe": fstree.TypeFIFO, "/socket": fstree.TypeSocket} {
		if e := got[p]; e == nil || e.Type != want {
			t.Errorf("%q: got %+v, want a %s", p, e, want)
		}
	}
	a, b := got["/etc/passwd"], got["/etc/passwd-"]
	var st syscall.Stat_t
	if err := syscall.Lstat(filepath.Join(dir, "etc", "passwd"), &st); err != nil {
		t.Fatal(err)
	}
	if a.Inode != st.Ino || b.Inode != st.Ino || a.Nlink != 2 || b.HardlinkOf != a.Path || a.UID != st.Uid || a.GID != st.Gid {
		t.Errorf("got inodes %d and %d with %d links, HardlinkOf %q, want inode %d twice", a.Inode, b.Inode, a.Nlink, b.HardlinkOf, st.Ino)
	}
	if xerr == nil && string(a.Xattrs["user.note"]) != string(value) {
		t.Errorf("user.note: got %d bytes, want %d", len(a.Xattrs["user.note"]), len(value))
	}
}

// A directory that cannot be listed is damage and the walk goes on.
func TestLostDirectory(t *testing.T) {
	dir := makeRoot(t)
	tree, err := Open(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	lost, after := 0, false
	for e, err := range tree.Walk(t.Context()) {
		if d, ok := errors.AsType[*fstree.Damage](err); ok && d.Path == "/etc/deep" {
			lost++
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if e.Path == "/etc/deep" { // gone before the walk enters it
			if err := os.RemoveAll(filepath.Join(dir, "etc", "deep")); err != nil {
				t.Fatal(err)
			}
		}
		after = after || e.Path == "/out"
	}
	if lost != 1 || !after {
		t.Errorf("got %d damages, last entry seen %v; want 1, true", lost, after)
	}
}
