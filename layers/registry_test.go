package layers

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	regserver "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	ti "github.com/seed-181f3109/assay/internal/testimage"
)

// push stores a two-platform index in a registry of this process.
func push(t *testing.T) (host string, digest string) {
	t.Helper()
	s := ti.Blobs{}
	amd := shop().Put(s)
	arm := ti.Image{Arch: "arm64", Layers: []ti.Layer{{Data: ti.Tar(ti.File("arm", "1"))}}}.Put(s)
	srv := httptest.NewServer(regserver.New(regserver.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(srv.Close)
	host = strings.TrimPrefix(srv.URL, "http://")
	idx, err := layout.ImageIndexFromPath(folder(t, ti.Layout(s, amd, arm)))
	if err != nil {
		t.Fatal(err)
	}
	tag, err := name.NewTag(host+"/shop/web:1.0", name.Insecure)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.WriteIndex(tag, idx); err != nil {
		t.Fatal(err)
	}
	d, err := idx.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return host, d.String()
}

func TestRegistry(t *testing.T) {
	host, digest := push(t)
	for _, ref := range []string{"docker://" + host + "/shop/web:1.0", "docker://" + host + "/shop/web@" + digest} {
		r, err := ParseReference(ref)
		if err != nil {
			t.Fatal(err)
		}
		set, err := Open(t.Context(), r, &Options{Insecure: true, Jobs: 2})
		if err != nil {
			t.Fatal(err)
		}
		if set.Digest() != digest || len(set.Images()) != 2 || len(set.Damage()) != 0 {
			t.Fatalf("%s: got %s with %d images, damage %v", ref, set.Digest(), len(set.Images()), set.Damage())
		}
		checkContent(t, checkView(t, set.Images()[0], []string{"/", "/app", "/etc", "/etc/passwd", "/top"}))
		checkView(t, set.Images()[1], []string{"/", "/arm"})
		if err := set.Close(); err != nil {
			t.Error(err)
		}
	}
	set, err := Open(t.Context(), Reference{Kind: KindRegistry, Path: host + "/shop/web:1.0"}, &Options{Insecure: true, Platform: "arm64"})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	if len(set.Images()) != 1 || set.Images()[0].Platform() != "linux/arm64" {
		t.Errorf("got %d images", len(set.Images()))
	}
}

// blobless answers like the registry, but has lost every blob above some bytes.
type blobless struct{}

func (blobless) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && strings.Contains(r.URL.Path, "/blobs/") && resp.ContentLength > 1000 {
		resp.Body.Close()
		return &http.Response{StatusCode: http.StatusNotFound, Body: io.NopCloser(strings.NewReader("")), Request: r, Header: http.Header{}}, nil
	}
	return resp, err
}

// A layer that cannot be fetched is damage; what Credentials gives is sent.
func TestRegistryDamage(t *testing.T) {
	host, _ := push(t)
	asked := ""
	set, err := Open(t.Context(), Reference{Kind: KindRegistry, Path: host + "/shop/web:1.0"}, &Options{
		Insecure: true, Transport: blobless{}, Platform: "amd64",
		Credentials: func(h string) (string, string, error) { asked = h; return "user", "secret", nil }})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	v, err := set.Images()[0].Read(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Damage()) == 0 || asked != host {
		t.Errorf("damage %v, asked for %q", v.Damage(), asked)
	}
}

// TestFromV1 reads an image that go-containerregistry opened.
func TestFromV1(t *testing.T) {
	im := shop()
	p, err := layout.FromPath(folder(t, im.OCI("v1")))
	if err != nil {
		t.Fatal(err)
	}
	idx, err := p.ImageIndex()
	if err != nil {
		t.Fatal(err)
	}
	m, err := idx.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	var img v1.Image
	if img, err = idx.Image(m.Manifests[0].Digest); err != nil {
		t.Fatal(err)
	}
	got, err := FromV1(img, nil)
	if err != nil {
		t.Fatal(err)
	}
	v := checkView(t, got, []string{"/", "/app", "/etc", "/etc/passwd", "/top"})
	checkContent(t, v)
	if got.Digest() != m.Manifests[0].Digest.String() {
		t.Errorf("got digest %s", got.Digest())
	}
}

// TestHistory names the step of each layer by counting, and none if the count is wrong.
func TestHistory(t *testing.T) {
	step := func(by string, empty bool) map[string]any {
		return map[string]any{"created_by": by, "empty_layer": empty}
	}
	layers := []ti.Layer{{Data: ti.Tar(ti.File("a", "1"))}, {Data: ti.Tar(ti.File("b", "1"))}}
	for name, c := range map[string]struct {
		history []map[string]any
		want    []string
		rule    bool
	}{
		"with empty steps": {[]map[string]any{step("ADD", false), step("ENV", true), step("COPY", false), step("CMD", true)}, []string{"ADD", "COPY"}, false},
		"too short":        {[]map[string]any{step("ADD", false), step("CMD", true)}, []string{"", ""}, true},
		"too long":         {[]map[string]any{step("ADD", false), step("COPY", false), step("RUN", false)}, []string{"", ""}, true},
		"none":             {[]map[string]any{}, []string{"", ""}, false},
	} {
		dir := folder(t, ti.Image{Layers: layers, History: c.history}.OCI("t"))
		set, err := Open(t.Context(), Reference{Path: dir}, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer set.Close()
		im := set.Images()[0]
		var got []string
		for _, l := range im.Layers() {
			got = append(got, l.CreatedBy)
		}
		odd := slices.ContainsFunc(im.Anomalies(), func(a Anomaly) bool { return a.Rule == "history-mismatch" })
		if !slices.Equal(got, c.want) || odd != c.rule || len(im.History()) != len(c.history) {
			t.Errorf("%s: got %q, anomalies %+v", name, got, im.Anomalies())
		}
	}
}
