package report

import (
	"strings"
	"testing"
)

// FuzzRead: a stored report of any bytes ends with an error or is read; no line
// is taken for what it is not.
func FuzzRead(f *testing.F) {
	f.Add(`{"header":{"schema":"assay/1","tool":{"name":"assay","version":"1"},"command":"diff","suspect":{"reference":"a","kind":"oci"}}}` + "\n" + `{"summary":{}}`)
	f.Add("{}\n")
	f.Fuzz(func(t *testing.T, s string) {
		n := 0
		for m, err := range Read(strings.NewReader(s)) {
			if n++; err == nil && n == 1 && m.Header == nil {
				t.Errorf("%q: the first message is no header", s)
			}
		}
	})
}
