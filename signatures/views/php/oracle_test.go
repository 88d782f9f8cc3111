package php

import (
	"bytes"
	"compress/flate"
	"os"
	"sort"
	"strings"
	"testing"

	"github.com/VKCOM/php-parser/pkg/ast"
	"github.com/VKCOM/php-parser/pkg/conf"
	parserrors "github.com/VKCOM/php-parser/pkg/errors"
	otherparser "github.com/VKCOM/php-parser/pkg/parser"
	"github.com/VKCOM/php-parser/pkg/version"
	"github.com/VKCOM/php-parser/pkg/visitor"
	"github.com/VKCOM/php-parser/pkg/visitor/traverser"
)

func deflate(s string) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, 9)
	w.Write([]byte(s))
	w.Close()
	return b.Bytes()
}

// counter counts the nodes of the other parser's tree by what they are.
type counter struct {
	visitor.Null
	n map[string]int
}

func (c *counter) ExprFunctionCall(*ast.ExprFunctionCall)     { c.n["call"]++ }
func (c *counter) ExprMethodCall(*ast.ExprMethodCall)         { c.n["method"]++ }
func (c *counter) ExprStaticCall(*ast.ExprStaticCall)         { c.n["static"]++ }
func (c *counter) ExprNew(*ast.ExprNew)                       { c.n["new"]++ }
func (c *counter) ExprEval(*ast.ExprEval)                     { c.n["eval"]++ }
func (c *counter) ExprInclude(*ast.ExprInclude)               { c.n["include"]++ }
func (c *counter) ExprIncludeOnce(*ast.ExprIncludeOnce)       { c.n["include"]++ }
func (c *counter) ExprRequire(*ast.ExprRequire)               { c.n["include"]++ }
func (c *counter) ExprRequireOnce(*ast.ExprRequireOnce)       { c.n["include"]++ }
func (c *counter) ExprAssign(*ast.ExprAssign)                 { c.n["assign"]++ }
func (c *counter) ExprShellExec(*ast.ExprShellExec)           { c.n["backtick"]++ }
func (c *counter) StmtFunction(*ast.StmtFunction)             { c.n["function"]++ }
func (c *counter) StmtClassMethod(*ast.StmtClassMethod)       { c.n["member"]++ }
func (c *counter) StmtForeach(*ast.StmtForeach)               { c.n["foreach"]++ }
func (c *counter) ExprClosure(*ast.ExprClosure)               { c.n["closure"]++ }
func (c *counter) ExprArrowFunction(*ast.ExprArrowFunction)   { c.n["closure"]++ }
func (c *counter) ExprTernary(*ast.ExprTernary)               { c.n["ternary"]++ }
func (c *counter) ExprBinaryConcat(*ast.ExprBinaryConcat)     { c.n["concat"]++ }
func (c *counter) ExprBinaryCoalesce(*ast.ExprBinaryCoalesce) { c.n["coalesce"]++ }

// count counts the same in our tree.
func count(u *unit) map[string]int {
	n := map[string]int{}
	names := map[nodeKind]string{nCall: "call", nMethod: "method", nStaticCall: "static", nNew: "new", nEval: "eval", nInclude: "include", nAssign: "assign", nBacktick: "backtick",
		nFuncDecl: "function", nForeach: "foreach", nFunc: "closure", nTernary: "ternary"}
	var walk func(*node)
	fn := func(f *function) {
		for _, p := range f.params {
			walk(p.def)
		}
		walk(f.body)
	}
	cl := func(c *class) {
		for _, m := range c.order {
			n["member"]++
			fn(m)
		}
		for _, e := range c.consts {
			walk(e)
		}
		for _, p := range c.props {
			if p.kind == nAssign {
				walk(p.b)
			}
		}
	}
	walk = func(x *node) {
		if x == nil {
			return
		}
		if k := names[x.kind]; k != "" {
			n[k]++
		}
		if x.kind == nStaticVars || x.kind == nConstDecl { // not assignments to the other parser
			n["assign"] -= len(x.list)
		}
		if x.kind == nConcat {
			n["concat"] += len(x.list) - 1
		}
		if x.kind == nBin && x.op == opCoal {
			n["coalesce"]++
		}
		walk(x.a)
		walk(x.b)
		walk(x.c)
		for _, e := range x.list {
			walk(e)
		}
		switch v := x.x.(type) {
		case *function:
			fn(v)
		case *class:
			cl(v)
		}
	}
	for _, s := range u.stmts {
		walk(s)
	}
	return n
}

// TestTreeMatchesOtherParser compares what our parser finds with the syntax tree of
// github.com/VKCOM/php-parser.
func TestTreeMatchesOtherParser(t *testing.T) {
	src, err := os.ReadFile("testdata/mixed.php")
	if err != nil {
		t.Fatal(err)
	}
	compareTrees(t, "testdata/mixed.php", src)
}

// TestTreesOfFolder does the same for the files that PHP_FILES lists, one path a
// line, where a developer has some at hand.
func TestTreesOfFolder(t *testing.T) {
	list, err := os.ReadFile(os.Getenv("PHP_FILES"))
	if err != nil {
		t.Skip("PHP_FILES names no list")
	}
	same, all := 0, 0
	for path := range strings.FieldsFuncSeq(string(list), func(r rune) bool { return r == '\n' }) {
		src, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		if got, want, ok := bothTrees(src); ok {
			all++
			if d := difference(got, want); d == "" {
				same++
			} else {
				t.Logf("%s: %s", path, d)
			}
		}
	}
	t.Logf("%d of %d trees are the same", same, all)
}

func compareTrees(t *testing.T, name string, src []byte) {
	t.Helper()
	got, want, ok := bothTrees(src)
	if !ok {
		t.Fatalf("%s: the other parser cannot read it", name)
	}
	if d := difference(got, want); d != "" {
		t.Errorf("%s: %s", name, d)
	}
}

func difference(got, want map[string]int) string {
	var out []string
	keys := map[string]bool{}
	for k := range got {
		keys[k] = true
	}
	for k := range want {
		keys[k] = true
	}
	for k := range keys {
		if got[k] != want[k] {
			out = append(out, k)
		}
	}
	sort.Strings(out)
	return strings.Join(out, " ")
}

// bothTrees reads src with both parsers; ok is false if the other one fails.
func bothTrees(src []byte) (got, want map[string]int, ok bool) {
	defer func() {
		if recover() != nil { // the other parser panics on some sources
			ok = false
		}
	}()
	errs := 0
	handler := func(*parserrors.Error) { errs++ }
	root, err := otherparser.Parse(src, conf.Config{Version: &version.Version{Major: 7, Minor: 4}, ErrorHandlerFunc: handler})
	if err != nil || root == nil || errs > 0 {
		return nil, nil, false
	}
	c := &counter{n: map[string]int{}}
	traverser.NewTraverser(c).Traverse(root)
	return count(parse(src, false, new(nodes))), c.n, true
}
