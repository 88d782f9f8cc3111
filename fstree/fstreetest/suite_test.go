package fstreetest

import (
	"testing"
	"time"

	"github.com/seed-181f3109/assay/fstree"
)

func TestMemPassesItsOwnSuite(t *testing.T) {
	Run(t, &Mem{Nodes: []Node{
		{Entry: fstree.Entry{Path: "/", Type: fstree.TypeDir, Mode: 0o755}},
		{Entry: fstree.Entry{Path: "/a", Mtime: time.Unix(1, 2)}, Data: []byte("content")},
		{Entry: fstree.Entry{Path: "/d", Type: fstree.TypeDir}},
		{Entry: fstree.Entry{Path: "/d/\xff", Type: fstree.TypeSymlink, Link: "../a"}},
	}})
}
