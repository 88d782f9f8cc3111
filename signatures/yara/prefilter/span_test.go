package prefilter

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

func TestNear(t *testing.T) {
	gap := strings.Repeat(" ", 40)
	for _, c := range []struct {
		value, content string
		want           bool
	}{
		{`/alpha.{0,20}omega/`, "alpha" + gap + "omega", false},
		{`/alpha.{0,20}omega/`, "alpha" + gap + "alpha omega", true},
		{`/alpha.{0,20}omega/`, "omega" + gap + "alpha" + gap + "omega", false},
		{`/alpha.{0,20}omega/ wide`, wide("alpha" + gap[:20] + "omega"), true},
		{`/alpha.{0,20}omega/ wide`, wide("alpha" + gap + "omega"), false},
		{`/alpha.*omega/`, "alpha" + gap + "omega", true},
		{`/alpha.{0,2000}omega/`, "alpha" + gap + "omega", true}, // more than Go repeats
		{`/alpha.{0,20}(beta|gamma)[^x]{0,8}omega/`, "alpha beta" + gap + "alpha gamma omega", true},
		{`/alpha.{0,20}(beta|gamma)[^x]{0,8}omega/`, "alpha beta" + gap + "alpha omega", false},
		// More places than are kept: anything may be near.
		{`/alpha.{0,20}omega/`, strings.Repeat("alpha ", 5000) + gap + "omega", true},
	} {
		text := "rule R { strings: $a = " + c.value + " condition: $a }"
		if got := len(possibleIn(t, text, &Content{Bytes: []byte(c.content)})) > 0; got != c.want {
			t.Errorf("%s in %.60q: got %v, want %v", c.value, c.content, got, c.want)
		}
	}
}

func wide(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		b.WriteByte(0)
	}
	return b.String()
}

// TestNearMatches asks for what random expressions with gaps match: it must be
// possible wherever Go's engine finds it.
func TestNearMatches(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	parts := []string{"abc", "(bca|ca)", "[ab]bb", `\bcab`, "aa+", `[ (]{0,3}\(`}
	matched := 0
	for range 4000 {
		var pattern strings.Builder
		for i := range 2 + r.IntN(3) {
			if i > 0 {
				fmt.Fprintf(&pattern, `[^\n]{%d,%d}`, r.IntN(2), 2+r.IntN(12))
			}
			pattern.WriteString(parts[r.IntN(len(parts))])
		}
		re := regexp.MustCompile(pattern.String())
		s, err := Parse("rule R { strings: $a = /" + pattern.String() + "/ condition: $a }")
		if err != nil {
			t.Fatal(err)
		}
		finder := New([]*Source{s}).NewFinder()
		for range 20 {
			content := make([]byte, r.IntN(80))
			for i := range content {
				content[i] = "aabbccc (\n"[r.IntN(10)]
			}
			if re.Match(content) {
				matched++
				if len(finder.Possible(&Content{Bytes: content})) == 0 {
					t.Fatalf("%s matches %q", pattern.String(), content)
				}
			}
		}
	}
	if matched < 1000 {
		t.Fatalf("only %d matches", matched)
	}
}
