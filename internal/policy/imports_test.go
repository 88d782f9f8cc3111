package policy

import (
	"slices"
	"strings"
	"testing"
)

// below reports whether dir is one of the folders or lies in one.
func below(dir string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return dir == f || strings.HasPrefix(dir, f+"/") })
}

// arrows says what each part may import of this module; the first row that fits counts.
var arrows = []struct {
	from string
	to   []string
}{
	{"fstree", []string{"fstree"}},
	{"internal", []string{"fstree", "internal", "diskimage/filesystem", "diskimage/vdisk", "diskimage/volume"}},
	{"layers", []string{"fstree", "internal", "layers"}},
	{"rootfs", []string{"fstree", "internal", "rootfs"}},
	{"diskimage", []string{"fstree", "internal", "diskimage"}},
	{"signatures", []string{"fstree", "internal", "signatures"}},
	{"analyzer/diff", []string{"fstree"}},
	{"analyzer/imageconfig", []string{"signatures", "analyzer/imageconfig"}},
	{"analyzer/report", []string{"fstree", "signatures", "analyzer/diff", "analyzer/report"}},
	{"analyzer", []string{"fstree", "internal", "layers", "rootfs", "diskimage", "signatures", "analyzer"}},
	{"examples", []string{"fstree", "internal", "layers", "rootfs", "diskimage", "signatures", "analyzer", "examples"}},
}

func TestImportsPointOneWay(t *testing.T) {
	for _, s := range sources(t) {
		i := slices.IndexFunc(arrows, func(a struct {
			from string
			to   []string
		}) bool {
			return below(s.dir, a.from)
		})
		if i < 0 {
			t.Errorf("%s: no rule for its folder", s.path)
			continue
		}
		for _, imp := range s.imports {
			dir, ours := inModule(imp)
			if ours && !s.test && !below(dir, arrows[i].to...) {
				t.Errorf("%s imports %s; %s may import %v", s.path, dir, arrows[i].from, arrows[i].to)
			}
			if below(s.dir, "fstree", "analyzer/diff") && !ours && !standard(imp) {
				t.Errorf("%s imports %s; only the standard library is allowed", s.path, imp)
			}
		}
	}
}

// TestSiblings: a format imports the interface package above it and no format beside it.
func TestSiblings(t *testing.T) {
	for _, s := range sources(t) {
		for _, parent := range []string{"diskimage/filesystem", "diskimage/volume", "diskimage/vdisk", "analyzer/report"} {
			if s.test || !strings.HasPrefix(s.dir, parent+"/") {
				continue
			}
			own := strings.SplitN(strings.TrimPrefix(s.dir, parent+"/"), "/", 2)[0]
			for _, imp := range s.imports {
				dir, ours := inModule(imp)
				if rest, ok := strings.CutPrefix(dir, parent+"/"); ours && ok && !below(rest, own) {
					t.Errorf("%s imports its sibling %s", s.path, dir)
				}
				if ours && below(dir, "diskimage") && !below(dir, parent) {
					t.Errorf("%s imports %s, which is not above it", s.path, dir)
				}
			}
		}
	}
}

func TestCgoIsInOnePlace(t *testing.T) {
	for _, s := range sources(t) {
		for _, imp := range s.imports {
			if (imp == "C" || strings.HasPrefix(imp, "github.com/hillu/go-yara")) && s.dir != "signatures/yara" {
				t.Errorf("%s imports %s; only signatures/yara may", s.path, imp)
			}
			if dir, ours := inModule(imp); ours && dir == "signatures/yara" && !below(s.dir, "examples", "signatures/yara") && !s.test {
				t.Errorf("%s imports %s; only examples may, others take a signatures.RuleSet", s.path, dir)
			}
		}
	}
}

// TestEmbeddingIsLight: the diff engine comes without cgo, rules or a network client.
func TestEmbeddingIsLight(t *testing.T) {
	all := sources(t)
	pending, seen := []string{"examples/embeddiff"}, map[string]bool{}
	for len(pending) > 0 {
		dir := pending[0]
		pending = pending[1:]
		if seen[dir] {
			continue
		}
		seen[dir] = true
		for _, s := range all {
			if s.dir != dir || s.test {
				continue
			}
			for _, imp := range s.imports {
				if d, ours := inModule(imp); ours {
					pending = append(pending, d)
				} else if imp == "C" || imp == "net" || strings.HasPrefix(imp, "net/") || !standard(imp) && !strings.HasPrefix(imp, "golang.org/x/sys/") {
					t.Errorf("examples/embeddiff links %s through %s", imp, s.path)
				}
			}
		}
	}
	if len(seen) < 3 {
		t.Errorf("examples/embeddiff reaches only %d packages", len(seen))
	}
}
