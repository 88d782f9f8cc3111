// Package rootfs reads an unpacked root directory, such as what umoci unpack or
// debootstrap leave behind or a container's merged overlay, as an fstree.Tree.
//
// The walk opens no link and never leaves the directory: every access goes
// through os.Root, names are looked at with lstat, and a name that changes into
// another file between two looks is damage. Access times are left alone where the
// system lets a program ask for that.
//
//	read                      Linux                       elsewhere
//	type, mode, size, mtime   yes, mtime in nanoseconds   yes
//	owner, link count, inode, device number, atime, ctime
//	                          yes                         no, zero
//	hard links (HardlinkOf)   yes                         no, each name is a file
//	extended attributes       yes, all that the caller    no
//	                          may see, ACLs included
//	names                     bytes                       as the system gives them
//	another file system       its mount point is listed, its content is damage
//	mounted inside            wrapping ErrUnsupported (Linux)
//
// Digests are not computed; entries have content only. What cannot be opened or
// listed, because of permissions or a fault, is damage.
//
//	tree, err := rootfs.Open("/mnt/suspect", nil)
//	if err != nil {
//		return err
//	}
//	defer tree.Close()
//	for e, err := range tree.Walk(ctx) {
package rootfs
