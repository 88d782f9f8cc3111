package testimage

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Layer is one layer as it is stored.
type Layer struct {
	Data      []byte // stored bytes: a tar, or what Gzip or Zstd make of it
	DiffID    string // default: the digest of Data, which fits a plain tar
	MediaType string // default by the first bytes of Data
	CreatedBy string // default "layer N"
	URLs      []string
	Absent    bool // the blob is not stored
}

// Image is one image for one platform.
type Image struct {
	OS, Arch, Variant string // default linux, amd64
	Layers            []Layer
	History           []map[string]any // default: one step for each layer
	Config            map[string]any   // the field "config"
}

// Digest returns "sha256:" and the hexadecimal digest.
func Digest(b []byte) string {
	s := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(s[:])
}

// Descriptor points to a blob.
type Descriptor struct {
	MediaType    string            `json:"mediaType"`
	Digest       string            `json:"digest"`
	Size         int               `json:"size"`
	URLs         []string          `json:"urls,omitempty"`
	Annotations  map[string]string `json:"annotations,omitempty"`
	Platform     map[string]string `json:"platform,omitempty"`
	ArtifactType string            `json:"artifactType,omitempty"`
}

// Blobs is a content store: digest to bytes.
type Blobs map[string][]byte

// Put stores b and describes it.
func (s Blobs) Put(mediaType string, b []byte) Descriptor {
	d := Digest(b)
	s[d] = b
	return Descriptor{MediaType: mediaType, Digest: d, Size: len(b)}
}

// JSON encodes v; maps are written in the order of their keys.
func JSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func (l Layer) mediaType() string {
	switch {
	case l.MediaType != "":
		return l.MediaType
	case bytes.HasPrefix(l.Data, []byte{0x1f, 0x8b}):
		return "application/vnd.oci.image.layer.v1.tar+gzip"
	case bytes.HasPrefix(l.Data, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return "application/vnd.oci.image.layer.v1.tar+zstd"
	}
	return "application/vnd.oci.image.layer.v1.tar"
}

// ConfigJSON returns the image's config.
func (im Image) ConfigJSON() []byte {
	var diffs []string
	history := im.History
	for i, l := range im.Layers {
		d := l.DiffID
		if d == "" {
			d = Digest(l.Data)
		}
		diffs = append(diffs, d)
		if im.History == nil {
			by := l.CreatedBy
			if by == "" {
				by = fmt.Sprint("layer ", i)
			}
			history = append(history, map[string]any{"created": "2020-01-02T03:04:05Z", "created_by": by})
		}
	}
	c := map[string]any{"os": or(im.OS, "linux"), "architecture": or(im.Arch, "amd64"), "config": im.Config,
		"rootfs": map[string]any{"type": "layers", "diff_ids": diffs}, "history": history}
	if im.Variant != "" {
		c["variant"] = im.Variant
	}
	return JSON(c)
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// Put stores manifest, config and layers, and describes the manifest.
func (im Image) Put(s Blobs) Descriptor {
	layers := []Descriptor{}
	for _, l := range im.Layers {
		d := s.Put(l.mediaType(), l.Data)
		d.URLs = l.URLs
		if l.Absent {
			delete(s, d.Digest)
		}
		layers = append(layers, d)
	}
	config := s.Put("application/vnd.oci.image.config.v1+json", im.ConfigJSON())
	d := s.Put("application/vnd.oci.image.manifest.v1+json", JSON(map[string]any{
		"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": layers}))
	d.Platform = map[string]string{"os": or(im.OS, "linux"), "architecture": or(im.Arch, "amd64")}
	if im.Variant != "" {
		d.Platform["variant"] = im.Variant
	}
	return d
}

// Tagged returns d with a tag.
func (d Descriptor) Tagged(tag string) Descriptor {
	d.Annotations = map[string]string{"org.opencontainers.image.ref.name": tag}
	return d
}

// Index returns an index of the descriptors.
func Index(ds ...Descriptor) []byte {
	return JSON(map[string]any{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": ds})
}

// Files are named files of a store.
type Files map[string][]byte

// Layout returns the files of an OCI layout with these top-level descriptors.
func Layout(s Blobs, ds ...Descriptor) Files {
	f := Files{"index.json": Index(ds...), "oci-layout": []byte(`{"imageLayoutVersion":"1.0.0"}`)}
	for d, b := range s {
		f["blobs/"+strings.Replace(d, ":", "/", 1)] = b
	}
	return f
}

// OCI returns an OCI layout of one image with a tag.
func (im Image) OCI(tag string) Files {
	s := Blobs{}
	d := im.Put(s)
	d.Platform = nil
	return Layout(s, d.Tagged(tag))
}

// Docker returns a Docker archive in the form before Docker 25, layers as NUMBER/layer.tar.
func (im Image) Docker(names ...string) Files {
	config := im.ConfigJSON()
	name := strings.TrimPrefix(Digest(config), "sha256:") + ".json"
	f := Files{name: config}
	paths := []string{}
	for i, l := range im.Layers {
		p := fmt.Sprintf("%064x/layer.tar", i+1)
		f[p] = l.Data
		paths = append(paths, p)
	}
	f["manifest.json"] = JSON([]map[string]any{{"Config": name, "RepoTags": names, "Layers": paths}})
	return f
}

// Write writes the files to a folder.
func (f Files) Write(dir string) error {
	for name, b := range f {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(p, b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Tar returns the files as an archive, sorted by name.
func (f Files) Tar() []byte {
	names := make([]string, 0, len(f))
	for n := range f {
		names = append(names, n)
	}
	slices.Sort(names)
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, n := range names {
		if err := w.WriteHeader(&tar.Header{Name: n, Typeflag: tar.TypeReg, Size: int64(len(f[n])), Mode: 0o644}); err != nil {
			panic(err)
		}
		if _, err := w.Write(f[n]); err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}
