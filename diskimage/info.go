package diskimage

import (
	"github.com/seed-181f3109/assay/diskimage/filesystem"
	"github.com/seed-181f3109/assay/diskimage/vdisk"
	"github.com/seed-181f3109/assay/diskimage/volume"
)

// Info describes an opened disk.
type Info struct {
	// Disk says how the virtual disk is stored.
	Disk vdisk.Info
	// Table is the partition table; nil if the disk has none. Its Volumes
	// are repeated in Volumes below.
	Table *volume.Table
	// Volumes are the sections of the disk in order of their start: those of
	// the table, and those that lie outside of them (Unlisted). A disk
	// without a partition table has one of the name "disk".
	Volumes []VolumeInfo
	// OS is the operating system that paths are laid out for.
	OS OSInfo
	// Gaps are the byte ranges of the disk that belong to no volume and not
	// to the partition table, by start.
	Gaps []Gap
	// Notes are what a reader of the report should know about the layout.
	Notes []string
}

// VolumeInfo is one volume and what was found in it.
type VolumeInfo struct {
	volume.Volume
	// Content says what the volume was recognised as: the name of a file
	// system, "luks", "swap", "boot code", "empty", "unknown".
	Content string
	// FileSystem describes the file system; nil if there is none that is read.
	FileSystem *filesystem.Info
	// MountPoint is where the volume appears in the tree, "/" or "/boot"; empty if nowhere.
	MountPoint string
	// Prefix is the path that the volume's own root has in the tree: the
	// mount point, or "/@" and the name for what is mounted nowhere.
	Prefix string
	// Unlisted says that no partition table names the volume: it was found by
	// its superblock in a gap. Its name is "gap" and its start.
	Unlisted bool
	// Error says why the volume could not be read; nil if it was, or if it
	// has nothing that can be read.
	Error error
}

// Readable reports whether the volume holds a file system that was opened.
func (v *VolumeInfo) Readable() bool { return v.FileSystem != nil }

// OSInfo is what os-release says about the operating system on the disk.
// Everything is empty if none was found.
type OSInfo struct {
	Name       string // NAME
	ID         string // ID: "debian", "amzn"
	Version    string // VERSION_ID
	PrettyName string // PRETTY_NAME
	Volume     string // volume that holds the root file system
}

// Gap is a byte range of the disk that belongs to no volume.
type Gap struct {
	Start, Size int64
	// Zero says that it holds nothing but zeros, or is not stored at all.
	Zero bool
}

// Anomaly is a contradiction in the disk's structures that another tool may
// read differently, or a place where something may hide.
type Anomaly = volume.Anomaly
