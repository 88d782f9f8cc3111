package fstree

import (
	"errors"
	"fmt"
	"strings"
)

// Refusals. Readers wrap them with what was seen; test with errors.Is.
var (
	// ErrNotThisFormat means that the bytes are of another format; try the next one.
	ErrNotThisFormat = errors.New("not this format")
	// ErrUnsupported means that the format is known but uses a feature that is not read.
	ErrUnsupported = errors.New("unsupported feature")
	// ErrEncrypted means that the content cannot be read without a key.
	ErrEncrypted = errors.New("encrypted")
	// ErrLimit means that a limit of the caller or of this package was hit.
	ErrLimit = errors.New("limit reached")
	// ErrCorrupt means that a structure contradicts its specification.
	ErrCorrupt = errors.New("corrupt structure")
	// ErrChecksum means that a stored checksum or digest does not fit the bytes.
	ErrChecksum = errors.New("checksum mismatch")
)

// Damage is a part of an image that could not be read or trusted. It costs one
// structure, file or subtree, and makes a result incomplete.
type Damage struct {
	Image     string // which of several images ("golden", "suspect"), set by the analysis
	Volume    string // volume of a disk image
	Layer     string // digest of a container layer
	Path      string // path the loss is about, raw bytes; empty if none
	Structure string // name as in the format's specification: "inode 12", "tar header"
	Offset    int64  // byte offset in the volume or uncompressed layer; -1 unknown
	Cause     error  // what is wrong
}

// Where names the place for a person: image, volume or layer, and path.
func (d *Damage) Where() string {
	var parts []string
	for _, p := range []string{d.Image, d.Volume, d.Layer} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if d.Path != "" {
		parts = append(parts, d.Path)
	}
	if len(parts) == 0 {
		return "image"
	}
	return strings.Join(parts, " ")
}

// Error describes place, structure, offset and cause on one line.
func (d *Damage) Error() string {
	at := ""
	if d.Offset >= 0 {
		at = fmt.Sprintf(" at offset %d", d.Offset)
	}
	return fmt.Sprintf("%q: %s%s: %v", d.Where(), d.Structure, at, d.Cause)
}

// Unwrap returns the cause.
func (d *Damage) Unwrap() error { return d.Cause }
