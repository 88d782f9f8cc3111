#!/bin/sh
# Makes the disks of this folder: server.img as an installed machine has it, with
# everything that can stand beside file systems, and small ones around it. The
# manifest is taken from the kernel's mount of root and /boot. Needs root (loop
# mounts), fdisk, e2fsprogs, dosfstools, mtools, zstd, xz, gzip, python3.
# Usage: ./make.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
cleanup() {
	umount "$work/mnt/boot" "$work/mnt" 2>/dev/null || true
	rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
rm -f "$here"/*.zst "$here"/*.gz "$here"/*.xz "$here"/*.vmdk
export TZ=UTC LC_ALL=C.UTF-8 MTOOLS_SKIP_CHECK=1
features='^has_journal,^resize_inode,^metadata_csum,metadata_csum'

# root, with mount points and links as Debian has them
mkdir -p root/etc root/usr/lib root/boot root/var/log root/srv root/run root/data
ln -s usr/lib root/lib
ln -s ../usr/lib/os-release root/etc/os-release
ln -s /srv root/mnt-link
printf 'NAME="Lab Linux"\nID=lab\nVERSION_ID='"'"'7'"'"'\nPRETTY_NAME="Lab Linux 7 (\\"quoted\\")"\n' >root/usr/lib/os-release
cat >root/etc/fstab <<-T
	# a comment
	UUID=11111111-0000-0000-0000-000000000001 / ext4 defaults 0 1
	LABEL=the\040boot /boot ext4 defaults 0 2
	UUID=ABCD-0015 /boot/efi vfat umask=0077 0 1
	/dev/sda7 /mnt-link/data ext4 defaults 0 2
	PARTUUID=aaaaaaaa-0000-0000-0000-000000000008 /later ext4 noauto 0 2
	/dev/disk/by-partlabel/swap\x20space none swap sw 0 0
	tmpfs /run tmpfs defaults 0 0
	/srv /var/log none bind 0 0
	/dev/sdb1 /data ext4 defaults 0 2
T
echo hidden >root/boot/hidden-below-the-mount
echo "a log" >root/var/log/messages
mkdir root/@p7 && echo trick >root/@p7/trick
mkdir -p boot/efi boot/grub && echo kernel >boot/vmlinuz && echo shadowed >boot/efi/under
mkdir -p data && echo data >data/file
find root boot data -exec touch -h -d '2024-05-06 07:08:09' {} +

fs() { # fs FILE SIZE-IN-K LABEL UUID DIR
	truncate -s "$2K" "$1"
	mkfs.ext4 -q -O "$features" -L "$3" -U "$4" -d "$5" -E root_owner=0:0,hash_seed=11111111-0000-0000-0000-000000000009 -I 256 -N 64 "$1" "$2"k
}
fs p1 2048 root 11111111-0000-0000-0000-000000000001 root
fs p2 1024 "the boot" 11111111-0000-0000-0000-000000000002 boot
fs p7 512 data 11111111-0000-0000-0000-000000000007 data
fs p8 512 later 11111111-0000-0000-0000-000000000008 data
truncate -s 512K p15
mkfs.fat -F 12 --invariant -n ESP -i abcd0015 p15 >mkfs.txt
mmd -i p15 ::/EFI
mcopy -i p15 -m boot/vmlinuz ::/EFI/

truncate -s 9M server.img
sfdisk -q server.img <<-T
	label: gpt
	1 : start=4096, size=4096, type=linux, uuid=AAAAAAAA-0000-0000-0000-000000000001
	2 : start=8192, size=2048, type=linux
	3 : start=10240, size=256, type=swap, name="swap space"
	4 : start=10496, size=256, type=linux
	5 : start=10752, size=256, type=linux
	6 : start=11008, size=256, type=linux
	7 : start=11264, size=1024, type=linux
	8 : start=12288, size=1040, type=linux, uuid=AAAAAAAA-0000-0000-0000-000000000008
	14 : start=2048, size=128, type=21686148-6449-6E6F-744E-656564454649
	15 : start=2304, size=1024, type=uefi
T
put() { dd if="$1" of=server.img bs=512 seek="$2" conv=notrunc,sparse status=none; }
put p1 4096
put p2 8192
put p7 11264
put p8 12288
put p15 2304
truncate -s 128K p3 && mkswap -q -U 11111111-0000-0000-0000-000000000003 p3 2>/dev/null && put p3 10240
printf 'LUKS\272\276\000\002' >p4 && put p4 10496
printf 'no file system that anybody knows' >p5 && put p5 10752
printf 'core image' >p14 && put p14 2048
printf 'boot code' >code && dd if=code of=server.img conv=notrunc status=none
printf 'in the gap' >gap && put gap 100
printf 'behind the file system' >slack && put slack 13320
printf 'behind everything' >end && put end 16384

mkdir mnt
mount -o ro,noatime,noload,loop p1 mnt
mount -o ro,noatime,noload,loop p2 mnt/boot
# what the kernel shows at /boot/efi is another volume's
python3 "$here/../../internal/testimage/manifest.py" mnt "$here/server.jsonl.gz" \
	--note "$(mkfs.ext4 -V 2>&1 | head -1)" --note "root and /boot of server.img"
umount mnt/boot mnt
zstd -q -19 -o "$here/server.img.zst" server.img
xz -9 -k -c server.img >"$here/server.img.xz"
gzip -n -9 -k -c server.img >"$here/server.img.gz"

# one file system without a table, and the same as a streamed VMDK
zstd -q -19 -o "$here/single.img.zst" p7
qemu-img convert -O vmdk -o subformat=streamOptimized p7 single.vmdk
zstd -q -19 -o "$here/single.vmdk.zst" single.vmdk

# names of other kinds of disks
for f in qcow2 vdi vpc vhdx qed parallels; do
	qemu-img create -q -f $f small.$f 1M
	head -c 4096 small.$f | zstd -q -19 -o "$here/small.$f.zst"
done
qemu-img create -q -f vpc -o subformat=fixed fixed.vpc 1M
zstd -q -19 fixed.vpc -o "$here/fixed.vpc.zst"
ls -l "$here"

# superblocks of what is recognised and not read; only the start is kept
super() { # super NAME FILE: its first bytes up to the last magic number, and its last 64 KiB
	{ head -c 1114112 "$2"; tail -c 65536 "$2"; } | zstd -q -19 -o "$here/super.$1.zst"
	rm -f "$2"
}
truncate -s 120M t && mkfs.btrfs -q -U 11111111-0000-0000-0000-00000000000b t && super btrfs t
truncate -s 8M t && mkntfs -q -F -Q -s 512 -p 0 -H 0 -S 0 t && super ntfs t
truncate -s 8M t && dev=$(losetup -f --show t) && pvcreate -q -ff -y --norestorefile --uuid 111111-1111-1111-1111-1111-1111-111111 "$dev" >pv.txt && losetup -d "$dev" && super lvm2 t
truncate -s 2M t && mkswap -q t 2>/dev/null && super swap t
truncate -s 2M t && mkswap -q -p 65536 t 2>/dev/null && super swap-64k t
ls -l "$here"
