package analyzer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/spool"
	"github.com/seed-181f3109/assay/signatures"
	"github.com/seed-181f3109/assay/signatures/views"
)

// content is what one scan looks at. The scan closes it.
type content struct {
	path   string
	member string // path inside an archive at path
	owner  string
	size   int64
	bytes  []byte // whole content, or nil
	reader io.ReaderAt
	close  func() error
}

// hit is a rule that holds in a content or in a view of it.
type hit struct {
	match  signatures.Match
	view   string // "raw" or the chain of decoders
	member string // path inside an archive
}

// scanResult is what a scan found, and what it could not look at.
type scanResult struct {
	hits   []hit
	damage []*fstree.Damage
	bytes  int64 // of content, each byte counted once
	files  int
}

// spooled makes a content of spooled bytes, which it owns.
func spooled(e *fstree.Entry, c *spool.Content) *content {
	t := &content{path: e.Path, owner: ownerName(e.UID), size: c.Size(), close: c.Close}
	if b, ok := c.Bytes(); ok {
		t.bytes = b
	} else {
		t.reader = c
	}
	return t
}

// opened makes a content of a file that a tree can read at any time, in memory if it fits.
func opened(e *fstree.Entry, f fstree.File, maxMemory int64) (*content, error) {
	t := &content{path: e.Path, owner: ownerName(e.UID), size: e.Size, reader: f, close: f.Close}
	if e.Size > maxMemory {
		return t, nil
	}
	t.bytes, t.reader = make([]byte, e.Size), nil
	if _, err := io.ReadFull(f, t.bytes); err != nil {
		return t, err
	}
	return t, nil
}

// ownerName is the owner as rules expect it. Only root's name is the same everywhere.
func ownerName(uid uint32) string {
	if uid == 0 {
		return "root"
	}
	return strconv.FormatUint(uint64(uid), 10)
}

// headBytes is how much of a content that is not in memory is looked at for its kind and views.
const headBytes = 1 << 20

// scan runs the rules over t, its decoded views and its members, and closes it.
func (s *scanSettings) scan(ctx context.Context, w *worker, t *content) scanResult {
	j := &scanJob{settings: s, ctx: ctx, worker: w, seen: map[string]bool{}}
	j.result.files, j.result.bytes = 1, t.size
	j.content(t)
	if err := t.close(); err != nil {
		j.lost(t, "content", err)
	}
	return j.result
}

// scanSettings are what all scans of a run share.
type scanSettings struct {
	maxMemory int64
	noViews   bool
	// goldenMember reports whether the golden image holds the same archive member; nil: it does not.
	goldenMember func(path, member string, sum [32]byte) bool
}

// scanJob is the scan of one content.
type scanJob struct {
	settings *scanSettings
	ctx      context.Context
	worker   *worker
	result   scanResult
	seen     map[string]bool // rule and member of hits so far
}

func (j *scanJob) content(t *content) {
	if j.worker.scanner == nil {
		if j.worker.err != nil {
			j.lost(t, "rules", j.worker.err)
		}
		return
	}
	head := t.bytes
	if head == nil {
		head = make([]byte, min(t.size, headBytes))
		if _, err := t.reader.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
			j.lost(t, "content", err)
			return
		}
	}
	kinds := views.Kinds(t.path+t.member, head)
	if len(kinds) == 0 {
		kinds = []string{"unknown"}
	}
	for _, k := range kinds {
		j.run(t, &signatures.Target{Path: t.path + t.member, Kind: k, Owner: t.owner, Bytes: t.bytes, Reader: t.reader, Size: t.size}, "raw")
	}
	if j.settings.noViews {
		return
	}
	j.views(t, head, kinds)
}

// views scans the decoded forms of t. A content too large for memory is
// decoded as far as its head, and if it is a script the rest is reported.
func (j *scanJob) views(t *content, head []byte, kinds []string) {
	if t.bytes == nil && slices.ContainsFunc(kinds, decodedKind) {
		j.lost(t, "decoded views", fmt.Errorf("%w: only the first %d of %d bytes were decoded; all were scanned as they are", fstree.ErrLimit, len(head), t.size))
	}
	for v, err := range views.Of(j.ctx, t.path+t.member, head, nil) {
		if err != nil {
			j.lost(t, "decoded views", err)
			continue
		}
		j.run(t, &signatures.Target{Path: t.path + t.member, Kind: v.Kind, Owner: t.owner, View: v.Chain, Bytes: v.Bytes}, v.Chain)
	}
}

// decodedKind reports whether content of kind k has decoded views beyond what its head may hold.
func decodedKind(k string) bool {
	switch k {
	case "php", "jsp", "asp", "aspx", "python", "perl", "ruby", "node", "shell", "powershell", "cfm":
		return true
	}
	return false
}

// run scans one target and keeps the first hit of each rule.
func (j *scanJob) run(t *content, target *signatures.Target, view string) {
	matches, err := j.worker.scanner.Scan(j.ctx, target)
	for _, m := range matches {
		key := m.Rule.Pack + "\x00" + m.Rule.File + "\x00" + m.Rule.Name + "\x00" + t.member
		if !j.seen[key] {
			j.seen[key] = true
			j.result.hits = append(j.result.hits, hit{match: m, view: view, member: t.member})
		}
	}
	if err != nil {
		j.lost(t, "scan", err)
	}
}

// lost reports a part of t that was not looked at. The same loss of the same place is said once.
func (j *scanJob) lost(t *content, structure string, err error) {
	if j.ctx.Err() != nil {
		return // the run ends with the context's error
	}
	d := &fstree.Damage{Path: t.path, Structure: structure, Offset: -1, Cause: err}
	if found, ok := errors.AsType[*fstree.Damage](err); ok {
		c := *found
		c.Path = t.path
		d = &c
	}
	if t.member != "" {
		d.Structure = fmt.Sprintf("member %q: %s", t.member, d.Structure)
	}
	if !slices.ContainsFunc(j.result.damage, func(o *fstree.Damage) bool { return o.Error() == d.Error() }) {
		j.result.damage = append(j.result.damage, d)
	}
}
