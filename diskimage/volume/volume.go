// Package volume defines what every reader of partition tables and volume
// managers under it provides: the named sections a disk is divided into. A
// reader lives in a folder of its own, named after the format, and is listed in
// one line of the table in diskimage/formats.go.
package volume

import (
	"context"
	"io"

	"github.com/seed-181f3109/assay/fstree"
)

// Table is an opened partition table or volume group.
type Table struct {
	Format     string   // "gpt", "mbr", "lvm2"
	Variant    string   // "hybrid", "backup only"; empty if nothing to say
	ID         string   // disk GUID or signature, volume group UUID
	SectorSize int64    // bytes of one logical sector that offsets are counted in
	Volumes    []Volume // by start
	// Used are the byte ranges that the table itself occupies, so that gaps
	// can be told from it: start inclusive, end exclusive, by start.
	Used [][2]int64
	// Damage lists what could not be read; the volumes found are still valid.
	Damage []*fstree.Damage
	// Anomalies are contradictions that a later tool would see differently,
	// such as a backup header that disagrees with the primary one.
	Anomalies []Anomaly
}

// Anomaly is a contradiction in the structures of a disk that another tool may
// read differently, or a place where something may hide.
type Anomaly struct {
	Rule     string // short stable name: "gpt-backup-differs"
	Title    string // one line for a person
	Detail   string // what was seen
	Severity string // info, low, medium, high
	Offset   int64  // byte offset on the disk; -1 unknown
}

// Volume is one section.
type Volume struct {
	Name   string // "p1", "p5", "vg0/root"
	Number int    // partition number; 0 for logical volumes
	Start  int64  // first byte on the disk; -1 if it is not one contiguous range
	Size   int64  // bytes
	Type   string // type as a person reads it: "EFI system", "Linux filesystem"
	TypeID string // type GUID, or "0x83"
	UUID   string // partition GUID or logical volume UUID, lower case
	Label  string // partition name
	Flags  []string
	Reader io.ReaderAt // offsets from the start of the volume
	// Map translates a byte offset in the volume to one on the disk and says
	// how many bytes from there are contiguous; nil means Start plus offset.
	Map func(off int64) (disk, length int64)
}

// Options tune a reader. Nil and the zero value mean the defaults.
type Options struct {
	// SectorSize is the logical sector size in bytes if the virtual disk says
	// so; 0 tries 512 and 4096.
	SectorSize int64
	// MaxVolumes bounds the number of volumes; default 4096.
	MaxVolumes int
}

// Format is a row of the table of partition tables and volume managers.
type Format struct {
	// Name is the format's name as users write it.
	Name string
	// Probe reports whether the disk carries this format.
	Probe func(r io.ReaderAt, size int64) bool
	// Open reads it.
	Open func(ctx context.Context, r io.ReaderAt, size int64, opts *Options) (*Table, error)
}
