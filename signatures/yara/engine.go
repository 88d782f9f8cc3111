//go:build cgo

package yara

import (
	"errors"
	"fmt"
	"path"
	"strings"

	goyara "github.com/hillu/go-yara/v4"

	"github.com/seed-181f3109/assay/signatures"
)

// engine is a scanner of libyara.
type engine struct {
	yara      *goyara.Scanner
	externals [len(standardExternals)]string // as they are set now
	reads     []bool                         // by external: the rules read it; nil: they may
	only      string                         // the rule that counts, if the others just serve it

	// A filtered group has rules of its own for each scanner, in which those
	// that cannot match are switched off.
	own   *goyara.Rules
	rules []goyara.Rule
	used  []bool // by others: never off, for the result would then be undefined
	off   []bool
}

// newEngine returns an engine for a group of rules.
func (g *group) newEngine(externals map[string]any) (*engine, error) {
	e := &engine{}
	rules := g.rules
	if g.filtered != nil {
		own, err := g.filtered.read()
		if err != nil {
			return nil, err
		}
		rules, e.own, e.rules, e.used = own, own, own.GetRules(), g.filtered.used
		e.off = make([]bool, len(e.rules))
	}
	var err error
	if e.yara, err = newScanner(rules, externals); err != nil {
		e.close()
		return nil, err
	}
	return e, nil
}

func (e *engine) close() {
	if e.yara != nil {
		e.yara.Destroy()
	}
	if e.own != nil {
		e.own.Destroy()
	}
}

// enable switches on the rules of the numbers, which ascend, and those that others
// use; nil means all.
func (e *engine) enable(numbers []int) {
	k := 0
	for i := range e.rules {
		on := numbers == nil
		if k < len(numbers) && numbers[k] == i {
			on = true
			k++
		}
		if on = on || e.used[i]; on == e.off[i] {
			if on {
				e.rules[i].Enable()
			} else {
				e.rules[i].Disable()
			}
			e.off[i] = !on
		}
	}
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
		if e.reads != nil && !e.reads[i] {
			continue
		}
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
