package layers

import (
	"context"

	"github.com/seed-181f3109/assay/fstree"
)

// Set is what one reference opened: the images of one tag, one for each platform.
type Set struct {
	kind      Kind
	digest    string
	images    []*Image
	anomalies []Anomaly
	damage    []*fstree.Damage
	closers   []func() error
}

// Open opens the image that ref names. Nothing but manifests and configs is
// read yet. The caller closes the Set after the last use of its images and views.
func Open(ctx context.Context, ref Reference, opts *Options) (*Set, error) {
	panic("interface only")
}

// Kind returns how the image is stored.
func (s *Set) Kind() Kind { return s.kind }

// Digest returns the digest of what the reference named: that of the index if
// it named one, else that of the manifest; of the config for an old Docker
// archive, which has no manifest.
func (s *Set) Digest() string { return s.digest }

// Images returns one image for each platform, in the order of the index.
func (s *Set) Images() []*Image { return s.images }

// Anomalies returns what is odd about the store itself.
func (s *Set) Anomalies() []Anomaly { return s.anomalies }

// Damage returns what could not be opened, such as the manifest of a platform.
func (s *Set) Damage() []*fstree.Damage { return s.damage }

// Close releases files. Views of the images cannot open content afterwards.
func (s *Set) Close() error {
	var first error
	for _, c := range s.closers {
		if err := c(); first == nil {
			first = err
		}
	}
	s.closers = nil
	return first
}
