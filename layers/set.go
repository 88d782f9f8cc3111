package layers

import (
	"sync"

	"github.com/seed-181f3109/assay/fstree"
)

// Set is what one reference opened: the images of one tag, one for each platform.
type Set struct {
	kind      Kind
	digest    string
	images    []*Image
	anomalies []Anomaly
	damage    []*fstree.Damage
	artifacts []Artifact
	platforms []string // met in indexes and configs, for messages
	mu        sync.Mutex
	closers   []func() error
}

func (s *Set) closeLater(f func() error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closers = append(s.closers, f)
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

// Artifacts returns what the index lists beside images: attestations,
// signatures, and other manifests that are not run. They are not read further.
func (s *Set) Artifacts() []Artifact { return s.artifacts }

// Artifact is a manifest in an index that is not an image.
type Artifact struct {
	Digest    string
	MediaType string
	Type      string // what it says it is: "attestation-manifest", an artifact or config media type
	Size      int64
}

// Close releases files. Views of the images cannot open content afterwards.
func (s *Set) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var first error
	for _, c := range s.closers {
		if err := c(); first == nil {
			first = err
		}
	}
	s.closers = nil
	return first
}
