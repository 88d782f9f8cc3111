package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/seed-181f3109/assay/internal/demo"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"assay": main})
}

// TestScripts runs testdata/*.txtar: command lines with what they print. Each
// finds an OCI layout "images" with the tags golden and implanted.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("XDG_CACHE_HOME", filepath.Join(e.WorkDir, "cache"))
			e.Setenv("TMPDIR", filepath.Join(e.WorkDir, "tmp"))
			if err := os.MkdirAll(filepath.Join(e.WorkDir, "tmp"), 0o755); err != nil {
				return err
			}
			return demo.Write(filepath.Join(e.WorkDir, "images"))
		},
		Condition: func(cond string) (bool, error) { return cond == "cgo" && withCgo, nil },
	})
}
