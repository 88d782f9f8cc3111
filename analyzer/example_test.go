package analyzer_test

import (
	"context"
	"fmt"
	"os"

	"github.com/seed-181f3109/assay/analyzer"
	"github.com/seed-181f3109/assay/internal/demo"
)

func ExampleAnalyze() {
	dir, err := os.MkdirTemp("", "assay-example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	if err := demo.Write(dir); err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	golden, err := analyzer.Open(ctx, "oci:"+dir+":golden", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer golden.Close()
	suspect, err := analyzer.Open(ctx, "oci:"+dir+":implanted", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer suspect.Close()
	for m, err := range analyzer.Analyze(ctx, golden, suspect, nil) {
		switch {
		case err != nil:
			fmt.Println(err)
		case m.Finding != nil:
			fmt.Println(m.Finding.Severity, m.Finding.Field, m.Finding.Title)
		case m.Summary != nil:
			fmt.Println(m.Summary.Verdict, m.Summary.Complete)
		}
	}
	// Output:
	// critical Env[LD_PRELOAD] environment variable LD_PRELOAD set
	// medium User container runs as root now
	// implanted true
}
