//go:build cgo

package yara

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	goyara "github.com/hillu/go-yara/v4"

	"github.com/seed-181f3109/assay/signatures"
	"github.com/seed-181f3109/assay/signatures/yara/prefilter"
)

// scanner runs the groups of a set, each with a libyara scanner of its own.
type scanner struct {
	set     *ruleSet
	byKind  map[string]*plan
	finders map[*plan]*prefilter.Finder
	engines []*engine // by group, made at first use
	singles map[planRule]*engine
	work    []work // of the scan at hand
	numbers []int  // of rules in work
}

// NewScanner returns a scanner for one goroutine.
func (s *ruleSet) NewScanner() (signatures.Scanner, error) {
	if len(s.groups) == 0 {
		return nil, errors.New("the set of rules is empty or closed")
	}
	return &scanner{set: s, byKind: map[string]*plan{}, finders: map[*plan]*prefilter.Finder{}, engines: make([]*engine, len(s.groups)), singles: map[planRule]*engine{}}, nil
}

// Close releases the scanner.
func (s *scanner) Close() error {
	for _, e := range s.engines {
		if e != nil {
			e.close()
		}
	}
	for _, e := range s.singles {
		e.close()
	}
	s.engines, s.singles = nil, nil
	return nil
}

// Scan runs the rules for t.Kind over t, see [signatures.Scanner].
func (s *scanner) Scan(ctx context.Context, t *signatures.Target) ([]signatures.Match, error) {
	if t.Bytes != nil && t.Reader != nil {
		return nil, errors.New("target has both Bytes and Reader")
	}
	limit := s.set.opts.MaxFileTime + time.Duration(max(t.Size, int64(len(t.Bytes)))>>20)*time.Second
	deadline := time.Now().Add(limit)
	c := collector{}
	var errs []error
	for _, w := range s.workFor(t) {
		if err := ctx.Err(); err != nil {
			return c.sorted(), errors.Join(append(errs, err)...)
		}
		err := s.scanGroup(ctx, w, t, &c, deadline)
		if errors.Is(err, signatures.ErrTimeout) {
			err = fmt.Errorf("%w after %v", err, limit)
		}
		if err != nil {
			errs = append(errs, err)
		}
	}
	return c.sorted(), errors.Join(errs...)
}

