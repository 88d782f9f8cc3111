//go:build cgo

package yara

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	goyara "github.com/hillu/go-yara/v4"

	"github.com/seed-181f3109/assay/signatures"
)

// loaderVersion changes when the same sources would be compiled otherwise.
const loaderVersion = 1

// compile compiles files or takes the result of an earlier run from the cache. It
// returns the rules and the same in the form of a compiled file. A cache that cannot
// be written is no error, only slow; one that is damaged is made anew.
func (s *ruleSet) compile(ctx context.Context, pack string, files []*sourceFile) (*goyara.Rules, []byte, []signatures.Problem, error) {
	name := ""
	if s.opts.CacheDir != "" {
		name = filepath.Join(s.opts.CacheDir, cacheKey(files, s.opts.Externals)+".assayrules")
		if rules, data, problems, err := readCache(name, pack); err == nil {
			return rules, data, problems, nil
		} else if !os.IsNotExist(err) {
			s.opts.Logger.Warn("compiled rules not taken from the cache", "file", name, "error", err)
		}
	}
	data, problems, err := compileFiles(ctx, pack, files, s.opts.Externals)
	if err != nil || data == nil {
		return nil, nil, problems, err
	}
	rules, err := goyara.ReadRules(bytes.NewReader(data))
	if err != nil {
		return nil, nil, nil, err
	}
	if name != "" {
		if err := writeCache(name, data, problems); err != nil {
			s.opts.Logger.Warn("compiled rules not cached", "file", name, "error", err)
		}
	}
	return rules, data, problems, nil
}

// cacheKey names everything that decides the result of a compilation.
func cacheKey(files []*sourceFile, externals map[string]any) string {
	h := sha256.New()
	fmt.Fprintf(h, "libyara %s loader %d\n", Version(), loaderVersion)
	for _, name := range slices.Sorted(maps.Keys(externals)) {
		fmt.Fprintf(h, "%q %T %v\n", name, externals[name], externals[name])
	}
	for _, f := range files {
		fmt.Fprintf(h, "%d %s %d %d\n", len(f.name), f.name, len(f.text), len(f.lines))
		h.Write(f.text)
		for _, l := range f.lines {
			fmt.Fprintf(h, "%s:%d\n", l.file, l.line)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// cacheHead is the first line of a cache file; compiled rules follow it.
type cacheHead struct {
	SHA256   string // of the compiled rules
	Problems []signatures.Problem
}

func readCache(name, pack string) (*goyara.Rules, []byte, []signatures.Problem, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, nil, nil, err
	}
	line, body, ok := bytes.Cut(data, []byte("\n"))
	var head cacheHead
	if !ok {
		return nil, nil, nil, fmt.Errorf("no header line")
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return nil, nil, nil, err
	}
	if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != head.SHA256 {
		return nil, nil, nil, fmt.Errorf("content does not fit its checksum")
	}
	rules, err := goyara.ReadRules(bytes.NewReader(body))
	if err != nil {
		return nil, nil, nil, err
	}
	for i := range head.Problems {
		head.Problems[i].Pack = pack
	}
	return rules, body, head.Problems, nil
}

// writeCache writes through a temporary file, so that a reader never sees half.
func writeCache(name string, body []byte, problems []signatures.Problem) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	head, err := json.Marshal(cacheHead{hex.EncodeToString(sum[:]), problems})
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), "rules-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone after the rename
	w := bufio.NewWriter(f)
	w.Write(head) // errors stay in w until Flush
	w.WriteByte('\n')
	w.Write(body)
	if err := w.Flush(); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
