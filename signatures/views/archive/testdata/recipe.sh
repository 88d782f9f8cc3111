#!/bin/sh
# Makes the archives of this folder with the usual tools, and manifest.txt with
# the digests that sha256sum gives for what went in. Needs cpio, ar, dpkg-deb,
# zip, tar, xz, zstd, bzip2, gzip, 7z, python3 and rpmbuild. Run it in this folder.
set -eu
here=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p tree/WEB-INF/lib tree/empty
printf 'inert page 192.0.2.1\n' > tree/index.jsp
printf '<web-app/>\n' > tree/WEB-INF/web.xml
seq 1 3000 > tree/WEB-INF/numbers.txt
printf '' > tree/WEB-INF/nothing
ln -s index.jsp tree/link.jsp
(cd tree && find . -type f | sort > ../files)
t='--mtime=@1700000000 --owner=0 --group=0 --sort=name'
(cd tree/WEB-INF && zip -qX9 ../inner.jar numbers.txt web.xml)
mv tree/inner.jar tree/WEB-INF/lib/inner.jar
(cd tree && find . -type f | sort > ../files)
(cd tree && zip -qXr9 "$here/app.war" .)
for c in gz xz zst bz2; do tar $t -C tree -caf "$here/app.tar.$c" .; done
tar $t -C tree -cf "$here/plain.tar" . && gzip -9nf "$here/plain.tar"
gzip -9nc tree/WEB-INF/numbers.txt > "$here/numbers.txt.gz"
(cd tree && cpio --quiet -o -H newc < ../files) > new.cpio
(cd tree && cpio --quiet -o -H odc < ../files) | gzip -9n > "$here/odc.cpio.gz"
mkdir early && printf 'microcode\n' > early/GenuineIntel.bin
(cd early && echo GenuineIntel.bin | cpio --quiet -o -H newc) > early.cpio
{ cat early.cpio; head -c 1024 /dev/zero; gzip -9n < new.cpio; } > "$here/initrd.img"
mkdir -p deb/DEBIAN deb/usr/share/inert
printf 'Package: inert\nVersion: 1\nArchitecture: all\nMaintainer: nobody <nobody@example.org>\nDescription: inert\n' > deb/DEBIAN/control
cp tree/WEB-INF/numbers.txt deb/usr/share/inert/
SOURCE_DATE_EPOCH=1700000000 dpkg-deb --root-owner-group -Zxz -b deb "$here/inert_1_all.deb" > /dev/null
(cd tree/WEB-INF && cp numbers.txt a_member_with_a_long_name.txt && ar rcD "$here/long.a" a_member_with_a_long_name.txt web.xml && rm a_member_with_a_long_name.txt)
cat > inert.spec <<'SPEC'
Name: inert
Version: 1
Release: 1
Summary: inert
License: none
BuildArch: noarch
%description
inert
%install
mkdir -p %{buildroot}/usr/share/inert
seq 1 3000 > %{buildroot}/usr/share/inert/numbers.txt
%files
/usr/share/inert/numbers.txt
SPEC
rpmbuild --quiet --define "_topdir $work/rpm" --define "_rpmdir $work" --define "_buildhost localhost" -bb inert.spec
cp noarch/inert-1-1.noarch.rpm "$here/inert.rpm"
# Bytes that are full of x86 calls, to near and to far.
python3 -c 'import random,sys; random.seed(7); sys.stdout.buffer.write(bytes(random.choice([0xe8,0xe9,0,0xff,random.randrange(256)]) for _ in range(9000)))' > tree/branches.bin
rm -f "$here"/*.7z
z() { (cd tree && 7z a -bd -mtc=off "$here/$1.7z" "$2" "$3" "$4" "$5" WEB-INF index.jsp branches.bin > /dev/null); }
z lzma -m0=lzma -mx=9 -ms=on -mhc=on
z filters -m0=bcj -m1=delta:3 -m2=lzma2 -ms=on
z deflate -m0=deflate -ms=off -mhc=off -mx=5
z bzip2 -m0=bzip2 -ms=on -mhc=on -mx=5
z copy -m0=copy -mhc=off -mx=0 -ms=on
z bcj2 -m0=bcj2 -m1=lzma2 -ms=on -mhc=on
z secret -pinert -mhe=on -ms=on -mx=5
{ (cd tree && while read -r f; do sha256sum "$f"; done < ../files); (cd tree/WEB-INF && sha256sum numbers.txt web.xml); (cd early && sha256sum *); (cd tree && sha256sum branches.bin); sha256sum deb/DEBIAN/control; } | sed 's|\./||' | sort -u > "$here/manifest.txt"
