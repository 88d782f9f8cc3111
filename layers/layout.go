package layers

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/seed-181f3109/assay/fstree"
)

// openLayout opens an image of an OCI layout.
// Source: OCI image-spec 1.1, image-layout.md.
func (s *store) openLayout() error {
	s.use("index.json", "oci-layout")
	raw, err := readAll(s.files, "index.json", maxManifest)
	if err != nil {
		return err
	}
	index, err := parseDocument(raw)
	if err != nil {
		return fmt.Errorf("index.json: %w", err)
	}
	picked, err := s.pick(index)
	if err != nil {
		return err
	}
	s.digest = picked[0].Digest
	if len(picked) > 1 { // index.json itself is the index of platforms
		s.digest = sha256Digest(raw)
	}
	for _, d := range picked {
		if err := s.openDescriptor(d, 0, ""); err != nil {
			return err
		}
	}
	s.findOrphans(index)
	return nil
}

// pick chooses the descriptors of index.json that the reference asks for.
func (s *store) pick(index *document) ([]descriptor, error) {
	if s.ref.Digest != "" {
		for _, d := range index.Manifests {
			if d.Digest == s.ref.Digest && (s.ref.Tag == "" || slices.Contains(d.names(), s.ref.Tag)) {
				return []descriptor{d}, nil
			}
		}
		return []descriptor{{Digest: s.ref.Digest, Size: -1}}, nil
	}
	var out []descriptor
	var names []string
	for _, d := range index.Manifests {
		names = append(names, d.names()...)
		if s.ref.Tag == "" || slices.Contains(d.names(), s.ref.Tag) {
			out = append(out, d)
		}
	}
	if len(out) == 0 && s.ref.Tag != "" {
		return nil, fmt.Errorf("no image is tagged %q; tags are %s", s.ref.Tag, list(names))
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: index.json lists no image", fstree.ErrUnsupported)
	}
	return s.oneImage(out, names)
}

// oneImage reduces descriptors to one image: all the same digest, or one for each platform.
func (s *store) oneImage(ds []descriptor, names []string) ([]descriptor, error) {
	images := slices.DeleteFunc(slices.Clone(ds), func(d descriptor) bool { return d.isAttestation() })
	if len(images) == 0 {
		return ds, nil
	}
	digests, platforms := map[string]bool{}, map[string]bool{}
	for _, d := range images {
		digests[d.Digest] = true
		platforms[d.Platform.String()] = true
	}
	switch {
	case len(digests) == 1:
		return images[:1], nil
	case len(platforms) == len(images) && !platforms[""] && (s.ref.Tag != "" || len(names) == 0):
		return ds, nil
	case s.ref.Tag != "":
		return nil, fmt.Errorf("tag %q names %d manifests (%s); choose one by @digest", s.ref.Tag, len(images), list(keys(digests)))
	case len(names) == 0:
		return nil, fmt.Errorf("the store holds %d images without tags (%s); choose one by @digest", len(images), list(keys(digests)))
	}
	return nil, fmt.Errorf("the store holds %d images; choose one of the tags %s", len(images), list(names))
}

func keys(m map[string]bool) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	return out
}

func (s *store) use(names ...string) {
	for _, n := range names {
		s.used[n] = true
	}
}

// openDescriptor opens the image or index that d points to. What cannot be read is damage.
func (s *store) openDescriptor(d descriptor, depth int, name string) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if n := d.names(); name == "" && len(n) > 0 {
		name = n[0]
	}
	if d.isAttestation() {
		s.note(d, "attestation-manifest")
		return nil
	}
	if p := d.Platform.String(); p != "" && !s.wanted(p) {
		return nil
	}
	raw, digest, err := s.document(d)
	if err != nil {
		s.lost(d.Digest, strings.TrimSpace("manifest "+d.Platform.String()), err)
		return nil
	}
	doc, err := parseDocument(raw)
	if err != nil {
		s.lost(d.Digest, "manifest", err)
		return nil
	}
	if doc.isIndex() {
		return s.openIndex(doc, d, depth, name)
	}
	if kind, ok := doc.isArtifact(); ok {
		s.note(d, kind)
		return nil
	}
	im := s.newImage(doc, raw, digest, name)
	s.readConfig(im, doc.Config, d.Platform)
	if d.Platform.String() != "" || s.wanted(im.platform) {
		s.images = append(s.images, im)
	}
	return nil
}

func (s *store) openIndex(doc *document, d descriptor, depth int, name string) error {
	if depth >= maxIndexNest || len(doc.Manifests) > maxPlatforms {
		s.lost(d.Digest, "index", fmt.Errorf("%w: index %d deep with %d manifests", fstree.ErrLimit, depth, len(doc.Manifests)))
		return nil
	}
	for _, m := range doc.Manifests {
		if len(s.images) >= maxPlatforms {
			s.lost(d.Digest, "index", fmt.Errorf("%w: more than %d images", fstree.ErrLimit, maxPlatforms))
			return nil
		}
		if err := s.openDescriptor(m, depth+1, name); err != nil {
			return err
		}
	}
	return nil
}

func (s *store) note(d descriptor, kind string) {
	s.artifacts = append(s.artifacts, Artifact{Digest: d.Digest, MediaType: d.MediaType, Type: kind, Size: d.Size})
}

