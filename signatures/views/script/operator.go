package script

// op is an operator: its byte, or one of the following.
type op uint8

const (
	opSame op = 0x80 + iota
	opNotSame
	opPowerTo
	opLeftTo
	opRightTo
	opArrow
	opScope
	opFatArrow
	opEqual
	opNotEqual
	opAtMost
	opAtLeast
	opAddTo
	opDotTo
	opAndTo
	opOr
	opAnd
	opMatch
	opNoMatch
	opLeft
	opRight
	opInc
	opDec
	opSubTo
	opMulTo
	opOrTo
)

// long are the operators of more than one byte that matter, in the order of their
// constants.
var long = []string{"===", "!==", "**=", "<<=", ">>=", "->", "::", "=>", "==", "!=", "<=", ">=", "+=", ".=", "&=", "||", "&&", "=~", "!~", "<<", ">>", "++", "--", "-=", "*=", "|="}

// operators are the indexes of long by their first byte, in the same order.
var operators = func() (t [256][]op) {
	for i, o := range long {
		t[o[0]] = append(t[o[0]], op(i))
	}
	return t
}()

func (l *lexer) operator() {
	for _, i := range operators[l.src[l.pos]] {
		if o := long[i]; l.has(o) {
			l.punctuation(l.pos, opSame+i, o)
			l.pos += len(o)
			return
		}
	}
	l.punctuation(l.pos, op(l.src[l.pos]), l.src[l.pos:l.pos+1])
	l.pos++
}
