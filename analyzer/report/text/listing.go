package text

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-181f3109/assay/analyzer/report"
)

// entry writes one line of ls.
func (w *Writer) entry(e *report.Entry) error {
	name := Path(report.Raw(e.Path, e.PathB64))
	if e.Stream != "" {
		name += ":" + Escape(e.Stream)
	}
	if e.Type == "symlink" {
		name += " -> " + Path(report.Raw(e.Target, e.TargetB64))
	} else if e.HardlinkOf != "" {
		name += " = " + Path(report.Raw(e.HardlinkOf, e.HardlinkOfB64))
	}
	amount := fmt.Sprint(e.Size)
	if e.Rdev != "" {
		amount = e.Rdev
	}
	mtime := e.Mtime
	if len(mtime) >= 19 {
		mtime = strings.Replace(mtime[:19], "T", " ", 1)
	}
	sum := ""
	if e.SHA256 != "" {
		sum = e.SHA256 + "  "
	}
	state := ""
	if e.State != "" {
		state = "  (" + e.State + ")"
	}
	layer := ""
	if e.Layer != nil {
		layer = fmt.Sprintf("L%-3d", *e.Layer)
	}
	_, err := fmt.Fprintf(w.out, "%s%s %5d %5d %12s %19s  %s%s%s%s\n", typeLetter(e.Type), e.Mode, e.UID, e.GID, amount, mtime, layer, sum, name, state)
	return err
}

// typeLetter is the letter that ls -l shows for a type.
func typeLetter(t string) string {
	switch t {
	case "dir":
		return "d"
	case "symlink":
		return "l"
	case "char":
		return "c"
	case "block":
		return "b"
	case "fifo":
		return "p"
	case "socket":
		return "s"
	}
	return "-"
}

// diffReport writes every change, sorted by path, then the counts.
func (w *Writer) diffReport() {
	w.changeList()
	w.configList()
	w.damageList()
	s := w.summary
	if s == nil {
		w.printf("the report ends before its summary\n")
		return
	}
	var parts []string
	for _, k := range []string{"added", "removed", "modified", "metadata", "renamed"} {
		if n := s.Changes[k]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, k))
		}
	}
	if s.Config > 0 {
		parts = append(parts, fmt.Sprintf("%d of the image config", s.Config))
	}
	if len(parts) == 0 {
		parts = []string{"no differences"}
	}
	if w.times > 0 && !w.opts.Verbose {
		parts = append(parts, fmt.Sprintf("(%d of times alone; --verbose lists them)", w.times))
	}
	if !s.Complete {
		parts = append(parts, w.color(bold+";"+yellow, "INCOMPLETE: not everything was read"))
	}
	w.printf("%s\n", strings.Join(parts, ", "))
}

var kindMarks = map[string]string{"added": "+", "removed": "-", "modified": "M", "metadata": "m", "renamed": "R"}

func (w *Writer) changeList() {
	slices.SortStableFunc(w.changes, func(a, b changeLine) int { return strings.Compare(a.path, b.path) })
	for _, c := range w.changes {
		col := map[string]string{"added": green, "removed": red, "modified": yellow, "renamed": blue}[c.kind]
		line := w.color(col, kindMarks[c.kind]) + " " + Path(c.path)
		if c.stream != "" {
			line += ":" + Escape(c.stream)
		}
		if c.typ == "dir" {
			line += "/"
		}
		if c.from != "" {
			line += " from " + Path(c.from)
		}
		note := c.note
		if c.layer != nil {
			note = strings.TrimPrefix(note+fmt.Sprintf(", layer %d", c.layer.Index), ", ")
		}
		if c.platform != "" {
			note = strings.TrimPrefix(note+", "+c.platform, ", ")
		}
		if note != "" {
			line += "  " + w.color(dim, note)
		}
		w.printf("%s\n", line)
	}
}

func (w *Writer) configList() {
	if len(w.configs) == 0 {
		return
	}
	w.printf("\n%s\n", w.color(bold, "IMAGE CONFIG"))
	for _, c := range w.configs {
		field := Escape(c.Field)
		if c.Platform != "" {
			field += " (" + c.Platform + ")"
		}
		switch c.Kind {
		case "added":
			w.printf("  + %s: %s\n", field, shorten(Escape(value(c.New)), w.opts.Width))
		case "removed":
			w.printf("  - %s: %s\n", field, shorten(Escape(value(c.Old)), w.opts.Width))
		default:
			w.printf("  M %s: %s → %s\n", field, shorten(Escape(value(c.Old)), w.opts.Width/2), shorten(Escape(value(c.New)), w.opts.Width/2))
		}
	}
	w.printf("\n")
}

var _ report.Writer = (*Writer)(nil)
