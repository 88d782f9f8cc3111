//go:build cgo

package yara

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	goyara "github.com/hillu/go-yara/v4"

	"github.com/seed-181f3109/assay/signatures"
	"github.com/seed-181f3109/assay/signatures/rules"
	"github.com/seed-181f3109/assay/signatures/yara/prefilter"
)

// ruleSet is what Load returns.
type ruleSet struct {
	opts     Options
	groups   []*group // in the order of the packs, then by name
	rules    []signatures.Rule
	packs    []signatures.Pack
	problems []signatures.Problem

	mu    sync.Mutex
	plans map[string]*plan // by the groups they run
}

// group is a part of a pack that is compiled and run as one.
type group struct {
	pack  string
	kind  string // "" runs on every kind
	rules *goyara.Rules
	byID  map[ruleID]*signatures.Rule

	filtered *filtered           // nil: its rules are not filtered
	sources  []*prefilter.Source // of its files, nil until the first plan
	alone    []*alone            // by rule, with the sources; nil: only with its group
}

// filtered is what a group keeps so that its rules can be switched off.
type filtered struct {
	files    []*sourceFile
	compiled []byte // the form of a compiled file
	used     []bool // by rule: another one uses it; known with the sources
}

// read returns the rules anew.
func (f *filtered) read() (*goyara.Rules, error) {
	return goyara.ReadRules(bytes.NewReader(f.compiled))
}

// ruleID is the name of a rule inside compiled rules.
type ruleID struct{ namespace, name string }

// Load reads and compiles rule packs. Each is the word "builtin", a folder
// (searched for *.yar and *.yara in all depths), a rule file, or a file of
// compiled rules. The set must be closed.
//
// A rule or file that does not compile does not make an error: see Problems.
// A pack that cannot be read at all, or none of whose rules compiles, does.
func Load(ctx context.Context, packs []string, opts *Options) (signatures.RuleSet, error) {
	keepMemory()
	s := &ruleSet{opts: opts.withDefaults(), plans: map[string]*plan{}}
	seen := map[string]bool{}
	for _, arg := range packs {
		if seen[arg] {
			continue
		}
		seen[arg] = true
		if err := s.load(ctx, arg); err != nil {
			s.Close()
			return nil, err
		}
	}
	slices.SortStableFunc(s.rules, compareRules)
	for i := range s.rules {
		r := &s.rules[i]
		for _, g := range s.groups {
			id := ruleID{r.File, r.Name}
			if g.pack == r.Pack && g.kind == r.Group && g.byID[id] != nil {
				g.byID[id] = r
			}
		}
	}
	slices.SortStableFunc(s.problems, func(a, b signatures.Problem) int {
		return cmp.Or(strings.Compare(a.Pack, b.Pack), strings.Compare(a.File, b.File), a.Line-b.Line, strings.Compare(a.Text, b.Text))
	})
	release()
	return s, nil
}

func compareRules(a, b signatures.Rule) int {
	return cmp.Or(strings.Compare(a.Pack, b.Pack), strings.Compare(a.File, b.File), strings.Compare(a.Name, b.Name))
}

// load adds one pack to the set.
func (s *ruleSet) load(ctx context.Context, arg string) error {
	start := time.Now()
	src, err := readPack(arg)
	if err != nil {
		return err
	}
	s.problems = append(s.problems, src.problems...)
	before := len(s.rules)
	if src.compiled != nil {
		compiled, err := goyara.ReadRules(bytes.NewReader(src.compiled))
		if err != nil {
			return fmt.Errorf("compiled rules %q (this is libyara %s): %w", arg, Version(), err)
		}
		s.add(arg, "", nil, compiled)
	}
	byKind := map[string][]*sourceFile{}
	var kinds []string
	for _, f := range src.files {
		kind := groupOf(arg, f.name)
		if byKind[kind] == nil {
			kinds = append(kinds, kind)
		}
		byKind[kind] = append(byKind[kind], f)
	}
	slices.Sort(kinds)
	for _, kind := range kinds {
		compiled, data, problems, err := s.compile(ctx, arg, byKind[kind])
		if err != nil {
			return err
		}
		s.problems = append(s.problems, problems...)
		var f *filtered
		if arg == Builtin {
			f = &filtered{files: byKind[kind], compiled: data}
		}
		s.add(arg, kind, f, compiled)
	}
	src.pack.Rules = len(s.rules) - before
	if src.pack.Rules == 0 {
		text := "it holds no rule"
		if len(s.problems) > 0 {
			p := s.problems[len(s.problems)-1]
			text = fmt.Sprintf("no rule compiles; %s:%d: %s", p.File, p.Line, p.Text)
		}
		return fmt.Errorf("rule pack %q: %s", arg, text)
	}
	s.packs = append(s.packs, src.pack)
	s.opts.Logger.Debug("rule pack loaded", "pack", arg, "rules", src.pack.Rules, "duration", time.Since(start))
	return nil
}

// groupOf returns the kind of files that the rules of a file run on.
func groupOf(pack, file string) string {
	if pack != Builtin {
		return ""
	}
	stem := strings.TrimSuffix(path.Base(file), path.Ext(file))
	if stem == "any" {
		return ""
	}
	return stem
}

// add lists the rules of compiled rules. Private rules only serve others.
func (s *ruleSet) add(pack, kind string, f *filtered, compiled *goyara.Rules) {
	g := &group{pack: pack, kind: kind, rules: compiled, byID: map[ruleID]*signatures.Rule{}, filtered: f}
	s.groups = append(s.groups, g)
	for _, r := range compiled.GetRules() {
		if r.IsPrivate() {
			continue
		}
		rule := signatures.Rule{
			Name: r.Identifier(), Pack: pack, File: r.Namespace(), Group: kind, Tags: r.Tags(),
		}
		for _, m := range r.Metas() {
			value := m.Value
			if n, ok := value.(int); ok {
				value = int64(n)
			}
			rule.Meta = append(rule.Meta, signatures.Meta{Name: m.Identifier, Value: value})
		}
		describe(&rule)
		s.rules = append(s.rules, rule)
		g.byID[ruleID{rule.File, rule.Name}] = &signatures.Rule{}
	}
}

// groupsFor returns the groups that run on a kind of files, or on several that
// are joined with commas. The sink lines of
// a view are a format of our own: only the rules written for it run there.
func (s *ruleSet) groupsFor(kind string) []int {
	var out []int
	var kinds []string
	for k := range strings.SplitSeq(kind, ",") {
		kinds = append(kinds, rules.Groups(k)...)
	}
	for i, g := range s.groups {
		if kind == "" || slices.Contains(kinds, g.kind) || g.kind == "" && !strings.HasSuffix(kind, "-sinks") {
			out = append(out, i)
		}
	}
	return out
}

func (s *ruleSet) Rules() []signatures.Rule       { return s.rules }
func (s *ruleSet) Packs() []signatures.Pack       { return s.packs }
func (s *ruleSet) Problems() []signatures.Problem { return s.problems }

// Close releases the compiled rules.
func (s *ruleSet) Close() error {
	for _, g := range s.groups {
		g.rules.Destroy()
		for _, a := range g.alone {
			if a != nil && a.rules != nil {
				a.rules.Destroy()
			}
		}
	}
	s.groups = nil
	return nil
}
