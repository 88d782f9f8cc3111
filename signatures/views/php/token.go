package php

// kind is the kind of a token.
type kind uint8

const (
	tEOF    kind = iota
	tHTML        // text outside of code
	tEcho        // <?= or <%=
	tVar         // $name; text without the dollar
	tName        // identifier, possibly qualified
	tInt         // integer
	tFloat       // floating-point number
	tSQ          // 'string', text with quotes
	tDQ          // "string", text with quotes
	tBQ          // `command`, text with quotes
	tHere        // heredoc body
	tNow         // nowdoc body
	tOp          // operator or punctuation
	tCast        // (int) and the like
	tHalted      // data behind __halt_compiler
)

// op is an operator: the byte itself for those of one byte, else one below.
type op uint16

const (
	opArrow     op = 256 + iota // ->
	opNullArrow                 // ?->
	opDouble                    // =>
	opStatic                    // ::
	opEq                        // ==
	opNe                        // !=  <>
	opSame                      // ===
	opNotSame                   // !==
	opLe                        // <=
	opGe                        // >=
	opCmp                       // <=>
	opAnd                       // &&
	opOr                        // ||
	opCoal                      // ??
	opInc                       // ++
	opDec                       // --
	opShl                       // <<
	opShr                       // >>
	opPow                       // **
	opEllipsis                  // ...
	opAssignPlus
	opAssignMinus
	opAssignMul
	opAssignDiv
	opAssignCat
	opAssignMod
	opAssignAnd
	opAssignOr
	opAssignXor
	opAssignShl
	opAssignShr
	opAssignPow
	opAssignCoal
	opLogAnd // and
	opLogOr  // or
	opLogXor // xor
	opInstanceof
	opAttr // #[
)

// token is one token; text is src[pos:end].
type token struct {
	pos, end uint32
	op       op
	kind     kind
	word     word // class of a name
}

// operator is an operator of more than one byte.
type operator struct {
	text string
	op   op
}

// operatorsOf is operators as a table.
var operatorsOf = func() (t [256][]operator) {
	for c, list := range operators {
		t[c] = list
	}
	return t
}()

// operators of more than one byte, longest first for each start byte.
var operators = map[byte][]operator{
	'-': {{"->", opArrow}, {"-=", opAssignMinus}, {"--", opDec}},
	'?': {{"?->", opNullArrow}, {"??=", opAssignCoal}, {"??", opCoal}},
	'=': {{"===", opSame}, {"=>", opDouble}, {"==", opEq}},
	':': {{"::", opStatic}},
	'!': {{"!==", opNotSame}, {"!=", opNe}},
	'<': {{"<=>", opCmp}, {"<<=", opAssignShl}, {"<<", opShl}, {"<=", opLe}, {"<>", opNe}},
	'>': {{">>=", opAssignShr}, {">>", opShr}, {">=", opGe}},
	'&': {{"&&", opAnd}, {"&=", opAssignAnd}},
	'|': {{"||", opOr}, {"|=", opAssignOr}},
	'+': {{"++", opInc}, {"+=", opAssignPlus}},
	'*': {{"**=", opAssignPow}, {"**", opPow}, {"*=", opAssignMul}},
	'.': {{"...", opEllipsis}, {".=", opAssignCat}},
	'/': {{"/=", opAssignDiv}},
	'%': {{"%=", opAssignMod}},
	'^': {{"^=", opAssignXor}},
}

// word is the class of a name: a keyword or a set of functions.
type word uint8

const (
	wNone word = iota
	wIf
	wElse
	wElseif
	wEndif
	wWhile
	wEndwhile
	wFor
	wEndfor
	wForeach
	wEndforeach
	wSwitch
	wEndswitch
	wCase
	wDefault
	wDo
	wBreak
	wContinue
	wReturn
	wEcho
	wPrint
	wFunction
	wFn
	wClass
	wInterface
	wTrait
	wEnum
	wNew
	wClone
	wInclude
	wExit
	wIsset
	wEmpty
	wUnset
	wList
	wArray
	wEval
	wGlobal
	wStatic
	wConst
	wUse
	wNamespace
	wTry
	wCatch
	wFinally
	wThrow
	wGoto
	wDeclare
	wYield
	wMatch
	wModifier
	wExtends
	wAs
	wHalt
	wAnd
	wOr
	wXor
	wInstanceof
	wKeywords // above: keywords; below: names of functions
	wSink     // reaches a sink of interest by itself
	wTaker    // takes a callback
	wDecoder  // decodes
	wSource   // reads an attacker's input
)

var keywords = map[string]word{
	"if": wIf, "else": wElse, "elseif": wElseif, "endif": wEndif, "while": wWhile, "endwhile": wEndwhile, "for": wFor, "endfor": wEndfor,
	"foreach": wForeach, "endforeach": wEndforeach, "switch": wSwitch, "endswitch": wEndswitch, "case": wCase, "default": wDefault, "do": wDo,
	"break": wBreak, "continue": wContinue, "return": wReturn, "echo": wEcho, "print": wPrint, "function": wFunction, "fn": wFn, "class": wClass,
	"interface": wInterface, "trait": wTrait, "enum": wEnum, "new": wNew, "clone": wClone, "include": wInclude, "include_once": wInclude,
	"require": wInclude, "require_once": wInclude, "exit": wExit, "die": wExit, "isset": wIsset, "empty": wEmpty, "unset": wUnset, "list": wList,
	"array": wArray, "eval": wEval, "global": wGlobal, "static": wStatic, "const": wConst, "use": wUse, "namespace": wNamespace, "try": wTry,
	"catch": wCatch, "finally": wFinally, "throw": wThrow, "goto": wGoto, "declare": wDeclare, "enddeclare": wDeclare, "yield": wYield, "match": wMatch,
	"public": wModifier, "private": wModifier, "protected": wModifier, "abstract": wModifier, "final": wModifier, "readonly": wModifier, "var": wModifier,
	"extends": wExtends, "implements": wExtends, "as": wAs, "__halt_compiler": wHalt, "and": wAnd, "or": wOr, "xor": wXor, "instanceof": wInstanceof,
}
