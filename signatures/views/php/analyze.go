package php

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed-181f3109/assay/signatures/views/line"
)

// Options bound an analysis; all fields are set by the caller.
type Options struct {
	Depth int       // layers of code in code
	Steps int       // steps of interpretation
	Until time.Time // when to give up
}

// Decoded is code that the script computes.
type Decoded struct {
	Chain string // decoders, outermost first
	Code  []byte
}

// Result is what the analysis of one source found.
type Result struct {
	Sinks    []byte    // sink lines, nil if there are none
	Strings  []byte    // computed texts, one a line
	Decoded  []Decoded // decoded code, in the order of discovery
	FirstTag int       // offset of the first opening tag, -1 if there is none
	Err      error     // what was given up, nil if nothing was
}

// memory is what is reused from file to file: tokens and nodes are larger than
// the source.
type memory struct {
	toks  []token
	nodes nodes
}

var memories = sync.Pool{New: func() any { return new(memory) }}

// maxKept is the longest buffer that is kept, in tokens.
const maxKept = 1 << 18

// large is from where a source is surveyed before its tokens are kept, in bytes.
const large = 256 << 10

// MaxSource is the longest source that is read, in bytes.
const MaxSource = 16 << 20

// Analyze reads PHP in src, which must not change meanwhile. With code set it
// starts inside of code.
func Analyze(ctx context.Context, src []byte, code bool, opt Options) *Result {
	mem := memories.Get().(*memory)
	defer func() {
		mem.nodes.reset() // nothing of the tree is in the result
		memories.Put(mem)
	}()
	toks := mem.toks
	if len(src) > large { // its tokens may take twenty times as much
		s := survey(src, code)
		if s.st.firstCode < 0 || harmless(s) {
			return &Result{FirstTag: s.st.firstCode}
		}
		toks = slices.Grow(toks, s.count+1)
	}
	l := lexInto(toks, src, code)
	if cap(l.toks) <= maxKept {
		mem.toks = l.toks[:0] // the tree does not keep tokens
	}
	r := &Result{FirstTag: l.st.firstCode}
	if l.st.firstCode < 0 || harmless(l) {
		return r
	}
	u := parseTokens(src, l, &mem.nodes)
	in := newInterp(ctx, u, &mem.nodes, opt)
	in.run(u)
	if l.st.cut {
		in.giveUp("tokens")
	}
	if u.deep {
		in.giveUp("nesting")
	}
	if in.out.set.Len() > 0 {
		in.traits(u)
		r.Sinks = in.out.set.Text(in.fileLine(u))
	}
	if len(in.out.strings) > 0 {
		r.Strings = []byte(strings.Join(in.out.strings, "\n") + "\n")
	}
	r.Decoded = in.out.decoded
	r.Err = in.cause()
	return r
}

func newInterp(ctx context.Context, u *unit, mem *nodes, opt Options) *interp {
	in := &interp{ctx: ctx, pure: pure, opt: &opt, until: opt.Until, main: u, unit: u, mem: mem, funcs: map[string]*function{}, classes: map[string]*class{},
		consts: map[string]*value{}, aliases: map[string]string{}, loops: loopSteps(u, opt.Steps), soft: softSteps(u), small: len(u.src) < 24<<10, statics: map[string]*variable{}}
	in.globals = in.newScope("top")
	in.sc = in.globals
	return in
}

// softSteps is after how many steps functions are not read again: once through
// the file is about a step for every four bytes.
func softSteps(u *unit) int {
	st := &u.st
	if st.inputs == 0 && st.words[wEval] == 0 && st.words[wSource] == 0 && st.backticks == 0 && st.dynNames == 0 {
		return 2_000 // nothing to follow but computed names
	}
	return 20_000 + len(u.src)/2
}

// loopSteps is how long loops may run with known values: long where the code
// runs what it computes, as long as its texts want where it only decodes, and
// short elsewhere.
func loopSteps(u *unit, steps int) int {
	st := &u.st
	const short = 60_000
	switch {
	case st.words[wEval] > 0:
		return steps / 2
	case (st.words[wDecoder] == 0 || len(u.src) >= 96<<10) && (st.bitops == 0 || len(u.src) >= 24<<10):
		return min(short, steps/2)
	case st.dynCalls > 0 || st.dynNames > 0 || st.backticks > 0:
		return steps / 2
	}
	material := st.given
	if bytes.Contains(u.src, []byte("__FILE__")) {
		material = len(u.src)
	}
	return min(short+stepsPerByte*material, steps/2)
}

// stepsPerByte is how many steps a loop takes for each byte that it decodes.
const stepsPerByte = 24

// harmless reports whether code cannot reach a sink with anything worth a line:
// nothing is computed, no sink is named, or no input is read.
func harmless(l *lexer) bool {
	s := &l.st
	if s.cut { // the rest is not known
		return false
	}
	dynamic := s.dynCalls > 0 || s.dynNames > 0
	named := s.words[wSink] > 0 || s.words[wTaker] > 0 || s.words[wEval] > 0 || s.backticks > 0 || s.words[wSource] > 0
	if !dynamic && !named && s.words[wInclude] == 0 {
		return true
	}
	if s.words[wInclude] > 0 && (s.escapes >= 4 || s.code < 200) { // a hidden path, or all there is
		return false
	}
	if s.words[wEval] > 0 || s.backticks > 0 || s.bitops > 0 || s.words[wDecoder] > 0 || s.inputs > 0 || s.words[wSource] > 0 || s.odd > 0 || s.halt > 0 {
		return false
	}
	return !dynamic && (!named || s.code > largeCode)
}

// largeCode is from where a file that names functions of interest, but reads no
// input, decodes nothing and computes no name, is not followed, in bytes of code.
const largeCode = 4 << 10

// traits writes what the shape of the file tells.
func (in *interp) traits(u *unit) {
	o, st := &in.out, &u.st
	if st.gotos > 8 {
		o.trait("goto", "")
	}
	if st.oddNames >= 3 {
		o.trait("nonprint-names", "")
	}
	if st.escapes >= 64 && st.escapes*2 > st.literal {
		o.trait("hex-strings", "")
	}
	if st.comments >= 8 {
		o.trait("comment-split", "")
	}
	if st.code > 0 && st.code < 400 {
		o.trait("tiny", "")
	}
	if st.silences >= 3 {
		o.trait("hidden-errors", "")
	}
	if st.odd > 0 {
		o.trait("tag-split", "")
	}
	if u.broken > 0 {
		o.trait("broken", "")
	}
	if st.halt > 0 && len(u.src)-st.halt > 16 {
		o.trait("halt-data", "")
	}
	for _, f := range carriers {
		if st.firstCode > 0 && bytes.HasPrefix(u.src, []byte(f[0])) {
			o.trait("in-image", f[1])
		}
	}
	if line.Longest(u.src) > 4000 {
		o.trait("long-line", "")
	}
}

// carriers are the formats that code hides in, by their first bytes.
var carriers = [][2]string{{"GIF8", "gif"}, {"\x89PNG", "png"}, {"\xff\xd8\xff", "jpeg"}, {"%PDF", "pdf"}, {"BM", "bmp"}, {"PK\x03\x04", "zip"}, {"wOF", "font"}}

// fileLine describes the file.
func (in *interp) fileLine(u *unit) string {
	o := &in.out
	return line.File("php", u.src, line.Counts{Decoders: o.dec.names(","), Depth: o.depth, Inputs: u.st.inputs, Computed: o.computedNames,
		DynCalls: o.dynCalls + o.dynNames, Sinks: o.set.Len()})
}
