// Embeddiff shows how another scanner embeds the comparison engine alone: it
// compares two unpacked roots and prints what changed. It links neither rules
// nor cgo nor a network client.
//
//	go run ./examples/embeddiff golden/ suspect/
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/seed-181f3109/assay/analyzer/diff"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/rootfs"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: embeddiff GOLDEN-DIR SUSPECT-DIR")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "embeddiff:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, goldenDir, suspectDir string) error {
	goldenTree, err := rootfs.Open(goldenDir, nil)
	if err != nil {
		return err
	}
	defer goldenTree.Close() // only read from
	suspectTree, err := rootfs.Open(suspectDir, nil)
	if err != nil {
		return err
	}
	defer suspectTree.Close() // only read from

	golden, err := diff.Take(ctx, goldenTree, nil)
	if err != nil {
		return err
	}
	unread := len(golden.Damage())
	for c, err := range golden.Changes(ctx, suspectTree, nil) {
		if damage, ok := errors.AsType[*fstree.Damage](err); ok {
			unread++
			fmt.Fprintln(os.Stderr, "not read:", damage)
			continue
		}
		if err != nil {
			return err
		}
		fmt.Printf("%-8s %q %s\n", c.Kind, c.Path, strings.Join(c.Fields, ","))
	}
	if unread > 0 {
		return fmt.Errorf("%d parts could not be read", unread)
	}
	return nil
}
