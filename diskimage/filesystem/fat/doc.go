// Package fat reads FAT12, FAT16 and FAT32 file systems with long names.
//
// Source: Microsoft, "FAT: General Overview of On-Disk Format" 1.03 (fatgen103);
// where it leaves a choice, this package does as the Linux vfat driver with its
// default options (codepage 437, short names in mixed case), since that is what
// shows the volume on the machines whose disks are read here.
//
//	feature                                             read
//	sectors of 512 to 4096 bytes, FAT12, FAT16, FAT32   yes
//	long names, UTF-16 to UTF-8                         yes, checked against the short name
//	a broken chain of long-name slots                   the short name, as Linux does, and damage
//	lower-case flags, 0x05 for 0xE5, codepage 437       yes
//	active FAT of a volume without mirroring            yes
//	several FATs                                        compared; a difference is damage
//	chains of no file, clusters marked bad              /@lost/CLUSTER and /@bad/CLUSTER, state deleted;
//	                                                    the first are damage if the volume was closed
//	backup boot sector of FAT32                         compared in what says where things are
//	entries behind the end mark of a directory          yes, as Linux shows them, and damage
//	unlinked entries (0xE5)                             not delivered
//	exFAT                                               another format, not claimed
//
// There are no owners or permissions: every entry is 0755 and root's, and 0555
// if it is a read-only file, as Linux shows it. Times are local to a clock that
// nobody knows and are given as if it was UTC: modification to two seconds,
// birth to ten milliseconds, access to the day.
//
// The call most people want:
//
//	fs, err := fat.Open(ctx, section, size, nil)
package fat
