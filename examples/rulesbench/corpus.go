package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-181f3109/assay/signatures/views"
)

// Sizes of files that count, in bytes.
const (
	minFile = 20
	maxFile = 2 << 20
)

// sample is one file of the corpus.
type sample struct {
	path, source, lang string
	malicious          bool
	size               int64
}

// languages maps extensions to the language a file is counted under.
var languages = map[string]string{
	".php": "php", ".php3": "php", ".php4": "php", ".php5": "php", ".php7": "php", ".phtml": "php", ".inc": "php", ".module": "php",
	".jsp": "jsp", ".jspx": "jsp", ".jspf": "jsp",
	".asp": "asp", ".asa": "asp", ".cer": "asp", ".cdx": "asp",
	".aspx": "aspx", ".ashx": "aspx", ".asmx": "aspx", ".ascx": "aspx",
	".py": "python", ".pl": "perl", ".pm": "perl", ".cgi": "perl", ".rb": "ruby", ".js": "js",
	".cfm": "cfm", ".java": "java", ".sh": "shell", ".bash": "shell", ".c": "c", ".h": "c", ".go": "go",
}

// language returns what a file is counted under, or nothing if it does not count.
func language(name string, data []byte) string {
	ext := strings.ToLower(filepath.Ext(name))
	if lang := languages[ext]; lang != "" {
		return lang
	}
	if bytes.HasPrefix(data, []byte("\x7fELF")) {
		return "elf"
	}
	if ext != "" && ext != ".txt" && ext != ".so" && ext != ".ko" && ext != ".ccc" {
		return ""
	}
	for _, k := range views.Kinds(name, data) {
		switch k {
		case views.KindPHP, views.KindJSP, views.KindASP, views.KindASPX, views.KindPython, views.KindPerl, views.KindRuby, views.KindCFM, views.KindShell:
			return k
		}
	}
	return ""
}

// collect lists the files of both classes, without doubles, sorted by path.
func collect(ctx context.Context, corpus, only string) ([]sample, error) {
	var files []sample
	for _, class := range []string{"malicious", "benign"} {
		if only != "" && only != class {
			continue
		}
		sources, err := os.ReadDir(filepath.Join(corpus, class))
		if err != nil {
			return nil, err
		}
		seen := map[[32]byte]bool{}
		for _, s := range sources {
			root, err := filepath.EvalSymlinks(filepath.Join(corpus, class, s.Name()))
			if err != nil {
				return nil, err
			}
			err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
				if err != nil || !d.Type().IsRegular() {
					return err
				}
				f, err := consider(ctx, path, seen)
				if err != nil || f == nil {
					return err
				}
				f.source, f.malicious = s.Name(), class == "malicious"
				files = append(files, *f)
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(files, func(a, b sample) int {
		return cmp.Or(boolCompare(b.malicious, a.malicious), strings.Compare(a.path, b.path))
	})
	return files, nil
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// consider returns a file if it counts and is no double of an earlier one.
func consider(ctx context.Context, path string, seen map[[32]byte]bool) (*sample, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() < minFile || info.Size() > maxFile {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	lang := language(path, data)
	if lang == "" {
		return nil, nil
	}
	sum := sha256.Sum256(data)
	plain := sha256.Sum256(withoutSpace(data))
	if seen[sum] || seen[plain] {
		return nil, nil
	}
	seen[sum], seen[plain] = true, true
	return &sample{path: path, lang: lang, size: info.Size()}, nil
}

func withoutSpace(data []byte) []byte {
	out := make([]byte, 0, len(data))
	for _, c := range data {
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			out = append(out, c)
		}
	}
	return out
}

func describeFiles(files []sample) string {
	count := map[bool]map[string]int{true: {}, false: {}}
	var total [2]int
	var bytes int64
	for _, f := range files {
		count[f.malicious][f.lang]++
		if f.malicious {
			total[0]++
			continue
		}
		total[1]++
		bytes += f.size
	}
	list := func(m map[string]int) string {
		var out []string
		for _, lang := range slices.Sorted(maps.Keys(m)) {
			out = append(out, fmt.Sprintf("%s %d", lang, m[lang]))
		}
		return strings.Join(out, ", ")
	}
	return fmt.Sprintf("%d malicious (%s); %d benign, %d MB (%s)",
		total[0], list(count[true]), total[1], bytes/1e6, list(count[false]))
}
