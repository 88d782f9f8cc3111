package mutate

import (
	"testing"

	"github.com/seed-181f3109/assay/fstree"
)

// Metadata returns Target.Regions: the sectors of the given byte ranges, start
// inclusive, end exclusive, and those that hold the metadata of the entries of a
// tree, each once. visit is called for every entry.
func Metadata(t *testing.T, tree fstree.Extenter, given [][2]int64, visit func(e *fstree.Entry)) (regions [][2]int64) {
	t.Helper()
	seen := make(map[int64]bool)
	add := func(from, to int64) {
		for at := from &^ (sector - 1); at < to; at += sector {
			if !seen[at] {
				seen[at] = true
				regions = append(regions, [2]int64{at, at + sector})
			}
		}
	}
	for _, r := range given {
		add(r[0], r[1])
	}
	for e, err := range tree.Walk(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		visit(e)
		extents, err := tree.Extents(e)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range extents {
			if x.Kind == fstree.ExtentMetadata {
				add(x.Offset, x.Offset+x.Length)
			}
		}
	}
	return regions
}
