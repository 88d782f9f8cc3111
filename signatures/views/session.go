package views

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/signatures/views/script"
)

// Defaults of Limits.
const (
	DefaultDepth = 64
	DefaultBytes = 64 << 20
	DefaultSteps = 4_000_000
	DefaultTime  = 10 * time.Second
)

// session is one Of.
type session struct {
	ctx     context.Context
	path    string
	content []byte
	lim     Limits
	until   time.Time
	yield   func(View, error) bool
	over    bool // the receiver wants no more
	bytes   int64
	known   [][]byte // decoded contents, against repetitions

	unpacked int64 // bytes decoded in the search for runs
	searched bool  // that search was given up
}

func newSession(ctx context.Context, path string, content []byte, lim *Limits, yield func(View, error) bool) *session {
	s := &session{ctx: ctx, path: path, content: content, yield: yield}
	if lim != nil {
		s.lim = *lim
	}
	if s.lim.Depth <= 0 {
		s.lim.Depth = DefaultDepth
	}
	if s.lim.Bytes <= 0 {
		s.lim.Bytes = DefaultBytes
	}
	if s.lim.Steps <= 0 {
		s.lim.Steps = DefaultSteps
	}
	if s.lim.Time <= 0 {
		s.lim.Time = DefaultTime
	}
	s.until = time.Now().Add(s.lim.Time)
	return s
}

// emit hands a view on and reports whether to go on.
func (s *session) emit(v View) bool {
	if s.over || len(v.Bytes) == 0 {
		return !s.over
	}
	s.bytes += int64(len(v.Bytes))
	s.over = !s.yield(v, nil)
	return !s.over
}

// gaveUp reports that a structure of the content was not decoded.
func (s *session) gaveUp(structure string, offset int64, cause error) {
	if s.over {
		return
	}
	s.over = !s.yield(View{}, &fstree.Damage{Path: s.path, Structure: structure, Offset: offset, Cause: cause})
}

func (s *session) run(kinds []string) {
	if err := s.ctx.Err(); err != nil {
		s.yield(View{}, fmt.Errorf("views of %q: %w", s.path, err))
		return
	}
	if kinds == nil {
		kinds = Kinds(s.path, s.content)
	}
	content := s.content
	if text := wide(content); text != nil {
		kinds = Kinds(s.path, text)
		s.emit(View{Chain: "utf16", Kind: kinds[0], Bytes: text})
		content = text
	}
	if slices.Contains(kinds, KindELF) {
		s.xor(content)
	}
	if slices.Contains(kinds, KindPyc) {
		s.compiled(content)
	}
	if slices.Contains(kinds, KindImage) || slices.Contains(kinds, KindPDF) || slices.Contains(kinds, KindFont) {
		s.embedded(content, kinds)
	}
	for _, k := range kinds {
		switch {
		case s.over:
			return
		case k == KindPHP:
			s.php(content, 0) // it starts at the first tag, also behind an image
		case script.Known(k):
			s.script(k, content, "", 0, 0)
		}
	}
	if text := isText(content); text && !s.over {
		s.generic(content, "", 0, 1)
	}
}

// errTooLarge says that n bytes are more than the limit allows.
func errTooLarge(n, limit int) error {
	return fmt.Errorf("%d bytes where %d are allowed: %w", n, limit, fstree.ErrLimit)
}
