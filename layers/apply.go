package layers

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/seed-181f3109/assay/fstree"
)

// Names that change lower layers. Source: OCI image-spec 1.1, layer.md, "Whiteouts".
const (
	whiteoutPrefix = ".wh."
	whiteoutOpaque = ".wh..wh..opq"
)

// dead is a name that an image holds and does not show.
type dead struct {
	path  string
	node  *node
	state fstree.State
	by    int  // layer that hid it
	own   bool // by a whiteout of this very name
}

// merger builds the merged tree, one layer after the other.
type merger struct {
	root      *node // of the image so far
	rootMeta  *node // last entry for "/" itself
	dead      []dead
	damage    []layerDamage
	anomalies []layerAnomaly
	links     map[recordID]*inode // what hard links lead to
	counts    map[string]int
	limit     int // directories that entries may imply
	steps     int // elements of paths that may still be looked up
	losses    int // damage of this layer

	layer int
	upper *node // what the current layer unpacks to, on its own
	// The parent of the last entry, since most entries share theirs with it.
	lastDir  string
	lastNode *node
}

// recordID names an entry of an image.
type recordID struct {
	layer  int
	offset int64
}

type layerDamage struct {
	layer int
	lost
}

type layerAnomaly struct {
	layer      int
	rule, path string
	detail     string
	offset     int64
}

// maxImplied bounds the directories that names of entries imply, since one name can imply thousands.
const maxImplied = 1 << 17

func newMerger() *merger {
	return &merger{root: newDir("", 0), links: map[recordID]*inode{}, counts: map[string]int{}, limit: maxImplied, steps: maxSteps}
}

// add unpacks a layer as containerd does for overlayfs, which is into a folder of
// its own, and lays it over the layers below as the kernel does.
func (m *merger) add(layer int, x *LayerIndex) {
	m.layer, m.upper, m.lastDir, m.lastNode = layer, newDir("", layer), "", nil
	for i := range x.records {
		r := &x.records[i]
		if err := m.apply(r); err != nil {
			m.refused(r, err)
		}
	}
	if m.losses > maxLosses {
		m.damage = append(m.damage, layerDamage{layer, furtherLosses(m.losses)})
	}
	m.overlay("", m.root, m.upper)
	m.upper, m.lastNode, m.losses = nil, nil, 0
}

// refused keeps an entry that cannot be unpacked as one that does not show.
func (m *merger) refused(r *record, err error) {
	p := fstree.Clean(r.name)
	if errors.Is(err, fstree.ErrLimit) {
		m.lose(p, "entry", r, err)
	}
	m.note("unappliable-entry", p, r, "%v", err)
	m.bury(p, m.newNode(path.Base(p), r), fstree.Shadowed)
}

func (m *merger) note(rule, path string, r *record, format string, args ...any) {
	key := fmt.Sprint(m.layer, rule)
	m.counts[key]++
	if m.counts[key] > maxNotes {
		return
	}
	detail := fmt.Sprintf(format, args...)
	if m.counts[key] == maxNotes {
		detail += "; further ones of this layer are not listed"
	}
	offset := int64(-1)
	if r != nil {
		offset = r.offset
	}
	m.anomalies = append(m.anomalies, layerAnomaly{m.layer, rule, path, detail, offset})
}

func (m *merger) lose(path, structure string, r *record, cause error) {
	if m.losses++; m.losses <= maxLosses {
		m.damage = append(m.damage, layerDamage{m.layer, lost{path, structure, r.offset, cause}})
	}
}

// apply unpacks one entry. An error is why the runtime could not.
func (m *merger) apply(r *record) error {
	if leavesRoot(r.name) {
		m.note("path-outside-root", fstree.Clean(r.name), r, "name %q", r.name)
	}
	name := path.Clean(r.name)
	dir, base := path.Split(name)
	if base == "" || base == "." || base == ".." {
		m.applyRoot(r)
		return nil
	}
	parent, at, err := m.parent(dir, r)
	if err != nil {
		return err
	}
	p := fstree.Join(at, base)
	if len(p) > fstree.MaxPath {
		return fmt.Errorf("links make its path %d bytes long", len(p))
	}
	if strings.HasPrefix(base, whiteoutPrefix) {
		return m.whiteout(parent, at, base, r)
	}
	return m.create(parent, p, base, r)
}

