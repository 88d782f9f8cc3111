// Package yara runs YARA rules over content: it is the engine behind
// [signatures.RuleSet]. It is the only package that uses cgo; it binds libyara
// 4.2 to 4.5 through github.com/hillu/go-yara/v4. In a build without cgo
// [Load] returns an error that wraps [signatures.ErrUnavailable].
//
// What is loaded: the rules of package signatures/rules ("builtin"), folders
// of *.yar and *.yara files, single files, and compiled rules (magic "YARA").
// A compiled file holds virtual-machine code that libyara trusts: load only
// what you would also run.
//
// What happens to rules:
//
//   - Every file is a namespace of its own, named after its path in the pack.
//
//   - An include is resolved inside the folder of the pack and nowhere else. A
//     file that only includes others is an index: in a folder it is left out,
//     because the walk meets the files themselves.
//
//   - A rule that does not compile is reported as a [signatures.Problem] and
//     left out; the others of its file run.
//
//   - Meta fields are read by the conventions of the public packs (meta.go).
//
//   - Builtin rules are grouped by the kind of file they are for: php.yar runs
//     on targets of kind "php", php-sinks.yar on the view "php-sinks", any.yar
//     on all. Rules of other packs form one group that runs on all kinds but
//     the sink lines, a format that only our own rules know.
//
//   - The embedded rules are not run on content in which none of the words stand
//     that their strings need (package prefilter); this changes no result.
//
// External variables of every rule, as THOR and LOKI define them: filename,
// filepath (the folder, without the name), extension (lower case, with its
// dot), filetype (the first kind in capitals) and owner.
//
// Specification: YARA documentation, "Writing YARA rules" and "The C API".
//
// Supported: text, hexadecimal and regular-expression strings, the modules of
// the libyara that is linked, include, external variables, compiled rules.
// Not supported: module data from outside (cuckoo reports), and YARA-X syntax.
//
// The call most people want:
//
//	rules, err := yara.Load(ctx, []string{"builtin", "/srv/rules"}, nil)
package yara
