#!/bin/bash
# Runs commands in a small virtual machine whose kernel still mounts what the
# running one does not (version 4, realtime, quota).
#
# usage: KERNEL=vmlinuz MODULES=lib/modules/VERSION vm.sh "COMMANDS" RESULT IMAGE ...
#
# The images are /dev/nvme0n1, /dev/nvme1n1, ... of the guest. What the commands
# write to the folder /out comes back in the folder RESULT. The kernel must have
# nvme built in; Debian's linux-image-cloud-amd64 has (unpack it with dpkg -x).
# Needs qemu-system-x86_64, busybox (static), /usr/bin/python3.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
commands=$1 result=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root"/{bin,proc,sys,dev,mnt,out,tmp,lib,lib64,etc,modules}
cp "$(command -v busybox)" "$root/bin/busybox"
# programs with the libraries they need
for program in /usr/bin/python3 xfs_repair fstrim xfs_io; do
	path=$(readlink -f "$(command -v $program)")
	cp "$path" "$root/bin/$(basename $program)"
	{ ldd "$path" || true; } | { grep -o '/[^ ]*' || true; } | while read -r lib; do
		mkdir -p "$root$(dirname "$lib")"
		cp -n "$lib" "$root$lib"
	done
done
/usr/bin/python3 - "$root" <<'PY'
import os, shutil, sys, sysconfig
std = sysconfig.get_path("stdlib")
skip = {"test", "idlelib", "tkinter", "ensurepip", "lib2to3", "dist-packages", "site-packages", "__pycache__", "pydoc_data", "distutils", "unittest"}
shutil.copytree(std, sys.argv[1] + std, ignore=lambda d, names: [n for n in names if n in skip], dirs_exist_ok=True)
PY
for lib in libffi.so.8 libz.so.1; do
	path=$(ldconfig -p | grep -o "/[^ ]*$lib" | head -1)
	mkdir -p "$root$(dirname "$path")"
	cp -n "$path" "$root$path"
done
cp "$here/populate.py" "$here/../../../../internal/testimage/manifest.py" "$root/bin/"
for m in crypto/crc32c_generic lib/libcrc32c fs/xfs/xfs; do
	if [ -e "$MODULES/kernel/$m.ko" ]; then cp "$MODULES/kernel/$m.ko" "$root/modules/"; fi
done
printf '%s\n' "$commands" > "$root/commands"
cat > "$root/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
for m in crc32c_generic libcrc32c xfs; do if [ -e /modules/$m.ko ]; then insmod /modules/$m.ko; fi; done
n=0; while [ ! -e /dev/nvme0n1 ] && [ $n -lt 100 ]; do n=$((n+1)); usleep 100000; done
sh -e /commands; echo "status $?" > /out/status
cd /out; for last in /dev/nvme*n1; do :; done
tar -c . > $last
sync; poweroff -f
INIT
chmod +x "$root/init"
(cd "$root" && find . | busybox cpio -o -H newc 2> /dev/null) > "$work/initrd"
truncate -s 16M "$work/out"
args=() i=0
for f in "$@" "$work/out"; do
	args+=(-drive "file=$f,format=raw,if=none,id=d$i,discard=unmap,detect-zeroes=unmap,cache=unsafe" -device "nvme,drive=d$i,serial=d$i")
	i=$((i+1))
done
accel=tcg
if [ -w /dev/kvm ]; then accel=kvm; fi
timeout 600 qemu-system-x86_64 -accel $accel -m 1024 -nographic -no-reboot -kernel "$KERNEL" -initrd "$work/initrd" \
	-append "console=ttyS0 panic=-1 quiet" "${args[@]}" < /dev/null > "$work/console" 2>&1 || true
mkdir -p "$result"
tar -x -f "$work/out" -C "$result" 2>/dev/null || { cat "$work/console"; exit 1; }
if [ "$(cat "$result/status")" != "status 0" ]; then cat "$work/console"; exit 1; fi
