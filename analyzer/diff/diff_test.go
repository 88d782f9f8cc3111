package diff

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"testing"
	"testing/iotest"
	"time"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/fstree/fstreetest"
)

func node(path, data string, change func(*fstree.Entry)) fstreetest.Node {
	e := fstree.Entry{Path: path, Mode: 0o644, Nlink: 1, Mtime: time.Unix(1000, 7)}
	if change != nil {
		change(&e)
	}
	return fstreetest.Node{Entry: e, Data: []byte(data)}
}

func describe(c *Change) string {
	s := fmt.Sprintf("%s %s", c.Kind, c.Path)
	if c.From != "" {
		s += " from " + c.From
	}
	if len(c.Fields) > 0 {
		s += fmt.Sprint(" ", c.Fields)
	}
	return s
}

func changes(t *testing.T, golden, suspect fstree.Tree, opts *Options) []string {
	t.Helper()
	s, err := Take(t.Context(), golden, opts)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for c, err := range s.Changes(t.Context(), suspect, opts) {
		if err != nil {
			got = append(got, "error "+err.Error())
			continue
		}
		got = append(got, describe(c))
	}
	return got
}

func TestChangesNamesEachField(t *testing.T) {
	link := func(to string) func(*fstree.Entry) {
		return func(e *fstree.Entry) { e.Type, e.Link = fstree.TypeSymlink, to }
	}
	dev := func(minor uint32) func(*fstree.Entry) {
		return func(e *fstree.Entry) { e.Type, e.RdevMajor, e.RdevMinor = fstree.TypeChar, 1, minor }
	}
	acl := func(v string) func(*fstree.Entry) {
		return func(e *fstree.Entry) { e.Xattrs = map[string][]byte{"user.x": []byte(v)} }
	}
	for _, tt := range []struct {
		old, new fstreetest.Node
		want     string
	}{
		{node("/f", "a", nil), node("/f", "a", nil), ""},
		{node("/f", "a", nil), node("/f", "b", nil), "modified /f [sha256]"},
		{node("/f", "a", nil), node("/f", "ab", nil), "modified /f [size sha256]"},
		{node("/f", "a", nil), node("/f", "a", func(e *fstree.Entry) { e.Mode = 0o4755 }), "metadata /f [mode]"},
		{node("/f", "a", nil), node("/f", "a", func(e *fstree.Entry) { e.UID, e.GID = 1, 2 }), "metadata /f [uid gid]"},
		{node("/f", "a", nil), node("/f", "a", func(e *fstree.Entry) { e.Mtime = time.Unix(1000, 8) }), "metadata /f [mtime]"},
		{node("/f", "a", nil), node("/f", "a", func(e *fstree.Entry) { e.Mtime = e.Mtime.UTC() }), ""},
		{node("/f", "a", nil), node("/f", "a", func(e *fstree.Entry) { e.Nlink = 2 }), "metadata /f [nlink]"},
		{node("/f", "a", acl("1")), node("/f", "a", acl("2")), "metadata /f [xattrs]"},
		{node("/f", "a", acl("1")), node("/f", "a", nil), "metadata /f [xattrs]"},
		{node("/l", "", link("a")), node("/l", "", link("b")), "modified /l [target]"},
		{node("/l", "", link("a")), node("/l", "", nil), "modified /l [type]"},
		{node("/c", "", dev(3)), node("/c", "", dev(5)), "modified /c [rdev]"},
	} {
		got := changes(t, &fstreetest.Mem{Nodes: []fstreetest.Node{tt.old}}, &fstreetest.Mem{Nodes: []fstreetest.Node{tt.new}}, nil)
		want := []string{tt.want}
		if tt.want == "" {
			want = nil
		}
		if !slices.Equal(got, want) {
			t.Errorf("%+v against %+v: got %q, want %q", tt.new.Entry, tt.old.Entry, got, want)
		}
	}
}

