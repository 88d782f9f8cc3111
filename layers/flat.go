package layers

import (
	"fmt"
	"strings"
)

// openFlat opens skopeo's flat folder: the manifest or index in manifest.json,
// further manifests of an index in HEX.manifest.json, blobs in files named by
// the hexadecimal digits of their digest. Source: containers-transports(5), "dir:".
func (s *store) openFlat() error {
	s.use("manifest.json", "version")
	raw, err := readAll(s.files, "manifest.json", maxManifest)
	if err != nil {
		return err
	}
	doc, err := parseDocument(raw)
	if err != nil {
		return err
	}
	s.digest = sha256Digest(raw)
	if s.ref.Digest != "" && s.ref.Digest != s.digest {
		return fmt.Errorf("the folder holds %s, not %s", s.digest, s.ref.Digest)
	}
	if doc.isIndex() {
		for _, d := range doc.Manifests {
			if err := s.openFlatManifest(d); err != nil {
				return err
			}
		}
	} else {
		if kind, ok := doc.isArtifact(); ok {
			s.note(descriptor{Digest: s.digest, MediaType: doc.MediaType, Size: int64(len(raw))}, kind)
			return nil
		}
		im := s.newImage(doc, raw, s.digest, "")
		s.readConfig(im, doc.Config, nil)
		if s.wanted(im.platform) {
			s.images = append(s.images, im)
		}
	}
	s.reportOrphans(func(name string) bool { return !strings.HasPrefix(name, "signature-") })
	return nil
}

// openFlatManifest opens one manifest of an index. A folder with the images of some
// platforms only lacks the others.
func (s *store) openFlatManifest(d descriptor) error {
	_, hex, ok := splitDigest(d.Digest)
	if ok {
		name := hex + ".manifest.json"
		if f, err := s.files.open(name); err == nil {
			f.close()
			s.use(name)
			s.renamed[d.Digest] = name
		}
	}
	return s.openDescriptor(d, 0, "")
}
