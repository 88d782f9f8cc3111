package layers

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
	ti "github.com/seed-181f3109/assay/internal/testimage"
)

// shop is an image with layers of all compressions.
func shop() ti.Image {
	base := ti.Tar(ti.Dir("etc/"), ti.File("etc/passwd", "root:x:0:0::/:/bin/sh\n"), ti.File("bin", ti.Pattern(300000, 1)))
	app := ti.Tar(ti.File("app", "version 1\n"), ti.Whiteout("", "bin"))
	top := ti.Tar(ti.File("top", "t"))
	return ti.Image{Layers: []ti.Layer{
		{Data: ti.Gzip(base), DiffID: ti.Digest(base)}, {Data: ti.Zstd(app), DiffID: ti.Digest(app)}, {Data: top},
	}}
}

// write stores an archive.
func write(t *testing.T, data []byte) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), "image")
	if err := os.WriteFile(p, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return p
}

func folder(t *testing.T, f ti.Files) string {
	t.Helper()
	dir := t.TempDir()
	if err := f.Write(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// flat turns an OCI layout into skopeo's flat folder.
func flat(im ti.Image) ti.Files {
	s := ti.Blobs{}
	d := im.Put(s)
	f := ti.Files{"version": []byte("Directory Transport Version: 1.1\n"), "manifest.json": s[d.Digest]}
	delete(s, d.Digest)
	for k, b := range s {
		f[strings.TrimPrefix(k, "sha256:")] = b
	}
	return f
}

// docker25 is what Docker 25 and later save: an OCI layout with a manifest.json.
func docker25(im ti.Image, name string) ti.Files {
	s := ti.Blobs{}
	d := im.Put(s)
	d.Platform = nil
	d.Annotations = map[string]string{"io.containerd.image.name": "docker.io/library/" + name, "org.opencontainers.image.ref.name": "1.0"}
	f := ti.Layout(s, d)
	blob := func(digest string) string { return "blobs/" + strings.Replace(digest, ":", "/", 1) }
	var paths []string
	for _, l := range im.Layers {
		paths = append(paths, blob(ti.Digest(l.Data)))
	}
	f["manifest.json"] = ti.JSON([]map[string]any{{"Config": blob(ti.Digest(im.ConfigJSON())), "RepoTags": []string{name}, "Layers": paths}})
	return f
}

// TestStores opens one image from every kind of store, by its kind and by content alone.
func TestStores(t *testing.T) {
	im := shop()
	want := []string{"/", "/app", "/etc", "/etc/passwd", "/top"}
	for name, c := range map[string]struct {
		path string
		kind Kind
		tag  string
	}{
		"oci":               {folder(t, im.OCI("v1")), KindOCI, "v1"},
		"oci-archive":       {write(t, im.OCI("v1").Tar()), KindOCIArchive, "v1"},
		"oci-archive gz":    {write(t, ti.Gzip(im.OCI("v1").Tar())), KindOCIArchive, "v1"},
		"oci-archive zst":   {write(t, ti.Zstd(im.OCI("v1").Tar())), KindOCIArchive, "v1"},
		"docker-archive":    {write(t, im.Docker("shop/web:1.0").Tar()), KindDockerArchive, "shop/web:1.0"},
		"docker-archive gz": {write(t, ti.Gzip(im.Docker("shop/web:1.0").Tar())), KindDockerArchive, "docker.io/shop/web:1.0"},
		"docker 25":         {write(t, docker25(im, "web:1.0").Tar()), KindDockerArchive, "web:1.0"},
		"dir":               {folder(t, flat(im)), KindDir, ""},
	} {
		t.Run(name, func(t *testing.T) {
			kind, err := Detect(c.path)
			if err != nil || kind != c.kind {
				t.Fatalf("detected %q, %v, want %q", kind, err, c.kind)
			}
			for _, ref := range []Reference{{Path: c.path}, {Kind: c.kind, Path: c.path, Tag: c.tag}} {
				s, err := Open(t.Context(), ref, nil)
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				if len(s.Damage()) != 0 || len(s.Images()) != 1 {
					t.Fatalf("got %d images, damage %v", len(s.Images()), s.Damage())
				}
				for _, a := range s.Anomalies() {
					if a.Rule != "compressed-archive" {
						t.Errorf("anomaly %+v", a)
					}
				}
				if p := s.Images()[0].Platform(); p != "linux/amd64" {
					t.Errorf("got platform %q", p)
				}
				checkView(t, s.Images()[0], want)
			}
		})
	}
}

// checkView reads the image and compares the live paths; nothing may be odd or lost.
func checkView(t *testing.T, im *Image, want []string) *View {
	t.Helper()
	v, err := im.Read(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range append(im.Anomalies(), v.Anomalies()...) {
		t.Errorf("anomaly %s %q %s", a.Rule, a.Path, a.Detail)
	}
	if got := paths(t, v); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for i, l := range v.Layers() {
		if l.DiffID == "" || l.Digest == "" || l.CreatedBy != fmt.Sprint("layer ", i) {
			t.Errorf("layer %d is %+v", i, l)
		}
	}
	return v
}

func paths(t *testing.T, v *View) []string {
	t.Helper()
	var out []string
	for e, err := range v.Walk(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if e.State == fstree.Live {
			out = append(out, e.Path)
		}
	}
	return out
}

func TestDetectOther(t *testing.T) {
	disk := make([]byte, 4096)
	copy(disk[510:], "\x55\xaa")
	for name, path := range map[string]string{
		"disk":         write(t, disk),
		"empty":        write(t, nil),
		"zeros":        write(t, make([]byte, 4096)),
		"text":         write(t, []byte(strings.Repeat("hello ", 200))),
		"plain tar":    write(t, ti.Tar(ti.File("etc/passwd", "x"))),
		"gzip":         write(t, ti.Gzip([]byte("no tar in here"))),
		"cut gzip":     write(t, ti.Gzip([]byte("no tar in here"))[:12]),
		"folder":       folder(t, ti.Files{"etc/passwd": nil}),
		"web manifest": folder(t, ti.Files{"manifest.json": []byte(`{"name":"app"}`)}),
	} {
		if kind, err := Detect(path); !errors.Is(err, fstree.ErrNotThisFormat) {
			t.Errorf("%s: got %q, %v, want ErrNotThisFormat", name, kind, err)
		}
		if _, err := Open(t.Context(), Reference{Path: path}, nil); !errors.Is(err, fstree.ErrNotThisFormat) {
			t.Errorf("open %s: got %v, want ErrNotThisFormat", name, err)
		}
	}
}

func openErr(t *testing.T, ref Reference, opts *Options) error {
	t.Helper()
	s, err := Open(t.Context(), ref, opts)
	if err == nil {
		s.Close()
	}
	return err
}

func TestChoosingImages(t *testing.T) {
	a, b := shop(), ti.Image{Layers: []ti.Layer{{Data: ti.Tar(ti.File("b", "b"))}}}
	s := ti.Blobs{}
	da, db := a.Put(s).Tagged("v1"), b.Put(s).Tagged("v2")
	dir := folder(t, ti.Layout(s, da, db))
	docker := a.Docker("shop/a:1")
	for k, v := range b.Docker("shop/b") {
		if k != "manifest.json" {
			docker["b-"+k] = v
		}
	}
	docker["manifest.json"] = bytes.Replace(docker["manifest.json"], []byte("]}]"), []byte(`]},{"Config":"`+
		"b-"+strings.TrimPrefix(ti.Digest(b.ConfigJSON()), "sha256:")+`.json","RepoTags":["shop/b:latest"],"Layers":["b-`+fmt.Sprintf("%064x", 1)+`/layer.tar"]}]`), 1)
	archive := write(t, docker.Tar())
	for _, c := range []struct {
		ref  Reference
		want string // first file, or a part of the error
	}{
		{Reference{Kind: KindOCI, Path: dir, Tag: "v2"}, "/b"},
		{Reference{Kind: KindOCI, Path: dir, Digest: db.Digest}, "/b"},
		{Reference{Path: dir + ":v2"}, "/b"},
		{Reference{Kind: KindOCI, Path: dir}, `choose one of the tags "v1", "v2"`},
		{Reference{Kind: KindOCI, Path: dir, Tag: "v3"}, `no image is tagged "v3"; tags are "v1", "v2"`},
		{Reference{Kind: KindOCI, Path: dir, Digest: ti.Digest(nil)}, "not in the image store"},
		{Reference{Kind: KindDockerArchive, Path: archive, Tag: "shop/b"}, "/b"},
		{Reference{Kind: KindDockerArchive, Path: archive, Digest: ti.Digest(b.ConfigJSON())}, "/b"},
		{Reference{Kind: KindDockerArchive, Path: archive}, `choose one of "shop/a:1", "shop/b:latest"`},
		{Reference{Kind: KindDockerArchive, Path: archive, Tag: "x"}, `no image is named "x"`},
		{Reference{Kind: KindDockerArchive, Path: dir}, "not a regular file"},
	} {
		set, err := Open(t.Context(), c.ref, nil)
		if err != nil {
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: got %v, want %q", c.ref, err, c.want)
			}
			continue
		}
		checkView(t, set.Images()[0], []string{"/", c.want})
		set.Close()
	}
}

// TestPlatforms opens an index with two platforms, an attestation and a platform whose manifest is not there.
func TestPlatforms(t *testing.T) {
	s := ti.Blobs{}
	amd := ti.Image{Layers: []ti.Layer{{Data: ti.Tar(ti.File("amd", "1"))}}}.Put(s)
	arm := ti.Image{Arch: "arm64", Variant: "v8", Layers: []ti.Layer{{Data: ti.Tar(ti.File("arm", "1"))}}}.Put(s)
	att := s.Put("application/vnd.oci.image.manifest.v1+json", ti.JSON(map[string]any{"schemaVersion": 2}))
	att.Platform = map[string]string{"os": "unknown", "architecture": "unknown"}
	att.Annotations = map[string]string{"vnd.docker.reference.type": "attestation-manifest"}
	gone := ti.Image{Arch: "s390x"}.Put(s)
	delete(s, gone.Digest)
	top := s.Put("application/vnd.oci.image.index.v1+json", ti.Index(amd, arm, att, gone))
	dir := folder(t, ti.Layout(s, top.Tagged("multi")))
	for want, c := range map[string]struct {
		platforms []string
		damage    int
	}{
		"":            {[]string{"linux/amd64", "linux/arm64/v8"}, 1},
		"arm64":       {[]string{"linux/arm64/v8"}, 0},
		"linux/arm64": {[]string{"linux/arm64/v8"}, 0},
		"linux/amd64": {[]string{"linux/amd64"}, 0},
		"linux/s390x": {nil, 1},
		"windows":     {nil, 0},
	} {
		set, err := Open(t.Context(), Reference{Path: dir}, &Options{Platform: want})
		if c.platforms == nil {
			if err == nil {
				t.Errorf("%q: no error", want)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, im := range set.Images() {
			got = append(got, im.Platform())
		}
		if !slices.Equal(got, c.platforms) || len(set.Damage()) != c.damage || len(set.Artifacts()) != 1 || set.Digest() != top.Digest {
			t.Errorf("%q: got %q, damage %v, artifacts %v, digest %s", want, got, set.Damage(), set.Artifacts(), set.Digest())
		}
		set.Close()
	}
	// the same platforms listed by index.json itself
	set, err := Open(t.Context(), Reference{Path: folder(t, ti.Layout(s, amd, arm))}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	if len(set.Images()) != 2 {
		t.Errorf("got %d images, want 2", len(set.Images()))
	}
}

// TestLinkedLayers reads an archive whose layers are links, as skopeo writes them,
// one of them leading in a circle.
func TestLinkedLayers(t *testing.T) {
	im := ti.Image{Layers: []ti.Layer{{Data: ti.Tar(ti.File("a", "1"))}}}
	config := im.ConfigJSON()
	manifest := func(layer string) string {
		return string(ti.JSON([]map[string]any{{"Config": "c.json", "RepoTags": []string{"x:1"}, "Layers": []string{layer}}}))
	}
	members := []ti.Entry{
		ti.File("c.json", string(config)), ti.File("data.tar", string(im.Layers[0].Data)),
		ti.Symlink("id/layer.tar", "../data.tar"), ti.Hardlink("hard.tar", "data.tar"), ti.Symlink("round/a", "b"), ti.Symlink("round/b", "a"),
		ti.Symlink("out.tar", "../../../../etc/passwd"), ti.Symlink("dirlink", "id"),
	}
	for layer, ok := range map[string]bool{"id/layer.tar": true, "hard.tar": true, "dirlink/layer.tar": true, "round/a": false, "out.tar": false} {
		p := write(t, ti.Tar(append(members, ti.File("manifest.json", manifest(layer)))...))
		set, err := Open(t.Context(), Reference{Kind: KindDockerArchive, Path: p}, nil)
		if err != nil {
			t.Fatal(err)
		}
		v, err := set.Images()[0].Read(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if ok != (len(v.Damage()) == 0) {
			t.Errorf("%s: damage %v", layer, v.Damage())
		}
		set.Close()
	}
}

// TestStoreAnomalies makes stores that say different things to different tools.
func TestStoreAnomalies(t *testing.T) {
	im := shop()
	oci := im.OCI("v1")
	stray := ti.Tar(ti.File("hidden", "h"))
	oci["blobs/sha256/"+strings.TrimPrefix(ti.Digest(stray), "sha256:")] = stray
	manifest := ti.JSON(map[string]any{"schemaVersion": 2, "config": ti.Descriptor{Digest: ti.Digest(nil)}, "layers": []int{}})
	oci["blobs/sha256/"+strings.TrimPrefix(ti.Digest(manifest), "sha256:")] = manifest

	twice := append(im.OCI("v1").Tar()[:0:0], im.OCI("v1").Tar()...)
	twice = append(twice[:len(twice)-1024], ti.Tar(ti.File("index.json", string(im.OCI("v1")["index.json"])))...)

	differ := docker25(im, "web:1.0")
	other := ti.Image{Layers: []ti.Layer{{Data: ti.Tar(ti.File("b", "b"))}}}
	for k, v := range other.OCI("1.0") {
		differ[k] = v
	}
	renamed := im.Docker("a:1")
	manifestJSON := renamed["manifest.json"]
	config := strings.TrimPrefix(ti.Digest(im.ConfigJSON()), "sha256:") + ".json"
	evil := strings.Repeat("0", 64) + ".json"
	renamed[evil] = renamed[config]
	delete(renamed, config)
	renamed["manifest.json"] = bytes.Replace(manifestJSON, []byte(config), []byte(evil), 1)

	for name, c := range map[string]struct {
		path  string
		rules []string
	}{
		"orphans":         {folder(t, oci), []string{"orphan-blob", "unreferenced-manifest"}},
		"duplicate":       {write(t, twice), []string{"duplicate-archive-entry"}},
		"views":           {write(t, differ.Tar()), []string{"archive-views-differ", "unreferenced-manifest"}},
		"renamed config":  {write(t, renamed.Tar()), []string{"config-digest-mismatch"}},
		"nothing special": {write(t, im.Docker("a:1").Tar()), nil},
	} {
		set, err := Open(t.Context(), Reference{Path: c.path}, nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var got []string
		for _, a := range append(set.Anomalies(), set.Images()[0].Anomalies()...) {
			got = append(got, a.Rule)
			if a.Title == "" || a.Class == "" || a.Severity == "" {
				t.Errorf("%s: anomaly %+v is not complete", name, a)
			}
		}
		slices.Sort(got)
		if got = slices.Compact(got); !slices.Equal(got, c.rules) {
			t.Errorf("%s: got %q, want %q", name, got, c.rules)
		}
		set.Close()
	}
}

func TestSchema1IsRefusedByName(t *testing.T) {
	dir := folder(t, ti.Files{"manifest.json": []byte(`{"schemaVersion":1,"name":"x","fsLayers":[]}`)})
	err := openErr(t, Reference{Path: dir}, nil)
	if !errors.Is(err, fstree.ErrUnsupported) || !strings.Contains(err.Error(), "schema 1") {
		t.Errorf("got %v", err)
	}
}

// A link in a layout that leads out of it is not followed.
func TestLayoutStaysInside(t *testing.T) {
	im := shop()
	dir := folder(t, im.OCI("v1"))
	outside := write(t, im.Layers[0].Data)
	blob := filepath.Join(dir, "blobs", "sha256", strings.TrimPrefix(ti.Digest(im.Layers[0].Data), "sha256:"))
	if err := os.Remove(blob); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, blob); err != nil {
		t.Fatal(err)
	}
	set, err := Open(t.Context(), Reference{Path: dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	v, err := set.Images()[0].Read(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Damage()) != 1 || !strings.Contains(v.Damage()[0].Error(), "escapes") {
		t.Errorf("got damage %v", v.Damage())
	}
}
