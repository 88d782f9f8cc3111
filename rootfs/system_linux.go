package rootfs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/seed-181f3109/assay/fstree"
	"golang.org/x/sys/unix"
)

// stat sets what Linux tells of a file. Source: inode(7).
func stat(e *fstree.Entry, info fs.FileInfo) error {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fmt.Errorf("%w: no stat structure", fstree.ErrUnsupported)
	}
	if e.Type, ok = fstree.TypeOfMode(st.Mode); !ok {
		return fmt.Errorf("%w: file type in mode %o", fstree.ErrUnsupported, st.Mode)
	}
	e.Mode, e.UID, e.GID = st.Mode&0o7777, st.Uid, st.Gid
	e.Inode, e.Nlink = st.Ino, uint32(st.Nlink)
	e.Atime = time.Unix(st.Atim.Unix()).UTC()
	e.Ctime = time.Unix(st.Ctim.Unix()).UTC()
	if e.Type == fstree.TypeChar || e.Type == fstree.TypeBlock {
		e.RdevMajor, e.RdevMinor = unix.Major(uint64(st.Rdev)), unix.Minor(uint64(st.Rdev))
	}
	return nil
}

// device returns the number of the file system that holds the file.
func device(info fs.FileInfo) uint64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(st.Dev)
	}
	return 0
}

// openQuietly opens a file or directory for reading, never waits for the other end of a
// pipe, and leaves the access time alone if the caller may ask for that.
func openQuietly(dir *os.Root, name string) (*os.File, error) {
	const flags = os.O_RDONLY | unix.O_NONBLOCK
	f, err := dir.OpenFile(name, flags|unix.O_NOATIME, 0)
	if errors.Is(err, unix.EPERM) {
		f, err = dir.OpenFile(name, flags, 0)
	}
	return f, err
}

// attributes reads all extended attributes of name, which is not followed if it
// is a link. Source: listxattr(2), getxattr(2).
func attributes(dir *os.Root, name string) (map[string][]byte, error) {
	d, err := dir.OpenFile(".", os.O_RDONLY|unix.O_PATH, 0)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	path := fmt.Sprintf("/proc/self/fd/%d/%s", d.Fd(), name)
	names, err := grow(func(b []byte) (int, error) { return unix.Llistxattr(path, b) })
	if errors.Is(err, unix.ENOTSUP) || len(names) == 0 && err == nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{}
	for key := range strings.SplitSeq(strings.TrimSuffix(string(names), "\x00"), "\x00") {
		v, err := grow(func(b []byte) (int, error) { return unix.Lgetxattr(path, key, b) })
		if errors.Is(err, unix.ENODATA) {
			continue // removed since it was listed
		}
		if err != nil {
			return out, fmt.Errorf("%q: %w", key, err)
		}
		out[key] = v
	}
	return out, nil
}

// grow calls get with a buffer that is large enough. The kernel gives 64 KiB at most.
func grow(get func([]byte) (int, error)) ([]byte, error) {
	b := make([]byte, 256)
	for {
		n, err := get(b)
		if errors.Is(err, unix.ERANGE) && len(b) < 1<<20 {
			b = make([]byte, len(b)*4)
			continue
		}
		return b[:max(n, 0)], err
	}
}
