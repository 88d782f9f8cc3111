package prefilter

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// possibleIn returns the names of the rules of a text that may match.
func possibleIn(t *testing.T, text string, c *Content) []string {
	t.Helper()
	s, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, i := range New([]*Source{s}).NewFinder().Possible(c) {
		names = append(names, s.Rules[i].Name)
	}
	return names
}

// TestConditions asks whether a rule with strings "alpha", "beta!" and "gamma" is
// possible in a content.
func TestConditions(t *testing.T) {
	for _, c := range []struct {
		condition, content string
		want               bool
	}{
		{`$a`, "alpha", true}, {`$a`, "Alpha", false}, {`$b`, "BETA!", true}, {`$a`, "", false},
		{`$a and $b`, "alpha", false}, {`$a and $b`, "alpha beta!", true}, {`$a or $b`, "beta!", true},
		{`not $a`, "alpha", true}, {`not $a and $b`, "alpha", false},
		{`any of them`, "gamma", true}, {`any of them`, "delta", false}, {`all of them`, "alpha beta!", false}, {`all of them`, "alpha beta! gamma", true},
		{`2 of them`, "alpha", false}, {`2 of ($a, $g*)`, "alpha gamma", true}, {`2 of ($a, $g*)`, "alpha beta!", false}, {`any of ($g*) and $a`, "alpha", false},
		{`none of them`, "", true}, {`50% of them`, "", true}, {`1 of (Other)`, "", true},
		{`#a > 0`, "", false}, {`#a > 3`, "alpha", true}, {`#a >= 0`, "", true}, {`#a == 0`, "", true}, {`#a == 2`, "", false}, {`#a < 5`, "", true}, {`#a + #b > 2`, "", false}, {`#a + #b > 2`, "beta!", true}, {`#a > #b`, "beta!", false}, {`#a * 2 > 1`, "", true},
		{`$a at 0`, "alpha", true}, {`$a in (0..100) and $b`, "alpha", false}, {`@a[1] < 10`, "", true}, {`!a[1] == 5 or $b`, "", true},
		{`$a in (filesize - 10..filesize)`, "alpha", true}, {`$a at filesize - 5 and $g`, "alpha", false},
		{`filesize < 5`, "alpha", false}, {`filesize < 5KB and $a`, "alpha", true}, {`filesize > 1MB`, "alpha", false}, {`filesize >= 5 and filesize <= 5`, "alpha", true}, {`filesize * 2 == 10`, "alpha", true}, {`filesize \ 2 == 1000`, "alpha", true},
		{`uint8(0) == 0x61`, "alpha", true}, {`uint16be(0) == 0x616c`, "alpha", true}, {`uint16(0) == 0x616c`, "alpha", false}, {`uint32be(0) & 0xffff0000 == 0x616c0000`, "alpha", true}, {`uint32be(0) & 0xffff0000 == 0x616d0000`, "alpha", false},
		{`uint32(100) != 0`, "alpha", false}, {`uint32(uint8(0)) == 1`, "alpha", true}, {`uint8(filesize - 1) == 0`, "alpha", true}, {`(uint16(0) + 1) * 2 == 5`, "alpha", true}, {`uint8(0) == 1 + 0x60`, "alpha", true},
		{`for any of ($a) : ( # == 0 )`, "", true}, {`for all i in (1..#a) : ( @a[i] > 5 ) and $b`, "", false}, {`for any s in elf.sections : ( s.name == ".x" )`, "", true},
		{`elf.type == elf.ET_DYN and $a`, "", false}, {`math.entropy(0, filesize) > 7.5`, "", true}, {`pe.imports("a", "b")`, "", true},
		{`filename == "x.php"`, "", true}, {`filename == "y.php"`, "", false}, {`extension == ".php"`, "", true}, {`extension == ".pth" and true`, "", false}, {`filename matches /^y/`, "", true}, {`filepath contains "tmp" and $a`, "", false}, {`not filename == "x.php"`, "", true},
		{`Other`, "", false}, {`Other`, "omega", true}, {`not Other`, "omega", true}, {`Other and $a`, "omega", false},
		{`false or $a`, "", true}, {`defined $a`, "", true}, {`-1 < filesize`, "", true}, {`(($a))`, "", false}, {`( $a or ( $b and not $g ) )`, "gamma", false},
	} {
		text := "rule Other { strings: $o = \"omega\" condition: $o }\n" +
			"rule R { meta: a = \"x}\" b = -1 c = true strings: $a = \"alpha\" $b = \"beta!\" nocase ascii $g = /gam{1,2}a/ condition: " + c.condition + " }"
		got := slices.Contains(possibleIn(t, text, &Content{Bytes: []byte(c.content), FileName: "x.php", Extension: ".php"}), "R")
		if got != c.want {
			t.Errorf("%s in %q: got %v, want %v", c.condition, c.content, got, c.want)
		}
	}
}