// document reads a manifest or index and checks digest and size. A mismatch is
// an anomaly; the digest returned is that of the bytes.
func (s *store) document(d descriptor) (raw []byte, digest string, err error) {
	raw, err = s.blobBytes(d.Digest, maxManifest)
	if err != nil {
		return nil, "", err
	}
	digest = d.Digest
	if got, ok := verify(raw, d.Digest); !ok {
		s.anomaly("manifest-digest-mismatch", d.Digest, "bytes have %s", got)
		digest = got
	}
	if d.Size >= 0 && d.Size != int64(len(raw)) {
		s.anomaly("manifest-size-mismatch", d.Digest, "%d bytes, stated are %d", len(raw), d.Size)
	}
	return raw, digest, nil
}

// blobBytes reads a small blob of a layout.
func (s *store) blobBytes(digest string, limit int64) ([]byte, error) {
	p, err := s.blobName(digest)
	if err != nil {
		return nil, err
	}
	s.use(p)
	return readAll(s.files, p, limit)
}

// blobName is the file that holds a digest's bytes: in blobs/, or beside
// manifest.json in skopeo's flat folder.
func (s *store) blobName(digest string) (string, error) {
	if p := s.renamed[digest]; p != "" {
		return p, nil
	}
	p, err := blobPath(digest)
	if s.kind == KindDir && err == nil {
		p = path.Base(p)
	}
	return p, err
}

// newImage makes an image of its manifest, and finds the blob of every layer.
func (s *store) newImage(doc *document, raw []byte, digest, name string) *Image {
	im := &Image{opts: s.opts, digest: digest, name: name, rawManifest: raw, onClose: s.closeLater}
	if len(doc.Layers) > maxLayers {
		im.damage = append(im.damage, &fstree.Damage{Path: digest, Structure: "manifest", Offset: -1,
			Cause: fmt.Errorf("%w: %d layers, at most %d are read", fstree.ErrLimit, len(doc.Layers), maxLayers)})
		doc.Layers = doc.Layers[:maxLayers]
	}
	for i, d := range doc.Layers {
		l := imageLayer{LayerInfo: LayerInfo{Layer: fstree.Layer{Index: i, Digest: d.Digest}, MediaType: d.MediaType, Size: d.Size}, urls: d.URLs}
		p, err := s.blobName(d.Digest)
		if err == nil {
			s.use(p)
			l.blob, err = fileBlob(s.files, p)
		}
		l.err = err
		im.layers = append(im.layers, l)
	}
	return im
}

// readConfig reads the config that the manifest names. Without it the image is still read.
func (s *store) readConfig(im *Image, d *descriptor, stated *platform) {
	raw, err := s.blobBytes(d.Digest, maxConfig)
	if err != nil {
		im.damage = append(im.damage, &fstree.Damage{Path: d.Digest, Structure: "config", Offset: -1, Cause: err})
		im.platform = stated.String()
		return
	}
	im.checkConfig(raw, d)
	im.setConfig(raw, stated)
}

func (im *Image) checkConfig(raw []byte, d *descriptor) {
	if got, ok := verify(raw, d.Digest); !ok {
		im.anomaly("config-digest-mismatch", d.Digest, "bytes have %s", got)
	}
	if d.Size != int64(len(raw)) {
		im.anomaly("config-size-mismatch", d.Digest, "%d bytes, stated are %d", len(raw), d.Size)
	}
}

// findOrphans looks for blobs that nothing in index.json leads to.
func (s *store) findOrphans(index *document) {
	for _, d := range index.Manifests {
		s.reach(d, 0)
	}
	s.reportOrphans(func(name string) bool { return strings.HasPrefix(name, "blobs/") })
}

// reach marks what a descriptor leads to as used. What is missing there is no
// concern of the image that is read.
func (s *store) reach(d descriptor, depth int) {
	p, err := s.blobName(d.Digest)
	if err != nil || depth > maxIndexNest || s.reached[p] || len(s.reached) > 1<<16 {
		return
	}
	s.reached[p] = true
	s.use(p)
	raw, err := readAll(s.files, p, maxManifest)
	if err != nil {
		return
	}
	doc, err := parseDocument(raw)
	if err != nil {
		return
	}
	for _, m := range doc.Manifests {
		s.reach(m, depth+1)
	}
	for _, b := range append(doc.Layers, deref(doc.Config)...) {
		if p, err := s.blobName(b.Digest); err == nil {
			s.use(p)
		}
	}
}

func deref(d *descriptor) []descriptor {
	if d == nil {
		return nil
	}
	return []descriptor{*d}
}

// reportOrphans reports files that were not used and that counts wants counted.
func (s *store) reportOrphans(counts func(name string) bool) {
	names, err := s.files.names()
	if err != nil {
		s.lost(s.ref.Path, "list of blobs", err)
		return
	}
	reported := 0
	for _, n := range names {
		if s.used[n] || !counts(n) {
			continue
		}
		if reported++; reported > maxNotes {
			continue
		}
		s.reportOrphan(n)
	}
	if reported > maxNotes {
		s.anomaly("orphan-blob", s.ref.Path, "%d blobs in all belong to no image", reported)
	}
}

func (s *store) reportOrphan(name string) {
	f, err := s.files.open(name)
	if err != nil {
		s.lost(name, "blob", err)
		return
	}
	size := f.size
	f.close()
	if size <= maxManifest {
		if raw, err := readAll(s.files, name, maxManifest); err == nil {
			if doc, err := parseDocument(raw); err == nil && doc.SchemaVersion == 2 && (doc.Config != nil || doc.Manifests != nil) {
				s.anomaly("unreferenced-manifest", name, "%d bytes, %d layers", size, len(doc.Layers))
				return
			}
		}
	}
	s.anomaly("orphan-blob", name, "%d bytes", size)
}
