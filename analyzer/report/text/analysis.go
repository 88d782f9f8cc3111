package text

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/seed-181f3109/assay/analyzer/report"
)

// analysisReport writes verdict, findings, changes and damage.
func (w *Writer) analysisReport() {
	w.verdict()
	w.sortFindings()
	last := ""
	for _, f := range w.findings {
		if f.Severity != last {
			last = f.Severity
			w.printf("\n%s\n", w.color(w.severityColor(last), strings.ToUpper(last)))
		}
		w.finding(f)
	}
	w.changeSummary()
	if w.opts.Verbose {
		w.changeList()
	}
	w.configList()
	w.damageList()
	w.footer()
}

func (w *Writer) verdict() {
	s := w.summary
	if s == nil {
		w.printf("%s  the report ends before its summary\n", w.color(bold+";"+yellow, "INCOMPLETE"))
		return
	}
	n := 0
	for _, c := range s.Findings {
		n += c
	}
	word, col, say := strings.ToUpper(s.Verdict), bold+";"+red, counted(n, "finding")
	switch s.Verdict {
	case "clean":
		col, say = bold+";"+green, "nothing found, and everything was read"
	case "incomplete":
		col, say = bold+";"+yellow, "nothing found, but not everything was read"
	case "suspicious":
		col = bold + ";" + yellow
	}
	if s.Interrupted {
		say += ", interrupted"
	} else if n > 0 && !s.Complete {
		say += ", and not everything was read"
	}
	w.printf("%s  %s\n", w.color(col, word), say)
	h := w.header
	w.printf("  suspect  %s\n", describeImage(h.Suspect))
	if h.Golden != nil {
		w.printf("  golden   %s\n", describeImage(h.Golden))
	} else {
		w.printf("  golden   none: every file counts as changed\n")
	}
}

func describeImage(i *report.Image) string {
	if i == nil {
		return "unknown"
	}
	s := Path(i.Reference) + "  " + i.Kind
	if i.Digest != "" {
		s += " " + shortDigest(i.Digest)
	}
	if i.OS != "" {
		s += ", " + Escape(i.OS)
	}
	return s
}

// shortDigest keeps the algorithm and twelve digits.
func shortDigest(d string) string {
	if i := strings.IndexByte(d, ':'); i >= 0 && len(d) > i+13 {
		return d[:i+13]
	}
	return d
}

// place is where a finding is, for people.
func place(f *report.Finding) string {
	if f.Path == "" && f.PathB64 == "" {
		if f.Field != "" {
			return "image config: " + f.Field
		}
		return "image"
	}
	p := Path(report.Raw(f.Path, f.PathB64))
	if f.Stream != "" {
		p += ":" + Escape(f.Stream)
	}
	if f.Member != "" {
		p += "!" + Path(report.Raw(f.Member, f.MemberB64))
	}
	return p
}

func (w *Writer) finding(f *report.Finding) {
	w.printf("  %s\n", w.color(bold, place(f)))
	head := Escape(f.Title)
	if len(f.Techniques) > 0 {
		head += "  " + strings.Join(f.Techniques, " ")
	}
	w.printf("    %s\n", head)
	detail := []string{f.Class + " " + Escape(f.Rule), fmt.Sprintf("score %d", f.Score)}
	if f.View != "" && f.View != "raw" {
		decoded := "decoded: " + Escape(f.View)
		if f.Offset != nil {
			decoded += fmt.Sprintf(" from byte %d", *f.Offset)
		}
		detail = append(detail, decoded)
	}
	if f.More > 0 {
		detail = append(detail, fmt.Sprintf("and in %d more members", f.More))
	}
	if f.State != "" {
		detail = append(detail, f.State+" by an upper layer")
	}
	if f.Platform != "" {
		detail = append(detail, f.Platform)
	}
	w.printf("    %s\n", w.color(dim, strings.Join(detail, "   ")))
	if l := f.Layer; l != nil {
		w.printf("    %s\n", w.color(dim, layerLine(l, w.opts.Width-12)))
	}
	if f.Volume != "" {
		where := "volume " + f.Volume
		if f.Inode != 0 {
			where += fmt.Sprintf("   inode %d", f.Inode)
		}
		if f.Block != nil {
			where += fmt.Sprintf("   first block at byte %d", *f.Block)
		}
		w.printf("    %s\n", w.color(dim, where))
	}
	w.evidence(f)
}

// layerLine names a layer and the command that made it.
func layerLine(l *report.Layer, width int) string {
	s := fmt.Sprintf("layer %d %s", l.Index, shortDigest(l.Digest))
	if l.CreatedBy == "" {
		return s + "   command unknown"
	}
	return s + "   " + shorten(Escape(strings.Join(strings.Fields(l.CreatedBy), " ")), max(width-len(s), 30))
}

