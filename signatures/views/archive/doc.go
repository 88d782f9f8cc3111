// Package archive reads the files inside archives that lie inside an image, so
// that a web application's war, a package or an initramfs is scanned member by
// member.
//
//	format            source                                            read
//	zip, jar, war,    APPNOTE.TXT 6.3.10                                stored, deflate, bzip2, zstd, xz
//	ear, apk, wheel
//	tar               POSIX.1-2017 pax                                  ustar, pax, GNU
//	gzip, bzip2,      RFC 1952, xz file format 1.2, RFC 8878            yes; a tar or cpio inside is read as such
//	xz, zstd
//	ar, deb           ar(5), deb(5)                                     GNU and BSD names
//	cpio, initramfs   kernel buffer-format.rst, cpio(5)                 newc, crc, odc; concatenated, with padding
//	rpm               RPM V4 package format                             payload of cpio
//	phar              PHP manual, "Phar file format"                    plain, deflate, bzip2
//	7z                7zFormat.txt of the LZMA SDK                      copy, LZMA, LZMA2, deflate, bzip2, zstd, delta, x86 branches
//	rar, lz4, and 7z  RAR 5.0 archive format, LZ4 frame format          named, reported as unsupported
//	of BCJ2 or PPMd
//
// Members of a zip that its directory does not name are read too. Encrypted
// members are reported as such. Nested archives are opened up to a
// depth. Every limit that is hit is reported as *fstree.Damage.
//
// The call most people want:
//
//	for m, err := range archive.Members(ctx, "/srv/app.war", r, size, nil) {
//		if err != nil {
//			log.Print(err) // a part was not read
//			continue
//		}
//		fmt.Println(m.Path, m.Size) // /srv/app.war!/WEB-INF/x.jsp
//	}
package archive
