#!/bin/bash
# Makes the images and manifests that the tests read: mkfs.xfs, a kernel mount,
# populate.py, then a manifest from a read-only mount of the finished image.
#
# usage: make.sh [NAME ...]        all of them without a name
#
# Needs root, xfsprogs 6.1, zstd, xz, python3, and a kernel with XFS. The log of an
# image is zeroed by xfs_repair -L so that the image stays small, but where the
# log is the point. TMPDIR=/dev/shm makes it fast. Version 4 images need a kernel that still mounts them: make-v4.sh.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
manifest=$here/../../../../internal/testimage/manifest.py
work=$(mktemp -d)
mnt=$work/mnt
mkdir "$mnt"
cleanup() { if mountpoint -q "$mnt"; then umount "$mnt"; fi; rm -rf "$work"; }
trap cleanup EXIT
common="basic names links times late attrs holes"

# pack IMAGE NAME NOTE: the manifest and the compressed image
pack() {
	mount -o ro,noatime,loop "$1" "$mnt"
	python3 "$manifest" "$mnt" "$here/$2.jsonl.gz" --note "$(mkfs.xfs -V)" --note "$3"
	umount "$mnt"
	zstd -q -f -19 --long=27 "$1" -o "$here/$2.img.zst"
	xfs_db -r -c version "$1" > "$here/$2.version"
	if [ "$(stat -c %s "$here/$2.img.zst")" -gt 65536 ]; then # xz packs long rows of names closer
		xz -9e -c "$1" > "$here/$2.img.xz"
		gzip -dc "$here/$2.jsonl.gz" | xz -9e > "$here/$2.jsonl.xz"
		rm "$here/$2.img.zst" "$here/$2.jsonl.gz"
	fi
	ls -l "$here/$2".img.*
}

# make NAME SIZE "MKFS OPTIONS" "SETS"
make() {
	local img=$work/$1.img
	rm -f "$img"
	truncate -s "$2" "$img"
	mkfs.xfs --unsupported -q -L "$1" $3 "$img"
	mount -o noatime,loop "$img" "$mnt"
	python3 "$here/populate.py" "$mnt" $4
	umount "$mnt"
	if [ "${after:-}" ]; then $after "$img"; fi
	xfs_repair -L "$img" > /dev/null 2>&1
	fstrim_image "$img"
	pack "$img" "$1" "mkfs.xfs $3; populate.py $4"
	rm -f "$img"
}

# fstrim_image IMAGE: free blocks become zeros, so that the image compresses
fstrim_image() {
	mount -o noatime,loop,discard "$1" "$mnt"
	fstrim "$mnt"
	umount "$mnt"
	xfs_repair -L "$1" > /dev/null 2>&1
}

# dirty NAME SIZE "MKFS OPTIONS" "SETS": an image as it lies on the disk after a
# stop, and the manifest of a copy that the kernel has recovered
dirty() {
	local img=$work/$1.img
	rm -f "$img"
	truncate -s "$2" "$img"
	mkfs.xfs --unsupported -q -L "$1" $3 "$img"
	mount -o noatime,loop "$img" "$mnt"
	python3 "$here/populate.py" "$mnt" $4
	umount "$mnt"
	cp --sparse=always "$img" "$img.copy"
	mount -o noatime,loop "$img.copy" "$mnt"
	umount "$mnt"
	pack "$img.copy" "$1" "mkfs.xfs $3; populate.py $4"
	zstd -q -f -19 --long=27 "$img" -o "$here/$1.img.zst"
	ls -l "$here/$1.img.zst"
	rm -f "$img" "$img.copy"
}

wanted() { [ $# = 0 ] || [ -z "${only:-}" ] || [[ " $only " == *" $1 "* ]]; }
only="$*"

if wanted plain; then make plain 32M "" "$common reflink huge"; fi
if wanted blocks-1k; then make blocks-1k 32M "-b size=1024" "$common reflink remote"; fi
if wanted sectors-4k; then make sectors-4k 32M "-s size=4096" "$common"; fi
if wanted inodes-1k; then make inodes-1k 40M "-i size=1024 -n size=8192" "$common dirs"; fi
if wanted inodes-2k; then make inodes-2k 40M "-i size=2048 -n size=65536" "basic attrs remote"; fi
if wanted nrext64; then make nrext64 40M "-i nrext64=1 -m rmapbt=1" "$common remote fragments"; fi
if wanted groups-16; then make groups-16 256M "-d agcount=16" "$common"; fi
if wanted old-v5; then make old-v5 32M "-m bigtime=0,reflink=0,inobtcount=0,finobt=0 -i sparse=0" "basic names links times attrs holes fragments"; fi
if wanted blocks-64k; then make blocks-64k 200M "-b size=65536" "$common"; fi
if wanted directories; then make directories 40M "-b size=1024" "basic dirs"; fi
if wanted names-25k; then make names-25k 40M "" "basic many"; fi
if wanted attributes; then make attributes 32M "" "basic attrs remote"; fi
if wanted fragments; then make fragments 40M "-b size=1024" "basic holes fragments reflink"; fi
if wanted sparse; then make sparse 32M "-i sparse=1 -m reflink=0,finobt=0" "basic sparse_inodes"; fi
new_uuid() { xfs_admin -U generate "$1" > /dev/null; }
if wanted meta-uuid; then after=new_uuid make meta-uuid 32M "" "basic attrs links"; fi
# xfsprogs 6.1 does not know parent pointers; the kernel writes them once the bit
# is set on a file system that has no file yet.
parent() {
	local img=$work/parent.img
	truncate -s 40M "$img"
	mkfs.xfs --unsupported -q -L parent -l size=8m "$img"
	xfs_db -x -c "sb 0" -c "write -d features_incompat 0xcb" "$img" > /dev/null
	mount -o noatime,loop "$img" "$mnt"
	python3 "$here/populate.py" "$mnt" basic links attrs names
	umount "$mnt"
	pack "$img" parent "mkfs.xfs -l size=8m with features EXCHANGE and PARENT; populate.py basic links attrs names"
	sed -i 's/$/,EXCHANGE,PARENT/' "$here/parent.version" # names that xfs_db 6.1 lacks
}
if wanted parent; then parent; fi
if wanted dirty; then dirty dirty 32M "" "basic later shutdown"; fi
if wanted dirty-1k; then dirty dirty-1k 32M "-b size=1024 -n size=4096 -m rmapbt=1" "basic later shutdown"; fi
if wanted dirty-round; then dirty dirty-round 32M "-m reflink=0" "basic churn shutdown"; fi
if wanted orphans; then dirty orphans 32M "" "basic orphans"; fi
