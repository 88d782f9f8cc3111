package xfs

import (
	"context"
	"fmt"
	iofs "io/fs"
	"slices"
	"strings"

	"github.com/seed-181f3109/assay/diskimage/filesystem"
	"github.com/seed-181f3109/assay/fstree"
)

// Lookup implements filesystem.Finder. It reads the directories of the path, and
// leaves it to Walk to report what is damaged in them.
func (fs *FS) Lookup(ctx context.Context, path string) (*fstree.Entry, error) {
	f := &faults{path: path}
	budget := 2*int64(fs.sb.blocks) + 1024
	ino, at := fs.sb.root, "/"
	for el := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if el == "" {
			break // the root
		}
		n, damage := fs.inode(ino, f)
		if damage != nil {
			return nil, damage
		}
		var names []name
		if n.kind == fstree.TypeDir {
			var err error
			if names, _, err = fs.readDir(ctx, n, f, &budget); err != nil {
				return nil, err
			}
		}
		i := slices.IndexFunc(names, func(e name) bool { return e.name == el })
		if i < 0 {
			return nil, fmt.Errorf("%q: %w", path, iofs.ErrNotExist)
		}
		ino, at = names[i].ino, fstree.Join(at, el)
	}
	n, damage := fs.inode(ino, f)
	if damage != nil {
		return nil, damage
	}
	return fs.entry(n, at, f, &budget, make(map[string]string)), nil
}

var _ filesystem.Finder = (*FS)(nil)
