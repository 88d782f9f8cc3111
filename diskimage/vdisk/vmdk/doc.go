// Package vmdk reads VMware virtual disks.
//
// Source: VMware, "Virtual Disk Format 5.0" technical note (descriptor, hosted
// sparse extents, stream-optimized extents); for the older ESX sparse extents
// the structure COWDisk_Header as VMware's "Virtual Disk Format 1.1" gives it.
//
//	feature                                              read
//	monolithicSparse, twoGbMaxExtentSparse               yes
//	monolithicFlat, twoGbMaxExtentFlat, vmfs flat        yes
//	streamOptimized: tables in front, footer, no footer  yes
//	vmfsSparse (COWD, snapshots of ESX)                  yes
//	ZERO extents, zeroed grains                          yes
//	delta links (parentFileNameHint), checked by CID     yes
//	compression                                          zlib (deflate), grain by grain
//	redundant grain tables                               compared; used where the first is bad
//	seSparse, vmfsThin, vmfsRaw, vmfsRDM, full and
//	partitioned devices, encryption, version above 3,
//	unknown flags and compression                        refused by name
//
// Files that a disk names are opened through vdisk.Options.Files only. Where
// the two copies of the grain tables differ, the first one is read, as VMware
// does, and the difference is damage. Where there is one copy only, the markers
// of a stream and the sectors of a COWD extent that nothing leads to tell what
// the tables lost. A stream that was cut off gives errors, not
// zeros, for the part that is missing.
//
// The call most people want:
//
//	disk, err := vmdk.Open(ctx, file, &vdisk.Options{Files: resolver})
package vmdk
