package policy

import (
	"go/ast"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestEveryPackageIsDocumented(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		documented[s.dir] = documented[s.dir] || s.file.Doc != nil
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s: no package comment", dir)
		}
	}
}

func TestEveryExportedNameIsDocumented(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.file.Name.Name == "main" {
			continue
		}
		for _, d := range s.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Doc == nil && d.Name.IsExported() && exportedReceiver(d) {
					t.Errorf("%s: %s has no comment", s.path, d.Name.Name)
				}
			case *ast.GenDecl:
				undocumentedSpecs(t, s, d)
			}
		}
	}
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	id, ok := typ.(*ast.Ident)
	return ok && id.IsExported()
}

func undocumentedSpecs(t *testing.T, s source, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if spec.Name.IsExported() && d.Doc == nil && spec.Doc == nil {
				t.Errorf("%s: type %s has no comment", s.path, spec.Name.Name)
			}
		case *ast.ValueSpec:
			for _, n := range spec.Names {
				if n.IsExported() && d.Doc == nil && spec.Doc == nil && spec.Comment == nil {
					t.Errorf("%s: %s has no comment", s.path, n.Name)
				}
			}
		}
	}
}

// TestFormats: a format folder has its line in the table, a test against
// ground truth, a fuzz target and the files that every format has.
func TestFormats(t *testing.T) {
	all := sources(t)
	table := readFile(t, "diskimage/formats.go")
	for _, parent := range []string{"diskimage/vdisk", "diskimage/volume", "diskimage/filesystem"} {
		formats := folders(all, parent)
		if len(formats) == 0 {
			t.Errorf("%s has no formats", parent)
		}
		for _, f := range formats {
			dir := parent + "/" + f
			if !strings.Contains(table, f+".") {
				t.Errorf("%s: no line in diskimage/formats.go", dir)
			}
			var files []string
			fuzz := false
			for _, s := range all {
				if s.dir != dir {
					continue
				}
				files = append(files, strings.TrimPrefix(s.path, dir+"/"))
				for _, d := range s.file.Decls {
					fn, ok := d.(*ast.FuncDecl)
					fuzz = fuzz || ok && s.test && strings.HasPrefix(fn.Name.Name, "Fuzz")
				}
			}
			for _, want := range []string{"doc.go", "format.go", "golden_test.go"} {
				if !slices.Contains(files, want) {
					t.Errorf("%s: no %s", dir, want)
				}
			}
			if !fuzz {
				t.Errorf("%s: no fuzz target", dir)
			}
		}
	}
}

func TestEveryDependencyHasItsReason(t *testing.T) {
	reasons := readFile(t, "docs/dependencies.md")
	direct := regexp.MustCompile(`(?m)^(?:require )?\t?([a-z0-9.]+\.[a-z]+/\S+) (v\S+)$`)
	found := direct.FindAllStringSubmatch(readFile(t, "go.mod"), -1)
	if len(found) < 5 {
		t.Fatalf("go.mod: only %d direct dependencies found", len(found))
	}
	for _, m := range found {
		if !strings.Contains(reasons, m[1]+" | "+m[2]+" |") {
			t.Errorf("docs/dependencies.md has no row `%s | %s |`", m[1], m[2])
		}
	}
}

func TestNoUnfinishedWords(t *testing.T) {
	word := regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b|(?i)not imple` + `mented|for n` + `ow\b`)
	for _, s := range sources(t) {
		for _, g := range s.file.Comments {
			if m := word.FindString(g.Text()); m != "" {
				t.Errorf("%s: a comment says %q", s.path, m)
			}
		}
	}
}
