//go:build cgo

package yara

import (
	"bytes"
	"strings"
)

// unit is one top-level element of a rule file: a rule, an import or an
// include. Start and End are byte offsets, Line and EndLine count from 1, both
// ends of the range of lines are inclusive.
type unit struct {
	kind          string // "rule", "import", "include"
	name          string // of the rule, or the quoted argument
	start, end    int
	line, endLine int
}

// splitUnits returns the top-level elements of YARA source in order. It never
// fails: text that is no element is passed over, and a rule that is not closed
// ends where the next one begins.
//
// Source: YARA documentation, "Writing YARA rules"; comments, text strings,
// regular expressions and hexadecimal strings are skipped as the lexer does.
func splitUnits(src []byte) []unit {
	s := splitter{src: src, line: 1}
	for s.pos < len(s.src) {
		s.step()
	}
	s.closeRule(len(s.src))
	return s.units
}

type splitter struct {
	src       []byte
	pos, line int
	units     []unit
	open      bool // the last unit is a rule that is not closed yet
	depth     int
	modifier  int // offset of a "private" or "global" before the next rule, plus 1
	modLine   int
}

// step consumes one token.
func (s *splitter) step() {
	c := s.src[s.pos]
	switch {
	case c == '\n':
		s.line++
		s.pos++
	case c == '"':
		s.skipQuoted('"')
	case c == '/':
		s.slash()
	case c == '{':
		s.depth++
		s.pos++
	case c == '}':
		s.depth--
		s.pos++
		if s.open && s.depth <= 0 {
			s.closeRule(s.pos)
		}
	case isWord(c):
		s.word()
	default:
		s.pos++
	}
}

// slash skips a comment or a regular expression: the language has no other use
// of the character.
func (s *splitter) slash() {
	rest := s.src[s.pos:]
	switch {
	case bytes.HasPrefix(rest, []byte("//")):
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			s.pos += i
		} else {
			s.pos = len(s.src)
		}
	case bytes.HasPrefix(rest, []byte("/*")):
		end := len(rest)
		if i := bytes.Index(rest[2:], []byte("*/")); i >= 0 {
			end = i + 4
		}
		s.line += bytes.Count(rest[:end], []byte("\n"))
		s.pos += end
	default:
		s.skipQuoted('/')
	}
}

// skipQuoted skips to the closing quote, which is on the same line.
func (s *splitter) skipQuoted(quote byte) {
	for s.pos++; s.pos < len(s.src); s.pos++ {
		switch s.src[s.pos] {
		case '\\':
			if s.pos+1 < len(s.src) && s.src[s.pos+1] != '\n' {
				s.pos++
			}
		case '\n':
			return
		case quote:
			s.pos++
			return
		}
	}
}

func (s *splitter) word() {
	start := s.pos
	for s.pos < len(s.src) && isWord(s.src[s.pos]) {
		s.pos++
	}
	word := string(s.src[start:s.pos])
	first := start == 0 || s.src[start-1] == '\n'
	if s.open && !(first && (word == "rule" || word == "private" || word == "global")) {
		return
	}
	switch word {
	case "private", "global":
		s.closeRule(start)
		if s.modifier == 0 {
			s.modifier, s.modLine = start+1, s.line
		}
	case "rule":
		s.openRule(start)
	case "import", "include":
		line, at := s.line, s.skipSpace()
		if at >= len(s.src) || s.src[at] != '"' {
			return
		}
		s.pos = at
		s.skipQuoted('"')
		name := strings.Trim(string(s.src[at:s.pos]), "\"")
		s.units = append(s.units, unit{word, name, start, s.pos, line, s.line})
		s.modifier = 0
	}
}

func (s *splitter) openRule(start int) {
	s.closeRule(start)
	line := s.line
	if s.modifier > 0 {
		start, line = s.modifier-1, s.modLine
	}
	at := s.skipSpace()
	end := at
	for end < len(s.src) && isWord(s.src[end]) {
		end++
	}
	s.pos, s.open, s.depth, s.modifier = end, true, 0, 0
	s.units = append(s.units, unit{"rule", string(s.src[at:end]), start, 0, line, 0})
}

func (s *splitter) closeRule(end int) {
	if !s.open {
		return
	}
	s.open = false
	u := &s.units[len(s.units)-1]
	u.end, u.endLine = end, s.line
	if end < s.pos || end > 0 && end <= len(s.src) && s.src[end-1] == '\n' {
		u.endLine--
	}
	u.endLine = max(u.endLine, u.line)
}

// skipSpace returns the offset of the next byte that is no white space, and
// counts the lines up to it.
func (s *splitter) skipSpace() int {
	for s.pos < len(s.src) && strings.IndexByte(" \t\r\n", s.src[s.pos]) >= 0 {
		if s.src[s.pos] == '\n' {
			s.line++
		}
		s.pos++
	}
	return s.pos
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// blank overwrites a range with spaces and keeps its line ends, so that line
// numbers after it stay right.
func blank(src []byte, start, end int) {
	for i := start; i < end; i++ {
		if src[i] != '\n' && src[i] != '\r' {
			src[i] = ' '
		}
	}
}
