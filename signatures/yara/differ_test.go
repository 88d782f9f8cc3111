//go:build cgo

package yara

import (
	"io/fs"
	"math/rand/v2"
	"path"
	"reflect"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/signatures"
	"github.com/seed-181f3109/assay/signatures/rules"
)

// TestFilterOnMadeTexts scans, with and without the filter, contents that are made
// of what the strings of each embedded rule match: their expressions with other
// white space, other cases and few or many repetitions.
func TestFilterOnMadeTexts(t *testing.T) {
	plain, filtered := unfiltered(t), openScanner(t, load(t, nil, Builtin))
	r := rand.New(rand.NewPCG(5, 6))
	matches, contents := 0, 0
	names, err := fs.Glob(rules.FS, "*.yar")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(rules.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		kind := strings.TrimSuffix(name, ".yar")
		for _, rule := range regexp.MustCompile(`(?m)^(?:private )?rule `).Split(string(text), -1)[1:] {
			texts := madeTexts(rule)
			for range 60 {
				content := madeContent(r, texts)
				target := &signatures.Target{Path: "/srv/x" + []string{"", ".php", ".txt", path.Ext(name)}[r.IntN(4)], Kind: kind, Bytes: content}
				want, got := scanned(t, plain, target), scanned(t, filtered, target)
				contents++
				matches += len(want)
				if got, want := ruleNames(got), ruleNames(want); !reflect.DeepEqual(got, want) {
					t.Errorf("%q as %s: got %q, want %q", content, kind, got, want)
				}
			}
		}
	}
	if matches < 1000 {
		t.Errorf("only %d matches in %d contents were compared", matches, contents)
	}
}

// made is a string of a rule: an expression or a text.
type made struct {
	expression *syntax.Regexp
	text       string
	fold       bool
}

var stringLine = regexp.MustCompile(`(?m)^\s*\$\w*\s*=\s*(?:/((?:\\.|[^/\\\n])+)/([is]*)|("(?:\\.|[^"\\\n])*"))([^\n]*)$`)

// madeTexts reads the strings of a rule, one a line as the embedded rules have them.
func madeTexts(rule string) (out []made) {
	for _, m := range stringLine.FindAllStringSubmatch(rule, -1) {
		fold := strings.Contains(m[2], "i") || strings.Contains(m[4], "nocase")
		if m[3] != "" {
			if s, err := strconv.Unquote(m[3]); err == nil {
				out = append(out, made{text: s, fold: fold})
			}
			continue
		}
		if re, err := syntax.Parse(m[1], syntax.Perl); err == nil {
			out = append(out, made{expression: re, fold: fold})
		}
	}
	return out
}

// madeContent joins texts that the strings match, most of them, in any order.
func madeContent(r *rand.Rand, texts []made) []byte {
	var b []byte
	for _, i := range r.Perm(len(texts)) {
		if r.IntN(6) == 0 {
			continue
		}
		m := texts[i]
		s := []byte(m.text)
		if m.expression != nil {
			s = matching(r, m.expression, nil)
		}
		for k, c := range s {
			switch {
			case m.fold && c|0x20 >= 'a' && c|0x20 <= 'z' && r.IntN(3) == 0:
				s[k] ^= 0x20
			case (c == ' ' || c == '\t') && r.IntN(8) == 0:
				s[k] = "\v\f\r\n\t "[r.IntN(6)]
			}
		}
		b = append(append(b, s...), []string{"", " ", "\n", "\v", ";\n"}[r.IntN(5)]...)
	}
	return b
}

// matching appends what an expression matches.
func matching(r *rand.Rand, re *syntax.Regexp, b []byte) []byte {
	repeat := func(low, high int) {
		if high < 0 {
			high = low + 3
		}
		for range low + r.IntN(min(high-low, 3)+1) {
			b = matching(r, re.Sub[0], b)
		}
	}
	switch re.Op {
	case syntax.OpLiteral:
		return append(b, string(re.Rune)...)
	case syntax.OpCharClass:
		k := r.IntN(len(re.Rune)/2) * 2
		low, high := re.Rune[k], min(re.Rune[k+1], max(re.Rune[k], 0x7e))
		return append(b, string(low+r.Int32N(high-low+1))...)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return append(b, " abAB(_;$"[r.IntN(9)])
	case syntax.OpStar:
		repeat(0, -1)
	case syntax.OpPlus:
		repeat(1, -1)
	case syntax.OpQuest:
		repeat(0, 1)
	case syntax.OpRepeat:
		repeat(re.Min, re.Max)
	case syntax.OpCapture:
		return matching(r, re.Sub[0], b)
	case syntax.OpAlternate:
		return matching(r, re.Sub[r.IntN(len(re.Sub))], b)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			b = matching(r, sub, b)
		}
	}
	return b
}
