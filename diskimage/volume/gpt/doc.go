// Package gpt reads GUID partition tables.
//
// Source: UEFI Specification 2.10, section 5.3 "GUID Partition Table (GPT) Disk
// Layout".
//
// Read: sectors of 512 and 4096 bytes, the backup header where the primary one
// is bad, hybrid tables (the partitions of the first sector are compared with
// those of the GPT), headers and entries of other than the usual size. All
// checksums are verified. If neither header is right but one is there, its
// partitions are read and the bad checksum is damage. A backup that is missing,
// or names other partitions, is an anomaly.
//
// The call most people want:
//
//	table, err := gpt.Open(ctx, disk, size, nil)
package gpt
