package php

// classify looks up the class of the name src[start:end].
func (l *lexer) classify(start, end int) word {
	if l.src[start] == '\\' {
		start++
	}
	n := end - start
	if n > 32 || n < 2 {
		return wNone
	}
	same := wordsAt[wordPlace(l.src[start:end])]
	if len(same) == 0 {
		return wNone
	}
	for i, c := range l.src[start:end] {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		l.low[i] = c
	}
	for i := range same {
		if same[i].text == string(l.low[:n]) {
			return same[i].word
		}
	}
	return wNone
}

// namedWord is a word and its class.
type namedWord struct {
	text string
	word word
}

// wordsAt holds the words by their place: most names find none there.
var wordsAt = func() (t [1 << 12][]namedWord) {
	for w, class := range words {
		if len(w) >= 2 {
			t[wordPlace([]byte(w))] = append(t[wordPlace([]byte(w))], namedWord{w, class})
		}
	}
	return t
}()

// wordPlace numbers a name by its length and three of its letters, alike in both
// cases.
func wordPlace(b []byte) int {
	n := len(b)
	return (int(b[0]&0x1f)<<7 ^ int(b[1]&0x1f)<<4 ^ int(b[n-1]&0x1f)<<2 ^ n*37) & (1<<12 - 1)
}
