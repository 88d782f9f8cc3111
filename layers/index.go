package layers

import (
	"fmt"
	"time"

	"github.com/seed-181f3109/assay/fstree"
)

// LayerIndex is what one layer holds, whatever lies below it: every entry of its
// tar in order, with the digests of the contents. It does not change once made
// and may be shared by images.
type LayerIndex struct {
	digest    string // of the stored bytes, computed
	digest512 string // the same as SHA-512, if that is what the manifest states
	diffID    string // of the unpacked bytes, computed
	stored    int64  // bytes
	size      int64  // unpacked bytes
	kind      compression
	records   []record
	damage    []lost
	notes     []note // rule, detail; offset in the layer, or in stored bytes where the rule says so
	chunked   bool   // zstd:chunked
}

// Digest returns the digest of the layer's stored bytes, "sha256:...", computed from them.
func (x *LayerIndex) Digest() string { return x.digest }

// DiffID returns the digest of the layer's unpacked bytes, "sha256:...", computed from
// them. If the layer is damaged it covers what could be unpacked.
func (x *LayerIndex) DiffID() string { return x.diffID }

// lost is a damage without the layer that it is in.
type lost struct {
	path      string
	structure string
	offset    int64
	cause     error
}

// maxLosses bounds the damage that is listed one by one for a layer.
const maxLosses = 1000

// furtherLosses stands for the damage that is not listed.
func furtherLosses(n int) lost {
	return lost{"", "layer", -1, fmt.Errorf("%w: %d more entries are damaged", fstree.ErrCorrupt, n-maxLosses)}
}

// record is one entry of a layer's tar.
type record struct {
	name   string // as in the tar, bytes
	link   string // target of a symbolic or hard link
	offset int64  // of the first header block that belongs to it, in the unpacked layer
	size   int64  // of the content, holes included
	mtime  int64  // seconds since 1970
	mtimeN uint32 // nanoseconds
	mode   uint32 // 07777
	uid    uint32
	gid    uint32
	typ    recordType
	flags  recordFlags
	sum    [32]byte // SHA-256 of the content if flagHashed
	extra  *extra   // what few entries have
}

// extra is the rarer part of a record.
type extra struct {
	atime, ctime time.Time
	major, minor uint32
	xattrs       map[string][]byte
}

type recordType uint8

const (
	recordFile recordType = iota
	recordDir
	recordSymlink
	recordChar
	recordBlock
	recordFIFO
	recordHardlink
)

// entryTypes gives the type of what an entry makes; a hard link has that of its target.
var entryTypes = [...]fstree.Type{fstree.TypeFile, fstree.TypeDir, fstree.TypeSymlink, fstree.TypeChar, fstree.TypeBlock, fstree.TypeFIFO, fstree.TypeFile}

type recordFlags uint8

const (
	flagHashed recordFlags = 1 << iota // sum is valid
	flagSparse                         // content is not stored in one piece
	flagTime                           // mtime is stored
)

func (r *record) has(f recordFlags) bool { return r.flags&f != 0 }

func (r *record) time() time.Time {
	if !r.has(flagTime) {
		return time.Time{}
	}
	return time.Unix(r.mtime, int64(r.mtimeN)).UTC()
}

// isWhiteoutDevice reports what overlayfs takes for a whiteout.
func (r *record) isWhiteoutDevice() bool {
	return r.typ == recordChar && (r.extra == nil || r.extra.major|r.extra.minor == 0)
}

// recordCost is the memory that an entry takes beside its strings, with what
// merging makes of it.
const recordCost = 320

func (r *record) cost() int64 {
	n := int64(recordCost + len(r.name) + len(r.link))
	if r.extra != nil {
		n += 128
		for k, v := range r.extra.xattrs {
			n += int64(len(k)+len(v)) + 64
		}
	}
	return n
}

// countFiles adds the file contents that the index has digests of.
func (x *LayerIndex) countFiles(s *Stats) {
	for i := range x.records {
		if r := &x.records[i]; r.typ == recordFile {
			s.BytesHashed += r.size
			s.FilesHashed++
		}
	}
}
