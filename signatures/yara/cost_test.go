//go:build cgo

package yara

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/signatures"
)

// TestCostsTellSlowFiles holds that a file with a string that stands nearly
// everywhere is slower than one with a rare word, and is warned of.
func TestCostsTellSlowFiles(t *testing.T) {
	dir := writePack(t, map[string]string{
		"quick.yar":  `rule Quick { strings: $a = "a-rare-word" condition: $a } private rule P { condition: true }`,
		"slow.yar":   `rule Slow { strings: $a = /[a-z]{1,20}[^\n]{1,90}[0-9]/ condition: #a > 100 }`,
		"broken.yar": "rule Good { condition: true }\nrule Bad { condition: nothing }",
	})
	costs, err := Costs(t.Context(), []string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(costs) != 3 || costs[0].File != "slow.yar" {
		t.Fatalf("got %+v, want slow.yar first of three", costs)
	}
	for _, c := range costs {
		if c.Err != nil || c.Pack != dir || c.Rules != 1 || c.Text <= 0 || c.Binary <= 0 || c.Small <= 0 {
			t.Errorf("got %+v", c)
		}
		if warned := c.Warnings > 0; warned != (c.File == "slow.yar") {
			t.Errorf("%s: %d warnings", c.File, c.Warnings)
		}
		if c.File != "slow.yar" && costs[0].Text < 3*c.Text {
			t.Errorf("%s takes %v, %s takes %v", costs[0].File, costs[0].Text, c.File, c.Text)
		}
	}
}

func TestCostsOfEmbedded(t *testing.T) {
	set := load(t, nil, Builtin)
	costs, err := Costs(t.Context(), []string{Builtin}, nil)
	if err != nil {
		t.Fatal(err)
	}
	rules := 0
	for _, c := range costs {
		if c.Err != nil {
			t.Errorf("%s: %v", c.File, c.Err)
		}
		rules += c.Rules
	}
	if rules != len(set.Rules()) {
		t.Errorf("%d rules were measured, the set has %d", rules, len(set.Rules()))
	}
	if !slices.IsSortedFunc(costs, func(a, b Cost) int { return int(b.Text - a.Text) }) {
		t.Error("the slowest file does not come first")
	}
	if _, err := Costs(t.Context(), []string{"/no/such/pack"}, nil); err == nil || errors.Is(err, signatures.ErrUnavailable) {
		t.Errorf("no pack: got %v", err)
	}
}

// TestCostSamples holds that the contents are the same every time and what they are said to be.
func TestCostSamples(t *testing.T) {
	for name, make := range map[string]func(int) []byte{"text": textSample, "binary": binarySample} {
		a, b := make(64<<10), make(64<<10)
		if len(a) != 64<<10 || string(a) != string(b) {
			t.Errorf("%s: %d and %d bytes, or not the same", name, len(a), len(b))
		}
		if zeros := strings.Count(string(a), "\x00") > 1000; zeros != (name == "binary") {
			t.Errorf("%s: many zeros: %v", name, zeros)
		}
	}
}
