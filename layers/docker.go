package layers

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-181f3109/assay/fstree"
)

// openDocker opens an image of a Docker archive. If the archive is an OCI
// layout too, as Docker 25 and later write it, the manifest is taken from there.
// Sources: Docker image spec v1.2; Docker Engine 25 release notes.
func (s *store) openDocker() error {
	s.use("manifest.json", "repositories", "index.json", "oci-layout")
	raw, err := readAll(s.files, "manifest.json", maxManifest)
	if err != nil {
		return err
	}
	images, err := parseDockerManifest(raw)
	if err != nil {
		return err
	}
	for _, m := range images {
		s.use(cleanName(m.Config))
		for _, l := range m.Layers {
			s.useLinked(l)
		}
	}
	m, err := s.pickDocker(images)
	if err != nil {
		return err
	}
	config, cerr := readAll(s.files, m.Config, maxConfig)
	if cerr != nil {
		return fmt.Errorf("config: %w", cerr)
	}
	name := s.ref.Tag
	if name == "" && len(m.RepoTags) > 0 {
		name = m.RepoTags[0]
	}
	done, err := s.openDockerLayout(sha256Digest(config), name)
	if err == nil && !done {
		s.openClassic(m, config, name)
	}
	s.reportOrphans(isDockerPart)
	return err
}

// useLinked marks a layer's file and what a link in its place leads to.
func (s *store) useLinked(name string) {
	name = cleanName(name)
	s.use(name)
	t, ok := s.files.(*tarFiles)
	if !ok {
		return
	}
	for range maxMemberLinks {
		m, ok := t.members[name]
		if !ok || m.link == "" {
			return
		}
		name = m.link
		s.use(name)
	}
}

// isDockerPart reports members that should belong to some image: everything
// but the files that old versions of Docker want beside each layer.
func isDockerPart(name string) bool {
	switch path.Base(name) {
	case "VERSION", "json":
		return strings.Count(name, "/") != 1
	}
	return true
}

// pickDocker chooses the image by name, or by the digest of its config.
func (s *store) pickDocker(images []dockerManifest) (*dockerManifest, error) {
	var found []*dockerManifest
	var names []string
	for i := range images {
		m := &images[i]
		names = append(names, m.RepoTags...)
		switch {
		case s.ref.Digest != "":
			_, hex, _ := strings.Cut(s.ref.Digest, ":")
			if strings.Contains(m.Config, hex) || s.hasConfig(m, s.ref.Digest) {
				found = append(found, m)
			}
		case s.ref.Tag == "" || slices.ContainsFunc(m.RepoTags, func(t string) bool { return sameName(t, s.ref.Tag) }):
			found = append(found, m)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1 && s.ref.Tag != "":
		return nil, fmt.Errorf("%d images are named %q; choose one by @digest of its config", len(found), s.ref.Tag)
	case len(found) > 1:
		return nil, fmt.Errorf("the archive holds %d images; choose one of %s", len(found), list(names))
	case s.ref.Digest != "":
		return nil, fmt.Errorf("no image has the config %s; names are %s", s.ref.Digest, list(names))
	}
	return nil, fmt.Errorf("no image is named %q; names are %s", s.ref.Tag, list(names))
}

func (s *store) hasConfig(m *dockerManifest, digest string) bool {
	raw, err := readAll(s.files, m.Config, maxConfig)
	if err != nil {
		return false
	}
	_, ok := verify(raw, digest)
	return ok
}

// sameName compares names as Docker does: the registry docker.io, the
// repository library/ and the tag latest may be left out.
func sameName(a, b string) bool { return a == b || fullName(a) == fullName(b) }

func fullName(n string) string {
	if !strings.Contains(n[strings.LastIndexByte(n, '/')+1:], ":") {
		n += ":latest"
	}
	first, rest, found := strings.Cut(n, "/")
	if !found {
		return "docker.io/library/" + n
	}
	if !strings.ContainsAny(first, ".:") && first != "localhost" {
		return "docker.io/" + n
	}
	if first == "docker.io" && !strings.Contains(rest, "/") {
		return "docker.io/library/" + rest
	}
	return n
}

// openDockerLayout opens the image by the archive's index.json, if it has one
// that leads to the config; all platforms under the same name are opened with it.
func (s *store) openDockerLayout(config, name string) (bool, error) {
	raw, err := readAll(s.files, "index.json", maxManifest)
	if err != nil {
		return false, nil // an old archive
	}
	index, err := parseDocument(raw)
	if err != nil {
		s.anomaly("archive-views-differ", "index.json", "%v", err)
		return false, nil
	}
	for _, d := range index.Manifests {
		s.reach(d, 0)
	}
	for _, d := range index.Manifests {
		if s.leadsTo(d, config, 0) {
			s.digest = d.Digest
			return true, s.openDescriptor(d, 0, name)
		}
	}
	s.anomaly("archive-views-differ", "index.json", "it leads to no image with the config %s that manifest.json names", config)
	return false, nil
}

// leadsTo reports whether an image with that config is below d.
func (s *store) leadsTo(d descriptor, config string, depth int) bool {
	p, err := s.blobName(d.Digest)
	if err != nil || depth > maxIndexNest {
		return false
	}
	raw, err := readAll(s.files, p, maxManifest)
	if err != nil {
		return false
	}
	doc, err := parseDocument(raw)
	if err != nil {
		return false
	}
	if doc.Config != nil {
		return doc.Config.Digest == config
	}
	return slices.ContainsFunc(doc.Manifests, func(m descriptor) bool { return s.leadsTo(m, config, depth+1) })
}

var hexName = regexp.MustCompile(`[0-9a-f]{64}`)

// openClassic makes the image of config and layer files alone.
func (s *store) openClassic(m *dockerManifest, config []byte, name string) {
	im := &Image{opts: s.opts, digest: sha256Digest(config), name: name, onClose: s.closeLater}
	if hex := hexName.FindString(path.Base(m.Config)); hex != "" && "sha256:"+hex != im.digest {
		im.anomaly("config-digest-mismatch", m.Config, "bytes have %s", im.digest)
	}
	for i, file := range m.Layers {
		l := imageLayer{LayerInfo: LayerInfo{Layer: fstree.Layer{Index: i}, Size: -1}}
		l.blob, l.err = fileBlob(s.files, cleanName(file))
		im.layers = append(im.layers, l)
	}
	im.setConfig(config, nil)
	s.digest = im.digest
	if s.wanted(im.platform) {
		s.images = append(s.images, im)
	}
}
