//go:build cgo

package yara

import (
	"bytes"
	"testing"
)

// FuzzSplitUnits checks that the elements found lie in the text, in order, and
// that taking one out leaves the line ends alone.
func FuzzSplitUnits(f *testing.F) {
	f.Add([]byte("import \"pe\"\nprivate rule A : x { strings: $a = { 4d 5a } $b = /a\\/}/ condition: $a // }\n}\nrule B { condition: true }"))
	f.Add([]byte("include \"x.yar\"\nrule C {\nrule D { condition: \"\\\"}\" }"))
	f.Fuzz(func(t *testing.T, src []byte) {
		end, line := 0, 1
		for _, u := range splitUnits(src) {
			if u.start < end || u.end < u.start || u.end > len(src) || u.line < line || u.endLine < u.line {
				t.Fatalf("%+v after offset %d, line %d of %q", u, end, line, src)
			}
			end, line = u.end, u.line
			out := bytes.Clone(src)
			blank(out, u.start, u.end)
			if bytes.Count(out, []byte("\n")) != bytes.Count(src, []byte("\n")) {
				t.Fatalf("line ends lost in %q", src)
			}
		}
	})
}
