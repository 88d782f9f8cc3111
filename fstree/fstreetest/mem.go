package fstreetest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/seed-181f3109/assay/fstree"
)

// Node is an entry of a Mem tree with its content.
type Node struct {
	fstree.Entry
	Data []byte
}

// Mem is a Tree made of values, for tests. Errors are yielded before the
// entries. It implements fstree.Opener.
type Mem struct {
	Nodes  []Node
	Errors []error
}

// Walk implements fstree.Tree.
func (m *Mem) Walk(ctx context.Context) iter.Seq2[*fstree.Entry, error] {
	return func(yield func(*fstree.Entry, error) bool) {
		for _, err := range m.Errors {
			if !yield(nil, err) {
				return
			}
		}
		for i := range m.Nodes {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			n := &m.Nodes[i]
			e := n.Entry
			if e.Type == fstree.TypeFile {
				e.Size = int64(len(n.Data))
				e.Content = func() (io.ReadCloser, error) { return memFile{bytes.NewReader(n.Data)}, nil }
			}
			if !yield(&e, nil) {
				return
			}
		}
	}
}

// OpenEntry implements fstree.Opener.
func (m *Mem) OpenEntry(e *fstree.Entry) (fstree.File, error) {
	i := slices.IndexFunc(m.Nodes, func(n Node) bool { return n.Path == e.Path && n.Stream == e.Stream })
	if i < 0 {
		return nil, fmt.Errorf("%q: no such entry", e.Path)
	}
	return memFile{bytes.NewReader(m.Nodes[i].Data)}, nil
}

type memFile struct{ *bytes.Reader }

func (memFile) Close() error { return nil }
