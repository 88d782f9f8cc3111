// Demoimages makes the two container images of make demo: a small golden one
// and a copy that somebody has implanted.
//
//	go run ./examples/demoimages DIR    # an OCI layout with the tags golden and implanted
package main

import (
	"fmt"
	"os"

	"github.com/seed-181f3109/assay/internal/demo"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: demoimages DIR")
		os.Exit(2)
	}
	if err := demo.Write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "demoimages:", err)
		os.Exit(1)
	}
}
