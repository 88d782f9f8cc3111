package text

import (
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/analyzer/report"
)

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"plain ü 日": "plain ü 日", "a\x1b[31mb": `a\x1b[31mb`, "l1\r\nl2\t": `l1\r\nl2\t`, "\xff\xfe": `\xff\xfe`,
		"x\u202ey": `x\u{202e}y`, "\u009b1m": `\x9b1m`, "zero\u200bwidth": `zero\u{200b}width`, `back\slash`: `back\slash`, "\x00": `\x00`,
	} {
		if got := Escape(in); got != want {
			t.Errorf("Escape(%q): got %q, want %q", in, got, want)
		}
	}
	if got := Path(" a\n\"b"); got != `" a\n\"b"` {
		t.Errorf("Path: got %s", got)
	}
}

func render(t *testing.T, opts *Options, messages ...*report.Message) string {
	t.Helper()
	var b strings.Builder
	w := New(&b, opts)
	for _, m := range messages {
		if err := w.Write(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAnalysisReport(t *testing.T) {
	off := int64(512)
	got := render(t, nil,
		&report.Message{Header: &report.Header{Schema: report.Schema, Command: "analyze", Golden: &report.Image{Reference: "oci:a:1", Kind: "oci", Digest: "sha256:0123456789abcdef0"}, Suspect: &report.Image{Reference: "oci:a:2", Kind: "oci"}, Rules: []report.Pack{{Name: "builtin", Rules: 7}}}},
		&report.Message{Change: &report.Change{Kind: "added", Path: "/srv/x.php", New: &report.Entry{Type: "file"}}},
		&report.Message{Finding: &report.Finding{Class: "config", Rule: "config-user-root", Title: "container runs as root now", Severity: "medium", Score: 60, Field: "User", Old: "web", New: "0"}},
		&report.Message{Finding: &report.Finding{Class: "yara", Rule: "R", Title: "shell \x1b[2J", Severity: "critical", Score: 95, Techniques: []string{"T1505.003"}, Path: "/srv/x.php", Layer: &report.Layer{Index: 4, Digest: "sha256:aaaaaaaaaaaaaaaaaaaa", CreatedBy: "RUN  apt-get\tupgrade"}, LayerOffset: &off, View: "php:base64", Evidence: []report.Evidence{{Name: "$a", Offset: 7, Text: "eval(\x07$_POST"}}}},
		&report.Message{Damage: &report.Damage{Where: "suspect /srv/y", Structure: "content", Cause: "bad"}},
		&report.Message{Summary: &report.Summary{Entries: 9, Changes: map[string]int{"added": 1, "metadata": 2}, TimesOnly: 2, Findings: map[string]int{"critical": 1, "medium": 1}, FilesScanned: 1, Verdict: "implanted"}},
	)
	want := `IMPLANTED  2 findings, and not everything was read
  suspect  oci:a:2  oci
  golden   oci:a:1  oci sha256:0123456789ab

CRITICAL
  /srv/x.php
    shell \x1b[2J  T1505.003
    yara R   score 95   decoded: php:base64
    layer 4 sha256:aaaaaaaaaaaa   RUN apt-get upgrade
             7  eval(\x07$_POST

MEDIUM
  image config: User
    container runs as root now
    config config-user-root   score 60
      was: web
      now: 0

CHANGES  1 added, (2 of times alone not shown)
       1  /srv

NOT READ  1 part
  suspect /srv/y: content: bad

9 entries compared, 0 B read; 1 file (0 B) scanned with 7 rules
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestDiffReport(t *testing.T) {
	entry := func(size int64, mode string) *report.Entry {
		return &report.Entry{Type: "file", Size: size, Mode: mode}
	}
	got := render(t, nil,
		&report.Message{Header: &report.Header{Schema: report.Schema, Command: "diff"}},
		&report.Message{Change: &report.Change{Kind: "removed", Path: "/z", Old: entry(1, "0644")}},
		&report.Message{Change: &report.Change{Kind: "modified", Path: "/m", Fields: []string{"mode", "sha256"}, Old: entry(1, "0644"), New: entry(2048, "4755"), Layer: &report.Layer{Index: 2}}},
		&report.Message{Change: &report.Change{Kind: "metadata", Path: "/t", Fields: []string{"mtime"}, Old: entry(1, "0644"), New: entry(1, "0644")}},
		&report.Message{Config: &report.Config{Field: "Env[A]", Kind: "added", New: "1"}},
		&report.Message{Summary: &report.Summary{Changes: map[string]int{"removed": 1, "modified": 1, "metadata": 1}, Config: 1, Complete: true}},
	)
	want := `M /m  mode 0644 → 4755, content (1 B → 2.0 KiB), layer 2
- /z

IMAGE CONFIG
  + Env[A]: 1

1 removed, 1 modified, 1 metadata, 1 of the image config, (1 of times alone; --verbose lists them)
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
