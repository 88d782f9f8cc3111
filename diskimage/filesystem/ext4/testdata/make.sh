#!/bin/sh
# Makes the images of this folder and their manifests. Needs root, loop devices, e2fsprogs 1.47 or newer,
# attr, acl, libcap2-bin, python3 and zstd on Linux. Usage: ./make.sh [NAME...]; without names, all of them.
set -eu
cd "$(dirname "$0")"
manifest=${MANIFEST:-../../../../internal/testimage/manifest.py}
work=$(mktemp -d)
mnt=$work/mnt
mkdir "$mnt"
cleanup() { mountpoint -q "$mnt" && umount "$mnt"; rm -rf "$work"; }
trap cleanup EXIT
wanted=$*
export LC_ALL=C TZ=UTC

# bytes N: N bytes that differ from block to block and compress well
bytes() { head -c "$1" "$work/pattern"; }
python3 -c 'import sys; sys.stdout.buffer.write(b"".join(b"%015d\n" % (i//64*3) for i in range(640000)))' >"$work/pattern"

# image NAME SIZE MKFS-ARGUMENT...: an empty image, mounted
image() {
	name=$1 size=$2
	shift 2
	img=$work/$name.img
	truncate -s "$size" "$img"
	mke2fs -q -F -E hash_seed=11111111-2222-3333-4444-555555555555,nodiscard -U 01234567-89ab-cdef-0123-456789abcdef -L "$name" "$@" "$img"
	mount -o "loop,user_xattr,acl$options" "$img" "$mnt"
}

# finish: unmount, take the manifest from a read-only mount, and compress both
finish() {
	umount "$mnt"
	store
}

store() {
	manifest "$img"
	pack
}

# manifest IMAGE: what the kernel shows of it
manifest() {
	mount -o "loop,ro,noatime,acl$options" "$1" "$mnt"
	python3 "$manifest" "$mnt" "$name.jsonl.gz" --note "$(mke2fs -V 2>&1 | head -1)" --note "make.sh $name" $omit
	umount "$mnt"
}

pack() { zstd -q -19 --ultra --long=27 -f "$img" -o "$name.img.zst"; }
want() { options= omit=; [ -z "$wanted" ] && return 0; case " $wanted " in *" $1 "*) return 0 ;; esac; return 1; }

# tree: one of everything; what a file system cannot hold is left out there
tree() (
	cd "$mnt"
	mkdir -p d/e/f names links dev times
	: >empty
	printf hello >small
	for n in 59 60 61 100 160 1024 4096 4097 20000 90000; do bytes $n >"size-$n"; done
	bytes 5000 >hole-tail; truncate -s 200000 hole-tail
	bytes 5000 | dd of=hole-head bs=4096 seek=30 status=none
	truncate -s 7000000 hole-only
	bytes 3000 | dd of=sparse-large bs=1M seek=6 status=none
	bytes 1000 >d/e/f/deep
	chmod 4755 small; chmod 2755 d; chmod 1777 d/e; chmod 0 empty
	chown 70000:80000 size-59; chown 3000000000:4000000000 size-60
	ln -s small links/short
	for n in 59 60 61 1000; do ln -s "$(bytes $n | tr '\n' x)" "links/target-$n"; done
	ln small links/hard1; ln small d/hard2
	mknod dev/null c 1 3; mknod dev/sda b 8 1; mknod dev/big c 300 70000; mkfifo dev/fifo
	python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("dev/socket")'
	python3 - <<-'PY'
		import os
		for n in (b"\xff\xfe latin", b"new\nline", b" space ", b"-dash", b"...", b"\xc3\xa9", b"x" * 255, b"\x01\x7f"):
		    with open(b"names/" + n, "wb") as f: f.write(n)
		def stamp(name, sec, ns):
		    open("times/" + name, "w").close()
		    os.utime("times/" + name, ns=(sec * 10**9 + ns, sec * 10**9 + 999999999 - ns))
		for name, sec in (("1901", -2**31), ("1950", -631152000), ("1969", -1), ("1970", 0), ("2038", 2**31 - 1),
		                  ("2040", 2208988800), ("2107", 4323456000), ("2300", 10413792000), ("2446", 15032385535)):
		    try: stamp(name, sec, 123456789)
		    except OSError: pass
		def attr(path, name, value):
		    try: os.setxattr(path, name, value, follow_symlinks=False)
		    except OSError as e: print("left out:", path, name, e)
		attr("small", "user.short", b"value"); attr("small", "user.empty", b""); attr("small", "trusted.t", b"\0\1\2")
		attr("size-100", "security.note", b"kept"); attr("d", "user.dir", b"d" * 50); attr("links/short", "trusted.link", b"l")
		attr("size-1024", "user.long", b"v" * 700)
		for i in range(12): attr("size-4096", "user.n%d" % i, b"%d" % i * 30)
		attr("size-20000", "user.shared", b"s" * 600); attr("size-90000", "user.shared", b"s" * 600)
		attr("dev/null", "trusted.dev", b"n"); attr("names", "user.\xc3\xa4", b"name")
	PY
	setfacl -m u:12345:rwx,g:23456:r-x,m::rwx d/e/f/deep || true
	setfacl -m u:1:r d/e || true
	setfacl -d -m u:12345:rwx,g::- d/e || true
	setcap cap_net_raw,cap_sys_admin+ep size-160 || true
	fallocate -l 50000 unwritten || true
	fallocate -l 100000 unwritten-mid && { bytes 3000 | dd of=unwritten-mid bs=4096 seek=8 conv=notrunc status=none; } || true
	bytes 100000 >punched; fallocate -p -o 8192 -l 40960 punched || true
	bytes 2000 >beyond; fallocate -n -o 0 -l 80000 beyond || true
	bytes 300 >flags; chattr +c +d +A +S flags || true
)

