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

	ctx   context.Context
	index *LayerIndex
	tap   *tap
	tr    *tar.Reader
	hash  hash.Hash
	buf   []byte
	holes int64
	noted map[string]int
}

// scan reads the layer. Whatever is wrong with its bytes is damage in the index;
// an error is one of the context or of visit.
func (s *scanner) scan(ctx context.Context, r io.Reader) (*LayerIndex, error) {
	s.ctx, s.index, s.noted = ctx, &LayerIndex{}, map[string]int{}
	s.hash, s.buf = sha256.New(), make([]byte, readBuffer)
	stored := sha256.New()
	stored512 := sha512.New()
	raw := &storedReader{r: &ctxReader{ctx, r}, hash: stored, progress: s.opts.progress()}
	if strings.HasPrefix(s.layer.Digest, "sha512:") {
		raw.hash = io.MultiWriter(stored, stored512)
	}
	u, err := newUnpacker(raw)
	if u != nil {
		defer u.close()
	}
	diff := sha256.New()
	switch {
	case err != nil:
		s.lose("", "compressed stream", 0, err)
	case u.kind == unknownCompression:
		s.index.kind = u.kind
		s.lose("", "layer", 0, fmt.Errorf("%w: neither tar nor gzip nor zstd", fstree.ErrUnsupported))
	default:
		s.index.kind = u.kind
		s.tap = &tap{r: u, hash: diff, limit: s.opts.maxLayer()}
		err := s.entries()
		if err != nil {
			return nil, err
		}
		s.drain()
	}
	if u != nil {
		if err := u.finish(); err != nil && ctx.Err() == nil {
			s.lose("", "stored layer", raw.n, err)
		}
		for _, n := range u.notes {
			s.note(n.rule, n.detail, n.offset)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	x := s.index
	x.digest = "sha256:" + hex.EncodeToString(stored.Sum(nil))
	x.diffID = "sha256:" + hex.EncodeToString(diff.Sum(nil))
	if strings.HasPrefix(s.layer.Digest, "sha512:") {
		x.digest512 = "sha512:" + hex.EncodeToString(stored512.Sum(nil))
	}
	x.stored = raw.n
	if raw.zstd != nil {
		x.chunked = raw.zstd.chunked
	}
	if s.tap != nil {
		x.size = s.tap.read
	}
	s.stats.read.Add(x.stored)
	s.stats.unpacked.Add(x.size)
	return x, nil
}

func (s *scanner) lose(path, structure string, offset int64, cause error) {
	s.index.damage = append(s.index.damage, lost{path, structure, offset, cause})
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

// tap stands between unpacker and tar reader. It hashes what passes, knows the
// position, and keeps the bytes of headers.
type tap struct {
	r     io.Reader
	hash  hash.Hash
	limit int64 // of unpacked bytes; 0 none

	buf       [readBuffer]byte
	have      []byte // read from r and hashed, not yet passed on
	read      int64
	err       error
	recording bool
	start     int64
	blocks    []byte
	ended     bool // a read while recording found the end at once
}

// maxRecorded bounds the header bytes that are kept for inspection.
const maxRecorded = 64 << 10

func (t *tap) pos() int64 { return t.read - int64(len(t.have)) }

func (t *tap) Read(p []byte) (int, error) {
	for len(t.have) == 0 {
		if t.err != nil {
			if t.recording && t.err == io.EOF && t.read%512 == 0 {
				t.ended = true
			}
			return 0, t.err
		}
		n, err := t.r.Read(t.buf[:])
		t.hash.Write(t.buf[:n])
		t.have, t.err = t.buf[:n], err
		t.read += int64(n)
		if t.limit > 0 && t.read > t.limit && err == nil {
			t.err = fmt.Errorf("%w: layer unpacks to more than %d bytes", fstree.ErrLimit, t.limit)
		}
	}
	n := copy(p, t.have)
	t.have = t.have[n:]
	if t.recording && len(t.blocks) < maxRecorded {
		t.blocks = append(t.blocks, p[:n]...)
	}
	return n, nil
}

// record starts to keep bytes; recorded ends it and returns them with their position.
func (t *tap) record() {
	t.recording, t.blocks, t.start = true, t.blocks[:0], t.pos()
}

func (t *tap) recorded() ([]byte, int64) {
	t.recording = false
	return t.blocks, t.start
}

// counters are the sums behind Stats.
type counters struct{ read, unpacked atomic.Int64 }
