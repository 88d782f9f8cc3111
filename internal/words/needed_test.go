package words

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// show writes lists as "a|b & c".
func show(needs [][]Word) string {
	var lists []string
	for _, list := range needs {
		var texts []string
		for _, w := range list {
			s := w.Text
			if w.Start {
				s = "<" + s
			}
			if w.End {
				s += ">"
			}
			texts = append(texts, s)
		}
		lists = append(lists, strings.Join(texts, "|"))
	}
	return strings.Join(lists, " & ")
}

func TestNeeded(t *testing.T) {
	for _, c := range []struct {
		pattern string
		fold    bool
		want    string
	}{
		{`abc`, false, "abc"},
		{`ABC`, true, "abc"},
		{`a`, false, ""},
		{`ab`, false, ""},
		{`a"`, false, `a"`},
		{`abc.*defg`, false, "defg & abc"},
		{`abc|xyz`, false, "abc|xyz"},
		{`abc|x`, false, ""},
		{`abc|.*`, false, ""},
		{`(abc|x.*)def`, false, "def"},
		{`$(_GET|_POST\[)x*`, false, "_GET|_POST["},
		{`\$(_GET|_PO.*ST)`, false, "$_GET|$_PO & _GET|_PO"},
		{`sh +-c`, false, "sh  &  -c"},
		{`(ab){2}`, false, "abab"},
		{`(abc)+`, false, "abc"},
		{`(abc)*`, false, ""},
		{`(abc){0,5}xyz`, false, "xyz"},
		{`ab?cd`, false, "acd|abcd"},
		{`[Cc]ontent`, false, "content|Content"},
		{`con[a-z]tent`, false, "tent & con"},
		{`\b(nc|ncat)\b`, false, "<nc>|<ncat>"},
		{`\b-e\b`, false, "-e>"},
		{`\bbase64_decode\b`, false, "<base64_d"},
		{`a\bb-c`, false, "ab-c"},
		{`(eval|assert)[ \t]*\(`, false, "eval>|assert>"},
		{`[^\w$](include|require)(_once)?[ \t]*["']x+`, false, "<include|<require & <include|<include_|<require|<require_ & <include>|<include_|<require>|<require_"},
		{`[ab]eval[^(]x*`, false, "aeval|beval"},
		{`eval[ x]*\(`, false, "eval"},
		{`eval[ ]*`, false, "eval"},
		{`é+abc`, false, "abc"},
		{`(`, false, ""},
		{`[^\x00-\x{10FFFF}]`, false, ""},
	} {
		if got := show(Needed(c.pattern, c.fold)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.pattern, got, c.want)
		}
	}
	// Bytes of plain texts are no boundaries.
	if got, want := show(Alternatives([]string{"\xff\xd8\xff"}, false)), "\xff\xd8\xff"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// randomPattern writes an expression over few letters.
func randomPattern(r *rand.Rand, depth int) string {
	if depth == 0 {
		return []string{"a", "b", "ab", "ba-", "A", "[ab]", "[aA]", ".", "-", "_x", `\b`, "a-b", `\w`}[r.IntN(13)]
	}
	one := func() string { return randomPattern(r, depth-1) }
	switch r.IntN(8) {
	case 0:
		return one()
	case 1, 2, 3:
		return one() + one()
	case 4:
		return "(" + one() + "|" + one() + ")"
	case 5:
		return "(" + one() + ")" + []string{"?", "*", "+", "{2}", "{1,3}", "{2,}", "{0,2}"}[r.IntN(7)]
	case 6:
		return "(" + one() + "|" + one() + "|" + one() + ")"
	}
	return one() + one() + one()
}

// TestNeededIsNeeded holds that what an expression matches has a word of each list.
func TestNeededIsNeeded(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	matched := 0
	for range 30_000 {
		fold := r.IntN(2) == 0
		pattern := randomPattern(r, 1+r.IntN(4))
		flags := ""
		if fold {
			flags = "(?i)"
		}
		re, err := regexp.Compile(flags + pattern)
		if err != nil {
			t.Fatal(err)
		}
		needs := Needed(pattern, fold)
		if len(needs) == 0 {
			continue
		}
		for range 10 {
			b := make([]byte, r.IntN(24))
			for i := range b {
				b[i] = "abAB-_x \n"[r.IntN(9)]
			}
			if !re.Match(b) {
				continue
			}
			matched++
			for _, list := range needs {
				if !New(list).Find(b, nil).Any() {
					t.Fatal(fmt.Sprintf("%s%s matches %q, which has none of %s", flags, pattern, b, show([][]Word{list})))
				}
			}
		}
	}
	if matched < 1000 {
		t.Errorf("only %d matches were looked at", matched)
	}
}

func FuzzNeeded(f *testing.F) {
	f.Add(`a(b|c)+\bd`, "abd")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		re, err := regexp.Compile(pattern)
		if err != nil || !re.MatchString(text) || strings.Contains(pattern, "(?") {
			return
		}
		for _, list := range Needed(pattern, false) {
			if !New(list).Find([]byte(text), nil).Any() {
				t.Errorf("%s matches %q, which has none of %s", pattern, text, show([][]Word{list}))
			}
		}
	})
}