# stale: old bytes in most of the free space, so that unwritten extents lie on them
stale() {
	for n in 1 2; do head -c 6000000 "$work/pattern" >"$mnt/stale" || true; sync -f "$mnt"; done
	rm "$mnt/stale"
	sync -f "$mnt"
}

# fragments FILE EXTENTS BLOCKSIZE: a file in that many pieces
fragments() {
	bytes $(($2 * $3 * 2)) >"$mnt/$1"
	python3 -c '
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
fd = os.open(sys.argv[1], os.O_RDWR); bs = int(sys.argv[3])
for i in range(int(sys.argv[2])):
    if libc.fallocate(fd, 3, ctypes.c_long(i * 2 * bs), ctypes.c_long(bs)): raise OSError(ctypes.get_errno())
' "$mnt/$1" "$2" "$3"
}

# folder NAME COUNT LENGTH: a folder of hard links to one file, names of that length
folder() {
	mkdir "$mnt/$1"
	python3 -c '
import os, sys
d = sys.argv[1] + "/"; first = None
for i in range(int(sys.argv[2])):
    n = d + ("f%d" % i).ljust(int(sys.argv[3]), "_")
    if first is None: first = n; open(n, "w").close()
    else: os.link(first, n)
' "$mnt/$1" "$2" "$3"
}

if want ext2; then image ext2 8M -t ext2 -b 1024 -N 256; tree; fragments map 300 1024; bytes 1000 | dd of="$mnt/triple" bs=1M seek=70 status=none; finish; fi
if want ext2-rev0; then image ext2-rev0 2M -t ext2 -r 0 -b 1024 -N 128 -O none; tree; finish; fi
if want ext3; then image ext3 16M -t ext3 -b 4096 -N 256 -J size=4; tree; fragments map 1100 4096; finish; fi
if want ext4; then image ext4 16M -t ext4 -b 4096 -N 256 -J size=4; tree; fragments pieces 400 4096; finish; fi
if want small; then image small 8M -t ext4 -b 1024 -N 256 -O ^has_journal; stale; tree; fragments pieces 1000 1024; finish; fi
if want inode128; then image inode128 4M -t ext4 -b 1024 -I 128 -N 256 -O ^has_journal,^metadata_csum; tree; finish; fi
if want inode128-csum; then image inode128-csum 4M -t ext4 -b 1024 -I 128 -N 256 -O ^has_journal,^64bit; tree; finish; fi
if want inode1024; then image inode1024 4M -t ext4 -b 4096 -I 1024 -N 256 -O ^has_journal,inline_data; tree; finish; fi
if want no-extents; then image no-extents 8M -t ext4 -b 4096 -N 256 -O ^has_journal,^extent,^64bit; tree; finish; fi
if want uninit; then image uninit 16M -t ext4 -b 1024 -N 512 -O ^has_journal,^metadata_csum,uninit_bg,^64bit; tree; finish; fi
if want no-csum; then image no-csum 4M -t ext4 -b 4096 -N 256 -O ^has_journal,^metadata_csum,64bit; tree; finish; fi
if want inline; then
	image inline 4M -t ext4 -b 4096 -N 512 -O ^has_journal,inline_data
	tree
	mkdir "$mnt/i"
	for n in $(seq 1 170); do bytes "$n" >"$mnt/i/$n"; done
	mkdir "$mnt/small-dir" "$mnt/mid-dir" "$mnt/empty-dir"
	for n in a b c; do : >"$mnt/small-dir/$n"; done
	for n in 1 2 3 4 5 6 7 8; do : >"$mnt/mid-dir/entry-$n"; done
	finish
