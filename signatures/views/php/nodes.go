package php

const (
	slabNodes = 128 // nodes of a slab, 12 KiB
	slabLists = 512 // pointers of a slab of lists
	keptSlabs = 256 // slabs of each kind that are kept from file to file
)

// nodes is the memory of trees. All of it is free again after reset.
type nodes struct {
	slabs [][]node
	lists [][]*node
	slab  int     // slabs in use
	runs  int     // slabs of lists in use
	free  []node  // of the last slab in use
	rest  []*node // of the last slab of lists in use
}

// node returns an empty node.
func (m *nodes) node() *node {
	if len(m.free) == 0 {
		if m.slab == len(m.slabs) {
			m.slabs = append(m.slabs, make([]node, slabNodes))
		}
		m.free = m.slabs[m.slab]
		m.slab++
	}
	n := &m.free[0]
	m.free = m.free[1:]
	return n
}

// list returns a copy of l without room behind it, nil if it is empty.
func (m *nodes) list(l []*node) []*node {
	n := len(l)
	switch {
	case n == 0:
		return nil
	case n > slabLists/8:
		return append([]*node(nil), l...)
	}
	return append(m.room(n), l...)
}

// pair returns a list of two that has room for two more.
func (m *nodes) pair(a, b *node) []*node { return append(m.room(4), a, b) }

// room returns an empty list of n places, at most a slab.
func (m *nodes) room(n int) []*node {
	if len(m.rest) < n {
		if m.runs == len(m.lists) {
			m.lists = append(m.lists, make([]*node, slabLists))
		}
		m.rest = m.lists[m.runs]
		m.runs++
	}
	l := m.rest[:0:n]
	m.rest = m.rest[n:]
	return l
}

// reset takes back all nodes and lists that were handed out.
func (m *nodes) reset() {
	for i, s := range m.slabs[:m.slab] {
		if i == m.slab-1 {
			s = s[:len(s)-len(m.free)]
		}
		clear(s)
	}
	for _, s := range m.lists[:m.runs] {
		clear(s)
	}
	if len(m.slabs) > keptSlabs {
		m.slabs = append([][]node(nil), m.slabs[:keptSlabs]...)
	}
	if len(m.lists) > keptSlabs {
		m.lists = append([][]*node(nil), m.lists[:keptSlabs]...)
	}
	m.slab, m.runs, m.free, m.rest = 0, 0, nil, nil
}
