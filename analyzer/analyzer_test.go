package analyzer_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/seed-181f3109/assay/analyzer"
	"github.com/seed-181f3109/assay/analyzer/report"
	"github.com/seed-181f3109/assay/analyzer/report/jsonl"
	"github.com/seed-181f3109/assay/internal/demo"
	"github.com/seed-181f3109/assay/layers"
	"github.com/seed-181f3109/assay/signatures"
)

// needle is a rule set of one rule: the content holds the word. It stands in
// for YARA, so that these tests run without cgo.
type needle string

func (n needle) rule() *signatures.Rule {
	return &signatures.Rule{Name: "Needle", Pack: "test", File: "test.yar", Title: "the needle", Severity: signatures.High, Score: 80, Techniques: []string{"T1505.003"}}
}
func (n needle) NewScanner() (signatures.Scanner, error) { return n, nil }
func (n needle) Rules() []signatures.Rule                { return []signatures.Rule{*n.rule()} }
func (n needle) Packs() []signatures.Pack                { return []signatures.Pack{{Name: "test", Rules: 1}} }
func (n needle) Problems() []signatures.Problem          { return nil }
func (n needle) Close() error                            { return nil }

func (n needle) Scan(_ context.Context, t *signatures.Target) ([]signatures.Match, error) {
	data := t.Bytes
	if t.Reader != nil {
		data = make([]byte, t.Size)
		if _, err := t.Reader.ReadAt(data, 0); err != nil {
			return nil, err
		}
	}
	i := bytes.Index(data, []byte(n))
	if i < 0 {
		return nil, nil
	}
	return []signatures.Match{{Rule: n.rule(), Strings: []signatures.MatchString{{Name: "$a", Offset: int64(i), Length: len(n), Data: []byte(n)}}}}, nil
}

