// Package fstree is the vocabulary that every reader and every analysis of
// this module shares: what an [Entry] is, how a [Tree] delivers entries, what
// [Damage] means, and the rules for paths. It imports the standard library only,
// so that other programs can take the comparison engine without the readers.
//
// Names are bytes. A path is absolute, starts with a slash, holds no "." or ".."
// elements, and is otherwise exactly what the image stores: no case folding, no
// UTF-8 repair, no cleaning of odd names.
//
// The call most people want:
//
//	for e, err := range tree.Walk(ctx) {
//		if d, ok := errors.AsType[*fstree.Damage](err); ok {
//			log.Print(d) // one subtree could not be read; the walk goes on
//			continue
//		}
//		if err != nil {
//			return err // always the last pair
//		}
//		fmt.Println(e.Path, e.Type, e.Size)
//	}
package fstree
