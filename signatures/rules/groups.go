package rules

import "strings"

// Groups returns the groups, that is stems of rule files, whose rules run on a
// kind of content (see views.Kinds), beside those of any.yar: the kind itself,
// and for some kinds a group that several share.
func Groups(kind string) []string {
	switch {
	case kind == "php":
		return []string{kind, "php-short"}
	case kind == "java":
		return []string{kind, "jsp"}
	case kind != "php-sinks" && strings.HasSuffix(kind, "-sinks"):
		return []string{kind, "script-sinks"}
	}
	return []string{kind}
}
