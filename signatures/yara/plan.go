//go:build cgo

package yara

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/seed-181f3109/assay/signatures"
	"github.com/seed-181f3109/assay/signatures/yara/prefilter"
)

// plan is how content of one kind is scanned: the groups that run on it and a
// filter that names the rules which can match it at all. Only the embedded rules
// are filtered: their text is known to be understood, and tests hold it so.
type plan struct {
	groups []int
	whole  []int             // those that are not filtered
	filter *prefilter.Filter // nil if no group is filtered
	rules  []planRule        // by rule of the filter
	// private rules, by rule of the filter, are run when others ask for them
	private []bool
}

// planRule is where a rule of a filter is: a number in a group.
type planRule struct{ group, number int }

// planFor returns the plan for a kind of content.
func (s *ruleSet) planFor(kind string) *plan {
	groups := s.groupsFor(kind)
	key := fmt.Sprint(groups)
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.plans[key]
	if p == nil {
		p = s.makePlan(groups)
		s.plans[key] = p
	}
	return p
}

func (s *ruleSet) makePlan(groups []int) *plan {
	p := &plan{groups: groups}
	var sources []*prefilter.Source
	for _, i := range groups {
		g := s.groups[i]
		if err := g.prepare(); err != nil {
			s.opts.Logger.Warn("rules are run without a filter", "pack", g.pack, "error", err)
		}
		if g.filtered == nil {
			p.whole = append(p.whole, i)
			continue
		}
		n := 0
		for _, source := range g.sources {
			sources = append(sources, source)
			for _, r := range source.Rules {
				p.rules = append(p.rules, planRule{i, n})
				p.private = append(p.private, r.Private)
				n++
			}
		}
	}
	if sources != nil {
		p.filter = prefilter.New(sources)
	}
	return p
}

// prepare reads the sources of a filtered group for plans, once. A text that is
// not understood is an error, and the group is then not filtered.
func (g *group) prepare() (err error) {
	if g.filtered == nil || g.sources != nil {
		return nil
	}
	names := g.rules.GetRules()
	n := 0
	for _, f := range g.filtered.files {
		source, err := prefilter.Parse(string(f.text))
		if err == nil && n+len(source.Rules) > len(names) {
			err = fmt.Errorf("%d rules are compiled, the filter has more", len(names))
		}
		if err != nil {
			g.filtered = nil
			return fmt.Errorf("%s: %w", f.name, err)
		}
		var private []bool
		var uses [][]int
		for _, r := range source.Rules {
			private, uses = append(private, r.Private), append(uses, r.Uses)
			g.filtered.used = append(g.filtered.used, r.Used)
			if names[n].Identifier() != r.Name {
				g.filtered = nil
				return fmt.Errorf("%s: rule %s is not where the filter has it", f.name, r.Name)
			}
			n++
		}
		g.sources = append(g.sources, source)
		g.alone = append(g.alone, newAlone(f, private, uses)...)
	}
	if n < len(names) {
		g.filtered = nil
		return fmt.Errorf("%d rules are compiled, the filter has %d", len(names), n)
	}
	return nil
}

// runsAlone reports whether the rules of the numbers are run one by one.
func (g *group) runsAlone(numbers []int) bool {
	if numbers == nil || len(numbers) > maxAlone {
		return false
	}
	return !slices.ContainsFunc(numbers, func(n int) bool { return g.alone[n] == nil })
}

// work is a group to run on a content, and which of its rules; nil: all.
type work struct {
	group int
	rules []int
}

// workFor says what has to run on t. The result is good until the next call.
func (s *scanner) workFor(t *signatures.Target) []work {
	p, ok := s.byKind[t.Kind]
	if !ok {
		p = s.set.planFor(t.Kind)
		s.byKind[t.Kind] = p
	}
	s.work = s.work[:0]
	if p.filter == nil || t.Reader != nil {
		for _, i := range p.groups {
			s.work = append(s.work, work{group: i})
		}
		return s.work
	}
	finder := s.finders[p]
	if finder == nil {
		finder = p.filter.NewFinder()
		s.finders[p] = finder
	}
	name := path.Base(t.Path)
	s.numbers = s.numbers[:0]
	from := 0
	for _, i := range finder.Possible(&prefilter.Content{Bytes: t.Bytes, FileName: name, Extension: strings.ToLower(path.Ext(name))}) {
		if p.private[i] {
			continue
		}
		r := p.rules[i]
		if n := len(s.work); n == 0 || s.work[n-1].group != r.group {
			s.work = append(s.work, work{group: r.group})
			from = len(s.numbers)
		}
		s.numbers = append(s.numbers, r.number)
		s.work[len(s.work)-1].rules = s.numbers[from:len(s.numbers):len(s.numbers)]
	}
	for _, i := range p.whole {
		s.work = append(s.work, work{group: i})
	}
	return s.work
}
