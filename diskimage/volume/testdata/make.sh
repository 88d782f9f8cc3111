#!/bin/sh
# Makes partition tables with sfdisk and sgdisk, and keeps what sfdisk says about
# each as JSON. Needs fdisk, gdisk, zstd; root for the table of 4096-byte sectors
# (a loop device). Usage: ./make.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
rm -f "$here"/*.zst "$here"/*.json

# keep NAME: NAME.img and what sfdisk reads from it
keep() {
	[ -f "$1.json" ] || sfdisk -J "$1.img" >"$1.json"
	cp "$1.json" "$here/"
	zstd -q -19 --long=27 -o "$here/$1.img.zst" "$1.img"
}

truncate -s 64M mbr.img
sfdisk -q mbr.img <<-T
	label: dos
	label-id: 0xdeadbeef
	start=2048, size=8192, type=ef, bootable
	start=10240, size=20480, type=83
	start=40960, size=81920, type=f
	start=126976, size=2048, type=82
	start=43008, size=8192, type=83
	start=53248, size=16384, type=8e
	start=71680, size=4096, type=b
T
keep mbr

truncate -s 32M gpt.img
sfdisk -q gpt.img <<-T
	label: gpt
	label-id: 11111111-2222-3333-4444-555555555555
	first-lba: 34
	1 : start=20480, size=8192, type=linux, name="root ä 日本", uuid=AAAAAAAA-0000-0000-0000-000000000001
	14 : start=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649, uuid=AAAAAAAA-0000-0000-0000-000000000014
	15 : start=4096, size=16384, type=uefi, name="ESP", attrs="RequiredPartition LegacyBIOSBootable GUID:63", uuid=AAAAAAAA-0000-0000-0000-000000000015
	128 : start=40960, size=2048, type=swap, uuid=AAAAAAAA-0000-0000-0000-000000000128
T
keep gpt

cp gpt.img hybrid.img
sgdisk -h 1:15 hybrid.img >sgdisk.txt
keep hybrid

cp gpt.img backup.img
dd if=/dev/zero of=backup.img bs=512 seek=1 count=33 conv=notrunc status=none
sfdisk -J gpt.img >backup.json # the table is the same
keep backup

cp gpt.img grown.img
truncate -s 40M grown.img
keep grown

cp gpt.img resized.img
sgdisk --resize-table=136 resized.img >sgdisk.txt
keep resized

truncate -s 64M gpt4k.img
dev=$(losetup -f --show -b 4096 gpt4k.img)
sfdisk -q "$dev" <<-T
	label: gpt
	1 : start=512, size=4096, type=linux, name="four", uuid=AAAAAAAA-0000-0000-0000-000000000001
	2 : start=8192, size=1024, type=uefi, uuid=AAAAAAAA-0000-0000-0000-000000000002
T
sfdisk -J "$dev" >gpt4k.json
losetup -d "$dev"
keep gpt4k
ls -l "$here"
