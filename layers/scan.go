package layers

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strings"
	"sync/atomic"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/spool"
)

// maxHoles bounds the zeros that sparse entries of one layer may stand for.
const maxHoles = 16 << 30

// visitor is ReadOptions.Visit.
type visitor func(ctx context.Context, e *fstree.Entry, c *spool.Content) error

// scanner reads one layer from its first stored byte to its last.
type scanner struct {
	opts   *Options
	visit  visitor
	layer  fstree.Layer  // as stated, for the entries that visit gets
	budget *atomic.Int64 // memory for names that all layers of the image may still take
	stats  *counters

	ctx    context.Context
	index  *LayerIndex
	tap    *tap
	tr     *tar.Reader
	hash   hash.Hash
	buf    []byte
	holes  int64
	losses int
	noted  map[string]int
}

// scan reads the layer. Whatever is wrong with its bytes is damage in the index;
// an error is one of the context or of visit.
func (s *scanner) scan(ctx context.Context, r io.Reader) (*LayerIndex, error) {
	s.ctx, s.index, s.noted = ctx, &LayerIndex{}, map[string]int{}
	s.hash, s.buf = sha256.New(), make([]byte, readBuffer)
	stored, stored512 := sha256.New(), hash.Hash(nil)
	raw := &storedReader{r: &ctxReader{ctx, r}, hash: stored, progress: s.opts.progress()}
	if strings.HasPrefix(s.layer.Digest, "sha512:") {
		stored512 = sha512.New()
		raw.hash = io.MultiWriter(stored, stored512)
	}
	if err := s.unpack(raw); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	x := s.index
	if s.losses > maxLosses {
		x.damage = append(x.damage, furtherLosses(s.losses))
	}
	x.digest = "sha256:" + hex.EncodeToString(stored.Sum(nil))
	if x.kind == plain {
		x.diffID = x.digest
	}
	if stored512 != nil {
		x.digest512 = "sha512:" + hex.EncodeToString(stored512.Sum(nil))
	}
	x.stored = raw.n
	x.chunked = raw.zstd != nil && raw.zstd.chunked
	s.stats.read.Add(x.stored)
	s.stats.unpacked.Add(x.size)
	return x, nil
}

// unpack reads all stored bytes, and the tar in them.
func (s *scanner) unpack(raw *storedReader) error {
	u, err := newUnpacker(raw)
	if u == nil {
		s.lose("", "stored layer", 0, err)
		return nil
	}
	defer u.close()
	s.index.kind = u.kind
	diff := sha256.New()
	switch {
	case err != nil:
		s.lose("", "compressed stream", 0, err)
	case u.kind == unknownCompression:
		s.lose("", "layer", 0, fmt.Errorf("%w: neither tar nor gzip nor zstd", fstree.ErrUnsupported))
	default:
		s.tap = &tap{r: u, hash: diff, limit: s.opts.maxLayer()}
		if u.kind == plain {
			s.tap.hash = nil // the stored bytes are the unpacked ones
		}
		if err := s.entries(); err != nil {
			return err
		}
		s.drain()
		s.index.size = s.tap.read
	}
	s.index.diffID = "sha256:" + hex.EncodeToString(diff.Sum(nil))
	if err := u.finish(); err != nil && s.ctx.Err() == nil {
		s.lose("", "stored layer", raw.n, err)
	}
	for _, n := range u.notes {
		s.note(n.rule, n.detail, n.offset)
	}
	return nil
}

func (s *scanner) lose(path, structure string, offset int64, cause error) {
	if s.losses++; s.losses <= maxLosses {
		s.index.damage = append(s.index.damage, lost{path, structure, offset, cause})
	}
}

// note adds an anomaly of the layer. What repeats too often is counted, not listed.
func (s *scanner) note(rule, detail string, offset int64) {
	if s.noted[rule]++; s.noted[rule] > maxNotes {
		return
	}
	if s.noted[rule] == maxNotes {
		detail += "; further ones of this layer are not listed"
	}
	s.index.notes = append(s.index.notes, note{rule, detail, offset})
}

