package prefilter

import (
	"strconv"
	"strings"

	"github.com/seed-181f3109/assay/internal/words"
)

// maxFew is the longest repetition that is kept as it is written, with its bounds.
const maxFew = 3

// regexpNeeds returns what a regular expression needs. YARA's expressions are
// read as Go's after a look at what the two read differently.
//
// Source: YARA documentation, "Regular expressions".
func regexpNeeds(s string, fold bool) [][]words.Word {
	s, ok := loosen(s)
	if !ok {
		return nil
	}
	return words.Needed(s, fold)
}

// loosen writes repetitions so that the expression matches no less than before
// and Go's limits hold: "{3,70}" becomes "{2,}". It reports false if the expression
// holds an escape that Go reads differently.
func loosen(s string) (string, bool) {
	var b strings.Builder
	class := 0 // where the class that is open begins, plus 1
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			if i++; i >= len(s) || isWord(s[i]) && strings.IndexByte("nrtfwWsSdDbBx", s[i]) < 0 {
				return "", false
			}
			switch {
			case s[i] == 's' && class > 0: // Go's white space is without \v
				b.WriteString(`\v\s`)
				continue
			case s[i] == 's':
				b.WriteString(`[\v\s]`)
				continue
			}
			b.WriteByte('\\')
		case class > 0:
			if c == ']' && i >= class+1 && !(i == class+1 && s[i-1] == '^') {
				class = 0
			}
			if c == '[' { // Go reads "[:alpha:]"
				b.WriteByte('\\')
			}
		case c == '[':
			class = i + 1
		case c == '{':
			if text, n := repetition(s[i:]); n > 0 {
				b.WriteString(text)
				i += n - 1
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String(), true
}

// repetition reads "{n,m}" and returns what is written instead and the length.
func repetition(s string) (string, int) {
	end := strings.IndexByte(s, '}')
	if end < 2 {
		return "", 0
	}
	low, high, comma := strings.Cut(s[1:end], ",")
	if low == "" {
		low = "0"
	}
	n, err := strconv.Atoi(low)
	if err != nil {
		return "", 0
	}
	m := n
	if comma && high == "" {
		m = -1
	} else if comma {
		if m, err = strconv.Atoi(high); err != nil {
			return "", 0
		}
	}
	switch {
	case n == m && n <= 8 || n <= 1 && m >= 0 && m <= maxFew:
		return "{" + strconv.Itoa(n) + "," + strconv.Itoa(m) + "}", end + 1
	case n == 0:
		return "*", end + 1
	case n == 1:
		return "+", end + 1
	}
	return "{2,}", end + 1
}
