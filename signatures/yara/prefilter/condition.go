package prefilter

import (
	"encoding/binary"
	"math/bits"
)

type nodeKind uint8

const (
	nTrue    nodeKind = iota // possible
	nAnd                     // all of subs
	nOr                      // any of subs
	nString                  // string number n
	nAtLeast                 // n of the strings in list
	nCompare                 // a op b, integers
	nName                    // the external variable text is value
	nRule                    // rule number n
)

// node is a part of a condition.
type node struct {
	kind  nodeKind
	subs  []*node
	n     int
	list  []int
	op    string
	a, b  *integer
	text  string
	value string
}

var possible = &node{kind: nTrue}

// integer is an expression of integers.
type integer struct {
	kind  intKind
	value int64 // of a constant, offset of a read
	size  int   // of a read, in bytes
	big   bool
	list  []int // strings that are counted
	op    string
	a, b  *integer
}

type intKind uint8

const (
	iOther intKind = iota // not understood
	iConstant
	iFileSize
	iRead
	iBinary
	iCount // #a + #b
)

// Content is what a filter is asked about.
type Content struct {
	Bytes     []byte
	FileName  string // the external variables filename and extension
	Extension string
}

// holds reports whether the condition of rule r may hold.
func (e *evaluation) holds(r *filterRule, n *node) bool {
	switch n.kind {
	case nAnd:
		for _, s := range n.subs {
			if !e.holds(r, s) {
				return false
			}
		}
	case nOr:
		for _, s := range n.subs {
			if e.holds(r, s) {
				return true
			}
		}
		return false
	case nString:
		return e.stands(r, n.n)
	case nAtLeast:
		count := 0
		for i, s := range n.list {
			if count >= n.n || count+len(n.list)-i < n.n {
				break
			}
			if e.stands(r, s) {
				count++
			}
		}
		return count >= n.n
	case nCompare:
		return compare(n, e.content)
	case nName:
		if n.text == "filename" {
			return e.content.FileName == n.value
		}
		return e.content.Extension == n.value
	case nRule:
		return e.possible[r.first+n.n]
	}
	return true
}

// stands reports whether string i of a rule may match: of each of its lists a word
// was found, and these near enough to each other.
func (e *evaluation) stands(r *filterRule, i int) bool {
	if n := r.hidden[i]; n >= 0 {
		return e.hides(n)
	}
	for _, list := range r.needs[i] {
		if !e.found.HasAny(list) {
			return false
		}
	}
	return r.near[i].span == 0 || e.near(&r.near[i])
}

// near reports whether somewhere words are as near as they must be.
func (e *evaluation) near(n *nearWords) bool {
	places, all := e.places.InOrder()
	if !all {
		return true
	}
	lists := n.lists
	for k, list := range lists {
		for _, word := range list {
			e.lists[word] |= 1 << k
		}
	}
	var last [maxNear]int // behind the last place of each list, 0: none so far
	met := false
	for _, p := range places {
		in := e.lists[p.Word]
		if in == 0 {
			continue
		}
		at := int(p.At) + 1
		met = true
		for k := range lists {
			if in&(1<<k) != 0 {
				last[k] = at
			}
			met = met && last[k] > 0 && last[k] >= at-n.span
		}
		if met {
			break
		}
	}
	for _, list := range lists {
		for _, word := range list {
			e.lists[word] = 0
		}
	}
	return met
}

// maxNear is how many lists of a string are held against each other.
const maxNear = 8

// compare is true if the comparison holds or its sides are not known.
func compare(n *node, c *Content) bool {
	a, known, defined := n.a.eval(c)
	b, known2, defined2 := n.b.eval(c)
	switch {
	case !defined || !defined2:
		return false // undefined: no comparison holds
	case !known || !known2:
		return true
	}
	switch n.op {
	case "==":
		return a == b
	case "!=":
		return a != b
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	case ">=":
		return a >= b
	}
	return true
}

// eval returns a value, whether it is known, and whether it is defined: a read
// beyond the end is not.
func (i *integer) eval(c *Content) (value int64, known, defined bool) {
	switch i.kind {
	case iConstant:
		return i.value, true, true
	case iFileSize:
		return int64(len(c.Bytes)), true, true
	case iRead:
		return i.read(c.Bytes)
	case iBinary:
		a, known, defined := i.a.eval(c)
		b, known2, defined2 := i.b.eval(c)
		if !known || !known2 || !defined || !defined2 {
			return 0, known && known2, defined && defined2
		}
		switch i.op {
		case "+":
			return a + b, true, true
		case "-":
			return a - b, true, true
		case "*":
			if hi, _ := bits.Mul64(uint64(max(a, -a)), uint64(max(b, -b))); hi != 0 {
				return 0, false, true
			}
			return a * b, true, true
		case "&":
			return a & b, true, true
		}
	}
	return 0, false, true
}

func (i *integer) read(b []byte) (value int64, known, defined bool) {
	if i.value < 0 || i.value > int64(len(b))-int64(i.size) {
		return 0, true, false
	}
	b = b[i.value : i.value+int64(i.size)]
	switch {
	case i.size == 1:
		return int64(b[0]), true, true
	case i.size == 2 && i.big:
		return int64(binary.BigEndian.Uint16(b)), true, true
	case i.size == 2:
		return int64(binary.LittleEndian.Uint16(b)), true, true
	case i.big:
		return int64(binary.BigEndian.Uint32(b)), true, true
	}
	return int64(binary.LittleEndian.Uint32(b)), true, true
}
