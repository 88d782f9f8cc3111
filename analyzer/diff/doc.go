// Package diff compares two trees exactly: what was added, removed, modified
// or renamed, and which fields differ. Content decides equality: a file is
// unchanged only if its bytes have the same SHA-256 and its metadata agree.
//
// A [Snapshot] indexes the golden tree once, with a digest of every file's
// content and no content itself: about 350 bytes an entry plus its path. Changes
// then streams the suspect tree past it, reading each content once. The package
// imports fstree and the standard library only, so that other scanners can embed it.
//
//	golden, err := diff.Take(ctx, goldenTree, nil)
//	for c, err := range golden.Changes(ctx, suspectTree, nil) {
//		// err is a *fstree.Damage, after which the loop goes on, or the last pair
//		fmt.Println(c.Kind, c.Path, c.Fields)
//	}
package diff