fi
if want bigalloc; then image bigalloc 16M -t ext4 -b 1024 -C 16384 -N 256 -O ^has_journal,bigalloc; tree; finish; fi
if want bigalloc4k; then image bigalloc4k 32M -t ext4 -b 4096 -C 65536 -N 256 -O ^has_journal,bigalloc; tree; finish; fi
if want bigalloc-meta; then image bigalloc-meta 16M -t ext4 -b 1024 -C 4096 -g 8192 -N 256 -O ^has_journal,bigalloc,meta_bg,^resize_inode; tree; finish; fi
if want meta-bg; then image meta-bg 60M -t ext4 -b 1024 -g 256 -N 4096 -O ^has_journal,meta_bg,^resize_inode,^sparse_super,^flex_bg; tree; finish; fi
if want sparse2; then image sparse2 40M -t ext4 -b 1024 -N 512 -O ^has_journal,sparse_super2,^resize_inode; tree; finish; fi
if want orphan-file; then image orphan-file 16M -t ext4 -b 4096 -N 256 -J size=4 -O orphan_file; tree; finish; fi
if want features; then
	# Features that this kernel need not know are turned on when the manifest is taken: they change nothing that it shows.
	image features 16M -t ext4 -b 4096 -N 256 -J size=4 -O metadata_csum_seed,large_dir,mmp,fast_commit
	tree
	(cd "$mnt" && find . -exec stat -c '%.9W %n' {} +) | sed 's/ \./ /' | sort -k 2 >features.btime
	umount "$mnt"
	tune2fs -U 99999999-89ab-cdef-0123-456789abcdef "$img" >/dev/null
	manifest "$img"
	tune2fs -O quota,project -Q usrquota,grpquota,prjquota "$img" >/dev/null
	tune2fs -O encrypt,verity,stable_inodes "$img" >/dev/null
	debugfs -w -R 'set_inode_field /size-20000 flags 0x180000' "$img" 2>/dev/null # verity
	tune2fs -M /srv/data "$img" >/dev/null
	dumpe2fs -h "$img" 2>/dev/null | grep -E '^(Filesystem|Last|Inode count|Block|Free|First)' >features.dumpe2fs
	pack
