// Package rules holds the YARA rules that assay brings along, embedded as text.
// All are written for this project and carry the project's licence. They look
// for families and techniques of implants in images, never for one sample.
//
// The stem of a file names the kind of content that its rules run on: php.yar
// on PHP, elf.yar on ELF, php-sinks.yar on the sink lines that package
// signatures/views computes from PHP (docs/sink-lines.md). The rules of
// any.yar run on everything.
//
// Every rule has a positive and a negative sample in testdata/<rule>/, inert
// and written here, and these meta fields: description, author, date,
// reference, severity (info to critical), score (0 to 100) and mitre (ATT&CK).
// What a severity says: info and low are hints for a reader who looks at the
// file anyway, medium and above is what benign software practically never does.
//
// The call most people want:
//
//	set, err := yara.Load(ctx, []string{"builtin"}, nil)
package rules

import "embed"

// FS holds the rule files.
//
//go:embed *.yar
var FS embed.FS
