package layers

import (
	"context"
	"iter"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/spool"
)

// Image is one image for one platform.
type Image struct{}

// LayerInfo is one layer as manifest and config state it. Digest and DiffID are
// claims until the layer has been read; those of entries of a View are computed.
type LayerInfo struct {
	fstree.Layer
	MediaType string
	Size      int64 // stored bytes, as stated; -1 if nothing states it
}

// History is one step of the image's history, as the config states it.
type History struct {
	Created    time.Time
	CreatedBy  string
	Author     string
	Comment    string
	EmptyLayer bool
}

// FromV1 returns an image that another program holds.
func FromV1(img v1.Image) (*Image, error) { panic("interface only") }

func (im *Image) Platform() string     { return "" }
func (im *Image) Digest() string       { return "" }
func (im *Image) Name() string         { return "" }
func (im *Image) RawManifest() []byte  { return nil }
func (im *Image) RawConfig() []byte    { return nil }
func (im *Image) Layers() []LayerInfo  { return nil }
func (im *Image) History() []History   { return nil }
func (im *Image) Anomalies() []Anomaly { return nil }

// ReadOptions say what Read does beside building the merged view.
type ReadOptions struct {
	// Golden is a view whose layers need not be unpacked again.
	Golden *View
	// Visit is called for the content of every regular file of each layer that is unpacked.
	Visit func(ctx context.Context, e *fstree.Entry, c *spool.Content) error
}

// Read reads the layers and merges them.
func (im *Image) Read(ctx context.Context, opts *ReadOptions) (*View, error) { panic("interface only") }

// View is the merged image. It is an fstree.Tree and an fstree.Opener.
type View struct{}

// Stats counts the work that Read did.
type Stats struct {
	BytesRead     int64 // stored bytes read and hashed
	BytesUnpacked int64 // uncompressed bytes that came out of layers
	BytesHashed   int64 // bytes of file content hashed
	FilesHashed   int64
	Layers        int // layers of the image
	LayersShared  int // not unpacked: same verified digest as a golden layer
	LayersCached  int // not unpacked: index came from the cache
}

func (v *View) Walk(ctx context.Context) iter.Seq2[*fstree.Entry, error] { panic("interface only") }
func (v *View) OpenEntry(e *fstree.Entry) (fstree.File, error)           { panic("interface only") }
func (v *View) Anomalies() []Anomaly                                     { return nil }
func (v *View) Stats() Stats                                             { return Stats{} }
func (v *View) Image() *Image                                            { return nil }
func (v *View) Layers() []LayerInfo                                      { return nil }
