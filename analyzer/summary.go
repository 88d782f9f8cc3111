package analyzer

import (
	"github.com/seed-181f3109/assay/analyzer/report"
	"github.com/seed-181f3109/assay/signatures"
)

// count adds a message to the summary.
func (r *run) count(m *report.Message) {
	s := &r.summary
	switch {
	case m.Change != nil:
		s.Changes[m.Change.Kind]++
	case m.Config != nil:
		s.Config++
	case m.Finding != nil:
		s.Findings[m.Finding.Severity]++
		r.score = max(r.score, m.Finding.Score)
	case m.Damage != nil:
		s.Damage++
	}
}

// finish completes the summary. A result is complete if no damage was met, no
// rule was unusable, and the work was not interrupted.
func (r *run) finish() *report.Summary {
	s := &r.summary
	s.Complete = s.Damage == 0 && s.RuleProblems == 0 && !s.Interrupted
	switch {
	case r.score >= signatures.High.Score()-10:
		s.Verdict = "implanted"
	case s.Findings["low"]+s.Findings["medium"] > 0 || r.score >= 20:
		s.Verdict = "suspicious"
	case !s.Complete:
		s.Verdict = "incomplete"
	default:
		s.Verdict = "clean"
	}
	return s
}
