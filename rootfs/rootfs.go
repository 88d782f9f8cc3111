// Package rootfs reads an unpacked root directory.
package rootfs

import (
	"context"
	"iter"

	"github.com/seed-181f3109/assay/fstree"
)

// Options tune Open.
type Options struct{}

// Tree is an unpacked root directory.
type Tree struct{}

// Open opens dir.
func Open(dir string, opts *Options) (*Tree, error) { panic("interface only") }

// Walk implements fstree.Tree.
func (t *Tree) Walk(ctx context.Context) iter.Seq2[*fstree.Entry, error] { panic("interface only") }
