package php

import (
	"fmt"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

// TestCallsAreToldApart calls functions with texts and arrays that are garbage behind
// the call, while memory is collected all the time: none may be taken for another one.
func TestCallsAreToldApart(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	var code strings.Builder
	code.WriteString("<?php function run($a) { $b = $a['x'] . ' 2>&1'; system($b); } function text($t) { shell_exec($t); }\n")
	const calls = 60
	for i := range calls {
		fmt.Fprintf(&code, "run(array('x' => $_GET['k%[1]d'])); text('t%[1]d' . str_repeat('-', 100)); $p = ''; for ($i = 0; $i < 200; $i++) { $p = 'q' . str_repeat('z%[1]d', 40 + $i); }\n", i)
	}
	for range 5 {
		r := Analyze(t.Context(), []byte(code.String()), false, Options{Depth: 10, Steps: 1_000_000, Until: time.Now().Add(time.Minute)})
		for i := range calls {
			for _, want := range []string{fmt.Sprintf("request:_GET[k%d] ", i), fmt.Sprintf(`text="t%d--`, i)} {
				if !strings.Contains(string(r.Sinks), want) {
					t.Fatalf("no %s in\n%s", want, r.Sinks)
				}
			}
		}
	}
}
