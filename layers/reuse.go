package layers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strings"
)

// reuse returns what is already known of layer i, nil if nothing is. Its bytes
// are hashed first, unless they are the very same file that the golden layer was read from.
func (j *reading) reuse(ctx context.Context, i int) (*LayerIndex, error) {
	l, r := &j.im.layers[i], &j.reports[i]
	if strings.HasPrefix(l.Digest, "sha512:") {
		return nil, nil // indexes go by SHA-256
	}
	if g := j.golden(func(g *viewLayer) bool { return g.blob.id.same(l.blob.id) }); g != nil {
		r.shared = true
		return g.index, nil
	}
	stated := l.Digest
	if stated == "" {
		stated = l.DiffID // of an uncompressed layer both are the same
	}
	if g := j.golden(func(g *viewLayer) bool { return g.index.digest == stated }); g != nil {
		same, err := j.hashes(ctx, i, stated)
		if same {
			r.shared = true
			return g.index, nil
		}
		if err != nil {
			return nil, err
		}
	}
	if g := j.golden(func(g *viewLayer) bool { return g.index.diffID == l.DiffID && len(g.index.damage) == 0 }); g != nil {
		x, err := j.unpacksTo(ctx, i, g.index)
		if x != nil || err != nil {
			r.shared = x != nil
			return x, err
		}
	}
	return j.cached(ctx, i, stated)
}

// golden returns the first layer of the golden view that fits.
func (j *reading) golden(fits func(*viewLayer) bool) *viewLayer {
	if j.opts.Golden == nil {
		return nil
	}
	for k := range j.opts.Golden.layers {
		if g := &j.opts.Golden.layers[k]; g.index != nil && fits(g) {
			return g
		}
	}
	return nil
}

// cached takes the index from the cache, if the stored bytes have the stated digest.
func (j *reading) cached(ctx context.Context, i int, stated string) (*LayerIndex, error) {
	c := j.cache()
	if c == nil || stated == "" {
		return nil, nil
	}
	data, err := c.Get(stated)
	if err != nil || data == nil {
		return nil, nil // not kept, or no longer readable: read anew
	}
	x, err := decodeIndex(data)
	if err != nil || x.digest != stated {
		j.im.opts.log().Warn("kept layer index not used", "layer", stated, "error", err)
		return nil, nil
	}
	same, err := j.hashes(ctx, i, stated)
	if !same {
		return nil, err
	}
	for k := range x.records {
		j.budget.Add(-x.records[k].cost())
	}
	j.reports[i].cached = true
	return x, nil
}

// hashes reads all stored bytes and reports whether they have the digest. A blob
// that cannot be read has not; scanning it says why.
func (j *reading) hashes(ctx context.Context, i int, digest string) (bool, error) {
	rc, err := j.open(ctx, i)
	if err != nil {
		return false, nil
	}
	defer rc.Close()
	h := sha256.New()
	raw := &storedReader{r: &ctxReader{ctx, rc}, hash: h, progress: j.im.opts.progress()}
	_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, onlyReader{raw}, make([]byte, readBuffer))
	j.stats.read.Add(raw.n)
	return err == nil && "sha256:"+hex.EncodeToString(h.Sum(nil)) == digest, ctx.Err()
}

// unpacksTo unpacks the layer and, if that gives the bytes that x was made from,
// returns x as the index of this differently compressed layer.
func (j *reading) unpacksTo(ctx context.Context, i int, x *LayerIndex) (*LayerIndex, error) {
	rc, err := j.open(ctx, i)
	if err != nil {
		return nil, nil
	}
	defer rc.Close()
	stored, diff := sha256.New(), sha256.New()
	raw := &storedReader{r: &ctxReader{ctx, rc}, hash: stored, progress: j.im.opts.progress()}
	u, err := newUnpacker(raw)
	if u != nil {
		defer u.close()
	}
	if err != nil {
		return nil, ctx.Err()
	}
	n, err := io.CopyBuffer(diff, onlyReader{u}, make([]byte, readBuffer))
	j.stats.read.Add(raw.n)
	j.stats.unpacked.Add(n)
	if err != nil || "sha256:"+hex.EncodeToString(diff.Sum(nil)) != x.diffID || u.finish() != nil {
		return nil, ctx.Err()
	}
	y := *x
	y.digest = "sha256:" + hex.EncodeToString(stored.Sum(nil))
	y.stored, y.kind, y.chunked = raw.n, u.kind, raw.zstd != nil && raw.zstd.chunked
	y.notes = slices.DeleteFunc(slices.Clone(x.notes), func(n note) bool { return ofCompression(n.rule) })
	y.notes = append(y.notes, u.notes...)
	return &y, nil
}

// ofCompression reports rules about the stored form, whose offsets count stored bytes.
func ofCompression(rule string) bool {
	return rule == "trailing-data" || rule == "gzip-header" || rule == "zstd-skippable-frame"
}
