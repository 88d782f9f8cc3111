//go:build cgo

package yara

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-181f3109/assay/signatures"
	"github.com/seed-181f3109/assay/signatures/rules"
)

// Limits of a rule pack: it is the user's own, these only stop accidents.
const (
	maxRuleFile     = 64 << 20
	maxIncludeDepth = 16
)

// sourceFile is one namespace: the text of a file with its includes in place.
type sourceFile struct {
	name  string
	text  []byte
	lines []lineOrigin // origin of each line of text; nil: the file itself
}

// lineOrigin says where a line of an expanded text was written.
type lineOrigin struct {
	file string
	line int
}

// origin returns file and line for a line (from 1) of the expanded text.
func (f *sourceFile) origin(line int) (string, int) {
	if line < 1 || line > len(f.lines) {
		return f.name, line
	}
	o := f.lines[line-1]
	return o.file, o.line
}

// source is a pack as it was read, before compilation.
type source struct {
	pack     signatures.Pack
	files    []*sourceFile
	compiled []byte // set instead of files for a compiled pack
	problems []signatures.Problem
}

// readPack reads one --rules argument.
func readPack(arg string) (*source, error) {
	if arg == Builtin {
		return readTree(arg, rules.FS, "")
	}
	info, err := os.Stat(arg)
	if err != nil {
		return nil, fmt.Errorf("rule pack: %w", err)
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("rule pack %q: no folder and no regular file", arg)
	}
	if !info.IsDir() {
		head, err := readHead(arg)
		if err != nil {
			return nil, fmt.Errorf("rule pack: %w", err)
		}
		if string(head) == "YARA" {
			return readCompiled(arg)
		}
	}
	folder, only := arg, ""
	if !info.IsDir() {
		folder, only = filepath.Dir(arg), filepath.Base(arg)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("rule pack: %w", err)
	}
	defer root.Close() // read-only
	return readTree(arg, root.FS(), only)
}

func readHead(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() // read-only
	head := make([]byte, 4)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	return head[:n], nil
}

func readCompiled(arg string) (*source, error) {
	info, err := os.Stat(arg)
	if err != nil {
		return nil, err
	}
	if info.Size() > 16*maxRuleFile {
		return nil, fmt.Errorf("compiled rules %q: %d bytes are more than %d", arg, info.Size(), 16*maxRuleFile)
	}
	data, err := os.ReadFile(arg)
	if err != nil {
		return nil, err
	}
	s := &source{pack: signatures.Pack{Name: arg, Files: 1}, compiled: data}
	s.pack.Digest = digest([]packFile{{filepath.Base(arg), data}})
	return s, nil
}

// packFile is a file of a pack as it lies on disk.
type packFile struct {
	name string
	data []byte
}

func digest(files []packFile) string {
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%d %s %d\n", len(f.name), f.name, len(f.data))
		h.Write(f.data)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// packReader collects the files of one pack.
type packReader struct {
	src   *source
	fsys  fs.FS
	raw   map[string][]byte // by path in the pack
	units map[string][]unit
	used  map[string]bool // files that another, which is no index, includes
}

// readTree reads all rule files below fsys, or the one named only.
func readTree(arg string, fsys fs.FS, only string) (*source, error) {
	r := &packReader{
		src: &source{pack: signatures.Pack{Name: arg}}, fsys: fsys,
		raw: map[string][]byte{}, units: map[string][]unit{}, used: map[string]bool{},
	}
	names := []string{only}
	if only == "" {
		var err error
		if names, err = r.list(); err != nil {
			return nil, fmt.Errorf("rule pack %q: %w", arg, err)
		}
		if len(names) == 0 {
			return nil, fmt.Errorf("rule pack %q: holds no *.yar or *.yara file", arg)
		}
	}
	var readable []string
	for _, name := range names {
		if err := r.read(name); err != nil {
			if only != "" {
				return nil, fmt.Errorf("rule pack %q: %w", arg, err)
			}
			r.problem(name, 0, err.Error())
			continue
		}
		readable = append(readable, name)
	}
	for _, name := range r.roots(readable) {
		r.src.files = append(r.src.files, r.expand(name))
	}
	var all []packFile
	for name, data := range r.raw {
		all = append(all, packFile{name, data})
	}
	slices.SortFunc(all, func(a, b packFile) int { return strings.Compare(a.name, b.name) })
	r.src.pack.Digest, r.src.pack.Files = digest(all), len(all)
	return r.src, nil
}

func (r *packReader) problem(file string, line int, text string) {
	r.src.problems = append(r.src.problems, signatures.Problem{
		Pack: r.src.pack.Name, File: file, Line: line, Text: text})
}

// list returns the rule files in lexical order. Links to files are followed inside
// the pack only, which fsys sees to; what a link to a folder of the pack leads to is
// met where it is. A link that leads elsewhere is reported.
func (r *packReader) list() ([]string, error) {
	var names []string
	err := fs.WalkDir(r.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if name == "." {
				return err
			}
			r.problem(name, 0, err.Error())
			return nil
		}
		ext := strings.ToLower(path.Ext(name))
		if d.Type()&fs.ModeSymlink != 0 {
			info, err := fs.Stat(r.fsys, name)
			if err != nil {
				r.problem(name, 0, "link that leads out of the rule pack or nowhere: "+err.Error())
				return nil
			}
			if info.IsDir() {
				return nil
			}
		}
		if d.IsDir() || ext != ".yar" && ext != ".yara" {
			return nil
		}
		names = append(names, name)
		return nil
	})
	return names, err
}

