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
	s, ok := translate(s, loosened)
	if !ok {
		return nil
	}
	return words.Needed(s, fold)
}

// loosened writes a repetition so that it matches no less than before and Go's
// limits hold: "{3,70}" becomes "{2,}". max is -1 if there is none.
func loosened(low, high int) string {
	switch {
	case low == high && low <= 8 || low <= 1 && high >= 0 && high <= maxFew:
		return asWritten(low, high)
	case low == 0:
		return "*"
	case low == 1:
		return "+"
	}
	return "{2,}"
}

func asWritten(low, high int) string {
	if high < 0 {
		return "{" + strconv.Itoa(low) + ",}"
	}
	return "{" + strconv.Itoa(low) + "," + strconv.Itoa(high) + "}"
}

// translate writes an expression in Go's syntax, with each repetition as write has
// it. It reports false if the expression holds an escape that Go reads differently.
func translate(s string, write func(low, high int) string) (string, bool) {
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
			if low, high, n := repetition(s[i:]); n > 0 {
				b.WriteString(write(low, high))
				i += n - 1
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String(), true
}

// repetition reads "{low,high}" and returns its length too, 0 if it is none. high is
// -1 if there is no bound.
func repetition(s string) (low, high, length int) {
	end := strings.IndexByte(s, '}')
	if end < 2 {
		return 0, 0, 0
	}
	from, to, comma := strings.Cut(s[1:end], ",")
	if from == "" {
		from = "0"
	}
	low, err := strconv.Atoi(from)
	if err != nil {
		return 0, 0, 0
	}
	high = low
	if comma && to == "" {
		high = -1
	} else if comma {
		if high, err = strconv.Atoi(to); err != nil {
			return 0, 0, 0
		}
	}
	return low, high, end + 1
}
