//go:build cgo

package yara

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	goyara "github.com/hillu/go-yara/v4"
)

// maxAlone is up to how many rules of a group are run one by one. With the few
// words of one rule libyara passes over a content some eight times as fast as with
// those of a whole group, whether these are switched off or not.
const maxAlone = 8

// alone is one rule of a filtered group, compiled at first use with nothing but
// the rules it asks for.
type alone struct {
	name      string // of the rule
	file      *sourceFile
	externals []bool // by standard external: it is read

	once  sync.Once
	rules *goyara.Rules
	err   error
}

// compile returns the rules, which are for any number of scanners.
func (a *alone) compile(pack string, externals map[string]any) (*goyara.Rules, error) {
	a.once.Do(func() {
		compiled, _, _, err := compileAll(context.Background(), pack, []*sourceFile{a.file}, externals)
		if err == nil && compiled != nil {
			a.rules, err = goyara.ReadRules(bytes.NewReader(compiled))
		}
		if err == nil && (a.rules == nil || !slices.ContainsFunc(a.rules.GetRules(), func(r goyara.Rule) bool { return r.Identifier() == a.name })) {
			err = fmt.Errorf("rule pack %q: rule %s does not compile alone", pack, a.name)
		}
		a.err = err
	})
	return a.rules, a.err
}

// newAlone returns the rules of a file by number; nil for one that only serves
// others or needs a module: libyara would load that for each rule again.
// uses names, for each rule, the numbers of those it asks for.
func newAlone(f *sourceFile, private []bool, uses [][]int) []*alone {
	var modules []string
	var texts [][]byte
	var names []string
	for _, u := range splitUnits(f.text) {
		switch u.kind {
		case "import":
			modules = append(modules, strings.Trim(u.name, `"`)+".")
		case "rule":
			texts = append(texts, f.text[u.start:u.end])
			names = append(names, u.name)
		}
	}
	out := make([]*alone, len(texts))
	if len(texts) != len(private) {
		return make([]*alone, len(private)) // the filter and libyara know better
	}
rules:
	for i := range texts {
		if private[i] {
			continue
		}
		a := &alone{name: names[i], file: &sourceFile{name: f.name}}
		for _, k := range withUsed(i, uses) {
			a.file.text = append(append(a.file.text, texts[k]...), '\n')
		}
		for _, m := range modules {
			if bytes.Contains(a.file.text, []byte(m)) {
				continue rules
			}
		}
		for _, name := range standardExternals {
			a.externals = append(a.externals, bytes.Contains(a.file.text, []byte(name)))
		}
		out[i] = a
	}
	return out
}

// withUsed returns the numbers of all rules that rule i asks for, and its own, in
// the order of the file: a rule asks only for those before it.
func withUsed(i int, uses [][]int) (list []int) {
	asked := make([]bool, i+1)
	asked[i] = true
	for k := i; k >= 0; k-- {
		if asked[k] {
			for _, u := range uses[k] {
				asked[u] = true
			}
		}
	}
	for k, yes := range asked {
		if yes {
			list = append(list, k)
		}
	}
	return list
}

// newEngine returns an engine for the rule.
func (a *alone) newEngine(pack string, externals map[string]any) (*engine, error) {
	rules, err := a.compile(pack, externals)
	if err != nil {
		return nil, err
	}
	y, err := newScanner(rules, externals)
	if err != nil {
		return nil, err
	}
	return &engine{yara: y, only: a.name, reads: a.externals}, nil
}
