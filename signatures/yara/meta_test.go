//go:build cgo

package yara

import (
	"reflect"
	"testing"

	"github.com/seed-181f3109/assay/signatures"
)

func TestDescribe(t *testing.T) {
	meta := func(kv ...any) (m []signatures.Meta) {
		for i := 0; i < len(kv); i += 2 {
			m = append(m, signatures.Meta{Name: kv[i].(string), Value: kv[i+1]})
		}
		return m
	}
	for _, c := range []struct {
		name       string
		tags       []string
		meta       []signatures.Meta
		title      string
		severity   signatures.Severity
		score      int
		techniques []string
	}{
		{"ours", nil, meta("description", "a  b", "severity", "high", "score", int64(80), "mitre", "T1505.003 T1027"), "a b", signatures.High, 80, []string{"T1027", "T1505.003"}},
		{"sig_base", nil, meta("description", "d", "score", int64(60)), "d", signatures.Medium, 60, nil},
		{"text score", nil, meta("score", "95"), "text score", signatures.Critical, 95, nil},
		{"no_score", nil, nil, "no score", signatures.High, 75, nil},
		{"elastic", nil, meta("severity", int64(100), "threat_name", "Linux.Rootkit.X"), "Linux.Rootkit.X", signatures.Critical, 100, nil},
		{"malcontent", []string{"medium"}, nil, "malcontent", signatures.Medium, 60, nil},
		{"harmless", []string{"harmless"}, nil, "harmless", signatures.Info, 10, nil},
		{"reversinglabs", nil, meta("tc_detection_factor", int64(5)), "reversinglabs", signatures.Critical, 90, nil},
		{"tags", []string{"T1505_003", "x"}, meta("reference", "https://attack.mitre.org/techniques/T1059/004/", "hash", "T1234"), "tags", signatures.High, 75, []string{"T1059.004", "T1505.003"}},
	} {
		r := signatures.Rule{Name: c.name, Tags: c.tags, Meta: c.meta}
		describe(&r)
		if r.Title != c.title || r.Severity != c.severity || r.Score != c.score || !reflect.DeepEqual(r.Techniques, c.techniques) {
			t.Errorf("%s: got %q %v %d %v", c.name, r.Title, r.Severity, r.Score, r.Techniques)
		}
	}
}
