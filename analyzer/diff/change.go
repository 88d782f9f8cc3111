package diff

import (
	"bytes"
	"maps"

	"github.com/seed-181f3109/assay/fstree"
)

// Kind is what happened to a path.
type Kind uint8

// The kinds of changes.
const (
	Added    Kind = iota // not in the golden tree
	Removed              // in the golden tree only
	Modified             // type, content, link target or device number differ
	Metadata             // only owner, mode, times, attributes or link count differ
	Renamed              // one removed and one added file with the same unique content
)

var kindNames = [...]string{"added", "removed", "modified", "metadata", "renamed"}

// String returns added, removed, modified, metadata or renamed.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Change is one difference between the golden and the suspect tree.
type Change struct {
	Kind   Kind
	Path   string // in the suspect tree; of a removed entry, in the golden one
	Stream string // fork of the file, empty for the main content
	From   string // the golden path of a renamed file
	// Fields names what differs, in the order type, mode, uid, gid, size,
	// sha256, target, rdev, xattrs, mtime, nlink. Empty for added and removed.
	Fields []string
	// Old and New are the entries; Old is nil for added, New for removed. New's
	// content can be opened until the walk's next pair, or through the tree's Opener.
	Old, New *fstree.Entry
	// Layer is the last container layer that names the path: the one the new
	// entry comes from or, for a removed one, the one with its whiteout; what went
	// with a folder has the layer that its content had come from. Nil if unknown.
	Layer *fstree.Layer
	// RemovedBy is the layer that took a removed entry away. Nil if unknown.
	RemovedBy *fstree.Layer
}

// TimesOnly reports whether nothing but the modification time or the link count differs.
func (c *Change) TimesOnly() bool {
	if c.Kind != Metadata {
		return false
	}
	for _, f := range c.Fields {
		if f != "mtime" && f != "nlink" {
			return false
		}
	}
	return true
}

// compare returns the names of the fields in which a and b differ, and whether
// one of them makes the change a modification. Digests that are not known on
// both sides are not compared. The size of anything but a file is its storage
// or follows from the target, so it is not compared either.
func compare(a, b *fstree.Entry) (fields []string, modified bool) {
	add := func(name string, differs, content bool) {
		if differs {
			fields = append(fields, name)
			modified = modified || content
		}
	}
	files := a.Type == fstree.TypeFile && b.Type == fstree.TypeFile
	device := a.Type == b.Type && (a.Type == fstree.TypeChar || a.Type == fstree.TypeBlock)
	add("type", a.Type != b.Type, true)
	add("mode", a.Mode != b.Mode, false)
	add("uid", a.UID != b.UID, false)
	add("gid", a.GID != b.GID, false)
	add("size", files && a.Size != b.Size, true)
	add("sha256", files && a.SHA256 != nil && b.SHA256 != nil && *a.SHA256 != *b.SHA256, true)
	add("target", a.Type == b.Type && a.Link != b.Link, true)
	add("rdev", device && (a.RdevMajor != b.RdevMajor || a.RdevMinor != b.RdevMinor), true)
	add("xattrs", !maps.EqualFunc(a.Xattrs, b.Xattrs, bytes.Equal), false)
	add("mtime", !a.Mtime.Equal(b.Mtime), false)
	add("nlink", a.Nlink != b.Nlink, false)
	return fields, modified
}
