package php

// nodeKind is the kind of a node. The comment names the fields in use.
type nodeKind uint8

const (
	nNone       nodeKind = iota // a part that could not be read
	nVar                        // str
	nVarVar                     // a
	nString                     // str; op 1: written with escapes
	nInt                        // i
	nFloat                      // i: the bits of the number
	nInterp                     // list: parts of a "string"
	nConst                      // str
	nArray                      // list of nItem
	nItem                       // a key or nil, b value; op '&' by reference, opEllipsis spread
	nIndex                      // a, b or nil
	nProp                       // a object, b name
	nStaticProp                 // a class, b name
	nClassConst                 // a class, str
	nCall                       // a, list
	nMethod                     // a object, b name, list
	nStaticCall                 // a class, b name, list
	nNew                        // a class (nil: anonymous in x), list
	nName                       // str: a name of a function or class
	nBin                        // op, a, b
	nConcat                     // list
	nUn                         // op, a
	nAssign                     // a, b
	nAssignOp                   // op, a, b
	nAssignRef                  // a, b
	nPreInc                     // op, a
	nPostInc                    // op, a
	nTernary                    // a, b or nil, c
	nCast                       // str, a
	nIsset                      // list
	nEmpty                      // a
	nInclude                    // str, a
	nEval                       // a
	nExit                       // a
	nPrint                      // a
	nBacktick                   // list
	nFunc                       // x *function: closure
	nClone                      // a
	nThrow                      // a
	nMatch                      // a, list of nCase
	nYield                      // a, b
	nSilence                    // a
	nInstanceof                 // a, b

	nBlock      // list
	nEcho       // list
	nIf         // list: condition, body, condition, body, ..., [else]
	nWhile      // a, b
	nDo         // a condition, b body
	nFor        // list: three nBlock; a body
	nForeach    // a subject, b key, c value, list[0] body
	nSwitch     // a, list of nCase
	nCase       // a or nil (default), list; for match b
	nReturn     // a
	nBreak      //
	nContinue   //
	nGlobal     // list
	nStaticVars // list of nAssign or nVar
	nUnset      // list
	nFuncDecl   // x *function
	nClassDecl  // x *class
	nTry        // list: body, catches (nCase with a = variable), finally
	nGoto       // str
	nLabel      // str
	nConstDecl  // list of nAssign
	nHTML       // str
	nHalt       // i: offset of the data
)

// node is one node of the tree.
type node struct {
	kind nodeKind
	op   op
	pos  uint32 // byte offset in the source
	i    int64
	str  string
	a, b *node
	c    *node
	list []*node
	x    any
}

// function is a function, method or closure.
type function struct {
	name   string
	params []param
	uses   []param // closure: use (...)
	body   *node
	arrow  bool
	byRef  bool
	static bool
	class  *class
	pos    uint32
	end    uint32

	called  bool
	busy    int
	inlined int // bodies read for the memo
	runs    int // bodies read
	memo    map[string]*value
	statics map[string]*variable
	unit    *unit
}

// param is one parameter.
type param struct {
	name     string
	byRef    bool
	variadic bool
	def      *node
	promote  bool
}

// class is a class, interface, trait or enum.
type class struct {
	name    string
	parent  string
	traits  []string
	consts  map[string]*node
	cases   map[string]*node  // of an enum; nil values have none
	renamed map[string]string // by "use T { old as new; }", lower case
	props   []*node           // nAssign or nVar
	statics map[string]*variable
	methods map[string]*function
	order   []*function
	made    bool
	pos     uint32
}

// unit is one parsed source.
type unit struct {
	src     []byte
	stmts   []*node
	funcs   []*function // all named functions, in source order
	classes []*class
	aliases map[string]string // use ... as
	lines   []uint32
	st      stats
	broken  int
	deep    bool // nesting beyond the limit was cut
	nest    int
	chain   string
}

// line returns the line number of a byte offset, counted from 1.
func (u *unit) line(pos uint32) int {
	if u.lines == nil {
		u.lines = append(u.lines, 0)
		for i, c := range u.src {
			if c == '\n' {
				u.lines = append(u.lines, uint32(i+1))
			}
		}
	}
	lo, hi := 0, len(u.lines)
	for lo+1 < hi {
		if mid := (lo + hi) / 2; u.lines[mid] <= pos {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo + 1
}
