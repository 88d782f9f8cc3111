package archive

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/seed-181f3109/assay/fstree"
)

// ar reads an ar archive, such as a Debian package.
//
// Source: ar(5), deb(5).
func (s *session) ar(c *container, r io.Reader) error {
	if err := skip(r, 8); err != nil {
		return err
	}
	var names string // the table of long names, GNU
	for {
		var h [60]byte
		if err := readFull(r, h[:]); err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
		if string(h[58:]) != "`\n" {
			return fmt.Errorf("ar header without its end mark: %w", fstree.ErrCorrupt)
		}
		size, err := strconv.ParseInt(strings.TrimSpace(string(h[48:58])), 10, 64)
		if err != nil || size < 0 {
			return fmt.Errorf("ar size %q: %w", h[48:58], fstree.ErrCorrupt)
		}
		name := strings.TrimRight(string(h[:16]), " ")
		body := size
		switch {
		case name == "//": // long names
			if size > 1<<20 {
				return fmt.Errorf("table of names of %d bytes: %w", size, fstree.ErrLimit)
			}
			b := make([]byte, size)
			if err := readFull(r, b); err != nil {
				return noEOF(err)
			}
			names, body = string(b), 0
		case name == "/" || name == "/SYM64/": // symbol table
			err = skip(r, size)
			body = 0
		case strings.HasPrefix(name, "#1/"): // BSD: the name starts the content
			n, aerr := strconv.ParseInt(name[3:], 10, 64)
			if aerr != nil || n < 0 || n > maxName || n > size {
				return fmt.Errorf("ar name %q: %w", name, fstree.ErrCorrupt)
			}
			b := make([]byte, n)
			if err := readFull(r, b); err != nil {
				return noEOF(err)
			}
			name, body = strings.TrimRight(string(b), "\x00"), size-n
			err = s.part(c, name, r, body)
		default:
			err = s.part(c, longName(names, name), r, body)
		}
		if err != nil {
			return err
		}
		if size%2 == 1 {
			if err := skip(r, 1); err != nil {
				return nil // the last pad byte may be missing
			}
		}
	}
}

// longName resolves "/12" in the table of names and cuts GNU's final slash.
func longName(table, name string) string {
	if strings.HasPrefix(name, "/") {
		if i, err := strconv.Atoi(name[1:]); err == nil && i >= 0 && i < len(table) {
			name, _, _ = strings.Cut(table[i:], "\n")
		}
	}
	return strings.TrimSuffix(name, "/")
}