// scanGroup runs the rules of a group that may match: a few one by one, many with
// all others switched off.
func (s *scanner) scanGroup(ctx context.Context, w work, t *signatures.Target, c *collector, deadline time.Time) error {
	g := s.set.groups[w.group]
	if !g.runsAlone(w.rules) {
		e, err := s.engine(w.group)
		if err != nil {
			return err
		}
		e.enable(w.rules)
		return s.run(ctx, e, g, t, c, deadline)
	}
	var errs []error
	for _, n := range w.rules {
		e, err := s.single(planRule{w.group, n})
		if err == nil {
			err = s.run(ctx, e, g, t, c, deadline)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// single returns the engine of one rule.
func (s *scanner) single(at planRule) (*engine, error) {
	e := s.singles[at]
	if e == nil {
		g := s.set.groups[at.group]
		var err error
		if e, err = g.alone[at.number].newEngine(g.pack, s.set.opts.Externals); err != nil {
			return nil, fmt.Errorf("rule pack %q: %w", g.pack, err)
		}
		s.singles[at] = e
	}
	return e, nil
}

func (s *scanner) engine(i int) (*engine, error) {
	if s.engines[i] == nil {
		e, err := s.set.groups[i].newEngine(s.set.opts.Externals)
		if err != nil {
			return nil, fmt.Errorf("rule pack %q: %w", s.set.groups[i].pack, err)
		}
		s.engines[i] = e
	}
	return s.engines[i], nil
}

// run scans t with the rules of one engine, which are of group g.
func (s *scanner) run(ctx context.Context, e *engine, g *group, t *signatures.Target, c *collector, deadline time.Time) error {
	left := time.Until(deadline)
	if left <= 0 {
		return fmt.Errorf("rule pack %q: %w", g.pack, signatures.ErrTimeout)
	}
	y := e.yara
	if err := e.setExternals(t); err != nil {
		return fmt.Errorf("rule pack %q: %w", g.pack, err)
	}
	c.group, c.only = g, e.only
	y.SetCallback(c)
	// Whole seconds: rounded up, for zero would mean no limit.
	y.SetTimeout((left + time.Second - 1).Truncate(time.Second))
	err := s.scan(ctx, y, t)
	y.SetCallback(nil)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errScanTimeout):
		return fmt.Errorf("rule pack %q: %w", g.pack, signatures.ErrTimeout)
	}
	return fmt.Errorf("rule pack %q: %w%s", g.pack, err, culprit(y, err))
}

func (s *scanner) scan(ctx context.Context, y *goyara.Scanner, t *signatures.Target) error {
	if t.Reader == nil {
		return y.ScanMem(t.Bytes)
	}
	b := newBlocks(ctx, t.Reader, t.Size)
	err := y.ScanMemBlocks(b)
	if b.err != nil {
		return b.err
	}
	return err
}

// culprit names the rule that made libyara stop, if it says so.
func culprit(y *goyara.Scanner, err error) string {
	var code goyara.Error
	if !errors.As(err, &code) {
		return ""
	}
	r := y.GetLastErrorRule()
	if r == nil {
		return ""
	}
	return fmt.Sprintf(" (rule %s of %s)", r.Identifier(), r.Namespace())
}

// collector gathers matches; libyara calls it during a scan.
type collector struct {
	group   *group
	only    string // if not empty, the rule that counts
	matches []signatures.Match
}

// RuleMatching implements goyara.ScanCallback.
func (c *collector) RuleMatching(sc *goyara.ScanContext, r *goyara.Rule) (bool, error) {
	if c.only != "" && r.Identifier() != c.only {
		return false, nil
	}
	rule := c.group.byID[ruleID{r.Namespace(), r.Identifier()}]
	if rule == nil {
		return false, fmt.Errorf("rule %q of %q is not listed", r.Identifier(), r.Namespace())
	}
	c.matches = append(c.matches, signatures.Match{Rule: rule, Strings: matchStrings(sc, r)})
	return false, nil
}

// matchStrings returns what a rule matched: the first place of each string,
// then further places, at most MaxStrings in all, sorted by offset.
func matchStrings(sc *goyara.ScanContext, r *goyara.Rule) []signatures.MatchString {
	var first, more []signatures.MatchString
	for _, s := range r.Strings() {
		places := s.Matches(sc)
		for i := range places[:min(len(places), signatures.MaxStrings)] {
			m := matchString(s.Identifier(), &places[i])
			if i == 0 {
				first = append(first, m)
			} else {
				more = append(more, m)
			}
		}
	}
	slices.SortStableFunc(first, compareStrings)
	slices.SortStableFunc(more, compareStrings)
	all := append(first, more...)
	all = all[:min(len(all), signatures.MaxStrings)]
	slices.SortStableFunc(all, compareStrings)
	return all
}

func matchString(name string, m *goyara.Match) signatures.MatchString {
	data := m.Data()
	return signatures.MatchString{
		Name: name, Offset: m.Base() + m.Offset(), Length: len(data),
		Data: slices.Clip(data[:min(len(data), signatures.MaxData)]),
	}
}

func compareStrings(a, b signatures.MatchString) int {
	return cmp.Or(cmp.Compare(a.Offset, b.Offset), strings.Compare(a.Name, b.Name), a.Length-b.Length)
}

// sorted returns the matches by pack, file and name.
func (c *collector) sorted() []signatures.Match {
	slices.SortStableFunc(c.matches, func(a, b signatures.Match) int { return compareRules(*a.Rule, *b.Rule) })
	return c.matches
}