fi
if want ea-inode; then
	image ea-inode 8M -t ext4 -b 1024 -N 256 -O ^has_journal,ea_inode
	tree
	python3 - "$mnt" <<-'PY'
		import os, sys
		m = sys.argv[1]
		for n, size in (("small", 900), ("small", 5000), ("size-60", 40000), ("size-61", 65536), ("size-59", 40000), ("d", 3000)):
		    os.setxattr(m + "/" + n, "user.v%d" % size, (b"%07d " % size * (size // 8 + 1))[:size])
		os.setxattr(m + "/size-4097", "security.large", b"s" * 6000)
	PY
	finish
fi
if want folder; then image folder 4M -t ext4 -b 4096 -N 64 -O ^has_journal,^dir_index; folder many 25000 1; omit="--omit sha256 --omit atime --omit ctime --omit mtime --omit uid --omit gid --omit nlink"; finish; fi
if want htree; then image htree 12M -t ext4 -b 2048 -N 64 -O ^has_journal; folder deep 2500 250; finish; fi
if want htree1k; then image htree1k 4M -t ext4 -b 1024 -N 64 -O ^has_journal,^metadata_csum; folder deep 3000 220; finish; fi
if want casefold; then
	image casefold 4M -t ext4 -b 4096 -N 256 -O ^has_journal
	tree
	mkdir "$mnt/Folded"
	for n in One tWo THREE; do bytes 100 >"$mnt/Folded/$n"; done
	umount "$mnt"
	manifest "$img"
	tune2fs -O casefold -E encoding=utf8 "$img" >/dev/null
	debugfs -w -R 'set_inode_field /Folded flags 0x40080000' "$img" 2>/dev/null
	pack
fi
# copy IMAGE: the image as it is on the disk while mounted
copy() { cp --sparse=always "$img" "$1"; }

if want orphan; then
	# Deleted files that are still open, on the list of the superblock and in the orphan file.
	for name in orphan orphan-file-used; do
		opt=; [ $name = orphan ] || opt=,orphan_file
		image $name 8M -t ext4 -b 1024 -N 128 -J size=1 -O "^resize_inode$opt"
		mkdir "$mnt/d"
		bytes 3000 >"$mnt/d/kept"
		python3 - "$mnt" "$img" "$work/copy.img" <<-'PY'
			import os, subprocess, sys
			m = sys.argv[1]
			held = []
			for n in range(3):
			    f = open(m + "/d/open%d" % n, "wb"); f.write(b"deleted %d " % n * 500); f.flush(); held.append(f)
			os.sync()
			for n in range(3): os.unlink(m + "/d/open%d" % n)
			subprocess.run(["fsfreeze", "-f", m], check=True)
			subprocess.run(["cp", "--sparse=always", sys.argv[2], sys.argv[3]], check=True)
			subprocess.run(["fsfreeze", "-u", m], check=True)
		PY
		umount "$mnt"
		mv "$work/copy.img" "$img"
		cp --sparse=always "$img" "$work/mounted.img"
		manifest "$work/mounted.img"
		pack
	done
fi

# crash: work that is in the journal only, as fsync leaves it, then the image as a snapshot of a running machine has it;
# its manifest after the kernel's replay
crash() {
	tree
	sync -f "$mnt"
	mkdir "$mnt/gone"
	(cd "$mnt/gone" && for n in $(seq 1 200); do : >"a-long-name-to-fill-directory-blocks-$n"; done)
	sync "$mnt"
	rm -r "$mnt/gone" "$mnt/names" "$mnt/d/e"
	sync "$mnt"
	mkdir -p "$mnt/after/sub"
	ln -s target "$mnt/after/link"
	mv "$mnt/small" "$mnt/after/moved"
	setfattr -n user.after -v crash "$mnt/after/moved"
	printf '\300\073\071\230 starts as a block of the journal does' >"$mnt/after/escaped"
	bytes 5000 >"$mnt/size-100"
	sync "$mnt/after/escaped"
	head -c 10000000 "$work/pattern" >"$mnt/fills-the-disk" 2>/dev/null || true
	sync "$mnt/fills-the-disk"
	: >"$mnt/after/not-committed"
	copy "$work/copy.img"
	umount "$mnt"
	mv "$work/copy.img" "$img"
	replayed
	pack
}

# replayed: the manifest of the image after the kernel has replayed its journal
replayed() {
	cp --sparse=always "$img" "$work/replayed.img"
	mount -o loop "$work/replayed.img" "$mnt"
	umount "$mnt"
	manifest "$work/replayed.img"
}

if want replay; then options=,commit=1000; image replay 16M -t ext4 -b 1024 -N 512 -J size=4; crash; fi
if want replay-data; then options=,commit=1000,data=journal; image replay-data 16M -t ext4 -b 4096 -N 512 -J size=4; crash; fi
if want replay-v1; then options=,commit=1000,journal_checksum; image replay-v1 16M -t ext4 -b 1024 -N 512 -J size=4 -O ^metadata_csum,^64bit; crash; fi
if want replay-ext3; then options=,commit=1000,data=journal; image replay-ext3 16M -t ext3 -b 1024 -N 512 -J size=4; crash; fi
if want replay-v2; then
	image replay-v2 8M -t ext4 -b 1024 -N 64 -J size=1
	bytes 3000 >"$mnt/file"
	umount "$mnt"
	block=$(debugfs -R 'bmap /file 1' "$img" 2>/dev/null)
	bytes 1024 | tr 0-9 a-j >"$work/block"
	debugfs -w -f - "$img" >/dev/null 2>&1 <<-CMD
		journal_open -c -v 2
		journal_write -b $block $work/block
		journal_close
	CMD
	replayed
	pack
fi
if want fast-commit; then
	# No manifest: fast commits are reported, not replayed.
	image fast-commit 16M -t ext4 -b 4096 -N 64 -J size=4 -O fast_commit
	bytes 3000 >"$mnt/file"
	sync -f "$mnt"
	python3 - "$mnt/file" <<-'PY'
		import os, sys
		fd = os.open(sys.argv[1], os.O_RDWR | os.O_APPEND)
		for n in range(5): os.write(fd, b"more" * 2000); os.fsync(fd)
	PY
	copy "$work/copy.img"
	umount "$mnt"
	mv "$work/copy.img" "$img"
	pack
fi
if want encrypt; then
	image encrypt 8M -t ext4 -b 1024 -N 512 -O ^has_journal,encrypt
	python3 - "$mnt" <<-'PY'
		import fcntl, os, struct, sys
		m = sys.argv[1]
		os.mkdir(m + "/secret")
		fd = os.open(m, os.O_RDONLY)
		arg = bytearray(struct.pack("<II32xIII28x", 2, 0, 64, 0, 0) + bytes(range(64)))
		fcntl.ioctl(fd, 0xC0506617, arg)  # FS_IOC_ADD_ENCRYPTION_KEY
		policy = struct.pack("<BBBBB3x16s", 2, 1, 4, 3, 0, bytes(arg[8:24]))
		d = os.open(m + "/secret", os.O_RDONLY)
		fcntl.ioctl(d, 0x800C6613, policy)  # FS_IOC_SET_ENCRYPTION_POLICY
		os.mkdir(m + "/secret/many"); os.mkdir(m + "/secret/sub")
		for n in range(150): open(m + "/secret/many/%d" % n, "w").close()
		for n in ("a", "file", "x" * 140, "y" * 200, "z" * 255):
		    with open(m + "/secret/sub/" + n, "w") as f: f.write("not to be read\n")
		os.symlink("target", m + "/secret/link"); os.symlink("t" * 300, m + "/secret/long-link")
		with open(m + "/plain", "w") as f: f.write("plain\n")
	PY
	umount "$mnt"
	mount -o loop,ro,noatime "$img" "$mnt"
	python3 - "$mnt" encrypt.names.gz <<-'PY'
		import gzip, json, os, stat, sys
		kinds = {stat.S_IFREG: "file", stat.S_IFDIR: "dir", stat.S_IFLNK: "symlink"}
		lines = []
		for top, dirs, files in os.walk(sys.argv[1]):
		    for p in [top + "/" + n for n in dirs + files]:
		        st = os.lstat(p)
		        e = {"path": p[len(sys.argv[1]):], "type": kinds[stat.S_IFMT(st.st_mode)], "inode": st.st_ino}
		        if stat.S_ISLNK(st.st_mode): e["target"] = os.readlink(p); e["size"] = st.st_size
		        lines.append(e)
		with open(sys.argv[2], "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as z:
		    for e in [{"kernel": os.uname().release, "notes": ["make.sh encrypt"]}] + sorted(lines, key=lambda e: e["path"]):
		        z.write(json.dumps(e).encode() + b"\n")
	PY
	umount "$mnt"
	pack
fi
if want nlink; then
	image nlink 2M -t ext4 -b 1024 -N 64 -O ^has_journal
	mkdir -p "$mnt/wide/sub"
	umount "$mnt"
	debugfs -w -R 'set_inode_field /wide links_count 1' "$img" 2>/dev/null
	store
fi
if want huge; then
	# No digest: the file is as large as the file system allows.
	image huge 2M -t ext4 -b 4096 -N 64 -O ^has_journal
	truncate -s 17592186040320 "$mnt/max"
	bytes 5000 | dd of="$mnt/max" bs=4096 seek=4294967290 conv=notrunc status=none
	umount "$mnt"
	pack
fi
