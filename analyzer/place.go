package analyzer

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/seed-181f3109/assay/signatures"
)

// matchPlace returns where in the content itself a match lies, in bytes, or -1
// if the rule has no strings: the first string; for the sinks of a script the
// start of the line that holds the call; for other decoded text where its encoded form starts.
func matchPlace(m signatures.Match, v *decodedView) int64 {
	switch {
	case len(m.Strings) == 0 && v == nil:
		return -1
	case v == nil:
		return m.Strings[0].Offset
	case strings.HasSuffix(v.Kind, "-sinks"):
		for _, s := range m.Strings {
			if n, ok := sinkLine(v.Bytes, s.Offset); ok {
				return lineStart(v.of, n)
			}
		}
	}
	return v.Offset
}

// sinkLine returns the line number that the sink line at an offset gives, if it
// is one of code as it stands in the file (docs/sink-lines.md).
func sinkLine(text []byte, off int64) (int, bool) {
	if off < 0 || off >= int64(len(text)) {
		return 0, false
	}
	from := bytes.LastIndexByte(text[:off], '\n') + 1
	l, _, _ := bytes.Cut(text[from:], []byte("\n"))
	if !bytes.HasPrefix(l, []byte("sink=")) || !bytes.Contains(l, []byte(" nest=0 ")) {
		return 0, false
	}
	_, rest, ok := bytes.Cut(l, []byte(" line="))
	number, _, _ := bytes.Cut(rest, []byte(" "))
	n, err := strconv.Atoi(string(number))
	return n, ok && err == nil && n > 0
}

// lineStart returns the offset of a line, counted from 1, or of the last one there is.
func lineStart(content []byte, line int) int64 {
	at := 0
	for ; line > 1; line-- {
		i := bytes.IndexByte(content[at:], '\n')
		if i < 0 {
			break
		}
		at += i + 1
	}
	return int64(at)
}
