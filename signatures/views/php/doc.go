// Package php reads PHP as a web server would and computes, without running it,
// what reaches its dangerous calls: constants are folded, values followed
// through assignments, functions and classes of the same file, and code that a
// payload decodes to is read in turn. It takes PHP of every version, also with short
// tags and broken code, between other bytes too. Package views calls it and
// turns the result into sink lines (docs/sink-lines.md).
//
// Source: The PHP Language Reference, https://www.php.net/manual/en/langref.php.
package php
