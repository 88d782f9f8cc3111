// Package layers reads container images as they lie in storage and delivers the
// file system that runs as an fstree.Tree. It needs no root, no daemon and no
// unpacked copy: each layer is read once, from its first stored byte to its last, and hashed,
// decompressed and indexed on the way.
//
// # What is read
//
//	oci:DIR                 OCI image layout in a folder
//	oci-archive:FILE        the same in a tar, read at random
//	docker-archive:FILE     docker save and podman save, with or without index.json
//	dir:DIR                 skopeo's flat folder, OCI or Docker schema 2
//	docker://NAME           a registry
//	FromV1                  an image that another program holds
//
//	layers                  plain tar, gzip (eStargz too), zstd (zstd:chunked too), mixed;
//	                        the bytes decide, not the media type
//	whole archives          plain, gzip, zstd (unpacked once to the spool)
//	tar                     ustar, PAX, GNU; sparse files of all four forms
//	attributes              SCHILY.xattr.*, LIBARCHIVE.xattr.*
//	digests                 SHA-256, SHA-512
//
// Not read, and always reported: encrypted layers (fstree.ErrEncrypted); foreign
// layers whose bytes are elsewhere, EROFS layers and unknown forms (fstree.ErrUnsupported);
// zstd windows above 128 MiB (fstree.ErrLimit). Docker's schema 1 is refused by
// Open. Attestations and other artifacts are listed by Set.Artifacts.
//
// Specifications: OCI image-spec 1.1; Docker image spec v1.2 and distribution
// spec v2.2; POSIX pax; RFC 1952; RFC 8878.
//
// # The view that runs
//
// A View is what containerd's overlayfs snapshotter makes, which is the default
// of containerd and, in the same way, of Docker and Podman. Each layer is unpacked
// on its own and the kernel lays one over the other:
//
//   - Of two entries with one name in a layer the last counts.
//   - A name that leads through a symbolic link of its own layer lands where the
//     link leads, never outside of the root. Links of lower layers are not seen: a
//     directory takes the link's place (anomaly path-over-link).
//   - A hard link is bound when it is unpacked, and its header is then true for all names of the file.
//   - Directories that are only implied take over what a lower layer has; else
//     they have mode 0755, owner 0 and no time.
//   - A whiteout removes what lower layers have. If the same layer puts a directory in
//     its place, what lower layers have below it shows again, as it does when the
//     image runs.
//   - An opaque directory hides lower layers wherever the mark stands in the tar,
//     but for the root directory, where the kernel ignores it.
//   - A character device 0:0 is a whiteout.
//   - Other names that begin with ".wh..wh." are whiteouts like any other.
//
// Where a runtime refuses the image the view is still made, as well as it can
// be: a hard link to a lower layer is bound, an entry that cannot be made is
// kept as shadowed, and an anomaly says so. Times that containerd brings into its
// range (before 1970 or after 2262) are given as they are stored; "/" has the
// metadata that the layers give it, which containerd does not set.
//
// Names that upper layers cover or remove are delivered too, after the live ones.
//
// # Anomalies
//
// What a sound image does not have is an Anomaly, and reading goes on: digests,
// sizes and names that do not fit the bytes, and everything that other tools
// would see in another way or not at all. Rules lists them all.
//
// # Use
//
//	set, err := layers.Open(ctx, ref, &layers.Options{Jobs: 2})
//	if err != nil {
//		return err
//	}
//	defer set.Close()
//	for _, im := range set.Images() {
//		view, err := im.Read(ctx, nil)
//		if err != nil {
//			return err
//		}
//		for e, err := range view.Walk(ctx) {
package layers
