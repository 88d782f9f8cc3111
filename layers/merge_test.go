package layers

import (
	"cmp"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/fstree/fstreetest"
	ti "github.com/seed-181f3109/assay/internal/testimage"
)

// manifest is what containerd and the kernel made of a case.
type manifest struct {
	By      string
	Layers  []string // digests of the layers that it was made from
	Refused string   `json:",omitempty"` // containerd's error
	Entries []string `json:",omitempty"`
}

func digests(c mergeCase) []string {
	var out []string
	for _, l := range c.tars() {
		out = append(out, ti.Digest(l))
	}
	return out
}

// image stores layers in an OCI layout and opens it.
func image(t testing.TB, opts *Options, layers ...ti.Layer) *Image {
	t.Helper()
	dir := t.TempDir()
	if err := (ti.Image{Layers: layers}).OCI("t").Write(dir); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), Reference{Kind: KindOCI, Path: dir}, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s.Images()[0]
}

func (c mergeCase) view(t testing.TB) *View {
	t.Helper()
	var layers []ti.Layer
	for _, l := range c.tars() {
		layers = append(layers, ti.Layer{Data: l})
	}
	v, err := image(t, nil, layers...).Read(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestMerge compares with what the runtime and the kernel made of the same layers.
func TestMerge(t *testing.T) {
	for _, c := range mergeCases {
		t.Run(c.name, func(t *testing.T) {
			b, err := os.ReadFile(filepath.Join("testdata", "merge", c.name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			var want manifest
			if err := json.Unmarshal(b, &want); err != nil {
				t.Fatal(err)
			}
			if got := digests(c); !slices.Equal(got, want.Layers) {
				t.Fatalf("the layers are not those that the manifest was made from: run the recipe again")
			}
			v := c.view(t)
			got := map[string]bool{}
			for _, a := range v.Anomalies() {
				got[a.Rule] = true
			}
			if g := slices.Sorted(maps.Keys(got)); !slices.Equal(g, c.rules) {
				t.Errorf("anomalies: got %q, want %q", g, c.rules)
			}
			if (want.Refused != "") != strings.HasPrefix(c.name, "refuse-") {
				t.Fatalf("containerd: %q", want.Refused)
			}
			if want.Refused != "" {
				return // there is no runtime's view to compare with
			}
			compareLines(t, live(t, v), want.Entries)
		})
	}
}

func compareLines(t *testing.T, got, want []string) {
	t.Helper()
	for _, w := range want {
		if !slices.ContainsFunc(got, func(g string) bool { return sameLine(g, w) }) {
			t.Errorf("missing: %s", w)
		}
	}
	for _, g := range got {
		if !slices.ContainsFunc(want, func(w string) bool { return sameLine(g, w) }) {
			t.Errorf("extra:   %s", g)
		}
	}
}

// sameLine compares all fields but the time of a directory that changed while
// it was unpacked, since no entry of the layer gives it one.
func sameLine(got, want string) bool {
	g, w := strings.Split(got, "\t"), strings.Split(want, "\t")
	if len(g) == len(w) && len(g) > 5 && g[1] == "dir" && w[5] == "now" {
		w[5] = g[5]
	}
	return slices.Equal(g, w)
}

func quote(s string) string {
	return strings.NewReplacer("%2F", "/", "+", "%20").Replace(url.QueryEscape(s))
}

// live describes the live entries as the recipe's script does.
func live(t *testing.T, v *View) []string {
	t.Helper()
	var out []string
	for e, err := range v.Walk(t.Context()) {
		if _, ok := errors.AsType[*fstree.Damage](err); ok {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if e.State == fstree.Live && e.Path != "/" {
			out = append(out, line(e))
		}
	}
	return out
}

func line(e *fstree.Entry) string {
	size, rdev, sum, mtime := int64(0), "-", "-", "unknown"
	switch e.Type {
	case fstree.TypeFile:
		size, sum = e.Size, hex.EncodeToString(e.SHA256[:])
	case fstree.TypeSymlink:
		size = e.Size
	case fstree.TypeChar, fstree.TypeBlock:
		rdev = fmt.Sprintf("%d:%d", e.RdevMajor, e.RdevMinor)
	}
	if !e.Mtime.IsZero() {
		mtime = stamp(e.Mtime)
	}
	var xs []string
	for _, k := range slices.Sorted(maps.Keys(e.Xattrs)) {
		xs = append(xs, k+"="+hex.EncodeToString(e.Xattrs[k]))
	}
	return strings.Join([]string{quote(e.Path), e.Type.String(), fmt.Sprintf("%04o", e.Mode), fmt.Sprintf("%d:%d", e.UID, e.GID), fmt.Sprint(size),
		mtime, rdev, cmp.Or(quote(e.Link), "-"), sum, cmp.Or(quote(e.HardlinkOf), "-"), cmp.Or(strings.Join(xs, ","), "-")}, "\t")
}

func stamp(t time.Time) string { return fmt.Sprintf("%d.%09d", t.Unix(), t.Nanosecond()) }

// TestConformance runs the suite of every tree over the cases that can be unpacked.
func TestConformance(t *testing.T) {
	for _, c := range mergeCases {
		if !strings.HasPrefix(c.name, "refuse-") {
			t.Run(c.name, func(t *testing.T) { fstreetest.Run(t, c.view(t)) })
		}
	}
}
