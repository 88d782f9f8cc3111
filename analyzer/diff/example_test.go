package diff_test

import (
	"context"
	"fmt"

	"github.com/seed-181f3109/assay/analyzer/diff"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/fstree/fstreetest"
)

func Example() {
	golden := &fstreetest.Mem{Nodes: []fstreetest.Node{
		{Entry: fstree.Entry{Path: "/etc/motd", Mode: 0o644}, Data: []byte("hello\n")},
		{Entry: fstree.Entry{Path: "/bin/su", Mode: 0o755}, Data: []byte("program")},
	}}
	suspect := &fstreetest.Mem{Nodes: []fstreetest.Node{
		{Entry: fstree.Entry{Path: "/bin/su", Mode: 0o4755}, Data: []byte("program")},
		{Entry: fstree.Entry{Path: "/srv/x.php", Mode: 0o644}, Data: []byte("<?php")},
	}}
	ctx := context.Background()
	snapshot, err := diff.Take(ctx, golden, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for c, err := range snapshot.Changes(ctx, suspect, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(c.Kind, c.Path, c.Fields)
	}
	// Output:
	// metadata /bin/su [mode]
	// added /srv/x.php []
	// removed /etc/motd []
}
