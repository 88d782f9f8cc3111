package php

import (
	"math/bits"
	"strings"

	"github.com/seed-181f3109/assay/signatures/views/line"
)

// origin is a set of places a value comes from, strongest first.
type origin uint32

const (
	oRequest origin = 1 << iota
	oHeader
	oCookie
	oUpload
	oNetwork
	oSocket
	oFile
	oSelf
	oDatabase
	oSession
	oEnv
	oArgs
	oStdin
	oCommand
	oDecoded
	oConstant
	oParam
	oUnknown
)

const oAttacker = oRequest | oHeader | oCookie | oUpload

var originNames = [...]string{"request", "header", "cookie", "upload", "network", "socket", "file", "self", "database", "session", "env",
	"args", "stdin", "command", "decoded", "constant", "param", "unknown"}

func strength(o origin) int {
	if o == 0 {
		return 32
	}
	return bits.TrailingZeros32(uint32(o))
}

// how is how a string was computed.
type how uint16

const (
	hXor how = 1 << iota
	hDecode
	hChr
	hOffset
	hReplace
	hReverse
	hIncrement
	hEscape
	hCase
	hConcat
	hOther
	hVariable // not computed, but held by a variable
)

var howNames = [...]string{"xor", "decode", "chr", "offset", "replace", "reverse", "increment", "escape", "case", "concat", "other"}

// via returns the word for how a name was computed; empty if it was not.
func (h how) via() string {
	if h &= hVariable - 1; h != 0 {
		return "computed:" + howNames[bits.TrailingZeros16(uint16(h))]
	}
	return ""
}

// decoders is a sequence of up to twelve decoders, five bits each.
type decoders uint64

const (
	dBase64 decoders = 1 + iota
	dHex
	dInflate
	dRot13
	dURL
	dUU
	dXor
	dChr
	dReverse
	dReplace
	dCrypt
	dJSON
	dSerialize
	dHTML
	dUTF8
	dPack
	dStrtr
	dSelf
)

var decoderNames = [...]string{"", "base64", "hex", "inflate", "rot13", "url", "uu", "xor", "chr", "reverse", "replace", "crypt", "json", "serialize",
	"html", "utf8", "pack", "strtr", "self"}

// then returns the sequence with one more decoder at its end.
func (d decoders) then(one decoders) decoders {
	n := (bits.Len64(uint64(d)) + 4) / 5
	if n >= 12 || n > 0 && d>>(5*(n-1)) == one {
		return d
	}
	return d | one<<(5*n)
}

// add returns the longer of two sequences.
func (d decoders) add(e decoders) decoders { return max(d, e) }

// names lists the decoders joined with sep.
func (d decoders) names(sep string) string {
	var parts []string
	for ; d != 0; d >>= 5 {
		parts = append(parts, decoderNames[d&31])
	}
	return strings.Join(parts, sep)
}

// guard is a set of checks between origin and sink.
type guard uint32

const (
	gPassword guard = 1 << iota
	gHash
	gAuth
	gCapability
	gNonce
	gDefined
	gInclude
	gEquals
	gWhitelist
	gExists
	gRegex
	gCast
	gEscape
	gBasename
	gCall
	gHashed // the value is a hash of its origin; not shown
)

var guardNames = [...]string{"password", "hash", "auth", "capability", "nonce", "defined", "include", "equals", "whitelist", "exists", "regex", "cast",
	"escape", "basename", "call"}

// String lists the guards joined with a plus, or none.
func (g guard) String() string {
	var parts []string
	for i, n := range guardNames {
		if g&(1<<i) != 0 {
			parts = append(parts, n)
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, "+")
}

// fact is a guard that holds in a part of the code. If det is set it is about
// values of that origin only.
type fact struct {
	g   guard
	det string
}

func detail(s string) string { return line.Detail(s) }

// describe writes the origin of v as a line shows it.
func (v *value) describe() string {
	if v == nil {
		return "-"
	}
	v = v.flat()
	if v.src&oAttacker == 0 && v.known() && v.src&oSelf == 0 {
		if v.dec != 0 {
			return "decoded"
		}
		return "constant"
	}
	n := strength(v.src)
	if n >= len(originNames) {
		return "unknown"
	}
	name := originNames[n]
	if origin(1)<<n == oConstant && v.dec != 0 {
		return "decoded"
	}
	if origin(1)<<n&oAttacker != 0 {
		if v.part {
			name = "part-" + name
		}
		d := detail(v.det)
		if d == "" {
			d = "*"
		}
		return name + ":" + d
	}
	return name
}
