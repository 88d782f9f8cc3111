// Package prefilter tells, from the text of YARA rules, which rules can match a
// content at all, so that the rule engine need not look at the others.
//
// Every string of a rule has words that stand in whatever it matches: a text
// string itself, a regular expression the texts between its open parts. One pass
// over a content finds the words of all rules; where the longest match of an
// expression is known, its words must also be that near to each other. A rule
// whose condition cannot hold with the strings that are left is out. An answer
// "possible" may be wrong, an answer "impossible" may not: what the package does not
// understand, of a string or of a condition, counts as possible.
//
// Understood of strings: text, hexadecimal and regular-expression strings with
// nocase, wide, ascii, fullword and private, text with xor. Not understood: base64.
// Understood of conditions: and, or, strings, counts compared with a number, "of"
// over strings, filesize and the integers at fixed offsets compared with each
// other, names of rules of the same source, filename and extension compared with a
// text. Not understood: the rest, and what follows a "not". A source with a global rule is
// refused.
//
// Source: YARA documentation, "Writing YARA rules".
//
// The call most people want:
//
//	s, err := prefilter.Parse(text)
//	f := prefilter.New([]*prefilter.Source{s})
//	for _, i := range f.NewFinder().Possible(&prefilter.Content{Bytes: b}) {
//		fmt.Println(s.Rules[i].Name)
//	}
package prefilter