// applyRoot takes an entry for "/" itself. containerd passes over it; Docker and
// Podman do not, and what it says is evidence.
func (m *merger) applyRoot(r *record) {
	n := m.newNode("", r)
	if n.kind == kindDir {
		m.rootMeta = n
	}
}

// parent returns the directory that an entry goes into, and its path.
func (m *merger) parent(dir string, r *record) (*node, string, error) {
	if m.lastNode != nil && dir == m.lastDir {
		return m.lastNode, m.lastPath(), nil
	}
	if m.steps -= 2 * strings.Count(dir, "/"); m.steps < 0 {
		return nil, "", errSteps
	}
	at, linked, err := m.upper.rootPath(dir, &m.steps)
	if err != nil {
		return nil, "", fmt.Errorf("parent %q: %w", dir, err)
	}
	if linked {
		m.note("path-through-link", fstree.Clean(r.name), r, "%q is unpacked to %q", r.name, fstree.Join(at, path.Base(r.name)))
	}
	n, err := m.mkdirs(at)
	if err != nil {
		return nil, "", err
	}
	if !linked {
		m.lastDir, m.lastNode = dir, n
	}
	return n, at, nil
}

// lastPath is the path of lastNode; it was reached without a link.
func (m *merger) lastPath() string { return fstree.Clean(m.lastDir) }

// mkdirs makes what is missing of a directory.
func (m *merger) mkdirs(p string) (*node, error) {
	if len(p) > fstree.MaxPath {
		return nil, fmt.Errorf("links make its path %d bytes long", len(p))
	}
	n := m.upper
	for el := range strings.SplitSeq(p, "/") {
		if el == "" {
			continue
		}
		c := n.children[el]
		switch {
		case c == nil:
			if m.limit--; m.limit < 0 {
				return nil, fmt.Errorf("%w: more than %d directories are only implied by names of entries", fstree.ErrLimit, maxImplied)
			}
			c = newDir(el, m.layer)
			n.children[el] = c
		case c.kind != kindDir:
			return nil, fmt.Errorf("parent %q is not a directory", p)
		}
		n = c
	}
	return n, nil
}

// whiteout removes names of lower layers. containerd makes a device in place of
// the name, which fails if the layer has already put something there; other
// runtimes remove that, and so does this.
func (m *merger) whiteout(parent *node, at, base string, r *record) error {
	if r.size > 0 {
		m.note("whiteout-content", fstree.Join(at, base), r, "%d bytes", r.size)
		m.bury(fstree.Join(at, base), m.newNode(base, r), fstree.Removed)
	}
	if base == whiteoutOpaque {
		parent.opaque = true
		return nil
	}
	name := base[len(whiteoutPrefix):]
	if name == "" || name == "." || name == ".." {
		return fmt.Errorf("invalid whiteout %q", base)
	}
	if old := parent.children[name]; old != nil && old.kind != kindWhiteout {
		p := fstree.Join(at, name)
		m.note("whiteout-own-entry", p, r, "%q removes what this layer has unpacked before; containerd refuses the layer", r.name)
		m.buryTree(p, old, fstree.Removed)
	}
	m.lastNode = nil
	parent.children[name] = &node{name: name, kind: kindWhiteout, layer: m.layer, rec: r}
	return nil
}

// create makes the entry's node in its parent.
func (m *merger) create(parent *node, p, base string, r *record) error {
	old := parent.children[base]
	if old != nil && old.kind == kindDir && r.typ == recordDir {
		if old.rec != nil {
			m.note("duplicate-directory", p, r, "listed at offsets %d and %d", old.rec.offset, r.offset)
		}
		m.setDir(old, r)
		return nil
	}
	if old != nil {
		m.replace(parent, p, old, r)
	}
	n := m.newNode(base, r)
	if r.typ == recordHardlink {
		if err := m.bind(n, p, r); err != nil {
			return err
		}
	}
	if r.isWhiteoutDevice() {
		m.note("whiteout-device", p, r, "device 0:0")
		m.bury(p, n, fstree.Removed)
		n = &node{name: base, kind: kindWhiteout, layer: m.layer, rec: r}
	}
	parent.children[base] = n
	return nil
}

