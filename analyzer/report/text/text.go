// Package text writes a report for people: the verdict first, then findings by
// severity with their evidence, then what changed and what could not be read.
// The format may change; machines read jsonl.
//
//	w := text.New(os.Stdout, &text.Options{Color: true})
package text

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/seed-181f3109/assay/analyzer/report"
)

// Options tune the writer. Nil and the zero value mean the defaults.
type Options struct {
	// Color uses ANSI colours.
	Color bool
	// Verbose also lists changes of times alone, in analyze every change, and all damage.
	Verbose bool
	// Width is the width of the terminal in characters; default 100.
	Width int
}

// Writer implements report.Writer. It keeps findings and changed paths until
// Close, as the verdict comes first and is known last.
type Writer struct {
	out      *bufio.Writer
	opts     Options
	header   *report.Header
	summary  *report.Summary
	findings []*report.Finding
	changes  []changeLine
	configs  []*report.Config
	damage   []*report.Damage
	times    int
}

// changeLine is what is kept of a change.
type changeLine struct {
	kind, path, from, typ, stream, platform string
	fields                                  []string
	layer                                   *report.Layer // that made the change
	note                                    string
}

// New returns a Writer on w.
func New(w io.Writer, opts *Options) *Writer {
	t := &Writer{out: bufio.NewWriterSize(w, 64<<10)}
	if opts != nil {
		t.opts = *opts
	}
	if t.opts.Width <= 0 {
		t.opts.Width = 100
	}
	return t
}

// Write implements report.Writer.
func (w *Writer) Write(m *report.Message) error {
	switch {
	case m.Header != nil:
		w.header = m.Header
	case m.Entry != nil:
		return w.entry(m.Entry)
	case m.Change != nil:
		w.addChange(m.Change)
	case m.Config != nil:
		w.configs = append(w.configs, m.Config)
	case m.Finding != nil:
		w.findings = append(w.findings, m.Finding)
	case m.Damage != nil:
		w.damage = append(w.damage, m.Damage)
	case m.Summary != nil:
		w.summary = m.Summary
	}
	return nil
}

func (w *Writer) addChange(c *report.Change) {
	times := c.Kind == "metadata" && !slices.ContainsFunc(c.Fields, func(f string) bool { return f != "mtime" && f != "nlink" })
	if times {
		w.times++
		if !w.opts.Verbose {
			return
		}
	}
	l := changeLine{kind: c.Kind, path: report.Raw(c.Path, c.PathB64), from: report.Raw(c.From, c.FromB64), stream: c.Stream,
		platform: c.Platform, fields: c.Fields, layer: c.Layer}
	if c.RemovedBy != nil {
		l.layer = c.RemovedBy
	}
	for _, e := range []*report.Entry{c.Old, c.New} {
		if e != nil {
			l.typ = e.Type
		}
	}
	if c.Old != nil && c.New != nil {
		l.note = differences(c)
	}
	w.changes = append(w.changes, l)
}

// differences describes the fields of a change that a person can read.
func differences(c *report.Change) string {
	var parts []string
	for _, f := range c.Fields {
		o, n := c.Old, c.New
		switch f {
		case "type":
			parts = append(parts, "type "+o.Type+" → "+n.Type)
		case "mode":
			parts = append(parts, "mode "+o.Mode+" → "+n.Mode)
		case "uid":
			parts = append(parts, fmt.Sprintf("uid %d → %d", o.UID, n.UID))
		case "gid":
			parts = append(parts, fmt.Sprintf("gid %d → %d", o.GID, n.GID))
		case "sha256":
			parts = append(parts, fmt.Sprintf("content (%s → %s)", size(o.Size), size(n.Size)))
		case "target":
			parts = append(parts, "target "+Path(report.Raw(o.Target, o.TargetB64))+" → "+Path(report.Raw(n.Target, n.TargetB64)))
		case "rdev":
			parts = append(parts, "device "+o.Rdev+" → "+n.Rdev)
		case "xattrs":
			parts = append(parts, "attributes")
		case "mtime":
			parts = append(parts, "mtime")
		case "nlink":
			parts = append(parts, fmt.Sprintf("links %d → %d", o.Nlink, n.Nlink))
		}
	}
	return strings.Join(parts, ", ")
}

// Close implements report.Writer: it writes the report.
func (w *Writer) Close() error {
	if w.header != nil {
		switch w.header.Command {
		case "ls":
		case "diff":
			w.diffReport()
		default:
			w.analysisReport()
		}
	}
	return w.out.Flush()
}

var severities = []string{"critical", "high", "medium", "low", "info"}

// sortFindings orders by severity, then score, then path.
func (w *Writer) sortFindings() {
	rank := func(f *report.Finding) int { return slices.Index(severities, f.Severity) }
	slices.SortStableFunc(w.findings, func(a, b *report.Finding) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.Score, a.Score), cmp.Compare(place(a), place(b)), cmp.Compare(a.Rule, b.Rule))
	})
}

func (w *Writer) printf(format string, args ...any) { fmt.Fprintf(w.out, format, args...) }

// size writes bytes with a binary unit.
func size(n int64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}
	f, i := float64(n), 0
	for f >= 1024 && i < len(units)-1 {
		f, i = f/1024, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", f, units[i])
}

// The ANSI colours used.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	blue   = "34"
)

func (w *Writer) color(code, s string) string {
	if !w.opts.Color || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (w *Writer) severityColor(s string) string {
	switch s {
	case "critical", "high":
		return bold + ";" + red
	case "medium":
		return yellow
	case "low":
		return blue
	}
	return dim
}
