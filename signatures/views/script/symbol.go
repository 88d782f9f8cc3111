package script

import "strings"

// class is what the grammars make of a name, as it is written.
type class uint16

const (
	cDefines  class = 1 << iota // a function follows
	cKeyword                    // stands before an expression or a statement
	cReturn                     // return
	cInfix                      // joins two operands, in some languages
	cPrefix                     // stands before an operand
	cSpecial                    // null, true, this and the like
	cImports                    // import, from
	cSends                      // hands its arguments to someone else
	cText                       // keeps or rearranges text
	cDecodes                    // one of decoderNames
	cIf                         // opens a branch that may not be taken
	cPerlName                   // perlName knows it
)

// classes are the classes of all names that have one.
var classes = func() map[string]class {
	m := map[string]class{}
	add := func(c class, names ...string) {
		for _, n := range names {
			m[n] |= c
		}
	}
	add(cDefines, "def", "function", "sub", "fn", "func")
	add(cKeyword, "if", "while", "for", "foreach", "elseif", "elif", "unless", "else", "do", "try", "catch", "then", "end", "dim", "var", "let", "const", "my", "our", "local",
		"public", "private", "static", "final", "set", "async", "await", "global", "byval", "byref", "function", "in", "protected", "void", "internal", "override", "throw", "raise", "yield",
		"finally", "begin", "loop", "wend", "next", "switch", "case", "select", "not")
	add(cReturn, "return")
	add(cInfix, "and", "or", "in", "is", "if", "else")
	add(cPrefix, "await", "yield", "not", "lambda", "typeof")
	add(cSpecial, "new", "null", "none", "nil", "nothing", "true", "false", "this", "self")
	add(cImports, "import", "from")
	add(cText, "join", "replace", "tostring", "decode", "encode", "getbytes", "getstring", "tolowercase", "touppercase", "lower", "upper", "lcase", "ucase", "strip", "trim", "chomp", "substring", "tochararray",
		"string", "str", "bytes", "bytearray", "buffer", "from", "valueof", "concat", "append", "format", "mid", "left", "right", "split", "array", "push", "cstr", "deencode", "tostr", "readline", "readtoend",
		"read", "substr", "repeat", "unpack", "map", "iter", "list")
	add(cIf, "if", "elif", "elseif", "elsif", "unless", "else", "except", "catch")
	add(cPerlName, "eval", "shift", "$_", "read", "sysread", "recv")
	for n := range sends {
		add(cSends, n)
	}
	for n := range decoderNames {
		add(cDecodes, n)
	}
	return m
}()

// symbol is one name of a file, with what is known of it.
type symbol struct {
	text  string
	class class
	bare  bool    // a function called without brackets, for names in lower case
	low   *symbol // the name in lower case
	home  *symbol // whose variable the language takes it for

	value  *value    // what the variable holds
	member *value    // what a member of that name holds, of whatever
	fn     *function // the function of that name

	place         *place // the name as a path
	parent, child *place // the last path that the name was a member of, and what that gave
	bared, named  *value // the last value without a path that the name was read as, and with it
}

// place is one path of a file in lower case, with what the tables say of it. No
// place at all is the empty path.
type place struct {
	text   string
	last   *symbol // its last part
	sink   int     // which rule it is of, none or unasked
	source int
	input  *value // what a source gives
	plain  *value // what a path gives that nothing is known of
}

// unasked is a table not asked yet.
const unasked = -2

func (p *place) String() string {
	if p == nil {
		return ""
	}
	return p.text
}

// orNone returns the place, none if its path is empty.
func (p *place) orNone() *place {
	if p.text == "" {
		return nil
	}
	return p
}

// names are the symbols and paths of one file.
type names struct {
	*memory
	lang    *language
	nowhere *place // the empty path as calls have it
	buf     []byte
}

// membership is a name behind a path.
type membership struct {
	of   *place
	name *symbol
}

// maxPlaces is how many paths of a file are kept.
const maxPlaces = 1 << 16

func newNames(lang *language) *names {
	n := &names{lang: lang, memory: memories.Get().(*memory)}
	n.nowhere = n.newPlace("")
	return n
}

// symbol returns the symbol of a name.
func (n *names) symbol(text string) *symbol {
	if s := n.byName[text]; s != nil {
		return s
	}
	s := n.newSymbol(text)
	n.byName[text] = s
	return s
}

// symbolOf is symbol for bytes that may change.
func (n *names) symbolOf(text []byte) *symbol {
	if s := n.byName[string(text)]; s != nil {
		return s
	}
	return n.symbol(string(text))
}

func (n *names) newSymbol(text string) *symbol {
	s := n.symbols.get()
	s.text, s.class = text, classes[text]
	s.low, s.home = s, s
	if low := key(text); low != text {
		s.low = n.symbol(low)
		if n.lang.foldCase {
			s.home = s.low
		}
	} else {
		s.bare = n.lang.bare[text]
	}
	return s
}

// newPlace makes a place of a path in lower case.
func (n *names) newPlace(path string) *place {
	p := n.places.get()
	p.text, p.sink, p.source = path, unasked, unasked
	last := path[strings.LastIndexByte(path, '.')+1:]
	if p.last = n.byName[last]; p.last == nil {
		if len(n.byPath) < maxPlaces {
			p.last = n.symbol(last)
		} else {
			p.last = n.newSymbol(last)
		}
	}
	return p
}

// path returns the place of a path in lower case, none of an empty one.
func (n *names) path(path string) *place {
	if path == "" {
		return nil
	}
	p := n.byPath[path]
	if p == nil {
		if p = n.newPlace(path); len(n.byPath) < maxPlaces {
			n.byPath[path] = p
		}
	}
	return p
}

// placeOf returns the name s, in lower case, as a path.
func (n *names) placeOf(s *symbol) *place {
	if s.place == nil {
		s.place = n.newPlace(s.text)
	}
	return s.place
}

// maxParent is up to where a path takes further members, in bytes.
const maxParent = 200

// memberOf returns the path of a member, whose name is in lower case.
func (n *names) memberOf(of *place, name *symbol) *place {
	if of == nil || len(of.text) >= maxParent {
		return n.placeOf(name)
	}
	if name.parent == of {
		return name.child
	}
	m := membership{of, name}
	p := n.members[m]
	if p == nil {
		if p = n.newPlace(of.text + "." + name.text); len(n.members) < maxPlaces {
			n.members[m] = p
		}
	}
	name.parent, name.child = of, p
	return p
}

// elementOf returns the path of an element of a path, only if it is worth keeping.
func (n *names) elementOf(of *place, key string) *place {
	return n.path(of.text + "[" + strings.ToLower(key) + "]")
}

// value returns what a path gives of which nothing else is known.
func (n *names) value(p *place) *value {
	if p.plain == nil {
		p.plain = n.values.get()
		p.plain.src, p.plain.path = oUnknown, p
	}
	return p.plain
}

// copyOf returns a copy of v.
func (n *names) copyOf(v *value) *value {
	c := n.values.get()
	*c = *v
	return c
}
