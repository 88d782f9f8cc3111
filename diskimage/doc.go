// Package diskimage reads disk images of virtual machines as they lie in
// storage: the virtual disk is opened, its partition table read, each volume's
// file system recognised by content, and the file systems laid out as the
// operating system on the disk mounts them, so that paths read as on the
// running machine. Nothing is written or mounted and no root is needed.
//
// What is mounted nowhere appears under /@VOLUME/. Content outside of file
// systems is delivered too: /@VOLUME is a file for a volume of raw content
// (boot loaders, swap), /@boot/mbr the first 440 bytes of a disk with a
// partition table, code or not, and /@gap/OFFSET what lies in a gap between
// volumes. A volume that is recognised but not read, such as an encrypted one, is
// damage, never absence.
//
// A partition whose entry was lost or removed is looked for in the gaps: in every
// sector of the first MiB of each, then where partitions usually begin (whole MiB
// and cylinders, a track or a MiB behind a boot record or a volume). What has a whole superblock that
// fits the disk is a volume of its own, "gap" and its offset, below
// /@gapOFFSET/, and an anomaly tells of it.
//
// Virtual disks, tables and file systems are listed in [AllFormats]; each
// format's own package says which of its features are read.
//
// The call most people want:
//
//	disk, err := diskimage.Open(ctx, "server.vmdk", nil)
//	if err != nil {
//		return err
//	}
//	defer disk.Close()
//	for e, err := range disk.Walk(ctx) {
//		...
//	}
package diskimage
