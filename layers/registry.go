package layers

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/spool"
)

// registry is a repository that images are taken from. This file and v1.go are
// the only ones that know go-containerregistry.
type registry struct {
	*store
	repo    name.Repository
	options []remote.Option
}

// openRegistry opens an image of a registry. Nothing is fetched but what lies in
// the repository that the name gives; the URLs of foreign layers are not followed.
func openRegistry(ctx context.Context, ref Reference, opts *Options) (*Set, error) {
	var nameOpts []name.Option
	if opts != nil && opts.Insecure {
		nameOpts = append(nameOpts, name.Insecure)
	}
	full := ref.Path
	if ref.Tag != "" {
		full += ":" + ref.Tag
	}
	if ref.Digest != "" {
		full += "@" + ref.Digest
	}
	n, err := name.ParseReference(full, nameOpts...)
	if err != nil {
		return nil, err
	}
	s := &store{Set: &Set{kind: KindRegistry}, ref: ref, opts: opts, ctx: ctx, used: map[string]bool{}}
	r := &registry{store: s, repo: n.Context()}
	if r.options, err = remoteOptions(ctx, n.Context().RegistryStr(), opts); err != nil {
		return nil, err
	}
	d, err := remote.Get(n, r.options...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ref, err)
	}
	s.digest = d.Digest.String()
	root := descriptor{MediaType: string(d.MediaType), Digest: s.digest, Size: int64(len(d.Manifest))}
	err = r.openManifest(root, d.Manifest, 0, n.Identifier())
	if err == nil && len(s.images) == 0 {
		err = s.noImages()
	}
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("%s: %w", ref, err)
	}
	return s.Set, nil
}

func remoteOptions(ctx context.Context, host string, opts *Options) ([]remote.Option, error) {
	out := []remote.Option{remote.WithContext(ctx)}
	if opts == nil {
		return out, nil
	}
	if opts.Transport != nil {
		out = append(out, remote.WithTransport(opts.Transport))
	}
	if opts.Credentials != nil {
		user, secret, err := opts.Credentials(host)
		if err != nil {
			return nil, fmt.Errorf("credentials for %s: %w", host, err)
		}
		if user != "" || secret != "" {
			out = append(out, remote.WithAuth(&authn.Basic{Username: user, Password: secret}))
		}
	}
	return out, nil
}

func (r *registry) openManifest(d descriptor, raw []byte, depth int, tag string) error {
	digest := d.Digest
	if got, ok := verify(raw, d.Digest); !ok {
		r.anomaly("manifest-digest-mismatch", d.Digest, "bytes have %s", got)
		digest = got
	}
	doc, err := parseDocument(raw)
	if err != nil {
		r.lost(d.Digest, "manifest", err)
		return nil
	}
	if doc.isIndex() {
		return r.openIndex(doc, d, depth, tag)
	}
	if kind, ok := doc.isArtifact(); ok {
		r.note(d, kind)
		return nil
	}
	im := &Image{opts: r.opts, digest: digest, name: tag, rawManifest: raw, onClose: r.closeLater}
	for i, l := range doc.Layers[:min(len(doc.Layers), maxLayers)] {
		info := LayerInfo{Layer: fstree.Layer{Index: i, Digest: l.Digest}, MediaType: l.MediaType, Size: l.Size}
		im.layers = append(im.layers, imageLayer{LayerInfo: info, urls: l.URLs, blob: r.layer(l)})
	}
	if n := len(doc.Layers); n > maxLayers {
		im.damage = append(im.damage, &fstree.Damage{Path: digest, Structure: "manifest", Offset: -1,
			Cause: fmt.Errorf("%w: %d layers, at most %d are read", fstree.ErrLimit, n, maxLayers)})
	}
	config, err := r.bytes(*doc.Config)
	if err != nil {
		im.damage = append(im.damage, &fstree.Damage{Path: doc.Config.Digest, Structure: "config", Offset: -1, Cause: err})
		im.platform = d.Platform.String()
	} else {
		im.checkConfig(config, doc.Config)
		im.setConfig(config, d.Platform)
	}
	if d.Platform.String() != "" || r.wanted(im.platform) {
		r.images = append(r.images, im)
	}
	return nil
}

