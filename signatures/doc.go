// Package signatures defines rules and what runs them, independent of the
// engine: [RuleSet], [Scanner], [Match]. The engine for YARA rules is the package
// signatures/yara, which needs cgo; views of files that hide their content
// are computed by signatures/views; our own rules are embedded from signatures/rules.
//
// The call most people want:
//
//	rules, err := yara.Load(ctx, []string{"builtin", "/srv/rules"}, nil)
//	scanner, err := rules.NewScanner() // one a goroutine
//	matches, err := scanner.Scan(ctx, &signatures.Target{Path: "/srv/www/a.php", Bytes: content})
package signatures
