package report

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/seed-181f3109/assay/analyzer/diff"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/signatures"
)

// Entry is one entry of an image. Paths and targets that are not UTF-8 are
// lossy in the plain field and exact in the one that ends in _b64.
type Entry struct {
	Path          string            `json:"path"`
	PathB64       string            `json:"path_b64,omitempty"`
	Stream        string            `json:"stream,omitempty"`
	Type          string            `json:"type"`
	Mode          string            `json:"mode"`
	UID           uint32            `json:"uid"`
	GID           uint32            `json:"gid"`
	Size          int64             `json:"size"`
	Mtime         string            `json:"mtime,omitempty"`
	Atime         string            `json:"atime,omitempty"`
	Ctime         string            `json:"ctime,omitempty"`
	Btime         string            `json:"btime,omitempty"`
	SHA256        string            `json:"sha256,omitempty"`
	Target        string            `json:"target,omitempty"`
	TargetB64     string            `json:"target_b64,omitempty"`
	Rdev          string            `json:"rdev,omitempty"`
	Xattrs        map[string]string `json:"xattrs,omitempty"`
	Nlink         uint32            `json:"nlink,omitempty"`
	Inode         uint64            `json:"inode,omitempty"`
	HardlinkOf    string            `json:"hardlink_of,omitempty"`
	HardlinkOfB64 string            `json:"hardlink_of_b64,omitempty"`
	Volume        string            `json:"volume,omitempty"`
	VolumePath    string            `json:"volume_path,omitempty"`
	VolumePathB64 string            `json:"volume_path_b64,omitempty"`
	Layer         *int              `json:"layer,omitempty"`
	Platform      string            `json:"platform,omitempty"`
	State         string            `json:"state,omitempty"`
}

// NewEntry converts an entry. The digest is included if the entry has one. A
// state is written only if it is not live.
func NewEntry(e *fstree.Entry) *Entry {
	r := &Entry{
		Stream: e.Stream, Type: e.Type.String(), Mode: fmt.Sprintf("%04o", e.Mode), UID: e.UID, GID: e.GID, Size: e.Size,
		Mtime: stamp(e.Mtime), Atime: stamp(e.Atime), Ctime: stamp(e.Ctime), Btime: stamp(e.Btime),
		Nlink: e.Nlink, Inode: e.Inode, Volume: e.Volume,
	}
	r.Path, r.PathB64 = Text(e.Path)
	r.Target, r.TargetB64 = Text(e.Link)
	r.HardlinkOf, r.HardlinkOfB64 = Text(e.HardlinkOf)
	r.VolumePath, r.VolumePathB64 = Text(e.VolumePath)
	if e.SHA256 != nil {
		r.SHA256 = hex.EncodeToString(e.SHA256[:])
	}
	if e.Type == fstree.TypeChar || e.Type == fstree.TypeBlock {
		r.Rdev = fmt.Sprintf("%d:%d", e.RdevMajor, e.RdevMinor)
	}
	if len(e.Xattrs) > 0 {
		r.Xattrs = make(map[string]string, len(e.Xattrs))
		for _, k := range slices.Sorted(maps.Keys(e.Xattrs)) {
			name, _ := Text(k)
			r.Xattrs[name] = base64.StdEncoding.EncodeToString(e.Xattrs[k])
		}
	}
	if e.Layer != nil {
		i := e.Layer.Index
		r.Layer = &i
	}
	if e.State != fstree.Live {
		r.State = e.State.String()
	}
	return r
}

// Text returns s for a JSON string, and its bytes in base64 if s is not valid UTF-8.
func Text(s string) (text, b64 string) {
	if utf8.ValidString(s) {
		return s, ""
	}
	return strings.ToValidUTF8(s, "\uFFFD"), base64.StdEncoding.EncodeToString([]byte(s))
}

// Raw is the inverse of Text.
func Raw(text, b64 string) string {
	if b64 != "" {
		if raw, err := base64.StdEncoding.DecodeString(b64); err == nil {
			return string(raw)
		}
	}
	return text
}

// stamp writes a time as RFC 3339 with nanoseconds in UTC; the zero time is empty.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000000Z")
}

// NewChange converts a change.
func NewChange(c *diff.Change) *Change {
	r := &Change{Kind: c.Kind.String(), Stream: c.Stream, Fields: c.Fields, Layer: NewLayer(c.Layer), RemovedBy: NewLayer(c.RemovedBy)}
	r.Path, r.PathB64 = Text(c.Path)
	r.From, r.FromB64 = Text(c.From)
	if c.Old != nil {
		r.Old = NewEntry(c.Old)
		r.Volume = c.Old.Volume
	}
	if c.New != nil {
		r.New = NewEntry(c.New)
		r.Volume = c.New.Volume
	}
	return r
}

// NewLayer converts a layer; nil stays nil.
func NewLayer(l *fstree.Layer) *Layer {
	if l == nil {
		return nil
	}
	return &Layer{Index: l.Index, Digest: l.Digest, DiffID: l.DiffID, CreatedBy: strings.ToValidUTF8(l.CreatedBy, "\uFFFD")}
}

// NewDamage converts damage.
func NewDamage(d *fstree.Damage) *Damage {
	r := &Damage{Image: d.Image, Volume: d.Volume, Layer: d.Layer, Structure: strings.ToValidUTF8(d.Structure, "\uFFFD")}
	r.Where, r.WhereB64 = Text(d.Where())
	r.Path, r.PathB64 = Text(d.Path)
	if d.Offset >= 0 {
		off := d.Offset
		r.Offset = &off
	}
	if d.Cause != nil {
		r.Cause = strings.ToValidUTF8(d.Cause.Error(), "\uFFFD")
	}
	return r
}

// NewEvidence converts a matched string.
func NewEvidence(s signatures.MatchString) Evidence {
	e := Evidence{Name: s.Name, Offset: s.Offset}
	e.Text, e.B64 = Text(string(s.Data))
	return e
}
