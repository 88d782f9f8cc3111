#!/bin/sh
# Makes the FAT images of this folder and their manifests. mkfs.fat and mtools
# write them; the manifests are taken from what mtools copies out of them, as
# not every kernel has a vfat driver. Needs dosfstools, mtools, zstd, python3.
# Usage: ./make.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export TZ=UTC LC_ALL=C.UTF-8 MTOOLS_SKIP_CHECK=1 MTOOLSRC="$work/mtoolsrc"
echo "default_codepage=437" >"$MTOOLSRC"
rm -f "$here"/*.zst "$here"/*.gz

python3 - <<'PY'
import os
def put(name, n):
    line = b"%08d %s\n"
    data = b"".join(line % (i, name.encode()) for i in range(n // 10 + 1))[:n]
    with open("src/" + name, "wb") as f:
        f.write(data)
    os.utime("src/" + name, ns=(0, (1_000_000_000 + n * 2) * 10**9))
os.makedirs("src/many/deep/er/and/deeper")
names = ["EMPTY", "UPPER.TXT", "lower.txt", "Mixed Case Name.html", "lowerbas.TXT", "UPPERBAS.txt", "x" * 255, "ü ö ß.txt", "日本語.txt",
         "\U0001f600 smile.sh", "a.b.c.d", "trail.tar.gz", " leading", "plus+,;=[]", "ÇÉ.DAT", "13characters.", "exactly13char", "exactly26charactersfitsinto"]
for i, n in enumerate(names):
    put(n, i * 700 if n != "EMPTY" else 0)
for i in range(150):
    put("many/a file with a long name number %03d" % i, i)
put("many/deep/er/and/deeper/found", 5000)
for i in range(12):
    put("many/frag%02d" % i, 3000)
os.makedirs("late")
PY
find src -type d -exec touch -d '2024-02-29 12:34:56' {} +

# build NAME SIZE MKFS-OPTIONS...
build() {
	name=$1 size=$2
	shift 2
	rm -f $name.img
	truncate -s "$size" $name.img
	mkfs.fat "$@" -n LAB -i 1234abcd --invariant $name.img >mkfs.txt
	mcopy -i $name.img -s -m src/* ::/
	for i in 00 02 04 06 08 10; do mdel -i $name.img ::/many/frag$i; done
	head -c 30000 src/many/deep/er/and/deeper/found >late/big
	cat src/many/frag* >>late/big
	touch -d '1999-12-31 23:59:58' late/big
	mcopy -i $name.img -m late/big "::/a file in pieces"
	mattrib -i $name.img +r ::/UPPER.TXT
	mattrib -i $name.img +h +s ::/lower.txt
	rm -rf out && mkdir out
	mcopy -i $name.img -s -m -n '::/*' out/
	python3 "$here/../../../../internal/testimage/manifest.py" out "$here/$name.jsonl.gz" \
		--note "$(head -1 mkfs.txt), $*" --note "$(mtools --version | head -1)" \
		--omit uid --omit gid --omit inode --omit nlink --omit mode --omit atime --omit ctime --omit dir.mtime
	fsck.fat -n $name.img
	zstd -q -19 --long=27 -o "$here/$name.img.zst" $name.img
}

build fat12 1440K -F 12
build fat16 12M -F 16 -s 2
build fat16-4k 24M -F 16 -S 4096 -s 1
build fat32 34M -F 32 -s 1
build fat32-one 36M -F 32 -s 1 -f 1

# a seed for fuzzing
truncate -s 40K tiny.img
mkfs.fat -F 12 -s 1 -r 16 -f 1 --invariant tiny.img >mkfs.txt
mmd -i tiny.img ::/dir
mcopy -i tiny.img -m "src/lower.txt" "src/Mixed Case Name.html" ::/
mcopy -i tiny.img -m src/EMPTY "src/ü ö ß.txt" ::/dir/
zstd -q -19 -o "$here/tiny.img.zst" tiny.img
ls -l "$here"
