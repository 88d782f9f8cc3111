package demo

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Step is one layer: what is written, and the command that history gives for it.
type Step struct {
	Command string
	Files   []File
}

// File is one member of a layer. A name with the prefix .wh. is a whiteout.
type File struct {
	Path, Data string
	Mode       int64
}

// Config is the part of the image configuration that images of this package set.
type Config struct {
	User       string   `json:",omitempty"`
	Entrypoint []string `json:",omitempty"`
	Env        []string
}

type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int               `json:"size"`
	Platform    map[string]string `json:"platform,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Layout is an OCI image layout that is being written.
type Layout struct {
	dir       string
	manifests []descriptor
}

// made is when everything was made, so that equal inputs give equal digests.
var made = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)

// NewLayout makes dir, in which images are written.
func NewLayout(dir string) (*Layout, error) {
	return &Layout{dir: dir}, os.MkdirAll(filepath.Join(dir, "blobs", "sha256"), 0o755)
}

// Image writes one image under a tag. Source: OCI image specification, "Image Manifest", "Image Configuration".
func (l *Layout) Image(tag string, steps []Step, cfg Config) error {
	var layers []descriptor
	var diffIDs []string
	var history []map[string]string
	for _, s := range steps {
		raw, zipped, err := layer(s.Files)
		if err != nil {
			return err
		}
		d, err := l.blob("application/vnd.oci.image.layer.v1.tar+gzip", zipped)
		if err != nil {
			return err
		}
		layers = append(layers, d)
		diffIDs = append(diffIDs, fmt.Sprintf("sha256:%x", sha256.Sum256(raw)))
		history = append(history, map[string]string{"created": made.Format(time.RFC3339), "created_by": s.Command})
	}
	config, err := l.json("application/vnd.oci.image.config.v1+json", map[string]any{
		"created": made.Format(time.RFC3339), "architecture": "amd64", "os": "linux", "config": cfg,
		"rootfs": map[string]any{"type": "layers", "diff_ids": diffIDs}, "history": history,
	})
	if err != nil {
		return err
	}
	m, err := l.json("application/vnd.oci.image.manifest.v1+json", map[string]any{
		"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": layers,
	})
	if err != nil {
		return err
	}
	m.Annotations = map[string]string{"org.opencontainers.image.ref.name": tag}
	m.Platform = map[string]string{"os": "linux", "architecture": "amd64"}
	l.manifests = append(l.manifests, m)
	return nil
}

// layer makes a tar of files and its gzip form.
func layer(files []File) (raw, zipped []byte, err error) {
	var buf, out bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, f := range files {
		h := &tar.Header{Name: f.Path, Mode: f.Mode, Size: int64(len(f.Data)), ModTime: made, Typeflag: tar.TypeReg}
		if err := w.WriteHeader(h); err != nil {
			return nil, nil, err
		}
		if _, err := w.Write([]byte(f.Data)); err != nil {
			return nil, nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, nil, err
	}
	z := gzip.NewWriter(&out)
	if _, err := z.Write(buf.Bytes()); err != nil {
		return nil, nil, err
	}
	if err := z.Close(); err != nil {
		return nil, nil, err
	}
	return buf.Bytes(), out.Bytes(), nil
}

func (l *Layout) json(mediaType string, v any) (descriptor, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return descriptor{}, err
	}
	return l.blob(mediaType, b)
}

func (l *Layout) blob(mediaType string, b []byte) (descriptor, error) {
	sum := fmt.Sprintf("%x", sha256.Sum256(b))
	err := os.WriteFile(filepath.Join(l.dir, "blobs", "sha256", sum), b, 0o644)
	return descriptor{MediaType: mediaType, Digest: "sha256:" + sum, Size: len(b)}, err
}

// Close writes the index.
func (l *Layout) Close() error {
	if err := os.WriteFile(filepath.Join(l.dir, "oci-layout"), []byte(`{"imageLayoutVersion":"1.0.0"}`), 0o644); err != nil {
		return err
	}
	b, err := json.Marshal(map[string]any{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": l.manifests})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(l.dir, "index.json"), b, 0o644)
}
