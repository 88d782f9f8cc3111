package layers

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/seed-181f3109/assay/fstree"
)

// Limits of the documents that describe an image.
const (
	maxManifest  = 8 << 20
	maxConfig    = 32 << 20
	maxIndexNest = 8   // indexes in indexes
	maxLayers    = 512 // overlayfs takes 500, Docker 127
	maxPlatforms = 1024
)

// descriptor points to a blob. Source: OCI image-spec 1.1, descriptor.md.
type descriptor struct {
	MediaType    string            `json:"mediaType"`
	Digest       string            `json:"digest"`
	Size         int64             `json:"size"`
	URLs         []string          `json:"urls"`
	Annotations  map[string]string `json:"annotations"`
	ArtifactType string            `json:"artifactType"`
	Platform     *platform         `json:"platform"`
}

// platform says what an image runs on. Source: OCI image-spec 1.1, image-index.md.
type platform struct {
	Architecture string `json:"architecture"`
	OS           string `json:"os"`
	Variant      string `json:"variant"`
}

func (p *platform) String() string {
	if p == nil || p.OS == "" && p.Architecture == "" {
		return ""
	}
	s := p.OS + "/" + p.Architecture
	if p.Variant != "" {
		s += "/" + p.Variant
	}
	return s
}

// document is an index or a manifest; which of both is told by its fields.
// Source: OCI image-spec 1.1, image-index.md and manifest.md; Docker
// distribution spec, "Image Manifest Version 2, Schema 2".
type document struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType"`
	ArtifactType  string            `json:"artifactType"`
	Config        *descriptor       `json:"config"`
	Layers        []descriptor      `json:"layers"`
	Manifests     []descriptor      `json:"manifests"`
	Subject       *descriptor       `json:"subject"`
	Annotations   map[string]string `json:"annotations"`
	FSLayers      json.RawMessage   `json:"fsLayers"` // schema 1 only
}

// parseDocument decodes an index or manifest. It refuses Docker's schema 1 by name.
func parseDocument(raw []byte) (*document, error) {
	var d document
	if err := json.Unmarshal(raw, &d); err != nil {
		return nil, fmt.Errorf("%w: manifest: %w", fstree.ErrCorrupt, err)
	}
	if d.SchemaVersion == 1 || d.FSLayers != nil || strings.HasPrefix(d.MediaType, "application/vnd.docker.distribution.manifest.v1+") {
		return nil, fmt.Errorf("%w: Docker image manifest version 2, schema 1", fstree.ErrUnsupported)
	}
	return &d, nil
}

func (d *document) isIndex() bool { return d.Manifests != nil && d.Config == nil }

// isArtifact reports a manifest that describes something other than an image,
// and what it says it is.
func (d *document) isArtifact() (string, bool) {
	if d.Config == nil {
		return d.ArtifactType, true
	}
	if isImageConfig(d.Config.MediaType) {
		return "", false
	}
	if d.ArtifactType != "" {
		return d.ArtifactType, true
	}
	return d.Config.MediaType, true
}

func isImageConfig(mediaType string) bool {
	switch mediaType {
	case "", "application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json":
		return true
	}
	return false
}

// isAttestation reports a descriptor that an index lists beside its images.
func (d *descriptor) isAttestation() bool {
	return d.Annotations["vnd.docker.reference.type"] != "" ||
		d.Platform != nil && d.Platform.OS == "unknown" && d.Platform.Architecture == "unknown"
}

// names returns what the descriptor is called in its layout.
func (d *descriptor) names() []string {
	var out []string
	for _, k := range []string{"org.opencontainers.image.ref.name", "io.containerd.image.name"} {
		if n := d.Annotations[k]; n != "" {
			out = append(out, n)
		}
	}
	return out
}

// configFile is the part of the image config that reading needs.
// Source: OCI image-spec 1.1, config.md.
type configFile struct {
	platform
	RootFS struct {
		Type    string   `json:"type"`
		DiffIDs []string `json:"diff_ids"`
	} `json:"rootfs"`
	History []struct {
		Created    *time.Time `json:"created"`
		CreatedBy  string     `json:"created_by"`
		Author     string     `json:"author"`
		Comment    string     `json:"comment"`
		EmptyLayer bool       `json:"empty_layer"`
	} `json:"history"`
}

// dockerManifest is one image in the manifest.json of a Docker archive.
// Source: Docker image spec v1.2, "Combined Image JSON + Filesystem Changeset Format".
type dockerManifest struct {
	Config   string
	RepoTags []string
	Layers   []string
}

// compression is how the bytes of a layer are packed.
type compression uint8

const (
	unknownCompression compression = iota
	plain
	gzipped
	zstandard
)

func (c compression) String() string {
	return [...]string{"unknown", "plain tar", "gzip", "zstd"}[c]
}

// layerType is what a media type says of a layer.
type layerType struct {
	compression compression
	foreign     bool // content lies elsewhere, at URLs
	encrypted   bool
	tar         bool // a tar as all others; false for erofs and for what is not known
}

// parseLayerType reads the media type of a layer. Sources: OCI image-spec 1.1,
// layer.md; Docker distribution spec; ocicrypt for "+encrypted".
func parseLayerType(mediaType string) layerType {
	var t layerType
	base, found := strings.CutSuffix(mediaType, "+encrypted")
	t.encrypted = found
	switch base {
	case "application/vnd.oci.image.layer.v1.tar", "application/vnd.docker.image.rootfs.diff.tar",
		"application/vnd.docker.container.image.rootfs.diff+x-gtar":
		t.tar, t.compression = true, plain
	case "application/vnd.oci.image.layer.v1.tar+gzip", "application/vnd.docker.image.rootfs.diff.tar.gzip",
		"application/vnd.docker.image.rootfs.diff+x-gtar":
		t.tar, t.compression = true, gzipped
	case "application/vnd.oci.image.layer.v1.tar+zstd", "application/vnd.docker.image.rootfs.diff.tar.zstd":
		t.tar, t.compression = true, zstandard
	case "application/vnd.oci.image.layer.nondistributable.v1.tar", "application/vnd.docker.image.rootfs.foreign.diff.tar":
		t.tar, t.foreign, t.compression = true, true, plain
	case "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip":
		t.tar, t.foreign, t.compression = true, true, gzipped
	case "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd":
		t.tar, t.foreign, t.compression = true, true, zstandard
	}
	return t
}

// splitDigest parts "sha256:hex" and checks its form.
func splitDigest(d string) (alg, hex string, ok bool) {
	alg, hex, _ = strings.Cut(d, ":")
	n := map[string]int{"sha256": 64, "sha512": 128}[alg]
	if n == 0 || len(hex) != n || strings.Trim(hex, "0123456789abcdef") != "" {
		return "", "", false
	}
	return alg, hex, true
}
