#!/usr/bin/env python3
"""Fill a mounted XFS file system with one of the sets of files that the tests read.

usage: populate.py ROOT SET ...

Only system calls are used, so that it also runs in a small virtual machine.
"""
import ctypes, errno, fcntl, os, socket, stat, struct, sys

libc = ctypes.CDLL(None, use_errno=True)
KEEP_SIZE, PUNCH_HOLE = 1, 2
FICLONE = 0x40049409
root = os.fsencode(sys.argv[1])


def at(*parts):
    return os.path.join(root, *[p.encode() if isinstance(p, str) else p for p in parts])


def text(name, size):
    line = b"content of %s, line by line\n" % os.path.basename(name)[:24]
    return (line * (size // len(line) + 1))[:size]


def write(path, size, mode=0o644):
    with open(path, "wb") as f:
        f.write(text(path, size))
    os.chmod(path, mode)
    return path


def fallocate(fd, mode, off, length):
    if libc.fallocate(fd, mode, ctypes.c_long(off), ctypes.c_long(length)):
        raise OSError(ctypes.get_errno(), "fallocate")


def stamp(path, ns, follow=True):
    os.utime(path, ns=(ns - 1, ns), follow_symlinks=follow)


def acl(*entries):
    """The kernel's form of an access control list."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", t, p, i) for t, p, i in entries)


NOBODY = 0xffffffff


def basic():
    write(at("plain"), 3000)
    write(at("empty"), 0)
    write(at("big"), 300000, 0o600)
    os.chown(at("plain"), 1000, 65534)
    os.chown(at("big"), 4000000000, 123456)
    for mode in (0o4755, 0o2755, 0o1644, 0o6711, 0o0000):
        write(at("mode-%04o" % mode), 10, mode)
    os.link(at("plain"), at("hard-a"))
    os.mkdir(at("sub"))
    os.chmod(at("sub"), 0o3771)
    os.link(at("plain"), at("sub", "hard-b"))
    os.link(at("plain"), at("sub", "hard-c"))
    os.mkfifo(at("fifo"))
    s = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(root)
    s.bind("socket")
    os.chdir(here)
    for name, kind, major, minor in (("null", stat.S_IFCHR, 1, 3), ("disk", stat.S_IFBLK, 8, 17),
                                     ("large", stat.S_IFCHR, 511, 262143), ("nvme", stat.S_IFBLK, 259, 1)):
        os.mknod(at(name), kind | 0o640, os.makedev(major, minor))


def names():
    os.mkdir(at("names"))
    for n in (b"latin1-\xe9\xff", b"new\nline", b"tab\t and space ", b"-dash", b"...", b"..x", b" ", b"\x01\x7f",
              "smile-\u263a-\u65e5\u672c".encode(), b"n" * 255, b"\xf0" * 255, b"@orphan", b"a:b|c?d*\\e", b"lost+found"):
        write(at("names", n), 20)
    deep = at("deep")
    for i in range(40):
        os.mkdir(deep)
        deep = os.path.join(deep, b"d%d" % i)
    write(deep, 5)


def links():
    os.symlink(b"plain", at("short-link"))
    os.symlink(b"t" * 100, at("link-100"))
    os.symlink(b"/long/" + b"u" * 600, at("link-606"))
    os.symlink((b"/v" * 512)[:1023], at("link-1023"))
    os.symlink(b"raw\xff\xfe", at("link-raw"))
    os.link(at("link-606"), at("link-606-again"), follow_symlinks=False)
    os.setxattr(at("link-100"), "trusted.of-link", b"1", follow_symlinks=False)
    os.lchown(at("link-606"), 7, 8)


def times():
    day = 86400 * 10**9
    for name, ns in (("before-1970", -1500000000), ("at-1901", -2147483648 * 10**9), ("epoch", 0),
                     ("last-32-bit", 2147483647999999999), ("nanosecond", 1700000000123456789)):
        write(at(name), 1)
        stamp(at(name), ns + (1 if name == "at-1901" else 0))
    os.symlink("x", at("old-link"))
    stamp(at("old-link"), -3 * day - 7, follow=False)


def late():
    for name, ns in (("after-2038", 4102444800 * 10**9 + 5), ("at-2486", 16299260424 * 10**9)):
        write(at(name), 1)
        stamp(at(name), ns)


def attrs():
    write(at("acl"), 10)
    user = (0x01, 6, NOBODY), (0x02, 4, 1), (0x02, 7, 70000), (0x04, 4, NOBODY), (0x08, 6, 5), (0x10, 6, NOBODY), (0x20, 4, NOBODY)
    os.setxattr(at("acl"), "system.posix_acl_access", acl(*user))
    os.mkdir(at("acl-dir"))
    os.setxattr(at("acl-dir"), "system.posix_acl_default", acl(*user))
    write(at("acl-dir", "inherits"), 10)
    write(at("capable"), 10, 0o755)
    os.setxattr(at("capable"), "security.capability", struct.pack("<IIIII", 0x02000001, 0x3000, 0, 0, 0))
    write(at("selinux"), 10)
    os.setxattr(at("selinux"), "security.selinux", b"system_u:object_r:bin_t:s0\0")
    for k, v in (("user.empty", b""), ("user.note", b"n" * 40), ("trusted.lab", b"yes"), ("user." + "k" * 250, b"v"), ("user.\xe9", b"\0\xff")):
        os.setxattr(at("plain"), k, v)
    write(at("leaf-attrs"), 10)
    for i in range(12):
        os.setxattr(at("leaf-attrs"), "user.number-%d" % i, b"value %d " % i * (1 + 7 * i))
    os.setxattr(at("sub"), "user.on-a-directory", b"d" * 2000)


def remote():
    """Values in blocks of their own, and attributes in nodes and B+trees."""
    write(at("remote"), 10)
    for n in (2000, 4000, 4041, 8080, 30000, 65535, 65536):
        os.setxattr(at("remote"), "user.bytes-%d" % n, text(b"value", n))
    write(at("node-attrs"), 10)
    for i in range(150):
        os.setxattr(at("node-attrs"), "user.a-%d" % i, text(b"%d" % i, 60))
    for i in range(0, 150, 3):
        os.removexattr(at("node-attrs"), "user.a-%d" % i)
    # Two files that take turns, so that each has many extents in its fork.
    for name in ("btree-a", "btree-b"):
        write(at(name), 10)
    for i in range(45):
        for name in ("btree-a", "btree-b"):
            os.setxattr(at(name), "user.turn-%d" % i, text(b"%d" % i, 3500))


def holes():
    with open(at("holes"), "wb") as f:
        for i in range(0, 12, 2):
            f.seek(i * 65536 + 100)
            f.write(text(b"holes", 5000))
        f.truncate(12 * 65536 + 7)
    with open(at("all-hole"), "wb") as f:
        f.truncate(1 << 20)
    with open(at("unwritten"), "wb") as f:
        f.write(text(b"unwritten", 70000))
        fallocate(f.fileno(), KEEP_SIZE, 131072, 262144)
        f.seek(200000)
        f.write(b"in the middle")
        f.truncate(400000)
    with open(at("punched"), "wb") as f:
        f.write(text(b"punched", 500000))
        f.flush()
        os.fsync(f.fileno())
        for off in (0, 65536 * 2, 65536 * 5 + 123):
            fallocate(f.fileno(), KEEP_SIZE | PUNCH_HOLE, off, 65536)
    with open(at("past-end"), "wb") as f:
        f.write(b"short")
        fallocate(f.fileno(), KEEP_SIZE, 0, 1 << 20)


def huge():
    with open(at("sparse-5g"), "wb") as f:
        f.seek(5 << 30)
        f.write(b"end")


def reflink():
    write(at("origin"), 400000)
    with open(at("origin"), "rb") as src, open(at("clone"), "wb") as dst:
        try:
            fcntl.ioctl(dst.fileno(), FICLONE, src.fileno())
        except OSError as e:
            if e.errno != errno.EOPNOTSUPP:
                raise
            dst.write(src.read())
    with open(at("clone"), "r+b") as f:
        f.seek(131072)
        f.write(b"changed in the clone")


def fragments(pieces=1200):
    """A file of which every second block is a hole, twice, so that the runs interleave."""
    block = os.statvfs(root).f_bsize
    files = [open(at(n), "wb") for n in ("frag-a", "frag-b")]
    for i in range(pieces):
        for f in files:
            f.seek(2 * i * block)
            f.write(b"%d" % i)
            f.flush()
        if i % 50 == 0:
            os.sync()
    for f in files:
        f.close()


def dirs(count=2500):
    for d, n in (("dir-1", 1), ("dir-block", 60), ("dir-leaf", 400)):
        os.mkdir(at(d))
        for i in range(n):
            os.link(at("fifo"), at(d, "n%05d" % i))
    # Directories that take turns to grow, so that their blocks interleave.
    for d in ("dir-tree-a", "dir-tree-b"):
        os.mkdir(at(d))
    for i in range(count):
        for d in ("dir-tree-a", "dir-tree-b"):
            os.link(at("fifo"), at(d, "name-%05d" % i))
    for i in range(0, count, 7):  # leaves free space, and whole free blocks, behind
        os.unlink(at("dir-tree-a", "name-%05d" % i))
    for i in range(count // 3, count // 3 * 2):
        if i % 7:
            os.unlink(at("dir-tree-a", "name-%05d" % i))


def many():
    """One directory of 25,000 names, made in the order of their hashes so that the image compresses."""
    os.mkdir(at("many"))
    letters = "0123456789abcdefghijklmnopqrst"
    for i in range(25000):
        os.link(at("fifo"), at("many", "m" + letters[i // 900] + letters[i // 30 % 30] + letters[i % 30]))


def sparse_inodes():
    """Leave runs of 7 free blocks only, so that no full chunk of 8 fits, and make inodes."""
    block = os.statvfs(root).f_bsize
    os.mkdir(at("many"))
    f = open(at("filler"), "wb")
    fcntl.ioctl(f.fileno(), 0xc0105872, struct.pack("QQ", 0, 0))  # no reserve
    blocks = 0
    for step in (256, 8, 1):
        while os.statvfs(root).f_bavail > step + 20:
            try:
                fallocate(f.fileno(), 0, blocks * block, step * block)
            except OSError as e:
                if e.errno != errno.ENOSPC:
                    raise
                break
            blocks += step
    for i in range(0, blocks - 16, 16):
        fallocate(f.fileno(), KEEP_SIZE | PUNCH_HOLE, i * block, 7 * block)
    f.close()
    for i in range(1600):
        try:
            write(at("many", "i%04d" % i), 0)
        except OSError as e:
            if e.errno != errno.ENOSPC:
                raise
            break


def later():
    """Changes for the log to hold: made, renamed, moved, removed, grown and cut."""
    os.sync()
    links()
    attrs()
    for i in range(300):
        write(at("sub", "late-%d" % i), 100 + i)
    for i in range(0, 300, 2):
        os.unlink(at("sub", "late-%d" % i))
    os.rename(at("hard-a"), at("sub", "moved"))
    os.truncate(at("big"), 1234)
    os.unlink(at("fifo"))
    os.mknod(at("zero"), stat.S_IFCHR | 0o666, os.makedev(1, 5))
    reflink()
    fragments(60)
    os.chmod(at("plain"), 0o4711)
    os.mkdir(at("gone"))
    for i in range(100):
        write(at("gone", "g%d" % i), 10)
    for i in range(100):
        os.unlink(at("gone", "g%d" % i))
    os.rmdir(at("gone"))
    for d in (at("dir-grown"), at("dir-shrunk")):
        os.mkdir(d)
        for i in range(500):
            os.link(at("plain"), os.path.join(d, b"entry-%d" % i))
    for i in range(495):
        os.unlink(at("dir-shrunk", "entry-%d" % i))
    for f in (at("frag-a"), at("clone")):
        fd = os.open(f, os.O_RDWR)
        os.fsync(fd)
        os.close(fd)


def churn():
    """Go round the log until its end is near, then leave changes in it that go past the end."""
    st = os.stat(root)
    device = os.path.basename(os.readlink("/sys/dev/block/%d:%d" % (os.major(st.st_dev), os.minor(st.st_dev))))
    path = write(at("turns"), 1)
    turn = end = 0
    while True:
        os.setxattr(path, "user.turn", bytes([65 + turn % 26]) * 3000)
        os.sync()
        turn += 1
        with open("/sys/fs/xfs/%s/log/log_head_lsn" % device) as f:
            cycle, block = map(int, f.read().split(":"))
        if cycle == 1:
            end = max(end, block)
        elif block > end - 40:
            break
    os.mkdir(at("last"))
    for i in range(150):
        path = write(at("last", "c%04d" % i), 0)
        os.setxattr(path, "user.last", b"%d" % i * 20)
        if i % 6 == 0:
            os.sync()
    for i in range(0, 150, 3):
        os.unlink(at("last", "c%04d" % i))


def shutdown(flag=1):
    """Stop the file system at once: 1 writes the log first, 0 everything."""
    fd = os.open(root, os.O_RDONLY)
    fcntl.ioctl(fd, 0x8004587d, struct.pack("<I", flag))
    os.close(fd)


def orphans():
    """Files that are open but have no name left, and a directory in use."""
    held = []
    for i in range(5):
        write(at("orphan-%d" % i), 1000 * i)
        held.append(os.open(at("orphan-%d" % i), os.O_RDONLY))
        os.unlink(at("orphan-%d" % i))
    os.mkdir(at("orphan-dir"))
    held.append(os.open(at("orphan-dir"), os.O_RDONLY))
    os.rmdir(at("orphan-dir"))
    shutdown(0)


def realtime():
    path = write(at("on-realtime"), 0)
    with open(path, "r+b") as f:
        fcntl.ioctl(f.fileno(), 0x401c5820, struct.pack("<IIIII8x", 1, 0, 0, 0, 0))
        f.write(text(b"realtime", 20000))


SETS = dict(basic=basic, names=names, links=links, times=times, late=late, attrs=attrs, remote=remote, holes=holes,
            reflink=reflink, huge=huge, fragments=fragments, dirs=dirs, many=many, sparse_inodes=sparse_inodes,
            later=later, churn=churn, shutdown=shutdown, orphans=orphans, realtime=realtime)

os.umask(0o022)
for s in sys.argv[2:]:
    SETS[s]()
