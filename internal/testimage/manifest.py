#!/usr/bin/env python3
"""Write down a mounted file system, so that tests can compare a reader with the kernel.

usage: manifest.py ROOT OUT.jsonl.gz [--note TEXT ...] [--omit FIELD ...]

Mount the image read-only (mount -o ro,noatime,loop) and run this as root on the
mount point. It uses lstat, readdir, readlink, listxattr, getxattr and read only.
OUT is gzip of one JSON object a line. The first line is a header:

  {"kernel": "6.1.0", "notes": ["mkfs.ext4 1.47.0 ...", "recipe.sh"]}

then one line an entry, sorted by the raw bytes of the path, from ROOT as "/":

  path      absolute; path_b64 holds the bytes where they are not UTF-8
  type      file dir symlink char block fifo socket
  mode      octal, 07777 at most        uid gid inode nlink   numbers
  size      bytes; of a symlink its target's; 0 for all but files and symlinks
  mtime atime ctime   "seconds.nanoseconds", seconds rounded down
  target    of a symlink (target_b64)   rdev   "major:minor" of a device
  xattrs    name to base64              sha256 of a file's content

--note names the program and recipe that made the image; --omit leaves a field
out, of all entries ("uid") or of those of one type ("dir.mtime").
testimage.CompareManifest compares only the fields that a line has.
"""
import argparse, base64, gzip, hashlib, json, os, stat, sys

KINDS = {stat.S_IFREG: "file", stat.S_IFDIR: "dir", stat.S_IFLNK: "symlink", stat.S_IFCHR: "char",
         stat.S_IFBLK: "block", stat.S_IFIFO: "fifo", stat.S_IFSOCK: "socket"}


def text(entry, key, raw):
    """Put bytes in an entry, as text if they are UTF-8."""
    try:
        entry[key] = raw.decode("utf-8")
    except UnicodeDecodeError:
        entry[key + "_b64"] = base64.b64encode(raw).decode()


def when(ns):
    return "%d.%09d" % divmod(ns, 10**9)


def digest(path):
    h = hashlib.sha256()
    with open(path, "rb", buffering=0) as f:
        while block := f.read(1 << 20):
            h.update(block)
    return h.hexdigest()


def describe(path, name):
    st = os.lstat(path)
    e = {}
    text(e, "path", name)
    kind = KINDS[stat.S_IFMT(st.st_mode)]
    e.update(type=kind, mode="%04o" % stat.S_IMODE(st.st_mode), uid=st.st_uid, gid=st.st_gid, inode=st.st_ino,
             nlink=st.st_nlink, size=st.st_size if kind in ("file", "symlink") else 0,
             mtime=when(st.st_mtime_ns), atime=when(st.st_atime_ns), ctime=when(st.st_ctime_ns))
    if kind == "file":
        e["sha256"] = digest(path)
    elif kind == "symlink":
        text(e, "target", os.readlink(path))
    elif kind in ("char", "block"):
        e["rdev"] = "%d:%d" % (os.major(st.st_rdev), os.minor(st.st_rdev))
    attrs = {}
    try:
        names = os.listxattr(path, follow_symlinks=False)
    except OSError:
        names = []  # the file system has none
    for n in sorted(names):
        attrs[n] = base64.b64encode(os.getxattr(path, n, follow_symlinks=False)).decode()
    if attrs:
        e["xattrs"] = attrs
    return e


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("root")
    ap.add_argument("out")
    ap.add_argument("--note", action="append", default=[])
    ap.add_argument("--omit", action="append", default=[])
    a = ap.parse_args()
    root = os.fsencode(os.path.abspath(a.root))
    lines = []
    pending = [(root, b"/")]
    while pending:
        path, name = pending.pop()
        e = describe(path, name)
        for field in a.omit:
            kind, _, field = field.rpartition(".")
            if kind in ("", e["type"]):
                e.pop(field, None)
        lines.append((name, e))
        if e["type"] == "dir":
            pending += [(path + b"/" + c, name.rstrip(b"/") + b"/" + c) for c in os.listdir(path)]
    lines.sort(key=lambda l: l[0])
    header = {"kernel": os.uname().release, "notes": a.note}
    with open(a.out + ".tmp", "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as z:
        for e in [header] + [e for _, e in lines]:
            z.write(json.dumps(e, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n")
    os.rename(a.out + ".tmp", a.out)
    print("%d entries" % len(lines), file=sys.stderr)


main()
