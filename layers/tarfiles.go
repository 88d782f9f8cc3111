package layers

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/seed-181f3109/assay/fstree"
)

// Limits of an outer archive.
const (
	maxMembers     = 1 << 20
	maxMemberNames = 64 << 20 // bytes
	maxMemberLinks = 40
)

// tarFiles reads the members of a tar at random. One pass over its headers, in
// which contents are skipped, finds where each member lies. Links between
// members are followed within the archive only.
type tarFiles struct {
	at         io.ReaderAt
	size       int64
	info       os.FileInfo // of the file; nil for a spooled one
	members    map[string]member
	duplicates []string
	damage     *fstree.Damage // what ended the headers before the archive's end
	done       func() error
}

// member is one file of the archive. Of two with one name the last counts, as
// for a program that unpacks the archive to a folder.
type member struct {
	offset, size int64  // content
	link         string // cleaned target for links, else empty
	sparse       bool
}

// seekReader is a reader with a position, so that archive/tar can skip contents.
type seekReader struct {
	ctx context.Context
	r   *io.SectionReader
	pos int64
}

func (s *seekReader) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.r.Read(p)
	s.pos += int64(n)
	return n, err
}

func (s *seekReader) Seek(off int64, whence int) (int64, error) {
	n, err := s.r.Seek(off, whence)
	s.pos = n
	return n, err
}

// indexTar reads the headers. The error is one of context or reading; what is
// wrong with the archive is kept as damage.
func indexTar(ctx context.Context, at io.ReaderAt, size int64) (*tarFiles, error) {
	t := &tarFiles{at: at, size: size, members: map[string]member{}}
	sr := &seekReader{ctx: ctx, r: io.NewSectionReader(at, 0, size)}
	tr := tar.NewReader(sr)
	nameBytes := 0
	for {
		start := sr.pos
		h, err := tr.Next()
		if err == io.EOF {
			return t, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err != nil {
			t.damage = &fstree.Damage{Structure: "archive header", Offset: start, Cause: tarError(err)}
			return t, nil
		}
		name := cleanName(h.Name)
		if nameBytes += len(name) + len(h.Linkname); len(t.members) >= maxMembers || nameBytes > maxMemberNames {
			t.damage = &fstree.Damage{Structure: "archive header", Offset: start, Cause: fmt.Errorf("%w: more than %d members", fstree.ErrLimit, len(t.members))}
			return t, nil
		}
		t.add(name, h, sr.pos)
	}
}

func (t *tarFiles) add(name string, h *tar.Header, pos int64) {
	m := member{offset: pos, size: h.Size}
	switch h.Typeflag {
	case tar.TypeReg, tar.TypeGNUSparse:
		m.sparse = isSparse(h)
		if pos+h.Size > t.size && !m.sparse {
			t.damage = &fstree.Damage{Path: name, Structure: "archive member", Offset: pos,
				Cause: fmt.Errorf("%w: archive ends %d bytes early", fstree.ErrCorrupt, pos+h.Size-t.size)}
			m.size = max(t.size-pos, 0)
		}
	case tar.TypeSymlink:
		m.link = cleanName(path.Join(path.Dir("/"+name), h.Linkname))
		if strings.HasPrefix(h.Linkname, "/") {
			m.link = cleanName(h.Linkname)
		}
	case tar.TypeLink:
		m.link = cleanName(h.Linkname)
	default:
		return
	}
	if _, dup := t.members[name]; dup {
		t.duplicates = append(t.duplicates, name)
	}
	t.members[name] = m
}

// isSparse reports a member whose content is not stored in one piece.
func isSparse(h *tar.Header) bool {
	return h.Typeflag == tar.TypeGNUSparse || h.PAXRecords["GNU.sparse.major"] != "" ||
		h.PAXRecords["GNU.sparse.map"] != "" || h.PAXRecords["GNU.sparse.size"] != "" || h.PAXRecords["GNU.sparse.realsize"] != ""
}

// resolve follows links within the archive; a directory that is a link counts too.
func (t *tarFiles) resolve(name string) (member, error) {
	seen := name
	for range maxMemberLinks {
		m, ok := t.members[name]
		if !ok {
			target, found := t.throughDir(name)
			if !found {
				return member{}, fmt.Errorf("%q: %w", seen, errNoFile)
			}
			name = target
			continue
		}
		if m.link == "" {
			return m, nil
		}
		name = m.link
	}
	return member{}, fmt.Errorf("%q: %w: links lead in a circle", seen, fstree.ErrCorrupt)
}

func (t *tarFiles) throughDir(name string) (string, bool) {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if m, ok := t.members[dir]; ok && m.link != "" {
			return cleanName(m.link + name[len(dir):]), true
		}
	}
	return "", false
}

func (t *tarFiles) open(name string) (*file, error) {
	m, err := t.resolve(cleanName(name))
	if err != nil {
		return nil, err
	}
	if m.sparse {
		return nil, fmt.Errorf("%q: %w: sparse member of an image archive", name, fstree.ErrUnsupported)
	}
	return &file{name: name, size: m.size, at: io.NewSectionReader(t.at, m.offset, m.size), id: fileID{info: t.info, offset: m.offset, size: m.size}}, nil
}

func (t *tarFiles) names() ([]string, error) {
	var out []string
	for n, m := range t.members {
		if m.link == "" {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out, nil
}

func (t *tarFiles) close() error {
	if t.done == nil {
		return nil
	}
	return t.done()
}

// tarError names what archive/tar found.
func tarError(err error) error {
	switch {
	case errors.Is(err, tar.ErrHeader):
		return fmt.Errorf("%w: invalid tar header", fstree.ErrCorrupt)
	case errors.Is(err, tar.ErrFieldTooLong):
		return fmt.Errorf("%w: extended tar header above 1 MiB", fstree.ErrLimit)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: archive is cut off", fstree.ErrCorrupt)
	}
	return err
}