// read loads one file of the pack once.
func (r *packReader) read(name string) error {
	if _, ok := r.raw[name]; ok {
		return nil
	}
	info, err := fs.Stat(r.fsys, name) // before it is opened, which waits at a pipe
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no regular file", name)
	}
	f, err := r.fsys.Open(name)
	if err != nil {
		return err
	}
	defer f.Close() // read-only
	data, err := io.ReadAll(io.LimitReader(f, maxRuleFile+1))
	if err != nil {
		return err
	}
	if len(data) > maxRuleFile {
		return fmt.Errorf("%s is larger than %d bytes", name, maxRuleFile)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	r.raw[name], r.units[name] = data, splitUnits(data)
	return nil
}

// isIndex says whether a file includes others and holds no rule itself.
func (r *packReader) isIndex(name string) bool {
	includes := 0
	for _, u := range r.units[name] {
		switch u.kind {
		case "rule":
			return false
		case "include":
			includes++
		}
	}
	return includes > 0
}

// roots returns the files that are compiled on their own: every file but the
// indexes, whose included files stand for them, and the files that a file
// with rules takes in.
func (r *packReader) roots(names []string) []string {
	var out []string
	seen := map[string]bool{}
	var add func(name string, depth int)
	add = func(name string, depth int) {
		if seen[name] || depth > maxIncludeDepth {
			return
		}
		seen[name] = true
		if !r.isIndex(name) {
			r.markUsed(name, depth)
			out = append(out, name)
			return
		}
		for _, u := range r.units[name] {
			if u.kind != "include" {
				continue
			}
			target, err := r.include(name, u.name)
			if err != nil {
				r.problem(name, u.line, err.Error())
				continue
			}
			add(target, depth+1)
		}
	}
	for _, name := range names {
		add(name, 0)
	}
	slices.Sort(out)
	all := out
	out = slices.DeleteFunc(slices.Clone(out), func(name string) bool { return r.used[name] })
	taken := map[string]bool{}
	for _, name := range out {
		r.take(name, taken)
	}
	for _, name := range all { // files that include each other stand for none
		if !taken[name] {
			out = append(out, name)
			r.take(name, taken)
		}
	}
	slices.Sort(out)
	return out
}

// take notes a file and all that it includes.
func (r *packReader) take(name string, taken map[string]bool) {
	if taken[name] {
		return
	}
	taken[name] = true
	for _, u := range r.units[name] {
		if u.kind != "include" {
			continue
		}
		if target, err := r.include(name, u.name); err == nil {
			r.take(target, taken)
		}
	}
}

// markUsed notes the files that a file with rules includes.
func (r *packReader) markUsed(name string, depth int) {
	for _, u := range r.units[name] {
		if u.kind != "include" || depth > maxIncludeDepth {
			continue
		}
		if target, err := r.include(name, u.name); err == nil && target != name && !r.used[target] {
			r.used[target] = true
			r.markUsed(target, depth+1)
		}
	}
}

// include resolves an include and reads its file.
func (r *packReader) include(from, name string) (string, error) {
	target := path.Join(path.Dir(from), filepath.ToSlash(name))
	if path.IsAbs(name) || !fs.ValidPath(target) {
		return "", fmt.Errorf("include %q leads out of the rule pack", name)
	}
	if err := r.read(target); err != nil {
		return "", fmt.Errorf("include %q: %w", name, err)
	}
	return target, nil
}

// expand returns the text of a file with its includes put in place.
func (r *packReader) expand(name string) *sourceFile {
	f := &sourceFile{name: name}
	if !slices.ContainsFunc(r.units[name], func(u unit) bool { return u.kind == "include" }) {
		f.text = r.raw[name]
		return f
	}
	r.splice(f, name, map[string]bool{})
	return f
}

// splice appends the lines of a file; the line of an include is replaced by
// the lines of its file. A file is taken in once.
func (r *packReader) splice(f *sourceFile, name string, done map[string]bool) {
	done[name] = true
	data, pos, line := slices.Clone(r.raw[name]), 0, 1
	for _, u := range r.units[name] {
		if u.kind != "include" {
			continue
		}
		f.appendLines(name, line, data[pos:u.start])
		pos, line = u.end, u.endLine
		target, err := r.include(name, u.name)
		switch {
		case err != nil:
			r.problem(name, u.line, err.Error())
		case done[target]:
		case len(done) > 4096:
			r.problem(name, u.line, fmt.Sprintf("include %q: more than 4096 files", u.name))
		default:
			r.splice(f, target, done)
		}
	}
	f.appendLines(name, line, data[pos:])
}

// appendLines appends text whose first line is the given line of file.
func (f *sourceFile) appendLines(file string, line int, text []byte) {
	for l := range bytes.Lines(text) {
		f.text = append(f.text, l...)
		if l[len(l)-1] != '\n' {
			f.text = append(f.text, '\n')
		}
		f.lines = append(f.lines, lineOrigin{file, line})
		line++
	}
}