func TestRenameNeedsUniqueContent(t *testing.T) {
	golden := &fstreetest.Mem{Nodes: []fstreetest.Node{node("/a", "one", nil), node("/b", "two", nil), node("/c", "two", nil), node("/e", "", nil), node("/k", "kept", nil)}}
	suspect := &fstreetest.Mem{Nodes: []fstreetest.Node{
		node("/a2", "one", func(e *fstree.Entry) { e.Mode = 0o600 }), node("/b2", "two", nil), node("/e2", "", nil), node("/k", "kept", nil), node("/k2", "kept", nil),
	}}
	got := changes(t, golden, suspect, nil)
	want := []string{"added /b2", "added /e2", "renamed /a2 from /a [mode]", "added /k2", "removed /b", "removed /c", "removed /e"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestUnreadableContentIsDamageAndNotEqual(t *testing.T) {
	broken := node("/f", "a", nil)
	broken.Content = func() (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(errors.New("bad block"))), nil }
	golden := &fstreetest.Mem{Nodes: []fstreetest.Node{node("/f", "a", nil)}}
	got := changes(t, golden, contentTree{broken.Entry}, nil)
	want := []string{`error "/f": content: bad block`}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestShortContentIsDamage(t *testing.T) {
	e := node("/f", "", nil).Entry
	e.Size, e.Content = 5, func() (io.ReadCloser, error) { return io.NopCloser(iotest.DataErrReader(&io.LimitedReader{})), nil }
	if _, err := Hash(t.Context(), &e); !errors.Is(err, fstree.ErrCorrupt) {
		t.Errorf("got %v, want ErrCorrupt", err)
	}
}

func TestHardLinksAreHashedOnce(t *testing.T) {
	link := func(e *fstree.Entry) { e.Nlink, e.Inode = 2, 99 }
	tree := &fstreetest.Mem{Nodes: []fstreetest.Node{node("/a", "x", link), node("/b", "x", link), node("/c", "x", nil)}}
	n := 0
	opts := &Options{Hash: func(ctx context.Context, e, _ *fstree.Entry) (*[32]byte, error) { n++; return Hash(ctx, e) }}
	s, err := Take(t.Context(), tree, opts)
	if err != nil || n != 2 {
		t.Fatalf("hashed %d contents, %v, want 2", n, err)
	}
	for e := range s.Entries() {
		if *e.SHA256 != sha256.Sum256([]byte("x")) {
			t.Errorf("%s: digest %x", e.Path, *e.SHA256)
		}
	}
}

func TestStatesAndErrors(t *testing.T) {
	gone := node("/gone", "x", func(e *fstree.Entry) { e.State = fstree.Removed })
	damage := &fstree.Damage{Structure: "inode 5", Offset: -1, Cause: fstree.ErrChecksum}
	stop := errors.New("disk went away")
	golden := &fstreetest.Mem{Nodes: []fstreetest.Node{gone, node("/k", "", nil)}, Errors: []error{damage}}
	s, err := Take(t.Context(), golden, nil)
	if err != nil || s.Len() != 1 || len(s.Damage()) != 1 {
		t.Fatalf("got %d entries, %d damage, %v", s.Len(), len(s.Damage()), err)
	}
	var got []error
	for c, err := range s.Changes(t.Context(), &fstreetest.Mem{Nodes: []fstreetest.Node{gone}, Errors: []error{damage, stop}}, nil) {
		if c != nil {
			t.Errorf("a change after the walk failed: %s", describe(c))
		}
		got = append(got, err)
	}
	if len(got) != 2 || got[0] != error(damage) || got[1] != stop {
		t.Errorf("got %v", got)
	}
}

// contentTree is a tree of one entry that brings its own content.
type contentTree struct{ e fstree.Entry }

func (c contentTree) Walk(context.Context) iter.Seq2[*fstree.Entry, error] {
	return func(yield func(*fstree.Entry, error) bool) {
		e := c.e
		e.Size = 1
		yield(&e, nil)
	}
}
