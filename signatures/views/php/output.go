package php

import (
	"strings"

	"github.com/seed-181f3109/assay/signatures/views/line"
)

const (
	maxStrings = 64 << 10
	maxDecoded = 64
)

// sinkLine is one dangerous call.
type sinkLine struct {
	kind, name string
	arg, aux   *value
	via        via
	pos        uint32
	text       bool // write a constant's value
}

// output gathers what the interpreter found.
type output struct {
	set           line.Set
	strings       []string
	stringSeen    map[string]bool
	stringBytes   int
	decoded       []Decoded
	decodedSeen   map[string]bool
	dec           decoders
	depth         int
	computedNames int
	dynCalls      int
	dynNames      int
	closures      []*closure
}

func (o *output) trait(name, value string) { o.set.Trait(name, value) }

// computed keeps a computed text that does not stand in the source.
func (o *output) computed(v *value) {
	s := v.s
	if v.k != vString || v.comp&^(hVariable|hOffset|hCase) == 0 || len(s) < 8 || len(s) > 8192 || o.stringBytes > maxStrings {
		return
	}
	if v.comp&^(hVariable|hConcat) == 0 && len(s) > 512 {
		return
	}
	if o.stringSeen[s] {
		return
	}
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\n' && c != '\t' && c != '\r' || c == 0x7f {
			return
		}
	}
	if o.stringSeen == nil {
		o.stringSeen = map[string]bool{}
	}
	o.stringSeen[s] = true
	o.stringBytes += len(s)
	o.strings = append(o.strings, strings.Clone(s))
}

// order of the parts of via.
func (v via) String(sc *scope) string {
	var parts []string
	if v.name != "" {
		parts = append(parts, v.name)
	}
	if v.taker != "" {
		parts = append(parts, v.taker)
	}
	if sc != nil && sc.magic != "" {
		parts = append(parts, "magic:"+sc.magic)
	}
	if len(parts) == 0 {
		return "direct"
	}
	return strings.Join(parts, "+")
}

// guards returns the guards that hold for a value here.
func (in *interp) guards(vs ...*value) guard {
	var g guard
	for _, f := range in.facts {
		if f.det == "" {
			g |= f.g
		}
	}
	for i, v := range vs {
		if v == nil {
			continue
		}
		if i == 0 {
			g |= v.g
		}
		for _, f := range in.facts {
			if f.det != "" && f.det == v.det {
				g |= f.g
			}
		}
	}
	return g &^ gHashed
}

// emit writes a sink line, if it is worth one.
func (in *interp) emit(s sinkLine) {
	if s.arg != nil {
		s.arg = s.arg.flat()
	}
	if s.aux != nil {
		s.aux = s.aux.flat()
	}
	if !worth(&s) {
		return
	}
	guardOf := s.arg
	if (s.kind == "call" || s.kind == "new") && s.aux != nil {
		guardOf = s.aux
	}
	g := in.guards(guardOf, s.aux)
	dec, text := "", ""
	if s.arg != nil {
		dec = s.arg.dec.names(",")
		if s.arg.k == vString && s.arg.src&oAttacker == 0 {
			t := s.arg.s
			if i := strings.Index(t, "<?"); i > 40 && s.kind == "file-write" {
				t = t[i:]
			}
			text = line.Quote(t)
		}
	}
	if s.kind == "file-write" && s.arg != nil && s.arg.k == vUnknown && strings.HasPrefix(s.arg.s, "<?") { // how it begins
		text = line.Quote(s.arg.s)
	}
	if s.kind == "upload" && text == "" && s.aux != nil && s.aux.k == vString { // where to
		text = line.Quote(s.aux.s)
	}
	in.out.set.Add(line.Line{Sink: s.kind, Name: s.name, Arg: s.arg.describe(), Aux: s.aux.describe(), Via: s.via.String(in.sc), Dec: dec, Guard: g.String(),
		In: in.sc.in, Nest: in.unit.nest, Line: in.unit.line(s.pos), Text: text})
}

const oTelling = oAttacker | oNetwork | oSocket | oSelf | oDatabase | oCommand

// worth reports whether a line tells something: a constant file name does not.
func worth(s *sinkLine) bool {
	arg, aux := s.arg, s.aux
	telling := arg != nil && (arg.src&oTelling != 0 || arg.dec != 0)
	auxTelling := aux != nil && aux.src&oTelling != 0
	reached := s.via.name != "" && s.via.name != "variable" && s.via.name != "alias" && s.via.name != "unknown"
	switch s.kind {
	case "code", "command", "upload", "load", "listen":
		return true
	case "info":
		return true
	case "call", "new":
		return auxTelling || telling && arg.src&oAttacker != 0 || reached
	case "include":
		return telling || reached || s.via.taker != "" || arg != nil && arg.k == vString && isData(arg.s)
	case "file-write":
		return arg.src&oTelling != 0 || auxTelling || reached || isCode(arg) || arg.dec != 0 && (arg.k == vString && len(arg.s) > 200 || arg.k == vUnknown && arg.src&(oParam|oFile) == 0 && arg.comp&hXor == 0)
	case "sql":
		return arg.src&oAttacker != 0 && !arg.part || reached
	case "network", "env":
		return telling || reached || s.text
	}
	return telling || auxTelling || reached
}

// isData reports whether a path has the ending of what is no script, or leads
// into an archive.
func isData(path string) bool {
	i := strings.LastIndexByte(path, '.')
	if strings.HasPrefix(lower(path[:min(len(path), 7)]), "phar://") {
		return true
	}
	return i >= 0 && dataEndings[lower(path[i+1:])]
}

var dataEndings = map[string]bool{"jpg": true, "jpeg": true, "gif": true, "png": true, "bmp": true, "ico": true, "zip": true, "rar": true, "css": true, "log": true}

// isCode reports whether a constant holds PHP.
func isCode(v *value) bool {
	return v != nil && v.k == vString && strings.Contains(v.s, "<?")
}
