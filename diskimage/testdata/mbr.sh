#!/bin/sh
# Makes tables.img, a disk with a partition table in the first sector, two primary
# and two logical partitions, and a file system in each; and floppy.img and
# super.img, FAT on a whole disk as mformat and mkfs.fat write it. Needs fdisk,
# e2fsprogs, dosfstools, mtools, zstd. Usage: ./mbr.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export TZ=UTC LC_ALL=C.UTF-8 MTOOLS_SKIP_CHECK=1 SOURCE_DATE_EPOCH=1715000000

ext() { # ext NAME UUID-DIGIT BLOCK-SIZE
	mkdir -p "$1.d/dir" && echo "content of $1" >"$1.d/dir/$1.txt" && seq 500 >"$1.d/$1.numbers"
	find "$1.d" -exec touch -h -d "2024-05-06 07:08:09" {} +
	truncate -s 512K "$1"
	mkfs.ext4 -q -b "$3" -O ^has_journal,^resize_inode,metadata_csum -U "11111111-0000-0000-0000-00000000000$2" -d "$1.d" \
		-E "root_owner=0:0,hash_seed=11111111-0000-0000-0000-000000000009" -I 256 -N 64 "$1"
}
fat() { # fat NAME ID
	truncate -s 512K "$1"
	mkfs.fat -F 12 --invariant -n "$(echo "$1" | tr p P)" -i "$2" "$1" >mkfs.txt
	echo "content of $1" >"$1.txt" && seq 500 >"$1.num"
	mmd -i "$1" ::/DIR
	mcopy -i "$1" "$1.txt" ::/DIR/ && mcopy -i "$1" "$1.num" ::/
}
ext p1 1 4096
fat p2 abcd0002
ext p5 5 1024
fat p6 abcd0006
truncate -s 7M tables.img
sfdisk -q tables.img <<-T
	label: dos
	label-id: 0xdeadbeef
	start=2048, size=1024, type=83, bootable
	start=4096, size=1024, type=6
	start=6144, size=8192, type=f
	start=8192, size=1024, type=83
	start=12288, size=1024, type=6
T
put() { dd if="$1" of=tables.img bs=512 seek="$2" conv=notrunc,sparse status=none; }
put p1 2048
put p2 4096
put p5 8192
put p6 12288
zstd -q -19 -f -o "$here/tables.img.zst" tables.img

mformat -C -i floppy.img -f 1440 -v FLOPPY -N 12345678 ::
mformat -C -i super.img -F -T 66600 -h 255 -s 63 -v SUPER -N 12345678 ::
for f in floppy super; do
	echo "content of $f" >$f.txt && mcopy -i $f.img $f.txt ::/
	zstd -q -19 -f -o "$here/$f.img.zst" $f.img
done
ls -l "$here"
