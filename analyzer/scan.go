package analyzer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/spool"
	"github.com/seed-181f3109/assay/signatures"
	"github.com/seed-181f3109/assay/signatures/views"
	"github.com/seed-181f3109/assay/signatures/views/archive"
)

// content is what one scan looks at. The scan closes it.
type content struct {
	path   string
	member string // path inside the archive at path, "/WEB-INF/x.jsp"
	owner  string
	size   int64
	bytes  []byte // whole content, or nil
	reader io.ReaderAt
	close  func() error
}

// name is the path that rules and views see.
func (t *content) name() string {
	if t.member == "" {
		return t.path
	}
	return t.path + "!" + t.member
}

// hit is a rule that holds in a content or in a view of it.
type hit struct {
	match  signatures.Match
	view   string // "raw" or the chain of decoders
	offset int64  // in the content itself, -1: unknown
	member string // path inside an archive
	more   int    // further members of the archive in which the rule holds
}

// What is listed of one content with all its members. A rule that holds in more of
// them says so in its last hit; further damage is one damage.
const (
	maxListed = 100 // members of one rule
	maxDamage = 1000
)

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
	j := &scanJob{settings: s, ctx: ctx, worker: w, seen: map[string]bool{}, listed: map[string]*listing{}, damaged: map[string]bool{}}
	j.result.files, j.result.bytes = 1, t.size
	j.content(t)
	if err := t.close(); err != nil {
		j.lost(t, "content", err)
	}
	return j.result
}

// scanSettings are what all scans of a run share.
type scanSettings struct {
	noViews bool
	spool   *spool.Options
	// openGolden opens the golden image's file at a path, with its size; nil or false: there is none.
	openGolden func(path string) (fstree.File, int64, bool)
}

// scanJob is the scan of one content.
type scanJob struct {
	settings *scanSettings
	ctx      context.Context
	worker   *worker
	result   scanResult
	seen     map[string]bool     // rules that hold in the content or member at hand
	listed   map[string]*listing // by rule
	damaged  map[string]bool     // what was reported
}

// listing counts the hits of one rule.
type listing struct {
	count int
	last  int // index of the last hit that is listed
}

func (j *scanJob) content(t *content) {
	clear(j.seen)
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
	kinds := views.Kinds(t.name(), head)
	if len(kinds) == 0 {
		kinds = []string{"unknown"}
	}
	j.run(t, &signatures.Target{Path: t.path + t.member, Kind: strings.Join(kinds, ","), Owner: t.owner, Bytes: t.bytes, Reader: t.reader, Size: t.size}, nil)
	if j.settings.noViews {
		return
	}
	j.views(t, head, kinds)
	if t.member == "" && archive.IsArchive(head) {
		j.members(t)
	}
}

// viewLimits bound the decoding of one content. Steps bound it alike on every
// machine; the time is for what they do not foresee.
var viewLimits = &views.Limits{Time: time.Minute}

// views scans the decoded forms of t. A content too large for memory is
// decoded as far as its head, and if it is a script the rest is reported.
func (j *scanJob) views(t *content, head []byte, kinds []string) {
	if t.bytes == nil && slices.ContainsFunc(kinds, decodedKind) {
		j.lost(t, "decoded views", fmt.Errorf("%w: only the first %d of %d bytes were decoded; all were scanned as they are", fstree.ErrLimit, len(head), t.size))
	}
	for v, err := range views.OfKinds(j.ctx, t.name(), kinds, head, viewLimits) {
		if err != nil {
			j.lost(t, "decoded views", err)
			continue
		}
		j.run(t, &signatures.Target{Path: t.path + t.member, Kind: v.Kind, Owner: t.owner, View: v.Chain, Bytes: v.Bytes}, &decodedView{v, head})
	}
}

// members scans the files inside an archive, those inside its archives too. A
// member that the golden image's archive of the same path holds is left out.
func (j *scanJob) members(t *content) {
	known := sync.OnceValue(func() map[string][32]byte { return j.goldenMembers(t.path) })
	for m, err := range archive.Members(j.ctx, t.path, readerAt(t), t.size, &archive.Limits{Spool: j.settings.spool}) {
		if err != nil {
			j.lost(t, "archive", err)
			continue
		}
		name := strings.TrimPrefix(m.Path, t.path+"!")
		if !onlyMember(t.path, name) {
			if sum, ok := known()[name]; ok && sum == m.SHA256 {
				continue
			}
		}
		c := &content{path: t.path, member: name, owner: t.owner, size: m.Size}
		if b, ok := m.Content.Bytes(); ok {
			c.bytes = b
		} else {
			c.reader = m.Content
		}
		j.content(c)
	}
}

// onlyMember reports a member that is all that a compressed file holds: "/x" of
// "x.gz". It has changed if the file has, so the golden one need not be opened.
func onlyMember(file, member string) bool {
	_, base := fstree.Split(file)
	return member == "/"+strings.TrimSuffix(base, path.Ext(base))
}

// goldenMembers returns the digests of the members of the golden image's
// archive. What cannot be read of it counts as not there, so that more is scanned.
func (j *scanJob) goldenMembers(file string) map[string][32]byte {
	if j.settings.openGolden == nil {
		return nil
	}
	f, size, ok := j.settings.openGolden(file)
	if !ok {
		return nil
	}
	defer f.Close() // only read from
	known := map[string][32]byte{}
	for m, err := range archive.Members(j.ctx, file, f, size, &archive.Limits{Spool: j.settings.spool}) {
		if err == nil {
			known[strings.TrimPrefix(m.Path, file+"!")] = m.SHA256
		}
	}
	return known
}

// readerAt gives random access to a content wherever it is kept.
func readerAt(t *content) io.ReaderAt {
	if t.reader != nil {
		return t.reader
	}
	return bytes.NewReader(t.bytes)
}

// decodedKind reports whether content of kind k has decoded views beyond what its head may hold.
func decodedKind(k string) bool {
	switch k {
	case "php", "jsp", "asp", "aspx", "python", "perl", "ruby", "node", "shell", "powershell", "cfm":
		return true
	}
	return false
}

// decodedView is a view and what it was decoded from.
type decodedView struct {
	views.View
	of []byte
}

// run scans one target, the content itself if v is nil, and keeps the first hit of
// each rule in it.
func (j *scanJob) run(t *content, target *signatures.Target, v *decodedView) {
	view := "raw"
	if v != nil {
		view = v.Chain
	}
	matches, err := j.worker.scanner.Scan(j.ctx, target)
	for _, m := range matches {
		rule := m.Rule.Pack + "\x00" + m.Rule.File + "\x00" + m.Rule.Name
		if j.seen[rule] {
			continue
		}
		j.seen[rule] = true
		l := j.listed[rule]
		if l == nil {
			l = &listing{}
			j.listed[rule] = l
		}
		if l.count++; l.count > maxListed {
			j.result.hits[l.last].more++
			continue
		}
		l.last = len(j.result.hits)
		j.result.hits = append(j.result.hits, hit{match: m, view: view, offset: matchPlace(m, v), member: t.member})
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
	if text := d.Error(); !j.damaged[text] && len(j.damaged) <= maxDamage {
		if j.damaged[text] = true; len(j.damaged) > maxDamage {
			d = &fstree.Damage{Path: t.path, Structure: "archive", Offset: -1, Cause: fmt.Errorf("further damage in its members is not listed: %w", fstree.ErrLimit)}
		}
		j.result.damage = append(j.result.damage, d)
	}
}
