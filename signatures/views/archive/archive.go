package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/spool"
)

// Member is one regular file of an archive.
type Member struct {
	// Path is the archive's path, "!/" and the member's name as stored, raw
	// bytes, without leading slashes; nested archives add one "!/" each.
	Path string
	// Size is the length of the content in bytes. If a pair with an error for
	// the same path came just before, it is what could be read.
	Size int64
	// SHA256 is the digest of the content.
	SHA256 [32]byte
	// Content is the whole content. It is valid until the next pair, which
	// closes it.
	Content *spool.Content
}

// Limits bound the reading of one archive and of what is nested in it. Nil and
// zero fields mean the defaults.
type Limits struct {
	Depth   int            // archives in archives; default 6
	Members int            // members in all; default 200,000
	Bytes   int64          // bytes of content in all; default 4 GiB
	Member  int64          // bytes of one member; default 512 MiB
	Ratio   int64          // bytes out for each byte of an archive, once 256 MiB have come out; default 200
	Spool   *spool.Options // where content is kept; nil: its defaults
}

func (l *Limits) withDefaults() Limits {
	out := Limits{}
	if l != nil {
		out = *l
	}
	if out.Depth <= 0 {
		out.Depth = 6
	}
	if out.Members <= 0 {
		out.Members = 200_000
	}
	if out.Bytes <= 0 {
		out.Bytes = 4 << 30
	}
	if out.Member <= 0 {
		out.Member = 512 << 20
	}
	if out.Ratio <= 0 {
		out.Ratio = 200
	}
	return out
}

// ratioFloor is how many bytes come out before the ratio counts.
const ratioFloor = 256 << 20

// Members yields the regular files of the archive r of size bytes, whose path
// is name, in the order in which they are stored; members of a nested archive
// follow the member that holds them. A pair with an error is a *fstree.Damage
// about one member, or about the rest of an archive after which the ones around
// it go on; limits wrap fstree.ErrLimit. A cancelled context ends the walk with its
// error. Content that is no archive yields fstree.ErrNotThisFormat.
func Members(ctx context.Context, name string, r io.ReaderAt, size int64, lim *Limits) iter.Seq2[Member, error] {
	return func(yield func(Member, error) bool) {
		s := &session{ctx: ctx, lim: lim.withDefaults(), yield: yield}
		s.open(name, r, size, 1)
	}
}

// session is one walk over an archive and what is nested in it.
type session struct {
	ctx     context.Context
	lim     Limits
	yield   func(Member, error) bool
	over    bool // the receiver wants no more, or a limit was hit
	members int
	bytes   int64
}

// errStop ends the reading of an archive; what is to be said has been said.
var errStop = errors.New("stopped")

// damage reports that something was not read.
func (s *session) damage(path, structure string, offset int64, cause error) {
	if s.over || cause == errStop {
		return
	}
	s.over = !s.yield(Member{}, &fstree.Damage{Path: path, Structure: structure, Offset: offset, Cause: cause})
}

// limit reports a limit that ends the whole walk.
func (s *session) limit(path, what string) error {
	s.damage(path, "archive", -1, fmt.Errorf("%s: %w", what, fstree.ErrLimit))
	s.over = true
	return errStop
}

// container is one archive that is being read.
type container struct {
	path  string
	size  int64 // as stored
	depth int
	out   int64 // bytes that came out of it
}

// memberPath is the path of a member of c.
func (c *container) memberPath(name string) string {
	return c.path + "!/" + strings.TrimLeft(name, "/")
}

// open reads the archive at path.
func (s *session) open(path string, r io.ReaderAt, size int64, depth int) {
	head := make([]byte, min(size, headSize))
	if n, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		s.damage(path, "archive", int64(n), err)
		return
	}
	c := &container{path: path, size: size, depth: depth}
	format := detect(head)
	var err error
	switch format {
	case "zip":
		err = s.zip(c, r, size)
	case "phar":
		err = s.phar(c, r, size)
	case "rpm":
		err = s.rpm(c, r, size)
	case "7z":
		err = s.sevenZip(c, r, size)
	case "":
		err = fmt.Errorf("no known archive: %w", fstree.ErrNotThisFormat)
	default:
		err = s.stream(c, io.NewSectionReader(r, 0, size))
	}
	if err != nil {
		s.damage(path, orArchive(format), -1, err)
	}
}

func orArchive(format string) string {
	if format == "" {
		return "archive"
	}
	return format
}