// layout writes images into a new OCI layout.
func layout(t *testing.T, images map[string][]demo.Step, cfg demo.Config) string {
	t.Helper()
	dir := t.TempDir()
	l, err := demo.NewLayout(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range []string{"golden", "suspect"} {
		if err := l.Image(tag, images[tag], cfg); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func step(command string, files ...demo.File) demo.Step {
	return demo.Step{Command: command, Files: files}
}

func file(path, data string) demo.File { return demo.File{Path: path, Data: data, Mode: 0o644} }

// analyze runs Analyze on two references and returns the messages.
func analyze(t *testing.T, golden, suspect string, opts *analyzer.Options) []*report.Message {
	t.Helper()
	var g *analyzer.Image
	var err error
	if golden != "" {
		if g, err = analyzer.Open(t.Context(), golden, opts); err != nil {
			t.Fatal(err)
		}
		defer g.Close()
	}
	s, err := analyzer.Open(t.Context(), suspect, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var out []*report.Message
	for m, err := range analyzer.Analyze(t.Context(), g, s, opts) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}

func findings(messages []*report.Message) []string {
	var out []string
	for _, m := range messages {
		if f := m.Finding; f != nil {
			line := f.Rule + " " + f.Path + f.Field
			if f.State != "" {
				line += " " + f.State
			}
			out = append(out, line)
		}
	}
	slices.Sort(out)
	return out
}

func summary(t *testing.T, messages []*report.Message) *report.Summary {
	t.Helper()
	s := messages[len(messages)-1].Summary
	if s == nil {
		t.Fatal("no summary at the end")
	}
	return s
}

var base = step("ADD rootfs", file("etc/os-release", "ID=x\n"), file("srv/needle-known.php", "needle in golden"), file("srv/b.php", "clean"), file("srv/c.php", "c"))

func TestFindsWhatChanged(t *testing.T) {
	dir := layout(t, map[string][]demo.Step{
		"golden": {base},
		"suspect": {base,
			step("RUN one", file("srv/new.php", "has a needle"), file("srv/b.php", "needle now"), file("tmp/gone.php", "needle for a while")),
			step("RUN two", file("tmp/.wh.gone.php", ""), file("srv/new.php", "needle again")),
		},
	}, demo.Config{Env: []string{"A=1"}})
	got := analyze(t, "oci:"+dir+":golden", "oci:"+dir+":suspect", &analyzer.Options{Rules: needle("needle")})
	want := []string{"Needle /srv/b.php", "Needle /srv/new.php", "Needle /srv/new.php shadowed", "Needle /tmp/gone.php removed"}
	if f := findings(got); !slices.Equal(f, want) {
		t.Errorf("findings: got %q, want %q", f, want)
	}
	s := summary(t, got)
	if !s.Complete || s.Verdict != "implanted" || s.Changes["added"] != 2 || s.Changes["modified"] != 1 || s.LayersSkipped != 1 {
		t.Errorf("summary: got %+v", s)
	}
	for _, m := range got {
		if f := m.Finding; f != nil && f.Path == "/srv/b.php" {
			if f.Layer == nil || f.Layer.Index != 1 || f.Layer.CreatedBy != "RUN one" || f.LayerOffset == nil || len(f.SHA256) != 64 {
				t.Errorf("place of %s: got %+v", f.Path, f)
			}
			if !strings.Contains(f.Explain, `"RUN one"`) {
				t.Errorf("explain: got %s", f.Explain)
			}
		}
	}
}

// TestFetchesHardLinksAndUncovered: content that no visited layer holds under the changed path.
func TestFetchesWhatWasNotUnpacked(t *testing.T) {
	covered := step("COPY", file("srv/needle-known.php", "patched"))
	dir := layout(t, map[string][]demo.Step{"golden": {base, covered}, "suspect": {base, step("RUN x", file("srv/z", "z"))}}, demo.Config{})
	got := analyze(t, "oci:"+dir+":golden", "oci:"+dir+":suspect", &analyzer.Options{Rules: needle("needle")})
	if f := findings(got); !slices.Equal(f, []string{"Needle /srv/needle-known.php"}) {
		t.Errorf("findings: got %q", f)
	}
}

// TestWarmCache: with the indexes of all layers known, nothing is unpacked at
// first, and the report still has the same bytes.
func TestWarmCacheGivesTheSameReport(t *testing.T) {
	dir := layout(t, map[string][]demo.Step{
		"golden":  {base},
		"suspect": {base, step("RUN one", file("srv/new.php", "a needle"), file("tmp/gone", "needle")), step("RUN two", file("tmp/.wh.gone", ""))},
	}, demo.Config{})
	cache := t.TempDir()
	var reports []string
	for range 2 {
		got := analyze(t, "oci:"+dir+":golden", "oci:"+dir+":suspect", &analyzer.Options{Rules: needle("needle"), Cache: layers.NewDirCache(cache)})
		reports = append(reports, render(t, got))
	}
	if want := []string{"Needle /srv/new.php", "Needle /tmp/gone removed"}; !strings.Contains(reports[0], "/tmp/gone") {
		t.Errorf("got %s, want %q", reports[0], want)
	}
	if reports[0] != reports[1] {
		t.Errorf("cold\n%s\nwarm\n%s", reports[0], reports[1])
	}
	if files, err := os.ReadDir(cache); err != nil || len(files) == 0 {
		t.Errorf("the cache has %d files, %v", len(files), err)
	}
}

// zipped makes a zip archive of names and contents.
func zipped(t *testing.T, members ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		f, err := w.Create(members[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(members[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestOnlyChangedMembersOfArchives(t *testing.T) {
	inner := zipped(t, "deep.jsp", "needle deep inside")
	dir := layout(t, map[string][]demo.Step{
		"golden": {base, step("COPY", file("srv/app.war", zipped(t, "old.jsp", "needle of old", "same", "x")))},
		"suspect": {base, step("COPY", file("srv/app.war", zipped(t, "old.jsp", "needle of old", "same", "x", "WEB-INF/lib/in.jar", inner, "new.jsp", "a needle"))),
			step("RUN", file("tmp/bad.zip", zipped(t, "a", "b")[:60]))},
	}, demo.Config{})
	got := analyze(t, "oci:"+dir+":golden", "oci:"+dir+":suspect", &analyzer.Options{Rules: needle("needle")})
	var members []string
	for _, m := range got {
		if m.Finding != nil && m.Finding.Path == "/srv/app.war" && m.Finding.Member != "" {
			members = append(members, m.Finding.Member)
		}
	}
	slices.Sort(members)
	if want := []string{"/WEB-INF/lib/in.jar!/deep.jsp", "/new.jsp"}; !slices.Equal(members, want) {
		t.Errorf("members: got %q, want %q", members, want)
	}
	if s := summary(t, got); s.Complete || s.Damage == 0 {
		t.Errorf("a cut archive is damage: got %+v", s)
	}
}

// TestManyMembersOfOneArchive: the same match in each member is listed some times and
// counted.
func TestManyMembersOfOneArchive(t *testing.T) {
	var members []string
	for i := range 150 {
		members = append(members, fmt.Sprintf("%d.txt", i), fmt.Sprintf("needle %d", i))
	}
	dir := layout(t, map[string][]demo.Step{"suspect": {step("COPY", file("srv/app.zip", zipped(t, members...)))}}, demo.Config{})
	listed, more := 0, 0
	for _, m := range analyze(t, "", "oci:"+dir+":suspect", &analyzer.Options{Rules: needle("needle")}) {
		if m.Finding != nil && m.Finding.Member != "" {
			listed++
			more += m.Finding.More
		}
	}
	if listed != 100 || more != 50 {
		t.Errorf("got %d listed and %d more, want 100 and 50", listed, more)
	}
}

func TestWithoutGoldenEverythingIsScanned(t *testing.T) {
	dir := layout(t, map[string][]demo.Step{"golden": {base}, "suspect": {base}}, demo.Config{Env: []string{"LD_PRELOAD=/x.so"}})
	got := analyze(t, "", "oci:"+dir+":suspect", &analyzer.Options{Rules: needle("needle")})
	want := []string{"Needle /srv/needle-known.php", "config-env-ld_preload Env[LD_PRELOAD]"}
	if f := findings(got); !slices.Equal(f, want) {
		t.Errorf("findings: got %q, want %q", f, want)
	}
	for _, m := range got {
		if m.Change != nil {
			t.Errorf("change without a golden image: %+v", m.Change)
		}
	}
}

func TestCleanIsClean(t *testing.T) {
	dir := layout(t, map[string][]demo.Step{"golden": {base}, "suspect": {base}}, demo.Config{})
	s := summary(t, analyze(t, "oci:"+dir+":golden", "oci:"+dir+":suspect", &analyzer.Options{Rules: needle("needle")}))
	if s.Verdict != "clean" || !s.Complete || len(s.Changes) != 0 || s.FilesScanned != 0 {
		t.Errorf("got %+v", s)
	}
}

// TestDamageIsNeverClean cuts the suspect's layer.
func TestDamageIsNeverClean(t *testing.T) {
	dir := layout(t, map[string][]demo.Step{"golden": {base}, "suspect": {base, step("RUN", file("srv/z", strings.Repeat("z", 5000)))}}, demo.Config{})
	blobs, err := filepath.Glob(filepath.Join(dir, "blobs", "sha256", "*"))
	if err != nil {
		t.Fatal(err)
	}
	cut := 0
	for _, b := range blobs {
		data, err := os.ReadFile(b)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
			cut++
			if err := os.WriteFile(b, data[:len(data)-20], 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	got := analyze(t, "oci:"+dir+":golden", "oci:"+dir+":suspect", &analyzer.Options{Rules: needle("nothing has this")})
	s := summary(t, got)
	if cut != 2 || s.Complete || s.Verdict == "clean" || s.Damage == 0 {
		t.Errorf("%d layers cut: got %+v", cut, s)
	}
}

func render(t *testing.T, messages []*report.Message) string {
	t.Helper()
	var b bytes.Buffer
	w := jsonl.New(&b)
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

func TestSameBytesAndSchema(t *testing.T) {
	dir := t.TempDir()
	if err := demo.Write(dir); err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join("..", "docs", "schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	var first string
	for _, jobs := range []int{1, 8, 3} {
		got := render(t, analyze(t, "oci:"+dir+":golden", "oci:"+dir+":implanted", &analyzer.Options{Rules: needle("$_"), Jobs: jobs}))
		if first == "" {
			first = got
		}
		if got != first {
			t.Errorf("with %d jobs the report differs", jobs)
		}
	}
	for line := range strings.Lines(first) {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%.200s: %v", line, err)
		}
		var m map[string]json.RawMessage
		if err := json.Unmarshal([]byte(line), &m); err != nil || len(m) != 1 {
			t.Errorf("%.200s: %d keys, %v", line, len(m), err)
		}
	}
}

func TestCancelledGivesASummary(t *testing.T) {
	dir := layout(t, map[string][]demo.Step{"golden": {base}, "suspect": {base}}, demo.Config{})
	s, err := analyzer.Open(t.Context(), "oci:"+dir+":suspect", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var last error
	var sum *report.Summary
	for m, err := range analyzer.Analyze(ctx, nil, s, nil) {
		last = err
		if m != nil && m.Summary != nil {
			sum = m.Summary
		}
	}
	if !errors.Is(last, context.Canceled) || sum == nil || !sum.Interrupted || sum.Complete || sum.Verdict == "clean" {
		t.Errorf("got %v, %+v", last, sum)
	}
}

func TestOpenNamesWhatIsWrong(t *testing.T) {
	dir := layout(t, map[string][]demo.Step{"golden": {base}, "suspect": {base, base}}, demo.Config{})
	text := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(text, []byte("just some text\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for ref, want := range map[string]string{
		"oci:" + dir + ":nope":   "golden",
		"oci:" + dir:             "suspect",
		dir + ":nope":            "nope",
		filepath.Join(dir, "no"): "no",
		text:                     "neither a container image nor a disk image",
	} {
		im, err := analyzer.Open(t.Context(), ref, nil)
		if err == nil {
			im.Close()
			t.Errorf("%s: opened", ref)
			continue
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %q, want it to name %q", ref, err, want)
		}
	}
}
