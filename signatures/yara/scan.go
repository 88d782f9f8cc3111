//go:build cgo

package yara

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
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
	work    []work    // of the scan at hand
	numbers []int     // of rules in work
}

// NewScanner returns a scanner for one goroutine.
func (s *ruleSet) NewScanner() (signatures.Scanner, error) {
	if len(s.groups) == 0 {
		return nil, errors.New("the set of rules is empty or closed")
	}
	return &scanner{set: s, byKind: map[string]*plan{}, finders: map[*plan]*prefilter.Finder{}, engines: make([]*engine, len(s.groups))}, nil
}

// Close releases the scanner.
func (s *scanner) Close() error {
	for _, e := range s.engines {
		if e != nil {
			e.close()
		}
	}
	s.engines = nil
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
		e, err := s.engine(w.group)
		if err == nil {
			e.enable(w.rules)
			err = s.run(ctx, e, s.set.groups[w.group], t, &c, deadline)
		}
		if errors.Is(err, signatures.ErrTimeout) {
			err = fmt.Errorf("%w after %v", err, limit)
		}
		if err != nil {
			errs = append(errs, err)
		}
	}
	return c.sorted(), errors.Join(errs...)
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
	c.group = g
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

// scanWithoutHandler is SCAN_FLAGS_NO_TRYCATCH, which go-yara does not name. Else
// libyara takes over SIGBUS of the whole process for each scan, from the Go runtime
// too, in case that a mapped file is cut meanwhile: nothing here is mapped.
const scanWithoutHandler = 4

func newScanner(rules *goyara.Rules, externals map[string]any) (*goyara.Scanner, error) {
	y, err := goyara.NewScanner(rules)
	if err != nil {
		return nil, err
	}
	y.SetFlags(goyara.ScanFlagsFastMode | scanWithoutHandler)
	for name, value := range externals {
		if err := y.DefineVariable(name, value); err != nil && !unusedExternal(err) {
			y.Destroy()
			return nil, fmt.Errorf("external variable %q: %w", name, err)
		}
	}
	return y, nil
}

// setExternals describes the target to the rules. Compiled rules of others may
// lack a variable: they do not ask for it.
func (e *engine) setExternals(t *signatures.Target) error {
	name := path.Base(t.Path)
	kind, _, _ := strings.Cut(t.Kind, ",")
	values := [...]string{name, path.Dir(t.Path), strings.ToLower(path.Ext(name)), strings.ToUpper(kind), t.Owner}
	for i, v := range values {
		if v = strings.ToValidUTF8(v, "?"); v == e.externals[i] {
			continue // as the compiler or the last scan left it
		}
		if err := e.yara.DefineVariable(standardExternals[i], v); err != nil && !unusedExternal(err) {
			return fmt.Errorf("external variable %q: %w", standardExternals[i], err)
		}
		e.externals[i] = v
	}
	return nil
}

// unusedExternal says whether the rules do not know a variable.
func unusedExternal(err error) bool { return errors.Is(err, errUnknownExternal) }

// collector gathers matches; libyara calls it during a scan.
type collector struct {
	group   *group
	matches []signatures.Match
}

// RuleMatching implements goyara.ScanCallback.
func (c *collector) RuleMatching(sc *goyara.ScanContext, r *goyara.Rule) (bool, error) {
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
