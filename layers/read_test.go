package layers

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/spool"
	ti "github.com/seed-181f3109/assay/internal/testimage"
)

// all describes every pair of a walk.
func all(t *testing.T, v *View) []string {
	t.Helper()
	var out []string
	for e, err := range v.Walk(t.Context()) {
		if err != nil {
			out = append(out, err.Error())
			continue
		}
		if e.State == fstree.Live && e.Path == "/" {
			continue
		}
		out = append(out, e.State.String()+" "+line(e))
	}
	return out
}

// base has what golden images have; app and implant are laid over it.
func base() []byte {
	return ti.Tar(ti.Dir("etc/"), ti.File("etc/passwd", "root\n"), ti.File("big", ti.Pattern(900000, 3)), ti.Hardlink("big2", "big"))
}

// TestGolden shares layers by digest, by file, and by diffID where the compression differs, and
// never by what is only claimed.
func TestGolden(t *testing.T) {
	b, app := base(), ti.Tar(ti.File("app", "1"))
	golden, err := image(t, nil, ti.Layer{Data: ti.Gzip(b), DiffID: ti.Digest(b)}, ti.Layer{Data: app}).Read(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	forged := ti.Tar(ti.Dir("etc/"), ti.File("etc/passwd", "evil\n"), ti.File("big", ti.Pattern(900000, 3)), ti.Hardlink("big2", "big"))
	for name, c := range map[string]struct {
		layer  ti.Layer
		shared int
	}{
		"same digest":       {ti.Layer{Data: ti.Gzip(b), DiffID: ti.Digest(b)}, 1},
		"other compression": {ti.Layer{Data: ti.Zstd(b), DiffID: ti.Digest(b)}, 1},
		"plain":             {ti.Layer{Data: b}, 1},
		"claimed diffID":    {ti.Layer{Data: ti.Gzip(forged), DiffID: ti.Digest(b)}, 0},
		"another":           {ti.Layer{Data: forged}, 0},
	} {
		layers := []ti.Layer{c.layer, {Data: ti.Tar(ti.File("implant", "i"))}}
		alone, err := image(t, nil, layers...).Read(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		v, err := image(t, nil, layers...).Read(t.Context(), &ReadOptions{Golden: golden})
		if err != nil {
			t.Fatal(err)
		}
		if v.Stats().LayersShared != c.shared {
			t.Errorf("%s: %d layers shared, want %d", name, v.Stats().LayersShared, c.shared)
		}
		if got, want := all(t, v), all(t, alone); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		if got, want := v.Layers(), alone.Layers(); !slices.Equal(got, want) {
			t.Errorf("%s: layers are %+v, want %+v", name, got, want)
		}
		checkContent(t, v)
	}
}

// checkContent opens every file and compares its digest.
func checkContent(t *testing.T, v *View) {
	t.Helper()
	for e, err := range v.Walk(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Type != fstree.TypeFile {
			continue
		}
		f, err := v.OpenEntry(e.Clone())
		if err != nil {
			t.Fatal(err)
		}
		h := sha256.New()
		if _, err := io.Copy(h, f); err != nil || [32]byte(h.Sum(nil)) != *e.SHA256 {
			t.Errorf("%q: content has %x, entry says %x, %v", e.Path, h.Sum(nil), *e.SHA256, err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A golden layer that lies in the same file is not even hashed again.
func TestGoldenSameFile(t *testing.T) {
	s := ti.Blobs{}
	b := ti.Layer{Data: base()}
	g := ti.Image{Layers: []ti.Layer{b}}.Put(s).Tagged("golden")
	x := ti.Image{Layers: []ti.Layer{b, {Data: ti.Tar(ti.File("x", "x"))}}}.Put(s).Tagged("suspect")
	dir := folder(t, ti.Layout(s, g, x))
	read := func(tag string, o *ReadOptions) *View {
		set, err := Open(t.Context(), Reference{Kind: KindOCI, Path: dir, Tag: tag}, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { set.Close() })
		v, err := set.Images()[0].Read(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	v := read("suspect", &ReadOptions{Golden: read("golden", nil)})
	if st := v.Stats(); st.LayersShared != 1 || st.BytesRead >= int64(len(b.Data)) {
		t.Errorf("got %+v", st)
	}
}

func TestCache(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	opts := &Options{Cache: NewDirCache(dir), Jobs: 3}
	b := base()
	rich := ti.Tar(mergeCases[0].layers[0]...)
	layers := []ti.Layer{{Data: ti.Gzip(b), DiffID: ti.Digest(b)}, {Data: rich}, {Data: ti.Tar(ti.Whiteout("etc/", "passwd"), ti.File("n\xff", "1"))}}
	var want []string
	for round, cached := range []int{0, 3, 2, 3} {
		if round == 2 { // one file of the cache is damaged
			hurt(t, dir)
		}
		v, err := image(t, opts, layers...).Read(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := v.Stats().LayersCached; got != cached {
			t.Errorf("round %d: %d layers from the cache, want %d", round, got, cached)
		}
		got := all(t, v)
		if want == nil {
			want = got
		}
		if !slices.Equal(got, want) {
			t.Errorf("round %d: got %q, want %q", round, got, want)
		}
		checkContent(t, v)
	}
	// a blob that is not what its digest says gets nothing from the cache
	s := ti.Blobs{}
	d := ti.Image{Layers: layers}.Put(s).Tagged("t")
	forged := ti.Gzip(ti.Tar(ti.File("forged", "f")))
	s[ti.Digest(layers[0].Data)] = forged
	set, err := Open(t.Context(), Reference{Path: folder(t, ti.Layout(s, d))}, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	v, err := set.Images()[0].Read(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(paths(t, v), "/forged") || v.Stats().LayersCached != 2 {
		t.Errorf("forged layer: got %q, %d cached", paths(t, v), v.Stats().LayersCached)
	}
	if !hasRule(v, "layer-digest-mismatch") || !hasRule(v, "diffid-mismatch") {
		t.Errorf("got anomalies %+v", v.Anomalies())
	}
}

func hasRule(v *View, rule string) bool {
	return slices.ContainsFunc(v.Anomalies(), func(a Anomaly) bool { return a.Rule == rule })
}

func hurt(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.idx"))
	if err != nil || len(files) != 3 {
		t.Fatalf("cache holds %q, %v", files, err)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(files[0], b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestVisit gets every content once, also of what is covered, twice listed or behind a whiteout.
func TestVisit(t *testing.T) {
	b := base()
	im := image(t, &Options{Jobs: 2, Spool: &spool.Options{MaxMemory: 4096, Dir: t.TempDir()}},
		ti.Layer{Data: ti.Gzip(b), DiffID: ti.Digest(b)},
		ti.Layer{Data: ti.Tar(ti.File("etc/passwd", "one"), ti.File("etc/passwd", "two"), ti.File(".wh.big", "payload"))})
	var mu sync.Mutex
	got := map[string]int64{}
	v, err := im.Read(t.Context(), &ReadOptions{Visit: func(_ context.Context, e *fstree.Entry, c *spool.Content) error {
		defer c.Close()
		b, err := io.ReadAll(c.Reader())
		if err != nil || int64(len(b)) != e.Size || sha256.Sum256(b) != *e.SHA256 {
			t.Errorf("%q: %d bytes, %v", e.Path, len(b), err)
		}
		mu.Lock()
		defer mu.Unlock()
		got[e.Path+" "+string(b[:min(len(b), 8)])] = e.Offset
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 5 {
		t.Errorf("visited %d contents, want 5: %v", len(got), got)
	}
	states := map[string]string{}
	for e, err := range v.Walk(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if e.State == fstree.Live || e.Type != fstree.TypeFile {
			continue
		}
		f, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		states[e.Path+" "+string(b[:min(len(b), 4)])] = e.State.String()
	}
	big := ti.Pattern(4, 3)
	want := map[string]string{"/etc/passwd root": "shadowed", "/etc/passwd one": "shadowed", "/big " + big: "removed", "/.wh.big payl": "removed"}
	for k, s := range want {
		if states[k] != s {
			t.Errorf("%q is %q, want %q", k, states[k], s)
		}
	}
	if len(states) != len(want) {
		t.Errorf("got %q", states)
	}
}

func TestVisitErrorEndsRead(t *testing.T) {
	stop := errors.New("stop")
	_, err := image(t, &Options{Jobs: 2}, ti.Layer{Data: base()}, ti.Layer{Data: base()}).Read(t.Context(), &ReadOptions{
		Visit: func(_ context.Context, _ *fstree.Entry, c *spool.Content) error { c.Close(); return stop }})
	if !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	im := image(t, &Options{Progress: func(int64) { cancel() }}, ti.Layer{Data: base()})
	if _, err := im.Read(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestOpenOrder opens in order, against it and from the middle; a layer is
// not unpacked anew for each entry when the order is that of the layer.
func TestOpenOrder(t *testing.T) {
	var es []ti.Entry
	for i := range 50 {
		es = append(es, ti.File(string(rune('a'+i%26))+strings.Repeat("x", i/26), ti.Pattern(20000, uint32(i))))
	}
	b := ti.Tar(es...)
	v, err := image(t, nil, ti.Layer{Data: ti.Gzip(b), DiffID: ti.Digest(b)}).Read(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	opened := 0
	open := v.layers[0].blob.open
	v.layers[0].blob.open = func(ctx context.Context) (io.ReadCloser, error) { opened++; return open(ctx) }
	var entries []*fstree.Entry
	for e, err := range v.Walk(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Type == fstree.TypeFile {
			entries = append(entries, e.Clone())
		}
	}
	slices.SortFunc(entries, func(a, b *fstree.Entry) int { return int(a.Offset - b.Offset) })
	read := func(e *fstree.Entry) {
		t.Helper()
		f, err := v.OpenEntry(e)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		got, err := io.ReadAll(f)
		if err != nil || sha256.Sum256(got) != *e.SHA256 {
			t.Errorf("%q: %v", e.Path, err)
		}
	}
	for _, e := range entries {
		read(e)
	}
	if opened != 1 {
		t.Errorf("in order the layer was opened %d times, want 1", opened)
	}
	slices.Reverse(entries)
	for _, e := range entries {
		read(e)
	}
	if len(v.layers[0].cursors.free) > maxCursors {
		t.Errorf("%d positions kept", len(v.layers[0].cursors.free))
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
}

// Content that changed between reading and opening is damage.
func TestContentChanged(t *testing.T) {
	plainly := func(b []byte) []byte { return b }
	for name, c := range map[string]struct {
		pack  func([]byte) []byte
		other ti.Entry
	}{
		"gzip, other bytes": {ti.Gzip, ti.File("a", "two")},
		"gzip, other name":  {ti.Gzip, ti.File("b", "one")},
		"plain, other name": {plainly, ti.File("b", "one")},
	} {
		pack := c.pack
		a, b := ti.Tar(ti.File("a", "one")), ti.Tar(c.other)
		v, err := image(t, nil, ti.Layer{Data: pack(a), DiffID: ti.Digest(a)}).Read(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		changed := pack(b)
		v.layers[0].blob = &blob{
			open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(changed)), nil },
			file: func() (*file, error) { return &file{at: bytes.NewReader(changed), size: int64(len(changed))}, nil },
		}
		for e, err := range v.Walk(t.Context()) {
			if err != nil || e.Type != fstree.TypeFile {
				continue
			}
			_, err := e.Open()
			if _, ok := errors.AsType[*fstree.Damage](err); !ok {
				t.Errorf("%s: got %v, want damage", name, err)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	three := ti.Tar(ti.File("a", "1"), ti.File("b", "2"), ti.File("c", "3"))
	for name, o := range map[string]*Options{
		"entries": {MaxEntries: 2}, "memory": {MaxIndexBytes: 700}, "bytes": {MaxLayerBytes: 1024},
	} {
		v, err := image(t, o, ti.Layer{Data: three}).Read(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Damage()) == 0 || !errors.Is(v.Damage()[0], fstree.ErrLimit) {
			t.Errorf("%s: damage %v", name, v.Damage())
		}
		if hasRule(v, "layer-digest-mismatch") {
			t.Errorf("%s: digest does not cover the whole layer", name)
		}
	}
	v, err := image(t, &Options{MaxPath: 10}, ti.Layer{Data: ti.Tar(ti.File("a-long-name", "1"), ti.File("b", "2"))}).Read(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Damage()) != 1 || !errors.Is(v.Damage()[0], fstree.ErrLimit) || !slices.Contains(pathsOf(t, v), "/b") {
		t.Errorf("path: damage %v, entries %q", v.Damage(), pathsOf(t, v))
	}
}

// pathsOf is paths of a view with damage.
func pathsOf(t *testing.T, v *View) []string {
	var out []string
	for e, err := range v.Walk(t.Context()) {
		if err == nil {
			out = append(out, e.Path)
		}
	}
	return out
}
