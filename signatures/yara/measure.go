//go:build cgo

package yara

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	goyara "github.com/hillu/go-yara/v4"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/signatures"
)

const (
	costText   = 128 << 10 // bytes of the long contents
	costSmall  = 1 << 10
	costRounds = 3 // of which the shortest counts
	costRepeat = 20
)

// Costs measures the rule files of packs, each alone, and returns the slowest on
// text first. Files that are not measured come last with the reason. The times are
// by the clock: on a busy machine they are longer.
func Costs(ctx context.Context, packs []string, opts *Options) ([]Cost, error) {
	o := opts.withDefaults()
	until := time.Now().Add(CostTime)
	var out []Cost
	for _, arg := range packs {
		src, err := readPack(arg)
		if err != nil {
			return nil, err
		}
		if src.compiled != nil {
			rules, err := goyara.ReadRules(bytes.NewReader(src.compiled))
			if err != nil {
				return nil, fmt.Errorf("compiled rules %q (this is libyara %s): %w", arg, Version(), err)
			}
			out = append(out, costOf(Cost{Pack: arg, File: arg}, rules, o.Externals))
			rules.Destroy()
		}
		for _, f := range src.files {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			c := Cost{Pack: arg, File: f.name}
			if time.Now().After(until) {
				c.Err = fmt.Errorf("not measured within %v: %w", CostTime, fstree.ErrLimit)
				out = append(out, c)
				continue
			}
			compiled, problems, err := compileFiles(ctx, arg, []*sourceFile{f}, o.Externals)
			if err != nil {
				return nil, err
			}
			c.Warnings = len(slices.DeleteFunc(problems, func(p signatures.Problem) bool { return !p.Warning }))
			if compiled == nil { // no rule of it runs
				out = append(out, c)
				continue
			}
			rules, err := goyara.ReadRules(bytes.NewReader(compiled))
			if err != nil {
				return nil, err
			}
			out = append(out, costOf(c, rules, o.Externals))
			rules.Destroy()
		}
	}
	slices.SortStableFunc(out, func(a, b Cost) int {
		return cmp.Or(cmp.Compare(b.Text, a.Text), strings.Compare(a.Pack, b.Pack), strings.Compare(a.File, b.File))
	})
	release()
	return out, nil
}

// costOf measures compiled rules.
func costOf(c Cost, rules *goyara.Rules, externals map[string]any) Cost {
	for _, r := range rules.GetRules() {
		if !r.IsPrivate() {
			c.Rules++
		}
	}
	y, err := newScanner(rules, externals)
	if err != nil {
		c.Err = err
		return c
	}
	defer y.Destroy()
	c.Text = c.perKiB(y, textSample(costText), 1)
	c.Binary = c.perKiB(y, binarySample(costText), 1)
	c.Small = c.perKiB(y, textSample(costSmall), costRepeat)
	return c
}

// perKiB returns the shortest of some scans for a KiB of b; an error stays in c.
func (c *Cost) perKiB(y *goyara.Scanner, b []byte, repeat int) time.Duration {
	best := time.Duration(-1)
	for range costRounds {
		start := time.Now()
		for range repeat {
			y.SetTimeout(CostTime)
			if err := y.ScanMem(b); err != nil {
				c.Err = fmt.Errorf("scan of %d bytes: %w", len(b), err)
				return 0
			}
		}
		if d := time.Since(start) / time.Duration(repeat); best < 0 || d < best {
			best = d
		}
	}
	return best * 1024 / time.Duration(len(b))
}

// words of source code in several languages, for textSample.
var sampleWords = strings.Fields(`function return if else foreach while class public private static new this -> => == ( ) { } [ ] ; , . $value $key $data $_GET $name
	'name' "text" 'id' array string true false null isset empty count implode substr import from self def print open read write request response param system exec eval
	// /* */ <?php <div class="row"> </div> http://www.example.org/index.html user password file path /usr/bin /etc/hosts config 0 1 42 0xff var let const require module`)

// sequence gives the same numbers on every machine.
type sequence uint64

func (s *sequence) next(n int) int {
	*s = *s*6364136223846793005 + 1442695040888963407
	return int(uint64(*s)>>33) % n
}

// textSample is text like source code, the same every time.
func textSample(n int) []byte {
	s := sequence(1)
	b := make([]byte, 0, n+64)
	for len(b) < n {
		b = append(b, sampleWords[s.next(len(sampleWords))]...)
		if s.next(9) == 0 {
			b = append(b, "\n    "...)
		} else {
			b = append(b, ' ')
		}
	}
	return b[:n]
}

// binarySample is bytes like those of a program: code, zeros, names.
func binarySample(n int) []byte {
	s := sequence(2)
	b := append(make([]byte, 0, n+64), "\x7fELF\x02\x01\x01"...)
	for len(b) < n {
		switch s.next(4) {
		case 0:
			b = append(b, make([]byte, 1+s.next(24))...)
		case 1:
			b = append(append(b, sampleWords[s.next(len(sampleWords))]...), 0)
		default:
			for range 4 + s.next(24) {
				b = append(b, byte(s.next(256)))
			}
		}
	}
	return b[:n]
}
