package layers

import (
	"context"
	"fmt"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/seed-181f3109/assay/fstree"
)

// FromV1 returns the image that img is. Its layers are read as img stores them,
// each time anew. An image that go-containerregistry opened from a Docker archive
// with uncompressed layers has to compress them to know their digests; Open does
// not do that.
func FromV1(img v1.Image, opts *Options) (*Image, error) {
	raw, err := img.RawManifest()
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	doc, err := parseDocument(raw)
	if err != nil {
		return nil, err
	}
	if kind, ok := doc.isArtifact(); ok {
		return nil, fmt.Errorf("%w: manifest of %q", fstree.ErrUnsupported, kind)
	}
	if len(doc.Layers) > maxLayers {
		return nil, fmt.Errorf("%w: %d layers", fstree.ErrLimit, len(doc.Layers))
	}
	im := &Image{opts: opts, digest: sha256Digest(raw), rawManifest: raw}
	for i, d := range doc.Layers {
		info := LayerInfo{Layer: fstree.Layer{Index: i, Digest: d.Digest}, MediaType: d.MediaType, Size: d.Size}
		l := imageLayer{LayerInfo: info, urls: d.URLs}
		if len(d.URLs) > 0 {
			l.err = errNoFile // the library would go to the URLs
		} else {
			l.blob, l.err = v1Blob(img, d)
		}
		im.layers = append(im.layers, l)
	}
	config, err := img.RawConfigFile()
	if err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	im.checkConfig(config, doc.Config)
	im.setConfig(config, nil)
	return im, nil
}

func v1Blob(img v1.Image, d descriptor) (*blob, error) {
	h, err := v1.NewHash(d.Digest)
	if err != nil {
		return nil, fmt.Errorf("%w: digest %q", fstree.ErrUnsupported, d.Digest)
	}
	l, err := img.LayerByDigest(h)
	if err != nil {
		return nil, err
	}
	return &blob{name: d.Digest, size: -1, open: func(context.Context) (io.ReadCloser, error) { return l.Compressed() }}, nil
}
