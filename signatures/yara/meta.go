//go:build cgo

package yara

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-181f3109/assay/signatures"
)

// defaultScore is the score of a rule that states none: what the tools of
// signature-base give it.
const defaultScore = 75

var technique = regexp.MustCompile(`\bT(\d{4})(?:[._/](\d{3}))?(?:\D|$)`)

// describe fills title, score, severity and techniques of a rule from its
// meta fields and tags, by the conventions of the public packs:
//
//	assay           severity "info" to "critical", score 0-100, mitre "T1505.003"
//	signature-base  score 0-100 in half of the rules
//	elastic         severity 1-100, threat_name
//	malcontent      tags harmless, low, medium, high, critical
//	reversinglabs   tc_detection_factor 1-5
//	others          techniques in fields whose name holds mitre, attack or technique,
//	                in tags such as T1505_003, and in links to attack.mitre.org
func describe(r *signatures.Rule) {
	score, severity := -1, -1
	found := map[string]bool{}
	for _, m := range r.Meta {
		name := strings.ToLower(m.Name)
		text, isText := m.Value.(string)
		switch {
		case name == "score":
			if n, ok := number(m.Value); ok && n >= 0 && n <= 100 {
				score = n
			}
		case name == "severity":
			if s, err := signatures.ParseSeverity(strings.ToLower(text)); isText && err == nil {
				severity = int(s)
			} else if n, ok := number(m.Value); ok && n >= 0 && n <= 100 && score < 0 {
				score = n
			}
		case name == "tc_detection_factor":
			if n, ok := number(m.Value); ok && n >= 1 && n <= 5 && score < 0 {
				score = [...]int{20, 45, 60, 75, 90}[n-1]
			}
		case isText && r.Title == "" && (name == "description" || name == "desc" || name == "threat_name"):
			r.Title = strings.Join(strings.Fields(text), " ")
		}
		if isText && (namesTechnique(name) || strings.Contains(text, "attack.mitre.org/")) {
			addTechniques(found, text)
		}
	}
	for _, tag := range r.Tags {
		addTechniques(found, tag)
		if severity < 0 && score < 0 {
			severity = tagSeverity(tag)
		}
	}
	switch {
	case score < 0 && severity >= 0:
		score = signatures.Severity(severity).Score()
	case score < 0:
		score = defaultScore
	}
	if severity < 0 {
		severity = int(signatures.SeverityOfScore(score))
	}
	if r.Title == "" {
		r.Title = strings.ReplaceAll(r.Name, "_", " ")
	}
	r.Score, r.Severity = score, signatures.Severity(severity)
	for t := range found {
		r.Techniques = append(r.Techniques, t)
	}
	slices.Sort(r.Techniques)
}

func namesTechnique(name string) bool {
	return strings.Contains(name, "mitre") || strings.Contains(name, "attack") ||
		strings.Contains(name, "technique") || strings.Contains(name, "att_ck")
}

func addTechniques(found map[string]bool, text string) {
	for _, m := range technique.FindAllStringSubmatch(text, -1) {
		id := "T" + m[1]
		if m[2] != "" {
			id += "." + m[2]
		}
		found[id] = true
	}
}

// number reads an integer that packs write as a number or as text.
func number(v any) (int, bool) {
	switch v := v.(type) {
	case int64:
		return int(v), true
	case string:
		n, err := strconv.Atoi(strings.TrimSpace(v))
		return n, err == nil
	}
	return 0, false
}

func tagSeverity(tag string) int {
	if tag == "harmless" {
		return int(signatures.Info)
	}
	if s, err := signatures.ParseSeverity(tag); err == nil && tag != "info" {
		return int(s)
	}
	return -1
}
