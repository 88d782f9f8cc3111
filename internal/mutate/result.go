package mutate

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/seed-181f3109/assay/fstree"
)

// Result is what a reader made of an image.
type Result struct {
	// Entries are the entries by path.
	Entries map[string]Entry
	// Damage counts what the reader reported as not read: damage pairs of the
	// walk and contents that gave an error.
	Damage int
	// First is the first report of damage.
	First error
}

// Entry is what is compared of an entry.
type Entry struct {
	Type   fstree.Type
	Size   int64    // bytes of content that could be read
	SHA256 [32]byte // of these bytes
}

// Note counts one report of damage.
func (r *Result) Note(err error) {
	if r.Damage++; r.First == nil {
		r.First = err
	}
}

// maxContent bounds the bytes read of one file: a damaged size field may claim
// any number of zeros.
const maxContent = 64 << 20

// Walk reads every entry of tree with its content. Contents longer than 64 MiB
// are read up to there and count with their whole size. An error is one that
// ended the walk.
func Walk(ctx context.Context, tree fstree.Tree) (*Result, error) {
	r := &Result{Entries: make(map[string]Entry)}
	buf := make([]byte, 128<<10)
	for e, err := range tree.Walk(ctx) {
		if dm, ok := errors.AsType[*fstree.Damage](err); ok {
			r.Note(dm)
			continue
		}
		if err != nil {
			return r, err
		}
		key := e.Path
		if e.Stream != "" {
			key += "\x00" + e.Stream
		}
		if _, twice := r.Entries[key]; twice {
			key = fmt.Sprintf("%s\x00%d", key, len(r.Entries))
		}
		r.Entries[key] = r.read(ctx, e, buf)
	}
	return r, nil
}

// read returns an entry with its content's digest and counts errors of reading.
func (r *Result) read(ctx context.Context, e *fstree.Entry, buf []byte) Entry {
	out := Entry{Type: e.Type, Size: e.Size}
	if e.Type != fstree.TypeFile {
		return out
	}
	f, err := e.Open()
	if err != nil {
		r.Note(err)
		return out
	}
	defer f.Close()
	h := sha256.New()
	var n int64
	for n < maxContent && ctx.Err() == nil {
		k, err := f.Read(buf)
		h.Write(buf[:k])
		n += int64(k)
		if err == io.EOF {
			out.Size = n
			if n != e.Size {
				r.Note(fmt.Errorf("%q has %d bytes, its size is %d", e.Path, n, e.Size))
			}
			break
		}
		if err != nil {
			r.Note(err)
			out.Size = n
			break
		}
	}
	h.Sum(out.SHA256[:0])
	return out
}

// lost says what of want is not in got; empty if nothing is. Entries of another
// path make up for missing ones, as a damaged name is a change.
func lost(want, got *Result) string {
	var missing []string
	extra := len(got.Entries)
	for _, path := range slices.Sorted(maps.Keys(want.Entries)) {
		w := want.Entries[path]
		g, ok := got.Entries[path]
		if !ok {
			missing = append(missing, path)
			continue
		}
		extra--
		if w.Type == fstree.TypeFile && g.Type == fstree.TypeFile && g.Size < w.Size {
			return fmt.Sprintf("%q has %d bytes of %d", path, g.Size, w.Size)
		}
	}
	if len(missing) > extra {
		return fmt.Sprintf("%d entries are missing and %d are new; first missing %q", len(missing), extra, missing[0])
	}
	return ""
}
