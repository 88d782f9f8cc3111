// Package mbr reads the partition table in the first sector of a PC disk, with
// the chains of extended boot records that logical partitions hang on.
//
// Source: UEFI Specification, section 5.2 "LBA 0 Format", for the table; the
// chain of logical partitions is read as the Linux kernel does
// (block/partitions/msdos.c describes what is accepted), since that is what
// runs on the machines whose disks are read here.
//
// Read: primary and logical partitions (p5 and up, in the order of the chain),
// several extended partitions, sectors of 512 bytes and, if the caller says so,
// of 4096. A chain that loops, leaves its extended partition or is too long
// ends there and is damage. Not read: the tables that BSD, Minix, Solaris and
// UnixWare put inside of a partition.
//
// The call most people want:
//
//	table, err := mbr.Open(ctx, disk, size, nil)
package mbr
