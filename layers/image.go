package layers

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/seed-181f3109/assay/fstree"
)

// Image is one image for one platform. It may be used from several goroutines.
type Image struct {
	opts        *Options
	platform    string
	digest      string
	name        string
	rawManifest []byte
	rawConfig   []byte
	layers      []imageLayer
	history     []History
	anomalies   []Anomaly
	damage      []*fstree.Damage
	onClose     func(func() error) // registers what the Set has to close
}

// imageLayer is one layer: what is stated about it, and its bytes.
type imageLayer struct {
	LayerInfo
	urls []string
	blob *blob
	err  error // why there is no blob
}

// LayerInfo is one layer as manifest and config state it. In Image.Layers,
// Digest and DiffID are claims, and Digest is empty in a Docker archive
// without manifest; in View.Layers both are computed from the bytes.
type LayerInfo struct {
	fstree.Layer
	MediaType string
	Size      int64 // stored bytes; -1 if nothing states it
}

// History is one step of the image's history, as the config states it.
type History struct {
	Created    time.Time // zero if none is stated
	CreatedBy  string
	Author     string
	Comment    string
	EmptyLayer bool // the step made no layer
}

// Platform returns the platform as "os/architecture[/variant]"; empty if nothing states it.
func (im *Image) Platform() string { return im.platform }

// Digest returns the digest of the manifest, computed from its bytes; of the
// config if there is no manifest, as in an old Docker archive.
func (im *Image) Digest() string { return im.digest }

// Name returns what the store calls the image: a tag of a layout, a name in a
// Docker archive or registry. Empty if it has none.
func (im *Image) Name() string { return im.name }

// RawManifest returns the manifest's bytes, nil if there is none. Do not change them.
func (im *Image) RawManifest() []byte { return im.rawManifest }

// RawConfig returns the config's bytes. Do not change them.
func (im *Image) RawConfig() []byte { return im.rawConfig }

// Layers returns the layers from the base up.
func (im *Image) Layers() []LayerInfo {
	out := make([]LayerInfo, len(im.layers))
	for i := range im.layers {
		out[i] = im.layers[i].LayerInfo
	}
	return out
}

// History returns the steps from the first on.
func (im *Image) History() []History { return slices.Clone(im.history) }

// Anomalies returns what is odd about manifest and config. What is odd about layers is in View.Anomalies.
func (im *Image) Anomalies() []Anomaly { return slices.Clone(im.anomalies) }

func (im *Image) anomaly(id, path, format string, args ...any) {
	im.anomalies = append(im.anomalies, newAnomaly(id, path, fmt.Sprintf(format, args...), -1))
}

func sha256Digest(b []byte) string {
	s := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(s[:])
}

// setConfig parses the config and joins its diffIDs and history to the layers.
func (im *Image) setConfig(raw []byte, stated *platform) {
	im.rawConfig = raw
	var c configFile
	if err := json.Unmarshal(raw, &c); err != nil {
		im.anomaly("config-invalid", "", "%v", err)
	}
	im.platform = c.platform.String()
	if s := stated.String(); s != "" {
		if im.platform != "" && !platformFits(stated, &c.platform) {
			im.anomaly("platform-mismatch", "", "index says %q, config says %q", s, im.platform)
		}
		im.platform = s
	}
	if len(c.RootFS.DiffIDs) != len(im.layers) {
		im.anomaly("layer-count-mismatch", "", "%d layers, %d diff_ids", len(im.layers), len(c.RootFS.DiffIDs))
	}
	for i := range im.layers {
		if i < len(c.RootFS.DiffIDs) {
			im.layers[i].DiffID = c.RootFS.DiffIDs[i]
		}
	}
	im.setHistory(&c)
}

// platformFits allows the config to leave out the variant.
func platformFits(index, config *platform) bool {
	return index.OS == config.OS && index.Architecture == config.Architecture &&
		(index.Variant == config.Variant || config.Variant == "" || index.Variant == "")
}

// setHistory names the step that made each layer: the steps that are not empty,
// in order. If their number is another one, no step is named.
// Source: OCI image-spec 1.1, config.md, "history".
func (im *Image) setHistory(c *configFile) {
	var steps []string
	for _, h := range c.History {
		s := History{CreatedBy: h.CreatedBy, Author: h.Author, Comment: h.Comment, EmptyLayer: h.EmptyLayer}
		if h.Created != nil {
			s.Created = h.Created.UTC()
		}
		im.history = append(im.history, s)
		if !h.EmptyLayer {
			steps = append(steps, h.CreatedBy)
		}
	}
	if len(c.History) == 0 {
		return
	}
	if len(steps) != len(im.layers) {
		im.anomaly("history-mismatch", "", "history has %d steps with a layer, the image has %d layers", len(steps), len(im.layers))
		return
	}
	for i := range im.layers {
		im.layers[i].CreatedBy = steps[i]
	}
}
