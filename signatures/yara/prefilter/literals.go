package prefilter

import (
	"cmp"
	"encoding/hex"
	"slices"
	"strconv"
)

// literal is a text that stands in what a string matches.
type literal struct {
	text string
	fold bool // in upper or lower case; text is in lower case
}

const (
	minLiteral = 2  // shorter ones stand everywhere
	maxLiteral = 10 // bytes of a text that are looked for
	maxNeeds   = 5  // lists that are kept of one string
	minHidden  = 5  // shorter texts are everywhere under some key
)

// cut keeps the part of a text that is looked for.
func cut(s string) string { return s[:min(len(s), maxLiteral)] }

func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return string(b)
}

// textNeeds returns what a text string needs; s is as written, with its escapes.
func textNeeds(s string, fold bool) [][]literal {
	text, ok := unquote(s)
	if !ok {
		return nil
	}
	return needsOf([]string{text}, fold)
}

// unquote undoes the escapes of a text string.
func unquote(s string) (string, bool) {
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 >= len(s) {
			b = append(b, s[i])
			continue
		}
		i++
		switch s[i] {
		case 't':
			b = append(b, '\t')
		case 'n':
			b = append(b, '\n')
		case 'r':
			b = append(b, '\r')
		case '"', '\\':
			b = append(b, s[i])
		case 'x':
			n, err := strconv.ParseUint(s[min(i+1, len(s)):min(i+3, len(s))], 16, 8)
			if err != nil {
				return "", false
			}
			b = append(b, byte(n))
			i += 2
		default:
			return "", false
		}
	}
	return string(b), true
}

// needsOf makes one list of texts of which one must be there, or nothing if one
// of them is too short to tell anything.
func needsOf(texts []string, fold bool) [][]literal {
	var list []literal
	for _, s := range texts {
		if len(s) < minLiteral || len(s) == 2 && common(s[0]) && common(s[1]) {
			return nil
		}
		if s = cut(s); fold {
			s = lower(s)
		}
		list = append(list, literal{s, fold})
	}
	if list == nil {
		return nil
	}
	return [][]literal{list}
}

// common reports letters, digits and space, pairs of which are in every text.
func common(c byte) bool { return isWord(c) || c == ' ' }

// choose keeps the lists that tell most: those of longer texts.
func choose(needs [][]literal) [][]literal {
	needs = slices.Clone(needs)
	slices.SortStableFunc(needs, func(a, b []literal) int {
		return cmp.Or(min(shortest(b), 6)-min(shortest(a), 6), len(a)-len(b))
	})
	var out [][]literal
	for _, list := range needs {
		if len(out) < maxNeeds && (len(out) == 0 || shortest(list) > minLiteral) && !slices.ContainsFunc(out, func(o []literal) bool { return slices.Equal(o, list) }) {
			out = append(out, list)
		}
	}
	return out
}

// wideNeeds puts a zero behind each byte; with ascii the plain form counts too.
func wideNeeds(needs [][]literal, ascii bool) [][]literal {
	var out [][]literal
	for _, list := range needs {
		var wide []literal
		for _, l := range list {
			var b []byte
			for i := range len(l.text) {
				b = append(b, l.text[i], 0)
			}
			wide = append(wide, literal{cut(string(b)), l.fold})
			if ascii {
				wide = append(wide, l)
			}
		}
		out = append(out, wide)
	}
	return out
}

// hexNeeds returns the runs of plain bytes outside of alternatives.
func hexNeeds(s string) [][]literal {
	var needs [][]literal
	run := ""
	flush := func() {
		if b, err := hex.DecodeString(run); err == nil {
			needs = append(needs, needsOf([]string{string(b)}, false)...)
		}
		run = ""
	}
	depth := 0
	t := &tokenizer{src: s}
	for {
		t.skip()
		if t.err != nil {
			return nil
		}
		if t.at >= len(s) {
			break
		}
		pair := s[t.at:min(len(s), t.at+2)]
		_, err := hex.DecodeString(pair)
		switch c := s[t.at]; {
		case c == '(' || c == '[':
			flush()
			depth++
			t.at++
		case c == ')' || c == ']':
			depth--
			t.at++
		case depth > 0:
			t.at++
		case err == nil:
			run += pair
			t.at += 2
		case isWord(c) || c == '?': // half a byte is open
			flush()
			t.at += 2
		default: // "~": not this byte
			flush()
			t.at++
			t.skip()
			t.at += 2
		}
	}
	flush()
	return needs
}