func (r *registry) openIndex(doc *document, d descriptor, depth int, tag string) error {
	if depth >= maxIndexNest || len(doc.Manifests) > maxPlatforms {
		r.lost(d.Digest, "index", fmt.Errorf("%w: index %d deep with %d manifests", fstree.ErrLimit, depth, len(doc.Manifests)))
		return nil
	}
	for _, m := range doc.Manifests {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		if m.isAttestation() {
			r.note(m, "attestation-manifest")
			continue
		}
		if p := m.Platform.String(); p != "" && !r.wanted(p) {
			continue
		}
		got, err := remote.Get(r.repo.Digest(m.Digest), r.options...)
		if err != nil {
			r.lost(m.Digest, "manifest "+m.Platform.String(), err)
			continue
		}
		if err := r.openManifest(m, got.Manifest, depth+1, tag); err != nil {
			return err
		}
	}
	return nil
}

// bytes fetches a small blob.
func (r *registry) bytes(d descriptor) ([]byte, error) {
	l, err := remote.Layer(r.repo.Digest(d.Digest), r.options...)
	if err != nil {
		return nil, err
	}
	rc, err := l.Compressed()
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	raw, err := io.ReadAll(io.LimitReader(rc, maxConfig+1))
	if err == nil && len(raw) > maxConfig {
		err = fmt.Errorf("%w: config above %d bytes", fstree.ErrLimit, maxConfig)
	}
	return raw, err
}

// layer is a blob that is fetched once, when it is first read, and then kept in
// the spool until the Set is closed.
func (r *registry) layer(d descriptor) *blob {
	f := &fetched{fetch: func() (v1.Layer, error) { return remote.Layer(r.repo.Digest(d.Digest), r.options...) }, opts: r.opts}
	r.closers = append(r.closers, f.close)
	b := &blob{name: d.Digest, size: -1}
	b.file = func() (*file, error) {
		c, err := f.content()
		if err != nil {
			return nil, err
		}
		return &file{name: d.Digest, size: c.Size(), at: c}, nil
	}
	b.open = func(context.Context) (io.ReadCloser, error) {
		c, err := f.content()
		if err != nil {
			return nil, err
		}
		return io.NopCloser(c.Reader()), nil
	}
	return b
}

// fetched is a layer that has been fetched, or will be.
type fetched struct {
	fetch func() (v1.Layer, error)
	opts  *Options
	mu    sync.Mutex
	got   *spool.Content
	err   error
}

func (f *fetched) content() (*spool.Content, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.got != nil || f.err != nil {
		return f.got, f.err
	}
	l, err := f.fetch()
	if err != nil {
		f.err = err
		return nil, err
	}
	rc, err := l.Compressed()
	if err != nil {
		f.err = err
		return nil, err
	}
	defer rc.Close()
	c, err := spool.Read(rc, 0, f.opts.spool())
	if err != nil {
		c.Close()
		f.err = fmt.Errorf("fetching layer: %w", err)
		return nil, f.err
	}
	f.got = c
	return c, nil
}

func (f *fetched) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.got == nil {
		return nil
	}
	c := f.got
	f.got, f.err = nil, fmt.Errorf("image is closed")
	return c.Close()
}

// DockerCredentials gives what docker login, podman login and their credential
// helpers stored for the user, for Options.Credentials. It reads the files and
// runs the helpers that those programs would.
func DockerCredentials(host string) (username, secret string, err error) {
	reg, err := name.NewRegistry(host)
	if err != nil {
		return "", "", err
	}
	a, err := authn.DefaultKeychain.Resolve(reg)
	if err != nil {
		return "", "", err
	}
	c, err := authn.Authorization(context.Background(), a)
	if err != nil {
		return "", "", err
	}
	return c.Username, c.Password, nil
}
