#!/bin/sh
# Makes the images of this folder with qemu-img and write.py, and has qemu-img
# read all of them back: guests.txt gets the SHA-256 of the guest's bytes, as
# qemu-img sees them. Needs qemu-utils, zstd, python3. Usage: ./make.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 "$here/write.py" raw 41943040 base.raw
python3 "$here/write.py" raw 2185232384 big.raw
rm -f "$here"/*.zst "$here/guests.txt"
tool=$(qemu-img --version | head -1)

# save NAME: the set of files NAME* is kept
save() {
	for f in "$1"*.vmdk; do
		zstd -q -19 --long=27 -o "$here/$f.zst" "$f"
	done
}

# keep NAME: the set of files NAME* is kept, its guest bytes are read by qemu-img
keep() {
	qemu-img convert -O raw "$1.vmdk" guest.raw
	echo "$(sha256sum <guest.raw | cut -d' ' -f1) $1 $tool" >>"$here/guests.txt"
	save "$1"
	rm guest.raw
}

for kind in monolithicSparse monolithicFlat twoGbMaxExtentSparse twoGbMaxExtentFlat streamOptimized; do
	qemu-img convert -O vmdk -o subformat=$kind base.raw $kind.vmdk
	keep $kind
done
qemu-img convert -O vmdk -o subformat=monolithicSparse,zeroed_grain=on base.raw zeroed.vmdk
qemu-io -f vmdk -c 'write -z 65536 131072' zeroed.vmdk >/dev/null
keep zeroed
qemu-img convert -O vmdk -o subformat=twoGbMaxExtentSparse big.raw big.vmdk
keep big

# grains that lie in another order than the guest's
qemu-img create -q -f vmdk scattered.vmdk 40M
qemu-io -f vmdk -c 'write -P 0x71 262144 65536' -c 'write -P 0x72 131072 131072' -c 'write -P 0x73 65000 66000' -c 'write -P 0x74 0 10' scattered.vmdk >/dev/null
keep scattered

# a chain: deltaA over deltaB over the sparse disk; deltaB has grains of zeros
cp monolithicSparse.vmdk deltaC.vmdk
qemu-img create -q -f vmdk -o zeroed_grain=on -b deltaC.vmdk -F vmdk deltaB.vmdk
qemu-io -f vmdk -c 'write -P 0x62 1000000 70000' -c 'write -z 65536 65536' deltaB.vmdk >/dev/null
qemu-img create -q -f vmdk -b deltaB.vmdk -F vmdk delta.vmdk
qemu-io -f vmdk -c 'write -P 0x61 1040000 50000' -c 'write -P 0x63 41940992 2048' delta.vmdk >/dev/null
keep delta

for kind in footer tables-last vmfs cowd two-flat; do
	python3 "$here/write.py" $kind base.raw $kind
	keep $kind
done

# qemu-img passes over ZERO extents, so this guest is made by hand
python3 "$here/write.py" zero-extent base.raw zero-extent
save zero-extent
dd if=/dev/zero of=base.raw bs=1M seek=1 count=32 conv=notrunc status=none
echo "$(sha256sum <base.raw | cut -d' ' -f1) zero-extent dd" >>"$here/guests.txt"
ls -l "$here"
