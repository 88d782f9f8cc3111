// Package xfs reads XFS file systems, read-only, straight from the bytes of a
// volume: no mount, no driver. It shows what the Linux kernel would show of the
// same volume, with every byte of names, content, attributes and times.
//
// Sources: "XFS Algorithms & Data Structures", 3rd edition (the kernel
// project's xfs-documentation), and the structure names in it, which trailing
// comments repeat.
//
// Read:
//   - versions 4 and 5; sectors of 512 bytes to 32 KiB, blocks of 512 bytes to
//     64 KiB, directory blocks to 64 KiB, inodes of 256 to 2048 bytes
//   - directories: short form, block, leaf, node, and B+tree forks; with and
//     without file types in entries (ftype)
//   - content: extent lists and B+trees of any depth, unwritten extents and
//     holes as zeros, shared extents (reflink), 64-bit extent counters (nrext64)
//   - symbolic links inline and remote
//   - extended attributes: short form, leaf, node, remote values; parent
//     pointers are hidden, ACLs are shown as the kernel shows them
//   - times: 32-bit, bigtime, birth time of version 3 inodes
//   - sparse inode chunks, free inode B+tree, inode B+tree counters, reverse
//     mapping, meta UUID, 32-bit project numbers, lazy counters, ASCII-CI
//   - every CRC-32C and every self-description (block number, owner, UUID) of
//     each metadata block that is read
//   - backup superblocks, if the primary one is damaged
//   - an internal log with work that was not replayed: the work is replayed in
//     memory, as a mount would do on the disk
//   - files that were unlinked but still open, as deleted entries named
//     /@orphan/<inode>; an allocated inode that no name leads to is delivered
//     in the same way, with damage
//
// Refused by name: version 1 directories, shared superblocks, metadata
// directories (METADIR), zoned devices, unknown incompatible features, a file
// system that mkfs did not finish. Unknown read-only compatible features do no
// harm to a reader and are listed by Info.
//
// Reported as damage, with everything else read: content on a realtime device;
// a log on another device, whose state cannot be known; a log that is damaged, was
// written by a big-endian machine, or changes the owner of forks, which is then not
// replayed; records at the head of the log that were not completely written; a
// change of a mapping or attribute that the log announces and does not complete; a
// file system marked as needing repair.
//
// Version 4 has no checksums. There, contradictions tell of damage: link counts,
// block counts, the inode B+tree against the names, entry types, tags.
//
// The call most people want:
//
//	fs, err := xfs.Open(ctx, volume, size, nil)
//	if err != nil {
//		return err
//	}
//	for entry, err := range fs.Walk(ctx) {
//		...
//	}
package xfs
