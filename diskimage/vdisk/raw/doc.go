// Package raw reads disks that are stored sector by sector: one plain file, or
// a row of files that end in .001, .002 and so on, as dd, ewfexport and FTK
// Imager split them. There is no format to specify; what is no other format is
// raw.
//
// Read: plain and sparse files (holes are known through the file's
// fstree.RangeReader), block devices, split files that start at 001, 01 or 1.
// A missing part in the middle of a row is refused.
//
// The call most people want:
//
//	disk, err := raw.Open(ctx, file, &vdisk.Options{Files: resolver})
package raw