// member reads the content of one member, yields it and opens it if it is an
// archive. It returns errStop if the walk is over and the error of the reader of
// the archive, never that of the member alone.
func (s *session) member(c *container, name string, r io.Reader, size int64) error {
	if s.over {
		return errStop
	}
	if err := s.ctx.Err(); err != nil {
		s.over = true
		s.yield(Member{}, fmt.Errorf("members of %q: %w", c.path, err))
		return errStop
	}
	path := c.memberPath(name)
	if len(path) > fstree.MaxPath {
		s.damage(c.path, "member name", -1, fmt.Errorf("%d bytes: %w", len(path), fstree.ErrLimit))
		return nil
	}
	if s.members++; s.members > s.lim.Members {
		return s.limit(c.path, fmt.Sprintf("more than %d members", s.lim.Members))
	}
	if size > s.lim.Member {
		s.damage(path, "member", -1, fmt.Errorf("%d bytes where %d are allowed: %w", size, s.lim.Member, fstree.ErrLimit))
		return nil
	}
	h := sha256.New()
	m := &meter{s: s, c: c, r: r, left: s.lim.Member}
	content, err := spool.Read(io.TeeReader(m, h), size, s.lim.Spool)
	defer content.Close()
	if err != nil {
		if m.fatal {
			return err
		}
		s.damage(path, "member content", content.Size(), err)
		if content.Size() == 0 || errors.Is(err, fstree.ErrLimit) {
			return nil
		}
	}
	out := Member{Path: path, Size: content.Size(), Content: content}
	h.Sum(out.SHA256[:0])
	if s.over || !s.yield(out, nil) {
		s.over = true
		return errStop
	}
	s.nested(c, path, content)
	if s.over {
		return errStop
	}
	return nil
}

// nested opens a member that is an archive itself.
func (s *session) nested(c *container, path string, content *spool.Content) {
	head := make([]byte, min(content.Size(), headSize))
	if _, err := content.ReadAt(head, 0); err != nil && err != io.EOF {
		s.damage(path, "member content", 0, err)
		return
	}
	if !IsArchive(head) {
		return
	}
	if c.depth >= s.lim.Depth {
		s.damage(path, "archive", -1, fmt.Errorf("archive in archive %d deep: %w", c.depth+1, fstree.ErrLimit))
		return
	}
	s.open(path, content, content.Size(), c.depth+1)
}

// meter counts what comes out of an archive and stops at the limits.
type meter struct {
	s     *session
	c     *container
	r     io.Reader
	left  int64
	fatal bool // the walk is over
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.c.out += int64(n)
	m.s.bytes += int64(n)
	m.left -= int64(n)
	switch {
	case m.s.bytes > m.s.lim.Bytes:
		m.fatal = true
		return n, m.s.limit(m.c.path, fmt.Sprintf("more than %d bytes of content", m.s.lim.Bytes))
	case m.c.out > ratioFloor && m.c.out/max(m.c.size, 1) > m.s.lim.Ratio:
		m.fatal = true
		return n, m.s.limit(m.c.path, fmt.Sprintf("content more than %d times the archive's size", m.s.lim.Ratio))
	case m.left < 0:
		return n, fmt.Errorf("more than %d bytes: %w", m.s.lim.Member, fstree.ErrLimit)
	}
	if m.s.bytes&0xfffff < int64(n) && m.s.ctx.Err() != nil {
		m.fatal = true
		m.s.over = true
		m.s.yield(Member{}, m.s.ctx.Err())
		return n, errStop
	}
	return n, err
}

// headSize is how many bytes of the start tell what a content is.
const headSize = 16 << 10

// IsArchive reports whether content that starts with head is an archive or
// compressed file that Members knows, read or not. head is the start of the content, 16 KiB
// if there is as much.
func IsArchive(head []byte) bool { return detect(head) != "" }

var formats = []struct {
	name, magic string
	off         int
}{
	{"zip", "PK\x03\x04", 0}, {"zip", "PK\x05\x06", 0}, {"gzip", "\x1f\x8b\x08", 0}, {"xz", "\xfd7zXZ\x00", 0}, {"zstd", "\x28\xb5\x2f\xfd", 0},
	{"bzip2", "BZh", 0}, {"7z", "7z\xbc\xaf\x27\x1c", 0}, {"rar", "Rar!\x1a\x07", 0}, {"ar", "!<arch>\n", 0}, {"cpio", "070701", 0}, {"cpio", "070702", 0},
	{"cpio", "070707", 0}, {"rpm", "\xed\xab\xee\xdb", 0}, {"tar", "ustar", 257}, {"lz4", "\x04\x22\x4d\x18", 0}, {"lz4", "\x02\x21\x4c\x18", 0},
}

// detect names the format of content by its start; empty if it is none.
func detect(head []byte) string {
	for _, f := range formats {
		if len(head) >= f.off+len(f.magic) && string(head[f.off:f.off+len(f.magic)]) == f.magic {
			if f.name == "bzip2" && (len(head) < 10 || head[3] < '1' || head[3] > '9' || !bytes.Equal(head[4:10], []byte("1AY&SY")) && !bytes.Equal(head[4:10], []byte("\x17rE8P\x90"))) {
				continue
			}
			return f.name
		}
	}
	if i := bytes.Index(head, haltCompiler); i >= 0 && bytes.HasPrefix(bytes.TrimLeft(head[:i], "\xef\xbb\xbf#! /abcdefghijklmnopqrstuvwxyz0123456789.-\r\n"), []byte("<?")) && pharManifest(head, i) {
		return "phar"
	}
	return ""
}
