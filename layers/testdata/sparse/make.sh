#!/bin/sh
# Makes sparse.*.tar.gz and SHA256SUMS with GNU tar 1.34: one file with two data
# blocks and holes, in each form of sparse member that GNU tar writes.
set -e
cd "$(dirname "$0")"
work=$(mktemp -d)
truncate -s 300000 "$work/holes"
printf 'first' | dd of="$work/holes" bs=1 seek=8192 conv=notrunc status=none
printf 'second' | dd of="$work/holes" bs=1 seek=204800 conv=notrunc status=none
printf 'after\n' > "$work/next"
t() { tar -C "$work" --owner=0 --group=0 --numeric-owner --mtime=@1577934245 --sort=name -cS "$@" holes next; }
t --format=gnu | gzip -n9 > sparse.oldgnu.tar.gz
for v in 0.0 0.1 1.0; do t --format=pax --sparse-version=$v | gzip -n9 > sparse.pax$v.tar.gz; done
(cd "$work" && sha256sum holes next) > SHA256SUMS
rm -r "$work"
