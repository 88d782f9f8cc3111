package diskimage

import "strings"

// parseOSRelease reads the identification of an operating system.
//
// Source: os-release(5).
func parseOSRelease(text string) OSInfo {
	var o OSInfo
	for line := range strings.Lines(text) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok || strings.HasPrefix(key, "#") {
			continue
		}
		switch value = unquoteShell(value); key {
		case "NAME":
			o.Name = value
		case "ID":
			o.ID = value
		case "VERSION_ID":
			o.Version = value
		case "PRETTY_NAME":
			o.PrettyName = value
		}
	}
	return o
}

// unquoteShell resolves the quotes of a shell assignment.
func unquoteShell(s string) string {
	if len(s) < 2 || s[0] != s[len(s)-1] || s[0] != '"' && s[0] != '\'' {
		return s
	}
	inner := s[1 : len(s)-1]
	if s[0] == '\'' {
		return inner
	}
	var b strings.Builder
	for i := 0; i < len(inner); i++ {
		if inner[i] == '\\' && i+1 < len(inner) && strings.IndexByte("\"$`\\", inner[i+1]) >= 0 {
			i++
		}
		b.WriteByte(inner[i])
	}
	return b.String()
}
