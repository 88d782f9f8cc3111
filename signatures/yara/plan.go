//go:build cgo

package yara

import (
	"bytes"
	"fmt"
	"path"
	"strings"
	"sync"
	"sync/atomic"

	goyara "github.com/hillu/go-yara/v4"

	"github.com/seed-181f3109/assay/signatures"
	"github.com/seed-181f3109/assay/signatures/yara/prefilter"
)

// When rules are run one by one and when as a group. A run costs some 10 µs
// however short the content is, a rule compiled alone is a few times as fast for
// each byte as a group of rules, and compiling one costs some milliseconds.
const (
	maxPieces      = 5       // rules of a group that are run alone, over long content
	piecesShort    = 2       // over short content
	bytesForPiece  = 8 << 10 // content that allows one more
	bytesToCompile = 1 << 20 // content that a rule was wanted for before it is compiled alone
)

// plan is how content of one kind is scanned: the groups that run on it and a
// filter that names the rules which can match it at all. Only the embedded rules
// are filtered: their text is known to be understood, and tests hold it so.
type plan struct {
	groups []int
	whole  []int             // those that are run on everything
	filter *prefilter.Filter // nil if no group is filtered
	pieces []*piece          // by rule of the filter; nil: a private rule
}

// piece is one rule that is compiled alone, when it is first needed.
type piece struct {
	group int
	text  string // the rule with what it needs of its file
	file  string // its namespace

	wanted atomic.Int64 // bytes of content that it was possible in

	once  sync.Once
	rules *goyara.Rules
	err   error
}

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
	p := &plan{groups: groups, whole: groups}
	var sources []*prefilter.Source
	var pieces []*piece
	var rest []int
	for _, i := range groups {
		g := s.groups[i]
		if err := g.prepare(i); err != nil {
			s.opts.Logger.Warn("rules are run without a filter", "pack", g.pack, "error", err)
		}
		if g.files == nil {
			rest = append(rest, i)
			continue
		}
		for _, f := range g.files {
			sources = append(sources, f.source)
			pieces = append(pieces, g.pieces[f]...)
		}
	}
	if sources != nil {
		p.filter, p.pieces, p.whole = prefilter.New(sources), pieces, rest
	}
	return p
}

// prepare reads the files of group number i for plans, once. A text that is not
// understood is an error, and the group is then run on everything.
func (g *group) prepare(i int) error {
	if g.files == nil || g.pieces != nil {
		return nil
	}
	g.pieces = map[*sourceFile][]*piece{}
	for _, f := range g.files {
		source, err := prefilter.Parse(string(f.text))
		if err == nil {
			f.source = source
			g.pieces[f], err = piecesOf(i, f)
		}
		if err != nil {
			g.files = nil
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return nil
}

// piecesOf returns the rules of a file of group number i as pieces.
func piecesOf(i int, f *sourceFile) ([]*piece, error) {
	var list []*piece
	var before bytes.Buffer // imports and private rules so far
	for _, u := range splitUnits(f.text) {
		text := f.text[u.start:u.end]
		if u.kind == "rule" && (len(list) >= len(f.source.Rules) || f.source.Rules[len(list)].Name != u.name) {
			return nil, fmt.Errorf("rule %s is not where the filter has it", u.name)
		}
		switch {
		case u.kind != "rule":
			before.Write(text)
			before.WriteByte('\n')
		case bytes.HasPrefix(text, []byte("private")):
			before.Write(text)
			before.WriteByte('\n')
			list = append(list, nil)
		default:
			list = append(list, &piece{group: i, file: f.name, text: before.String() + string(text)})
		}
	}
	if len(list) != len(f.source.Rules) {
		return nil, fmt.Errorf("%d rules where the filter has %d", len(list), len(f.source.Rules))
	}
	return list, nil
}

// compile compiles the piece at its first use.
func (p *piece) compile(externals map[string]any) (*goyara.Rules, error) {
	p.once.Do(func() {
		c, err := newCompiler(externals)
		if err != nil {
			p.err = err
			return
		}
		defer c.Destroy()
		if p.err = c.AddString(p.text, p.file); p.err != nil {
			return
		}
		if p.rules, p.err = c.GetRules(); p.err == nil {
			p.rules, p.err = compact(p.rules)
		}
	})
	return p.rules, p.err
}

// work is what a scan has to run: some groups as a whole, some rules alone.
type work struct {
	groups []int
	pieces []*piece
}

// workFor asks the filter about t.
func (s *scanner) workFor(t *signatures.Target) *work {
	p, ok := s.byKind[t.Kind]
	if !ok {
		p = s.set.planFor(t.Kind)
		s.byKind[t.Kind] = p
	}
	w := &s.work
	if p.filter == nil || t.Reader != nil {
		w.groups, w.pieces = append(w.groups[:0], p.groups...), w.pieces[:0]
		return w
	}
	w.groups, w.pieces = append(w.groups[:0], p.whole...), w.pieces[:0]
	finder := s.finders[p]
	if finder == nil {
		finder = p.filter.NewFinder()
		s.finders[p] = finder
	}
	name := path.Base(t.Path)
	possible := finder.Possible(&prefilter.Content{Bytes: t.Bytes, FileName: name, Extension: strings.ToLower(path.Ext(name))})
	most := min(maxPieces, piecesShort+len(t.Bytes)/bytesForPiece)
	for from := 0; from < len(possible); {
		first := p.pieces[possible[from]]
		if first == nil { // private
			from++
			continue
		}
		start, to, ready := len(w.pieces), from, true
		for ; to < len(possible); to++ {
			next := p.pieces[possible[to]]
			if next == nil {
				continue
			}
			if next.group != first.group {
				break
			}
			ready = next.want(len(t.Bytes)) && ready
			w.pieces = append(w.pieces, next)
		}
		if !ready || len(w.pieces)-start > most {
			w.groups, w.pieces = append(w.groups, first.group), w.pieces[:start]
		}
		from = to
	}
	return w
}

// want notes that the piece is possible in a content of n bytes and reports whether
// it is worth while to run it alone.
func (p *piece) want(n int) bool {
	return p.wanted.Add(int64(n)) >= bytesToCompile
}
