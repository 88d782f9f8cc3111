package layers

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/seed-181f3109/assay/fstree"
)

// Kind is how a container image is stored.
type Kind string

// The kinds of storage.
const (
	KindOCI           Kind = "oci"            // an OCI image layout in a directory
	KindOCIArchive    Kind = "oci-archive"    // an OCI image layout in a tar
	KindDockerArchive Kind = "docker-archive" // what docker save and podman save write
	KindDir           Kind = "dir"            // the flat folder of skopeo: manifest.json and blobs by digest
	KindRegistry      Kind = "docker"         // a registry
)

// Reference names one image or all images of a store.
type Reference struct {
	// Kind is how the image is stored; empty means that Open finds it by content.
	Kind Kind
	// Path is a file, a folder, or for KindRegistry the image's name without "docker://".
	Path string
	// Tag chooses among several images: the ref.name annotation of a layout, or the
	// name in a Docker archive ("registry.example:5000/shop/web:1.0"). Empty if none is asked for.
	Tag string
	// Digest chooses by the digest of index, manifest or config: "sha256:...". Empty if none is asked for.
	Digest string
}

// String writes the reference as ParseReference reads it.
func (r Reference) String() string {
	var b strings.Builder
	switch r.Kind {
	case "":
	case KindRegistry:
		b.WriteString("docker://")
	default:
		b.WriteString(string(r.Kind) + ":")
	}
	b.WriteString(r.Path)
	if r.Tag != "" {
		b.WriteString(":" + r.Tag)
	}
	if r.Digest != "" {
		b.WriteString("@" + r.Digest)
	}
	return b.String()
}

var (
	digestSuffix = regexp.MustCompile(`@(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$`)
	otherKinds   = regexp.MustCompile(`^(disk|rootfs|baseline|containerd|containers-storage|docker-daemon|sif|ostree|tarball):`)
)

// ParseReference reads an image reference as skopeo writes it:
//
//	oci:DIR[:TAG]              oci:DIR@sha256:...
//	oci-archive:FILE[:TAG]     docker-archive:FILE[:NAME[:TAG]]
//	dir:DIR                    docker://NAME[:TAG][@sha256:...]
//
// The path ends at its first colon, not counting that of a Windows drive letter. A
// string without one of these prefixes is a path, whose kind Open finds by
// content. Prefixes of other kinds of reference (disk:, rootfs:, baseline:,
// containerd:) give an error wrapping fstree.ErrNotThisFormat.
//
// Source: containers-transports(5).
func ParseReference(s string) (Reference, error) {
	if name, ok := strings.CutPrefix(s, "docker://"); ok {
		if name == "" {
			return Reference{}, fmt.Errorf("image reference %q names no image", s)
		}
		return Reference{Kind: KindRegistry, Path: name}, nil
	}
	for _, k := range []Kind{KindOCI, KindOCIArchive, KindDockerArchive, KindDir} {
		rest, ok := strings.CutPrefix(s, string(k)+":")
		if !ok {
			continue
		}
		r := Reference{Kind: k, Path: rest}
		if k != KindDir {
			r = splitPath(rest)
			r.Kind = k
		}
		if r.Path == "" {
			return Reference{}, fmt.Errorf("image reference %q names no path", s)
		}
		return r, nil
	}
	if m := otherKinds.FindString(s); m != "" {
		return Reference{}, fmt.Errorf("image reference %q: %w: %q does not name a stored container image", s, fstree.ErrNotThisFormat, m)
	}
	if s == "" {
		return Reference{}, fmt.Errorf("empty image reference")
	}
	return Reference{Path: s}, nil
}

// splitPath parts PATH[:TAG][@DIGEST].
func splitPath(s string) Reference {
	var r Reference
	if m := digestSuffix.FindString(s); m != "" {
		r.Digest, s = m[1:], strings.TrimSuffix(s, m)
	}
	from := 0
	if len(s) >= 3 && s[1] == ':' && (s[2] == '\\' || s[2] == '/') && isLetter(s[0]) {
		from = 2
	}
	if i := strings.IndexByte(s[from:], ':'); i >= 0 {
		r.Path, r.Tag = s[:from+i], s[from+i+1:]
	} else {
		r.Path = s
	}
	return r
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
