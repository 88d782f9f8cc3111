package prefilter

import "regexp/syntax"

// maxSpan is the longest match that is of interest, in bytes: the words of a
// longer one tell little by being near each other.
const maxSpan = 4 << 10

// regexpSpan returns how long a match of a regular expression is at most, in bytes,
// or 0 if that is not known or more than maxSpan.
func regexpSpan(s string) int {
	s, ok := translate(s, asWritten)
	if !ok {
		return 0
	}
	re, err := syntax.Parse(s, syntax.Perl&^syntax.UnicodeGroups)
	if err != nil { // such as more than 1000 repetitions
		return 0
	}
	if n := longest(re); n <= maxSpan {
		return n
	}
	return 0
}

// longest returns how long a match is at most, in bytes; above maxSpan: not known.
func longest(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		return len(string(re.Rune))
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1 // YARA's classes are of bytes
	case syntax.OpCapture, syntax.OpQuest:
		return longest(re.Sub[0])
	case syntax.OpConcat:
		sum := 0
		for _, sub := range re.Sub {
			if sum += longest(sub); sum > maxSpan {
				break
			}
		}
		return sum
	case syntax.OpAlternate:
		most := 0
		for _, sub := range re.Sub {
			most = max(most, longest(sub))
		}
		return most
	case syntax.OpRepeat:
		if re.Max >= 0 {
			return re.Max * min(longest(re.Sub[0]), maxSpan+1)
		}
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return 0
	}
	return maxSpan + 1
}
