package vmdk

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/seed-181f3109/assay/fstree"
)

// maxDescriptor bounds the text of a descriptor, in bytes; real ones have a few
// hundred.
const maxDescriptor = 1 << 20

// maxExtents bounds the extents of one disk: 2 GiB each, 32 TiB together.
const maxExtents = 1 << 14

// noParent is the parentCID of a disk that has no parent.
const noParent = "ffffffff"

// descriptor is the text part of a disk.
//
// Source: Virtual Disk Format 5.0, "The Descriptor File".
type descriptor struct {
	createType string
	cid        string // 8 hexadecimal digits, lower case
	parentCID  string
	parentHint string // parentFileNameHint
	extents    []extentLine
}

// extentLine is one line of the extent description.
type extentLine struct {
	access  string // RW, RDONLY, NOACCESS
	sectors int64
	kind    string // FLAT, SPARSE, ZERO, VMFS, VMFSSPARSE, ...
	name    string
	offset  int64 // sectors into a flat file
}

// parseDescriptor reads a descriptor. Text ends at the first zero byte.
func parseDescriptor(text []byte) (*descriptor, error) {
	s, _, _ := strings.Cut(string(text), "\x00")
	s = strings.TrimPrefix(s, "\ufeff")
	d := &descriptor{parentCID: noParent}
	for line := range strings.Lines(strings.ReplaceAll(s, "\r", "\n")) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if isExtentLine(line) {
			e, err := parseExtent(line)
			if err != nil {
				return nil, err
			}
			if d.extents = append(d.extents, e); len(d.extents) > maxExtents {
				return nil, fmt.Errorf("%w: vmdk: more than %d extents", fstree.ErrLimit, maxExtents)
			}
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok {
			return nil, fmt.Errorf("%w: vmdk descriptor: line %q", fstree.ErrCorrupt, line)
		}
		if err := d.set(strings.ToLower(strings.TrimSpace(key)), unquote(strings.TrimSpace(value))); err != nil {
			return nil, err
		}
	}
	return d, d.check()
}

// set takes one key of the header or of the disk database.
func (d *descriptor) set(key, value string) error {
	switch {
	case key == "version":
		if v, err := strconv.Atoi(value); err != nil || v < 1 || v > 4 {
			return fmt.Errorf("%w: vmdk descriptor version %q", fstree.ErrUnsupported, value)
		}
	case key == "cid":
		d.cid = strings.ToLower(value)
	case key == "parentcid":
		d.parentCID = strings.ToLower(value)
	case key == "parentfilenamehint":
		d.parentHint = value
	case key == "createtype":
		d.createType = value
	case strings.HasPrefix(key, "encryption."), key == "keyid" && value != "":
		return fmt.Errorf("%w: vmdk: descriptor has %q", fstree.ErrEncrypted, key)
	case key == "ddb.iofilters" && value != "":
		return fmt.Errorf("%w: vmdk: I/O filter %q", fstree.ErrEncrypted, value)
	}
	return nil
}

// readTypes are the values of createType that are read, in lower case.
var readTypes = map[string]bool{
	"monolithicsparse": true, "monolithicflat": true, "twogbmaxextentsparse": true, "twogbmaxextentflat": true,
	"streamoptimized": true, "vmfs": true, "vmfspreallocated": true, "vmfseagerzeroedthick": true, "vmfssparse": true,
}

func (d *descriptor) check() error {
	if !readTypes[strings.ToLower(d.createType)] {
		return fmt.Errorf("%w: vmdk createType %q", fstree.ErrUnsupported, d.createType)
	}
	if len(d.extents) == 0 {
		return fmt.Errorf("%w: vmdk descriptor without an extent", fstree.ErrCorrupt)
	}
	if d.hasParent() && d.parentHint == "" {
		return fmt.Errorf("%w: vmdk: parent with CID %q is not named", fstree.ErrCorrupt, d.parentCID)
	}
	return nil
}

func (d *descriptor) hasParent() bool { return d.parentCID != noParent && d.parentCID != "" }

func isExtentLine(line string) bool {
	access, _, _ := strings.Cut(line, " ")
	switch strings.ToUpper(access) {
	case "RW", "RDONLY", "NOACCESS":
		return true
	}
	return false
}

// parseExtent reads `RW 4192256 FLAT "name with spaces" 0`.
func parseExtent(line string) (extentLine, error) {
	bad := func(what string) (extentLine, error) {
		return extentLine{}, fmt.Errorf("%w: vmdk extent line %q: %s", fstree.ErrCorrupt, line, what)
	}
	head, rest, quoted := strings.Cut(line, `"`)
	fields := strings.Fields(head)
	if len(fields) < 3 {
		return bad("too few fields")
	}
	e := extentLine{access: strings.ToUpper(fields[0]), kind: strings.ToUpper(fields[2])}
	var err error
	if e.sectors, err = strconv.ParseInt(fields[1], 10, 64); err != nil || e.sectors < 0 || e.sectors > math.MaxInt64/sectorSize {
		return bad("size")
	}
	after := fields[3:]
	if quoted {
		end := strings.LastIndexByte(rest, '"')
		if len(after) > 0 || end < 0 {
			return bad("file name")
		}
		e.name = rest[:end]
		// What follows the offset names a device or partition, which only refused kinds have.
		after = strings.Fields(rest[end+1:])
	}
	if len(after) > 0 {
		if e.offset, err = strconv.ParseInt(after[0], 10, 64); err != nil || e.offset < 0 || e.offset > math.MaxInt64/sectorSize {
			return bad("offset")
		}
	}
	return e, nil
}

func unquote(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}
