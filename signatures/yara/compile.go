//go:build cgo

package yara

import (
	"context"
	"fmt"
	"slices"

	"github.com/seed-181f3109/assay/signatures"
)

// standardExternals are the variables that the rules of THOR and LOKI use.
var standardExternals = [...]string{"filename", "filepath", "extension", "filetype", "owner"}

// compileFiles compiles files, each in its namespace, and returns the form of a
// compiled file, nil if no rule is left, and what was left out or is doubtful. Files with errors are repaired: each rule that does not
// compile is taken out and reported.
func compileFiles(ctx context.Context, pack string, files []*sourceFile, externals map[string]any) ([]byte, []signatures.Problem, error) {
	compiled, warnings, bad, err := compileAll(ctx, pack, files, externals)
	if err != nil || compiled != nil {
		return compiled, warnings, err
	}
	// One bad file spoils a compiler: find and repair them one by one.
	var problems []signatures.Problem
	var good []*sourceFile
	for i, f := range files {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		if i >= bad {
			repaired, p, err := repair(pack, f, externals)
			if err != nil {
				return nil, nil, err
			}
			problems = append(problems, p...)
			if f = repaired; f == nil {
				continue
			}
		}
		good = append(good, f)
	}
	compiled, warnings, bad, err = compileAll(ctx, pack, good, externals)
	if err == nil && compiled == nil {
		err = fmt.Errorf("rule pack %q: %s compiles alone but not beside the others", pack, good[bad].name)
	}
	return compiled, append(problems, warnings...), err
}

// compileAll compiles all files with one compiler. When a file has an error
// it returns no rules and the index of that file.
func compileAll(ctx context.Context, pack string, files []*sourceFile, externals map[string]any) ([]byte, []signatures.Problem, int, error) {
	c, err := newCompiler(externals)
	if err != nil {
		return nil, nil, 0, err
	}
	defer c.close()
	var warnings []signatures.Problem
	for i, f := range files {
		if err := ctx.Err(); err != nil {
			return nil, nil, 0, err
		}
		messages, ok := c.add(string(f.text), f.name)
		if !ok {
			return nil, nil, i, nil
		}
		for _, m := range messages {
			p := problem(pack, f, m)
			p.Warning, p.Rule = m.warning, m.rule
			warnings = append(warnings, p)
		}
	}
	compiled, err := c.compiled()
	if err != nil {
		return nil, nil, 0, fmt.Errorf("rule pack %q: %w", pack, err)
	}
	return compiled, warnings, len(files), nil
}

func problem(pack string, f *sourceFile, m message) signatures.Problem {
	file, line := f.origin(m.line)
	return signatures.Problem{Pack: pack, File: file, Line: line, Text: m.text}
}

// repair compiles one file alone and takes out what has an error, again and
// again until the rest compiles. It returns nil if nothing is left or an error
// lies outside of every rule and import.
func repair(pack string, f *sourceFile, externals map[string]any) (*sourceFile, []signatures.Problem, error) {
	var problems []signatures.Problem
	r := &sourceFile{name: f.name, text: slices.Clone(f.text), lines: f.lines}
	units := splitUnits(r.text)
	for {
		messages, err := compileErrors(r, externals)
		if err != nil {
			return nil, nil, err
		}
		if len(messages) == 0 {
			break
		}
		removed := false
		for _, m := range messages {
			i := slices.IndexFunc(units, func(u unit) bool { return u.line <= m.line && m.line <= u.endLine })
			if i < 0 {
				continue
			}
			p := problem(pack, f, m)
			if units[i].kind == "rule" {
				p.Rule = units[i].name
			}
			problems = append(problems, p)
			blank(r.text, units[i].start, units[i].end)
			units = slices.Delete(units, i, i+1)
			removed = true
		}
		if !removed {
			p := problem(pack, f, messages[0])
			p.Text = "no rule of this file runs: " + p.Text
			return nil, append(problems, p), nil
		}
	}
	if !slices.ContainsFunc(units, func(u unit) bool { return u.kind == "rule" }) {
		return nil, problems, nil
	}
	return r, problems, nil
}

// compileErrors compiles one file and returns its errors.
func compileErrors(f *sourceFile, externals map[string]any) ([]message, error) {
	c, err := newCompiler(externals)
	if err != nil {
		return nil, err
	}
	defer c.close()
	messages, ok := c.add(string(f.text), f.name)
	if ok {
		return nil, nil
	}
	messages = slices.DeleteFunc(messages, func(m message) bool { return m.warning })
	if len(messages) == 0 {
		messages = []message{{text: "not compiled, for a reason that libyara does not say"}}
	}
	return messages, nil
}