// replace removes what the same layer has put at p before.
func (m *merger) replace(parent *node, p string, old *node, r *record) {
	if old.kind == kindWhiteout {
		m.note("whiteout-own-entry", p, r, "%q adds what this layer has removed before", r.name)
	} else {
		m.note("duplicate-entry", p, r, "%q replaces the entry at offset %d", r.name, offsetOf(old))
		m.buryTree(p, old, fstree.Shadowed)
	}
	delete(parent.children, old.name)
	m.lastNode = nil
}

func offsetOf(n *node) int64 {
	if n.rec == nil {
		return -1
	}
	return n.rec.offset
}

// setDir gives a directory that exists the metadata of r; attributes are added to those it has.
func (m *merger) setDir(n *node, r *record) {
	f := &inode{layer: m.layer, data: r, meta: r, metaLayer: m.layer}
	if n.file != nil {
		f.inherit(n.file.attributes())
	}
	n.rec, n.layer, n.file = r, m.layer, f
}

// inherit adds the attributes that a file had before a new header was laid over it.
func (f *inode) inherit(old map[string][]byte) {
	if len(old) == 0 {
		return
	}
	merged := map[string][]byte{}
	for k, v := range old {
		merged[k] = v
	}
	for k, v := range f.attributes() {
		merged[k] = v
	}
	f.xattrs, f.ownXattrs = merged, true
}

func (m *merger) newNode(name string, r *record) *node {
	n := &node{name: name, layer: m.layer, rec: r, file: &inode{layer: m.layer, data: r, meta: r, metaLayer: m.layer}}
	if r.typ == recordDir {
		n.kind, n.children = kindDir, map[string]*node{}
	}
	return n
}

// bind makes n a name of the file that the hard link r names. What the link's
// header says is then true for all names of the file: runtimes set owner, mode
// and time again, and the change of owner costs the file its capabilities.
func (m *merger) bind(n *node, p string, r *record) error {
	if leavesRoot(r.link) {
		m.note("path-outside-root", p, r, "link target %q", r.link)
	}
	target, lower, err := m.linkTarget(r)
	if err == nil && target == nil {
		err = fmt.Errorf("%w: hard link to %q, which does not exist", fstree.ErrCorrupt, r.link)
	}
	if err == nil && target.kind != kindOther {
		err = fmt.Errorf("%w: hard link to %q, which is a directory", fstree.ErrCorrupt, r.link)
	}
	if err != nil {
		m.lose(p, "hard link", r, err)
		return err
	}
	if lower {
		m.note("hardlink-lower-layer", p, r, "target %q", r.link)
	}
	f := target.file
	old := f.attributes()
	f.meta, f.metaLayer, f.xattrs, f.ownXattrs = r, m.layer, nil, false
	if len(old) > 0 {
		kept := map[string][]byte{}
		for k, v := range old {
			if k != "security.capability" {
				kept[k] = v
			}
		}
		f.inherit(kept)
	}
	n.file, f.linked = f, true
	m.links[recordID{m.layer, r.offset}] = f
	return nil
}

// linkTarget finds the target of a hard link: links in its directory are
// followed, the last element is not. A target that this layer does not have is
// looked for in the layers below.
func (m *merger) linkTarget(r *record) (n *node, lower bool, err error) {
	dir, base := path.Split(r.link)
	for _, root := range []*node{m.upper, m.root} {
		at, _, err := root.rootPath(dir, &m.steps)
		if err != nil {
			return nil, false, fmt.Errorf("%w: hard link to %q: %w", fstree.ErrCorrupt, r.link, err)
		}
		n := root.at(fstree.Clean(fstree.Join(at, base)))
		if n != nil && n.kind == kindWhiteout {
			return nil, false, nil
		}
		if n != nil && (n.kind == kindOther || root == m.root || n.rec != nil) {
			return n, root == m.root, nil
		}
	}
	return nil, false, nil
}

// bury records a name that does not show.
func (m *merger) bury(p string, n *node, state fstree.State) {
	if n.rec != nil {
		m.dead = append(m.dead, dead{path: p, node: n, state: state, by: m.layer})
	}
}

// buryTree records a name and all below it.
func (m *merger) buryTree(p string, n *node, state fstree.State) {
	if n.kind == kindWhiteout {
		return
	}
	m.bury(p, n, state)
	for _, c := range n.children {
		m.buryTree(fstree.Join(p, c.name), c, state)
	}
}