// entries reads the tar. A header that cannot be read ends it, as damage.
func (s *scanner) entries() error {
	s.tr = tar.NewReader(s.tap)
	for {
		s.tap.record()
		h, err := s.tr.Next()
		blocks, start := s.tap.recorded()
		if err == io.EOF {
			return nil
		}
		if cerr := s.ctx.Err(); cerr != nil {
			return cerr
		}
		if err != nil {
			s.lose("", "tar header", start, tarError(err))
			return nil
		}
		if len(s.index.records) >= s.opts.maxEntries() {
			s.lose("", "tar header", start, fmt.Errorf("%w: more than %d entries", fstree.ErrLimit, len(s.index.records)))
			return nil
		}
		rec, ok := s.header(h, blocks, start)
		if !ok {
			continue
		}
		if s.budget.Add(-rec.cost()) < 0 {
			s.lose("", "tar header", start, fmt.Errorf("%w: names and metadata of the image take too much memory", fstree.ErrLimit))
			return nil
		}
		if rec.typ == recordFile {
			if stop, err := s.content(&rec); stop {
				s.index.records = append(s.index.records, rec)
				return err
			}
		}
		s.index.records = append(s.index.records, rec)
	}
}

// content hashes and visits the content of a file. It reports whether reading of
// the layer has to stop.
func (s *scanner) content(rec *record) (stop bool, err error) {
	if rec.has(flagSparse) {
		if s.holes += rec.size; s.holes > maxHoles {
			s.lose(fstree.Clean(rec.name), "sparse file", rec.offset, fmt.Errorf("%w: sparse files of more than %d bytes", fstree.ErrLimit, int64(maxHoles)))
			return true, nil
		}
	}
	s.hash.Reset()
	var c *spool.Content
	if s.visit == nil {
		_, err = io.CopyBuffer(s.hash, onlyReader{s.tr}, s.buf)
	} else {
		c, err = spool.Read(io.TeeReader(onlyReader{s.tr}, s.hash), rec.size, s.opts.spool())
	}
	if cerr := s.ctx.Err(); cerr != nil {
		err = cerr
	}
	if err != nil {
		if c != nil {
			c.Close()
		}
		if s.ctx.Err() != nil {
			return true, err
		}
		s.lose(fstree.Clean(rec.name), "content", rec.offset, tarError(err))
		return true, nil
	}
	s.hash.Sum(rec.sum[:0])
	rec.flags |= flagHashed
	if s.visit == nil {
		return false, nil
	}
	if err := s.visit(s.ctx, s.visitEntry(rec, c), c); err != nil {
		return true, err
	}
	return false, nil
}

// onlyReader hides WriteTo, which archive/tar uses to seek over holes.
type onlyReader struct{ r io.Reader }

func (o onlyReader) Read(p []byte) (int, error) { return o.r.Read(p) }

func (s *scanner) visitEntry(rec *record, c *spool.Content) *fstree.Entry {
	e := &fstree.Entry{Path: fstree.Clean(rec.name), Nlink: 1}
	rec.fill(e)
	e.Layer, e.Offset = &s.layer, rec.offset
	e.Content = func() (io.ReadCloser, error) { return io.NopCloser(c.Reader()), nil }
	return e
}

// drain reads what follows the end of the archive.
func (s *scanner) drain() {
	t := s.tap
	if len(s.index.damage) == 0 && t.ended {
		s.note("no-end-of-archive", "the layer ends where a header or two blocks of zeros are due", t.pos())
	}
	start := t.pos()
	other, first := int64(0), int64(-1)
	for {
		n, err := t.Read(s.buf)
		if z := int64(bytes.Count(s.buf[:n], []byte{0})); z != int64(n) {
			if first < 0 {
				first = t.pos() - int64(n) + int64(len(s.buf[:n])-len(bytes.TrimLeft(s.buf[:n], "\x00")))
			}
			other += int64(n) - z
		}
		if err != nil {
			if err != io.EOF && len(s.index.damage) == 0 && s.ctx.Err() == nil {
				s.lose("", "unpacked layer", t.pos(), err)
			}
			break
		}
	}
	if other > 0 && len(s.index.damage) == 0 {
		s.note("data-after-archive", fmt.Sprintf("%d bytes follow the end mark, %d of them not zero", t.pos()-start, other), first)
	}
}

// counters are the sums behind Stats.
type counters struct{ read, unpacked atomic.Int64 }
