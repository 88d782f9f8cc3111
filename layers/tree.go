package layers

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/seed-181f3109/assay/fstree"
)

// node is one name in a tree: of one layer as it is unpacked, or of the merged image.
type node struct {
	name     string
	kind     nodeKind
	opaque   bool // hides what lower layers have in this directory
	layer    int  // that made the name
	rec      *record
	file     *inode           // what the name leads to
	children map[string]*node // of a directory, until the tree is complete
	list     []*node          // the same, sorted, of a complete tree
	subdirs  uint32
	number   uint64 // inode number of a directory
}

type nodeKind uint8

const (
	kindOther    nodeKind = iota // everything but the two below
	kindDir                      // rec is nil if no entry made it
	kindWhiteout                 // removes the name from lower layers
)

// inode is a file that one or more names lead to.
type inode struct {
	layer     int     // that holds data
	data      *record // type, content, link target, device number
	meta      *record // mode, owner, time: of the last hard link to it, as runtimes set them anew
	metaLayer int
	xattrs    map[string][]byte // valid if ownXattrs
	ownXattrs bool
	nlink     uint32
	number    uint64
	linked    bool   // has or had several names
	first     string // of a linked file: its first path in the walk
}

func (f *inode) attributes() map[string][]byte {
	if f.ownXattrs {
		return f.xattrs
	}
	if f.meta == nil || f.meta.extra == nil {
		return nil
	}
	return f.meta.extra.xattrs
}

// trail is the way to a node. Paths are only built where one is needed: a tree can
// be so deep that all its paths together are a thousand times its size.
type trail struct {
	up   *trail
	name string
}

func (t *trail) path() string {
	if t == nil {
		return ""
	}
	n := 0
	for e := t; e != nil; e = e.up {
		n += 1 + len(e.name)
	}
	b := make([]byte, n)
	for e := t; e != nil; e = e.up {
		n -= copy(b[n-len(e.name):], e.name) + 1
		b[n] = '/'
	}
	return string(b)
}

func newDir(name string, layer int) *node {
	return &node{name: name, kind: kindDir, layer: layer, children: map[string]*node{}}
}

func (n *node) isLink() bool {
	return n.kind == kindOther && n.file.data.typ == recordSymlink
}

// sorted returns the children by the bytes of their names.
func (n *node) sorted() []*node {
	out := make([]*node, 0, len(n.children))
	for _, c := range n.children {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *node) int { return strings.Compare(a.name, b.name) })
	return out
}

// at returns the node of a clean absolute path; links are not followed. nil if there is none.
func (n *node) at(p string) *node {
	for el := range strings.SplitSeq(p, "/") {
		if el == "" {
			continue
		}
		if n = n.children[el]; n == nil {
			return nil
		}
	}
	return n
}

// maxLinks is how many symbolic links a path may lead through, as in containerd.
const maxLinks = 255

// maxSteps bounds how many elements of paths are looked up for one image: enough
// for millions of entries, and seconds of work for names made to be slow.
const maxSteps = 1 << 26

var (
	errLinks = errors.New("too many symbolic links")
	errSteps = fmt.Errorf("%w: paths of the image take too many steps to resolve", fstree.ErrLimit)
)

// rootPath resolves p within the tree: symbolic links in it, the last element
// included, are followed, never out of the root. Elements that do not exist are
// taken as they are. It reports whether a link was followed.
//
// It gives what fs.RootPath of containerd/continuity gives: the target of a
// relative link is joined to its directory and cleaned before it is looked at;
// ".." in an absolute target, or in that of a link at the start of a relative p,
// is taken after the links before it.
//
// steps is what looking names up may still cost, one for each element.
func (n *node) rootPath(p string, steps *int) (string, bool, error) {
	if p == "" {
		return "/", false, nil
	}
	if clean := fstree.Clean(p); !strings.Contains(p, "..") && !n.hasLink(clean) {
		return clean, false, nil
	}
	r := &resolver{root: n, steps: steps}
	for {
		before := r.walked
		next, err := r.walkLinks(p)
		if err != nil {
			return "", true, err
		}
		p = next
		if clean := path.Join("/", p); before == r.walked {
			if p == clean {
				return p, r.walked > 0, nil
			}
			p = clean
		}
	}
}

// hasLink reports whether a link lies on the clean path p.
func (n *node) hasLink(p string) bool {
	for el := range strings.SplitSeq(p[1:], "/") {
		if n = n.children[el]; n == nil {
			return false
		}
		if n.isLink() {
			return true
		}
	}
	return false
}

// resolver is one resolution of a path with links.
type resolver struct {
	root   *node
	walked int // links followed
	steps  *int
}

// walkLinks follows at most one link at each element of p, from the first on.
func (r *resolver) walkLinks(p string) (string, error) {
	i := strings.LastIndexByte(p, '/')
	dir, name := p[:i+1], p[i+1:]
	switch {
	case dir == "":
		target, _, err := r.readLink(name)
		return target, err
	case name == "" && dir == "/":
		return dir, nil
	case name == "":
		return r.walkLinks(dir[:len(dir)-1])
	}
	parent, err := r.walkLinks(dir)
	if err != nil {
		return "", err
	}
	target, isLink, err := r.readLink(path.Join(parent, name))
	if err != nil || !isLink || path.IsAbs(target) {
		return target, err
	}
	return path.Join(parent, target), nil
}

func (r *resolver) readLink(p string) (string, bool, error) {
	if r.walked > maxLinks {
		return "", false, errLinks
	}
	p = path.Join("/", p)
	if *r.steps -= strings.Count(p, "/"); *r.steps < 0 {
		return "", false, errSteps
	}
	n := r.root.at(p)
	if n == nil || !n.isLink() {
		return p, false, nil
	}
	r.walked++
	return n.file.data.link, true, nil
}

// leavesRoot reports a name with ".." elements that lead above the root.
func leavesRoot(name string) bool {
	depth := 0
	for el := range strings.SplitSeq(name, "/") {
		switch el {
		case "", ".":
		case "..":
			if depth--; depth < 0 {
				return true
			}
		default:
			depth++
		}
	}
	return false
}
