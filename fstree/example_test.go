package fstree_test

import (
	stdcontext "context"
	"errors"
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/fstree/fstreetest"
)

func context() stdcontext.Context { return stdcontext.Background() }

func ExampleTree() {
	tree := &fstreetest.Mem{
		Nodes:  []fstreetest.Node{{Entry: fstree.Entry{Path: "/etc/motd", Mode: 0o644}, Data: []byte("hello\n")}},
		Errors: []error{&fstree.Damage{Volume: "p1", Structure: "inode 12", Offset: 4096, Cause: fstree.ErrChecksum}},
	}
	for e, err := range tree.Walk(stdcontext.Background()) {
		if d, ok := errors.AsType[*fstree.Damage](err); ok {
			fmt.Println("damage:", d)
			continue
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(e.Path, e.Type, e.Size)
	}
	// Output:
	// damage: "p1": inode 12 at offset 4096: checksum mismatch
	// /etc/motd file 6
}
