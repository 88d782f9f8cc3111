package layers

import "github.com/seed-181f3109/assay/fstree"

// Removed returns how path, which the view does not show, left it: the last layer
// that names the path itself, and the layer whose whiteout, opaque directory or
// replacement took it away. They are the same for a whiteout of this very name; what
// went with its folder has the layer that its content had come from. Of several removals the last
// one counts. Both are nil if no layer ever had the path.
func (v *View) Removed(path string) (last, by *fstree.Layer) {
	v.removedOnce.Do(func() {
		v.removed = make(map[string]*dead, len(v.dead))
		for i := range v.dead {
			d := &v.dead[i]
			if old := v.removed[d.path]; old == nil || d.by >= old.by {
				v.removed[d.path] = d
			}
		}
	})
	d, ok := v.removed[path]
	if !ok {
		return nil, nil
	}
	by = v.layers[d.by].ref
	if d.own {
		return by, by
	}
	return v.layers[d.node.layer].ref, by
}
