// Package policy holds the conventions of this repository as tests. They parse
// the sources themselves, so that a cached result cannot hide a change: imports
// point one way, every package and exported name is documented, every format has its
// line in a table, a golden test and a fuzz target, every dependency its reason.
package policy
