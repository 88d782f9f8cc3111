package signatures

import "fmt"

// Severity orders findings.
type Severity uint8

// The severities, lowest first.
const (
	Info Severity = iota
	Low
	Medium
	High
	Critical
)

var severityNames = [...]string{"info", "low", "medium", "high", "critical"}

// String returns info, low, medium, high or critical.
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return "unknown"
}

// ParseSeverity returns the severity of that name.
func ParseSeverity(name string) (Severity, error) {
	for i, n := range severityNames {
		if n == name {
			return Severity(i), nil
		}
	}
	return 0, fmt.Errorf("severity %q is none of info, low, medium, high, critical", name)
}

// SeverityOfScore maps a score of 0 to 100 to a severity: 90 critical, 70
// high, 45 medium, 20 low, below that info.
func SeverityOfScore(score int) Severity {
	switch {
	case score >= 90:
		return Critical
	case score >= 70:
		return High
	case score >= 45:
		return Medium
	case score >= 20:
		return Low
	}
	return Info
}

// Score returns the middle score of a severity, the inverse of SeverityOfScore.
func (s Severity) Score() int {
	return [...]int{10, 30, 60, 80, 95}[min(s, Critical)]
}
