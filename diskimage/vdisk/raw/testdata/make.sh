#!/bin/sh
# Makes a small disk in four parts with split(1). Usage: ./make.sh
set -eu
cd "$(dirname "$0")"
rm -f disk.*
truncate -s 45000 disk.raw
printf 'at the start' | dd of=disk.raw conv=notrunc status=none
printf 'across the border of two parts' | dd of=disk.raw bs=1 seek=13980 conv=notrunc status=none
printf 'at the end' | dd of=disk.raw bs=1 seek=44990 conv=notrunc status=none
sha256sum disk.raw >disk.sha256
split -b 14000 -d -a 3 --numeric-suffixes=1 disk.raw disk.raw.
rm disk.raw
