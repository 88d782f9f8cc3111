package words

import (
	"regexp/syntax"
	"unicode/utf8"
)

// separate reports whether what a row of expressions matches begins, or with last
// set ends, with a byte that is in no word, and matches something at all. A word
// beside it is then a whole one there.
func separate(row []*syntax.Regexp, last bool) bool {
	outside, empty := borderOfRow(row, last)
	return outside && !empty
}

// border reports whether every text of an expression that is not empty begins, or
// ends, outside of words, and whether it matches the empty text.
func border(re *syntax.Regexp, last bool) (outside, empty bool) {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return true, true
	case syntax.OpLiteral:
		c := re.Rune[0]
		if last {
			c = re.Rune[len(re.Rune)-1]
		}
		return c < utf8.RuneSelf && !isWord(byte(c)), false
	case syntax.OpCharClass:
		for c := range rune(utf8.RuneSelf) {
			for i := 0; i+1 < len(re.Rune); i += 2 {
				if isWord(byte(c)) && re.Rune[i] <= c && c <= re.Rune[i+1] {
					return false, false
				}
			}
		}
		return len(re.Rune) > 0, false
	case syntax.OpCapture, syntax.OpPlus:
		return border(re.Sub[0], last)
	case syntax.OpStar, syntax.OpQuest:
		outside, _ = border(re.Sub[0], last)
		return outside, true
	case syntax.OpRepeat:
		outside, empty = border(re.Sub[0], last)
		return outside, empty || re.Min == 0
	case syntax.OpAlternate:
		outside = true
		for _, sub := range re.Sub {
			o, e := border(sub, last)
			outside, empty = outside && o, empty || e
		}
		return outside, empty
	case syntax.OpConcat:
		return borderOfRow(re.Sub, last)
	}
	return false, false
}

func borderOfRow(row []*syntax.Regexp, last bool) (outside, empty bool) {
	for i := range row {
		re := row[i]
		if last {
			re = row[len(row)-1-i]
		}
		o, e := border(re, last)
		if !o {
			return false, false
		}
		if !e {
			return true, false
		}
	}
	return true, true
}
