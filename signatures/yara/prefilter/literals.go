package prefilter

import (
	"encoding/hex"
	"strconv"

	"github.com/seed-181f3109/assay/internal/words"
)

const (
	minHidden = 5  // shorter texts are everywhere under some key
	maxHidden = 12 // bytes of a hidden text that are looked for
)

// textNeeds returns what a text string needs; s is as written, with its escapes.
func textNeeds(s string, fold bool) [][]words.Word {
	text, ok := unquote(s)
	if !ok {
		return nil
	}
	return words.Alternatives([]string{text}, fold)
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

// wideNeeds puts a zero behind each byte; with ascii the plain form counts too.
func wideNeeds(needs [][]words.Word, ascii bool) [][]words.Word {
	var out [][]words.Word
	for _, list := range needs {
		var wide []words.Word
		for _, l := range list {
			var b []byte
			for i := range len(l.Text) {
				b = append(b, l.Text[i], 0)
			}
			wide = append(wide, words.Word{Text: string(b), Exact: l.Exact})
			if ascii {
				wide = append(wide, l)
			}
		}
		out = append(out, wide)
	}
	return out
}

// hexNeeds returns the runs of plain bytes outside of alternatives.
func hexNeeds(s string) [][]words.Word {
	var needs [][]words.Word
	run := ""
	flush := func() {
		if b, err := hex.DecodeString(run); err == nil {
			needs = append(needs, words.Alternatives([]string{string(b)}, false)...)
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
