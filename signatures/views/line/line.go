// Package line writes sink lines, the text form of what a script does with
// dangerous calls. docs/sink-lines.md defines the form.
//
// The call most people want:
//
//	var s line.Set
//	s.Add(line.Line{Sink: "code", Name: "eval", Arg: "request:x", Via: "direct", In: "top", Line: 3})
//	text := s.Text(line.File("python", src, line.Counts{Sinks: s.Len()}))
package line

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxLines is how many sink lines a Set keeps.
const MaxLines = 400

const maxTraits = 100

// Line is one dangerous call. Empty fields are written as "-", Dec and Guard as "none".
type Line struct {
	Sink, Name, Arg, Aux, Via, Dec, Guard, In string
	Nest, Line                                int
	Text                                      string // already quoted, see Quote
}

func or(s, empty string) string {
	if s == "" {
		return empty
	}
	return s
}

// key is the line without its number.
func (l *Line) key() string {
	return fmt.Sprintf("sink=%s name=%s arg=%s aux=%s via=%s dec=%s guard=%s in=%s nest=%d ", l.Sink, or(Detail(l.Name), "?"), or(l.Arg, "-"), or(l.Aux, "-"),
		or(l.Via, "direct"), or(l.Dec, "none"), or(l.Guard, "none"), or(l.In, "top"), l.Nest)
}

// Set gathers the lines and traits of one file. The zero value is ready for use.
type Set struct {
	lines  []string
	seen   map[string]bool
	traits map[string]bool
}

// Add keeps a line, unless an equal one is there or there are MaxLines.
func (s *Set) Add(l Line) {
	k, text := l.key(), or(l.Text, "-")
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	if s.seen[k+text] || len(s.lines) >= MaxLines {
		return
	}
	s.seen[k+text] = true
	s.lines = append(s.lines, fmt.Sprintf("%sline=%d text=%s\n", k, l.Line, text))
}

// Trait keeps a trait; value may be empty.
func (s *Set) Trait(name, value string) {
	if s.traits == nil {
		s.traits = map[string]bool{}
	}
	t := "trait=" + name
	if value != "" {
		t += " value=" + value
	}
	if len(s.traits) < maxTraits {
		s.traits[t] = true
	}
}

// Len is the number of lines.
func (s *Set) Len() int { return len(s.lines) }

// Text returns the whole view: the line of the file, traits, lines. nil if there
// is no line.
func (s *Set) Text(file string) []byte {
	if len(s.lines) == 0 {
		return nil
	}
	traits := make([]string, 0, len(s.traits))
	for t := range s.traits {
		traits = append(traits, t+"\n")
	}
	slices.Sort(traits)
	return []byte(file + strings.Join(traits, "") + strings.Join(s.lines, ""))
}

// Counts are the numbers of a file's line that its bytes do not tell.
type Counts struct {
	Decoders                                 string // joined with commas, empty: none
	Depth, Inputs, Computed, DynCalls, Sinks int
}

// File returns the line that describes a file.
func File(lang string, src []byte, c Counts) string {
	return fmt.Sprintf("file lang=%s bytes=%d lines=%d decoders=%s depth=%d entropy=%.2f longest=%d nonprint=%.2f inputs=%d computed=%d dyncalls=%d sinks=%d\n",
		lang, len(src), 1+bytes.Count(src, newline), or(c.Decoders, "none"), c.Depth, Entropy(src), Longest(src), nonprint(src), c.Inputs, c.Computed, c.DynCalls, c.Sinks)
}

// Detail makes text fit for a field: at most 40 bytes of letters, digits and _[]*.-.
func Detail(s string) string {
	if len(s) > 40 {
		s = s[:40]
	}
	return strings.Map(func(r rune) rune {
		if r < 0x80 && (r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("_[]*.-", r)) {
			return r
		}
		return '?'
	}, s)
}

// Quote quotes the first 160 bytes of a constant argument.
func Quote(s string) string { return fmt.Sprintf("%+q", s[:min(len(s), 160)]) }

// Longest returns the length of the longest line in bytes.
func Longest(b []byte) int {
	best := 0
	for l := range bytes.SplitSeq(b, newline) {
		best = max(best, len(l))
	}
	return best
}

var newline = []byte("\n")

// Entropy returns the entropy of b in bits a byte.
func Entropy(b []byte) float64 {
	var n [256]int
	for _, c := range b {
		n[c]++
	}
	e := 0.0
	for _, c := range n {
		if c > 0 {
			p := float64(c) / float64(len(b))
			e -= p * math.Log2(p)
		}
	}
	return e
}

// nonprint is the share of bytes that are neither printable nor UTF-8.
func nonprint(b []byte) float64 {
	if len(b) == 0 {
		return 0
	}
	odd := 0
	for i := 0; i < len(b); {
		if c := b[i]; c < 0x80 {
			if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0x7f {
				odd++
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			odd++
		}
		i += n
	}
	return float64(odd) / float64(len(b))
}
