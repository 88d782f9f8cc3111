package layers

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"regexp"
	"strings"

	"github.com/seed-181f3109/assay/fstree"
)

// maxDetect bounds how much of a compressed archive Detect unpacks, and how many
// headers of a plain one it reads, before it says that it is no image.
const (
	maxDetect        = 8 << 30
	maxDetectMembers = 1 << 16
	maxDetectAlien   = 1 << 20
)

// partName fits the names that image tools give to layers and documents.
var partName = regexp.MustCompile(`[0-9a-f]{64}|\.json$|\.tar(\.gz|\.zst)?$|(^|/)layer`)

// Detect says by content how a container image is stored at path, which is a
// file or a folder; names and suffixes count for nothing. An archive that is
// both an OCI layout and what docker load takes, as Docker 25 and later write
// it, is a KindDockerArchive. It returns an error wrapping
// fstree.ErrNotThisFormat if there is no container image, which includes disk images.
func Detect(path string) (Kind, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	kind := Kind("")
	switch {
	case info.IsDir():
		kind, err = detectDir(path)
	case info.Mode().IsRegular():
		kind, err = detectFile(path)
	}
	if err != nil {
		return "", fmt.Errorf("%q: %w", path, err)
	}
	if kind == "" {
		return "", fmt.Errorf("%q: %w: no container image", path, fstree.ErrNotThisFormat)
	}
	return kind, nil
}

func detectDir(path string) (Kind, error) {
	d, err := openDirFiles(path)
	if err != nil {
		return "", err
	}
	defer d.close()
	if has(d, "index.json") && (has(d, "oci-layout") || has(d, "blobs")) {
		return KindOCI, nil
	}
	raw, err := readAll(d, "manifest.json", maxManifest)
	if err == nil {
		var doc document
		if json.Unmarshal(raw, &doc) == nil && doc.SchemaVersion > 0 {
			return KindDir, nil
		}
	}
	return "", nil
}

func has(d *dirFiles, name string) bool {
	_, err := d.root.Stat(name)
	return err == nil
}

func detectFile(path string) (Kind, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return "", err
	}
	head = head[:n]
	c := compressionOf(head)
	if c == unknownCompression || c == plain && len(bytes.Trim(head, "\x00")) == 0 {
		return "", nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	if c == plain {
		return detectTar(f, 1<<62), nil
	}
	u, err := newUnpacker(&storedReader{r: f})
	if u != nil {
		defer u.close()
	}
	if err != nil {
		return "", nil // not a stream that can be unpacked, hence no image
	}
	return detectTar(io.LimitReader(u, maxDetect), maxDetectAlien), nil
}

// detectTar reads member names until they tell what the archive is. A seekable
// reader passes over contents; for others, a member above alien bytes that is not
// named like a part of an image ends it, so that a packed disk is not unpacked in vain.
func detectTar(r io.Reader, alien int64) Kind {
	var index, layout, blobs bool
	tr := tar.NewReader(r)
	for range maxDetectMembers {
		h, err := tr.Next()
		if err != nil {
			break
		}
		switch name := cleanName(h.Name); {
		case name == "manifest.json" && isDockerManifest(tr):
			return KindDockerArchive
		case name == "index.json":
			index = true
		case name == "oci-layout":
			layout = true
		case strings.HasPrefix(name, "blobs/"):
			blobs = true
		case h.Size > alien && !partName.MatchString(name):
			return ""
		}
	}
	if index && (layout || blobs) {
		return KindOCIArchive
	}
	return ""
}

// isDockerManifest reports a list of objects with the fields that docker load reads.
func isDockerManifest(r io.Reader) bool {
	raw, err := io.ReadAll(io.LimitReader(r, maxManifest))
	if err != nil {
		return false
	}
	images, err := parseDockerManifest(raw)
	return err == nil && len(images) > 0 && (images[0].Config != "" || len(images[0].Layers) > 0)
}

func parseDockerManifest(raw []byte) ([]dockerManifest, error) {
	var images []dockerManifest
	if err := json.Unmarshal(raw, &images); err != nil {
		return nil, fmt.Errorf("%w: manifest.json: %w", fstree.ErrCorrupt, err)
	}
	for i := range images {
		if images[i].Config == "" {
			return nil, fmt.Errorf("%w: manifest.json: image %d names no config", fstree.ErrCorrupt, i)
		}
		if len(images[i].Layers) > maxLayers {
			return nil, fmt.Errorf("manifest.json: %w: %d layers", fstree.ErrLimit, len(images[i].Layers))
		}
		images[i].Config = path.Clean(images[i].Config)
	}
	if len(images) == 0 {
		return nil, errors.New("manifest.json lists no image")
	}
	return images, nil
}
