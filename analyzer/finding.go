package analyzer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-181f3109/assay/analyzer/imageconfig"
	"github.com/seed-181f3109/assay/analyzer/report"
	"github.com/seed-181f3109/assay/diskimage"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/layers"
	"github.com/seed-181f3109/assay/signatures"
)

// fingerprint names a finding so that the same one has the same name in every run.
func fingerprint(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil)[:10])
}

// matchFinding makes a finding of a rule's hit in the content of e.
func matchFinding(h hit, e *fstree.Entry, tree fstree.Tree, platform, how string) *report.Finding {
	r := h.match.Rule
	f := &report.Finding{
		Class: "yara", Rule: r.Name, Title: r.Title, Severity: r.Severity.String(), Score: r.Score, Techniques: r.Techniques,
		Pack: r.Pack, View: h.view, Stream: e.Stream, Platform: platform, Layer: report.NewLayer(e.Layer),
	}
	if f.Title == "" {
		f.Title = strings.ReplaceAll(r.Name, "_", " ")
	}
	for _, m := range r.Meta {
		if ref, ok := m.Value.(string); ok && strings.EqualFold(m.Name, "reference") {
			f.Reference = ref
		}
	}
	placeFinding(f, e, tree)
	f.Member, f.MemberB64 = report.Text(h.member)
	f.More = h.more
	if h.offset >= 0 {
		f.Offset = &h.offset
	}
	for _, s := range h.match.Strings {
		f.Evidence = append(f.Evidence, report.NewEvidence(s))
	}
	f.ID = fingerprint("yara", r.Name, platform, e.Path, e.Stream, h.member, f.SHA256)
	f.Explain = explain(f, e, how)
	return f
}

// placeFinding says where e is, so that another tool finds the same bytes.
func placeFinding(f *report.Finding, e *fstree.Entry, tree fstree.Tree) {
	f.Path, f.PathB64 = report.Text(e.Path)
	f.Volume = e.Volume
	f.VolumePath, f.VolumePathB64 = report.Text(e.VolumePath)
	if e.State != fstree.Live {
		f.State = e.State.String()
	}
	if e.SHA256 != nil {
		f.SHA256 = hex.EncodeToString(e.SHA256[:])
	}
	if e.Layer != nil && e.Offset >= 0 {
		off := e.Offset
		f.LayerOffset = &off
	}
	if e.Volume == "" {
		return
	}
	f.Inode = e.Inode
	if x, ok := tree.(fstree.Extenter); ok {
		extents, err := x.Extents(e)
		i := slices.IndexFunc(extents, func(x fstree.Extent) bool { return x.Kind == fstree.ExtentData || x.Kind == fstree.ExtentInline })
		if err == nil && i >= 0 { // a mapping that cannot be read is damage of the content already
			f.Block = &extents[i].Offset
		}
	}
}

// explain is the sentence that an analyst can paste into a report.
func explain(f *report.Finding, e *fstree.Entry, how string) string {
	where := fmt.Sprintf("The file %q", report.Raw(f.Path, f.PathB64))
	if f.Member != "" {
		where = fmt.Sprintf("The member %q of the archive %q", f.Member, report.Raw(f.Path, f.PathB64))
	}
	if how != "" {
		where += ", " + how + ","
	}
	s := fmt.Sprintf("%s matches the rule %s: %s", where, f.Rule, strings.TrimSuffix(f.Title, "."))
	if f.View != "" && f.View != "raw" {
		s += fmt.Sprintf(" (seen after decoding: %s)", f.View)
	}
	if f.More > 0 {
		s += fmt.Sprintf("; so do %d further members of it", f.More)
	}
	if l := e.Layer; l != nil {
		s += fmt.Sprintf("; it comes from layer %d", l.Index)
		if l.CreatedBy != "" {
			s += fmt.Sprintf(", made by %q", l.CreatedBy)
		}
	}
	return s + "."
}

// configFinding makes a finding of what a changed config field means.
func configFinding(c imageconfig.Change, m imageconfig.Meaning, platform string) *report.Finding {
	return &report.Finding{
		ID:    fingerprint("config", m.Rule, platform, c.Field, fmt.Sprint(c.New)),
		Class: "config", Rule: m.Rule, Title: m.Title, Severity: m.Severity.String(), Score: m.Severity.Score(),
		Techniques: m.Techniques, Field: c.Field, Platform: platform, Old: c.Old, New: c.New, Explain: m.Explain,
	}
}

// anomalyFinding makes a finding of something that tools read differently.
func anomalyFinding(a layers.Anomaly, platform string) *report.Finding {
	f := &report.Finding{Class: a.Class, Rule: a.Rule, Title: a.Title, Severity: a.Severity, Platform: platform, Layer: report.NewLayer(a.Layer)}
	if s, err := signatures.ParseSeverity(a.Severity); err == nil {
		f.Score = s.Score()
	}
	f.Path, f.PathB64 = report.Text(a.Path)
	if a.Offset >= 0 {
		f.LayerOffset = &a.Offset
	}
	digest := ""
	if a.Layer != nil {
		digest = a.Layer.Digest
	}
	if a.Class == layers.ClassEvasion {
		f.Techniques = []string{"T1027", "T1525"}
	} else {
		f.Techniques = []string{"T1525"}
	}
	f.ID = fingerprint(a.Class, a.Rule, platform, digest, a.Path, a.Detail)
	f.Explain = sentence(a.Title, a.Detail)
	return f
}

// diskFinding makes a finding of a contradiction in a disk's structures.
func diskFinding(a diskimage.Anomaly) *report.Finding {
	f := &report.Finding{Class: "evasion", Rule: a.Rule, Title: a.Title, Severity: a.Severity, Techniques: []string{"T1542"},
		ID: fingerprint("evasion", a.Rule, a.Detail), Explain: sentence(a.Title, a.Detail)}
	if s, err := signatures.ParseSeverity(a.Severity); err == nil {
		f.Score = s.Score()
	}
	if a.Offset >= 0 {
		f.Block = &a.Offset
	}
	return f
}

// sentence joins what a thing is with what was seen of it.
func sentence(title, detail string) string {
	if detail == "" {
		return title + "."
	}
	return title + ": " + strings.TrimSuffix(detail, ".") + "."
}
