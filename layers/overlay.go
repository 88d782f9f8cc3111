package layers

import "github.com/seed-181f3109/assay/fstree"

// overlay lays the directory up of an upper layer over low of the tree below it;
// p is the path of both, empty for the root.
//
// Source: Linux, Documentation/filesystems/overlayfs.rst, "Upper and Lower",
// "whiteouts and opaque directories".
func (m *merger) overlay(p string, low, up *node) {
	if up.opaque {
		m.hide(p, low, up)
	}
	for _, c := range up.sorted() {
		cp := p + "/" + c.name
		old := low.children[c.name]
		switch {
		case c.kind == kindWhiteout:
			m.remove(low, cp, old, c)
		case c.kind == kindDir && old != nil && old.kind == kindDir:
			if c.rec != nil {
				old.rec, old.file, old.layer = c.rec, c.file, c.layer
			}
			m.overlay(cp, old, c)
		default:
			m.cover(low, cp, old, c)
		}
	}
}

// hide removes what lower layers have in a directory that is opaque.
func (m *merger) hide(p string, low, up *node) {
	if p == "" {
		m.note("opaque-root", "/", nil, "%d names lie below; the kernel's overlayfs ignores the mark", len(low.children))
		return
	}
	for name, c := range low.children {
		state := fstree.Removed
		if u := up.children[name]; u != nil && u.kind != kindWhiteout {
			state = fstree.Shadowed
		}
		m.buryTree(p+"/"+name, c, state)
	}
	clear(low.children)
}

// remove acts on a whiteout.
func (m *merger) remove(low *node, p string, old, c *node) {
	if old == nil {
		if !m.belowOpaque(p) {
			m.note("whiteout-missing", p, c.rec, "%q", c.rec.name)
		}
		return
	}
	first := len(m.dead)
	m.buryTree(p, old, fstree.Removed)
	if first < len(m.dead) && m.dead[first].path == p {
		m.dead[first].own = true
	}
	delete(low.children, c.name)
}

// belowOpaque reports a path in a directory that the current layer makes opaque,
// where a whiteout has nothing left to remove.
func (m *merger) belowOpaque(p string) bool {
	dir, _ := fstree.Split(p)
	n := m.upper.at(dir)
	return n != nil && n.opaque
}

// cover puts c in the place of whatever lower layers have there.
func (m *merger) cover(low *node, p string, old, c *node) {
	if old != nil {
		if c.kind == kindDir && c.rec == nil && old.isLink() {
			m.overLink(p, old, c)
		}
		m.buryTree(p, old, fstree.Shadowed)
	}
	m.settle(&trail{name: p[1:]}, c)
	low.children[c.name] = c
}

// overLink reports a link that gives way to a directory that no entry asks for.
// containerd gives the directory the metadata of what the link led to.
func (m *merger) overLink(p string, old, c *node) {
	target, _, err := m.root.rootPath(p, &m.steps)
	if err == nil {
		if t := m.root.at(target); t != nil && t.kind == kindDir && t.file != nil {
			c.file = t.file
		}
	}
	m.note("path-over-link", p, firstRecord(c), "link to %q becomes a directory under overlayfs; runtimes without overlayfs unpack to %q", old.file.data.link, target)
}

// settle takes whiteouts out of a tree that has nothing below it any more.
func (m *merger) settle(at *trail, n *node) {
	for _, c := range n.sorted() {
		if c.kind == kindWhiteout {
			if !n.opaque {
				m.note("whiteout-missing", (&trail{at, c.name}).path(), c.rec, "%q", c.rec.name)
			}
			delete(n.children, c.name)
			continue
		}
		if c.kind == kindDir {
			m.settle(&trail{at, c.name}, c)
		}
	}
	n.opaque = false
}

// firstRecord is an entry of the layer that lies below a directory it only implies.
func firstRecord(n *node) *record {
	for n.rec == nil {
		below := n.sorted()
		if len(below) == 0 {
			return nil
		}
		n = below[0]
	}
	return n.rec
}