func TestStrings(t *testing.T) {
	for _, c := range []struct {
		value, content string
		want           bool
	}{
		{`"a\x41\t\"\\b"`, "aA\t\"\\b", true}, {`"a\x41\t\"\\b"`, "aA", false}, {`"alpha" wide`, "a\x00l\x00p\x00h\x00a\x00", true}, {`"alpha" wide`, "alpha", false}, {`"alpha" wide ascii`, "alpha", true},
		{`"alpha" fullword`, "xalphax", true}, // the filter may say more
		{`"alpha" xor(0x01-0xff)`, "alpha", false}, {`"alpha" xor`, "alpha", true}, {`"alpha" xor(0x01-0xff)`, "kfzbk", true}, {`"alpha" xor(0x01-0xff)`, "nothing", false}, {`"abc" xor`, "", true},
		{`"alpha" base64`, "", true}, {`"alpha" xor wide`, "", true}, {`"alpha" private`, "alpha", true},
		{`{ 61 6c 70 ?? 61 62 63 }`, "alp", false}, {`{ 61 6c 70 ?? 61 62 63 }`, "alp abc", true}, {`{ 61 6c ( 70 | 71 ) 61 62 63 }`, "abc", true}, {`{ 61 6c [2-4] 6? 61 62 63 // abc
			/* x */ }`, "abc", true}, {`{ ~61 62 63 64 }`, "bcd", true}, {`{ ff d8 ff }`, "\xff\xd8\xff", true}, {`{ ff d8 ff }`, "\xd8", false},
		{`/alpha{2,5000}b/`, "alphaab", true}, {`/alpha{2,5000}b/`, "alp", false}, {`/al{,3}pha/`, "apha", true}, {`/[^\]{3}]alpha/i`, "ALPHA", true}, {`/alpha\/beta/`, "alpha/beta", true}, {`/\alpha/`, "", true}, {`/alpha/ wide`, "a\x00l\x00p\x00h\x00a\x00", true},
		{`/\balpha\b/ wide`, "xa\x00l\x00p\x00h\x00a\x00", true}, {`/\balpha\b/`, "xalpha", false}, {`/[\]a]lpha/`, "alpha", true}, {`/\xe4lpha/`, "lpha", true}, {`/[[:x]lpha/`, ":lpha", true},
		{`/alpha\s/`, "alpha\v", true}, {`/al[\s]pha/`, "al\vpha", true}, {`/\salpha\s/`, "\valpha\f", true}, {`/al\spha/`, "al-pha", false}, {`/al[^\s]pha/`, "al-pha", true},
	} {
		text := "rule R { strings: $a = " + c.value + " condition: $a }"
		if got := len(possibleIn(t, text, &Content{Bytes: []byte(c.content)})) > 0; got != c.want {
			t.Errorf("%s in %q: got %v, want %v", c.value, c.content, got, c.want)
		}
	}
}

func TestNotUnderstood(t *testing.T) {
	for _, text := range []string{"rule", "rule R { condition: ", "rule R { strings: $a = condition: $a }", "rule R { condition: ( true }", "x", `rule R { condition: "a`, "/*", "rule R { condition: $a in 5 }", "rule R { condition: for any }",
		"rule R { condition: " + strings.Repeat("(", 1000), "global rule R { condition: true }"} {
		if s, err := Parse(text); err == nil {
			t.Errorf("%s: got %d rules, want an error", text, len(s.Rules))
		}
	}
}

// TestSources holds that the numbers of rules go on over the sources, and that
// names count in their source only.
func TestSources(t *testing.T) {
	a, err := Parse(`rule One { strings: $a = "one" condition: $a } rule Two { condition: One }`)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Parse(`private rule One { strings: $a = "uno" condition: $a } rule Three { condition: One }`)
	if err != nil {
		t.Fatal(err)
	}
	f := New([]*Source{a, b}).NewFinder()
	for content, want := range map[string][]int{"one": {0, 1}, "uno": {2, 3}, "": nil, "uno one": {0, 1, 2, 3}} {
		if got := f.Possible(&Content{Bytes: []byte(content)}); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", content, got, want)
		}
	}
}

// TestUses holds that rules are known as asked for wherever their names stand.
func TestUses(t *testing.T) {
	for _, condition := range []string{"Other", "not Other", "1 of (Other)", "any of (Oth*)", "for any i in (1..2) : ( Other and i > 0 )", "for all of ($a) : ( $ or not Other )", "for any i in (1..2) : ( 1 of (Oth*) )"} {
		s, err := Parse(`rule Other { strings: $o = "omega" condition: $o } rule R { strings: $a = "alpha" condition: ` + condition + ` }`)
		if err != nil {
			t.Fatal(err)
		}
		if !s.Rules[0].Used || !slices.Equal(s.Rules[1].Uses, []int{0}) {
			t.Errorf("%s: used: %v, uses: %v", condition, s.Rules[0].Used, s.Rules[1].Uses)
		}
	}
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("../../rules/*.yar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text[:min(len(text), 3000)]), []byte("text"))
	}
	f.Add(`rule R { strings: $a = { 61 ( 62 | ?? ) [1-2] } xor(1) condition: 2 of ($a*) and #a > 1 and uint8(0) == 1 }`, []byte("ab"))
	f.Fuzz(func(t *testing.T, text string, content []byte) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		New([]*Source{s}).NewFinder().Possible(&Content{Bytes: content})
	})
}