// maxEvidence is how many lines of evidence a finding shows.
const maxEvidence = 4

func (w *Writer) evidence(f *report.Finding) {
	if f.Old != nil || f.New != nil {
		w.printf("      %s\n", shorten("was: "+Escape(value(f.Old)), w.opts.Width-8))
		w.printf("      %s\n", shorten("now: "+Escape(value(f.New)), w.opts.Width-8))
	}
	shown := 0
	for i, e := range f.Evidence {
		if slices.ContainsFunc(f.Evidence[:i], func(p report.Evidence) bool { return p.Text == e.Text }) {
			continue
		}
		if shown++; shown > maxEvidence {
			w.printf("      %s\n", w.color(dim, fmt.Sprintf("… and %s more", counted(len(f.Evidence)-i, "string"))))
			break
		}
		text := shorten(Escape(report.Raw(e.Text, e.B64)), w.opts.Width-22)
		w.printf("      %s  %s\n", w.color(dim, fmt.Sprintf("%8d", e.Offset)), text)
	}
}

func value(v any) string {
	switch v := v.(type) {
	case nil:
		return "(none)"
	case string:
		return v
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

// changeSummary counts changes and names the folders with most of them.
func (w *Writer) changeSummary() {
	s := w.summary
	if s == nil || w.header.Golden == nil {
		return
	}
	var parts []string
	for _, k := range []string{"added", "removed", "modified", "metadata", "renamed"} {
		n := s.Changes[k]
		if k == "metadata" {
			n -= s.TimesOnly
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, k))
		}
	}
	if len(parts) == 0 {
		parts = []string{"none"}
	}
	if s.TimesOnly > 0 {
		parts = append(parts, fmt.Sprintf("(%d of times alone not shown)", s.TimesOnly))
	}
	w.printf("\n%s  %s\n", w.color(bold, "CHANGES"), strings.Join(parts, ", "))
	w.busiestFolders()
}

// maxFolders is how many folders the summary of changes names.
const maxFolders = 12

// busiestFolders lists the folders with most changed files, those with few changes first cut.
func (w *Writer) busiestFolders() {
	if w.opts.Verbose {
		return
	}
	count := map[string]int{}
	for _, c := range w.changes {
		if c.typ != "dir" {
			count[path.Dir(c.path)]++
		}
	}
	dirs := make([]string, 0, len(count))
	for d := range count {
		dirs = append(dirs, d)
	}
	slices.SortFunc(dirs, func(a, b string) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return strings.Compare(a, b)
	})
	for i, d := range dirs {
		if i == maxFolders {
			w.printf("  %s\n", w.color(dim, fmt.Sprintf("       … and %s", counted(len(dirs)-i, "more folder"))))
			break
		}
		w.printf("  %6d  %s\n", count[d], Path(d))
	}
}

// maxDamage is how much damage is listed without --verbose.
const maxDamage = 20

func (w *Writer) damageList() {
	if len(w.damage) == 0 {
		return
	}
	w.printf("\n%s  %s\n", w.color(bold+";"+yellow, "NOT READ"), counted(len(w.damage), "part"))
	for i, d := range w.damage {
		if i == maxDamage && !w.opts.Verbose {
			w.printf("  … and %d more; --verbose lists all\n", len(w.damage)-i)
			break
		}
		at := ""
		if d.Offset != nil {
			at = fmt.Sprintf(" at %d", *d.Offset)
		}
		w.printf("  %s: %s%s: %s\n", Path(report.Raw(d.Where, d.WhereB64)), Escape(d.Structure), at, Escape(d.Cause))
	}
}

func (w *Writer) footer() {
	s := w.summary
	if s == nil {
		return
	}
	line := fmt.Sprintf("%s compared, %s read", counted(s.Entries, "entry"), size(s.BytesRead))
	if s.LayersSkipped > 0 {
		line += fmt.Sprintf(", %s shared and not unpacked", counted(s.LayersSkipped, "layer"))
	}
	if len(w.header.Rules) > 0 {
		n := 0
		for _, p := range w.header.Rules {
			n += p.Rules
		}
		line += fmt.Sprintf("; %s (%s) scanned with %s", counted(s.FilesScanned, "file"), size(s.BytesScanned), counted(n, "rule"))
		if s.RuleProblems > 0 {
			line += fmt.Sprintf(", %s could not be used (assay rules check)", counted(s.RuleProblems, "rule or file"))
		}
	}
	w.printf("\n%s\n", w.color(dim, line))
}

// counted writes a number with its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "y") {
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
