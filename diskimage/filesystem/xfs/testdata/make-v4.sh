#!/bin/bash
# Makes the images and manifests that need a kernel which mounts version 4,
# realtime devices and quota: see vm.sh for KERNEL and MODULES. What make.sh says
# holds here too.
#
# usage: KERNEL=... MODULES=... make-v4.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
images=() names=()
fill="" list="" n=0

# image NAME SIZE "MKFS OPTIONS" "MOUNT OPTIONS" "SETS"
image() {
	local img=$work/$1.img dev=/dev/nvme${n}n1
	truncate -s "$2" "$img"
	mkfs.xfs --unsupported -q -L "$1" $3 "$img"
	images+=("$img") names+=("$1")
	fill+="mount -o noatime,$4 $dev /mnt; python3 /bin/populate.py /mnt $5; if ! echo '$5' | grep -q shutdown; then fstrim /mnt; fi; umount /mnt"$'\n'
	list+="mount -o noatime,$4 $dev /mnt; umount /mnt; mount -o ro,noatime,norecovery,$4 $dev /mnt; python3 /bin/manifest.py /mnt /out/$1.jsonl.gz --note '$(mkfs.xfs -V)' --note 'mkfs.xfs $3; populate.py $5'; umount /mnt"$'\n'
	n=$((n+1))
}

common="basic names links times attrs holes"
image v4 32M "-m crc=0" "attr2" "$common fragments"
image v4-old 32M "-m crc=0 -n ftype=0 -i size=256,attr=1,projid32bit=0 -l lazy-count=0" "noattr2" "$common dirs"
image v4-512 32M "-m crc=0 -b size=512" "attr2" "$common remote fragments"
image v4-ci 32M "-m crc=0 -n version=ci -i size=512" "attr2" "$common remote"
image v4-dirty 32M "-m crc=0" "attr2" "basic later shutdown"
image quota 32M "" "uquota,gquota,pquota" "basic attrs"

"$here/vm.sh" "$fill" "$work/out" "${images[@]}"
for i in "${!names[@]}"; do
	case ${names[i]} in
	*dirty) ;;
	*) xfs_repair -L "${images[i]}" > /dev/null 2>&1 ;;
	esac
	zstd -q -f -19 --long=27 "${images[i]}" -o "$here/${names[i]}.img.zst"
	ls -l "$here/${names[i]}.img.zst"
done
"$here/vm.sh" "$list" "$work/out" "${images[@]}"
cp "$work"/out/*.jsonl.gz "$here/"
for i in "${!names[@]}"; do xfs_db -r -c version "${images[i]}" > "$here/${names[i]}.version"; done

# The file's content is on the realtime device, which is not kept.
truncate -s 32M "$work/data.img" "$work/rt.img"
mkfs.xfs --unsupported -q -L realtime -m reflink=0,rmapbt=0 -r rtdev="$work/rt.img" "$work/data.img"
"$here/vm.sh" "mount -o noatime,rtdev=/dev/nvme1n1 /dev/nvme0n1 /mnt; python3 /bin/populate.py /mnt basic realtime; umount /mnt" "$work/out" "$work/data.img" "$work/rt.img"
mkdir -p "$here/refused"
zstd -q -f -19 --long=27 "$work/data.img" -o "$here/refused/realtime.img.zst"
ls -l "$here/refused/realtime.img.zst"
