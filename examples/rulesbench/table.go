package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
)

// webShells are the languages that the row "web shells" sums up.
var webShells = []string{"php", "jsp", "asp", "aspx", "python", "perl", "java", "cfm", "ruby"}

// tally counts files and files found.
type tally struct{ files, found int }

func (t tally) percent() string {
	if t.files == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", 100*float64(t.found)/float64(t.files))
}

func (t tally) perTenThousand() string {
	if t.files == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", 1e4*float64(t.found)/float64(t.files))
}

// byLanguage counts the files of one class and how many of them were found.
func (r *result) byLanguage(malicious bool) map[string]tally {
	m := map[string]tally{}
	for i, f := range r.files {
		if f.malicious != malicious {
			continue
		}
		names := []string{f.lang, "all"}
		if malicious && slices.Contains(webShells, f.lang) {
			names = append(names, "web shells")
		}
		for _, name := range names {
			t := m[name]
			t.files++
			if len(r.hits[i]) > 0 {
				t.found++
			}
			m[name] = t
		}
	}
	return m
}

// printTable writes one column for each contender.
func printTable(w io.Writer, files []sample, results []*result) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(name string, cell func(*result) string) {
		fmt.Fprintf(t, "%s\t", name)
		for _, r := range results {
			fmt.Fprintf(t, "%s\t", cell(r))
		}
		fmt.Fprintln(t)
	}
	row("", func(r *result) string { return r.set.name })
	row("rules", func(r *result) string { return fmt.Sprint(r.rules) })
	section := func(title string, malicious bool, show func(tally) string) {
		counts := map[string]int{}
		for _, r := range results {
			for lang, n := range r.byLanguage(malicious) {
				counts[lang] = n.files
			}
		}
		for _, lang := range slices.Sorted(maps.Keys(counts)) {
			row(fmt.Sprintf("%s %s (%d)", title, lang, counts[lang]), func(r *result) string { return show(r.byLanguage(malicious)[lang]) })
		}
	}
	section("recall %", true, tally.percent)
	section("FP per 10,000", false, tally.perTenThousand)
	row("MB per CPU second", func(r *result) string { return fmt.Sprintf("%.1f", float64(r.bytes)/1e6/max(r.cpu.Seconds(), 1e-9)) })
	row("2 KiB PHP file, ms", func(r *result) string { return fmt.Sprintf("%.3f", float64(r.small.Microseconds())/1000) })
	row("files with an error", func(r *result) string {
		n := 0
		for _, err := range r.errors {
			if err != nil {
				n++
			}
		}
		return fmt.Sprint(n)
	})
	t.Flush() // an error of stdout has no reader
}
