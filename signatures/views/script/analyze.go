package script

import (
	"bytes"
	"context"
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/signatures/views/line"
)

// MaxSource is the longest source that is read, in bytes.
const MaxSource = 8 << 20

// largeSource is from where a sink alone does not make a file worth reading, in
// bytes: what hides in small files as joined texts is looked for in any case.
const largeSource = 24 << 10

// Decoded is text that the script computes.
type Decoded struct {
	Chain string // decoders, innermost first, joined with ">"
	Bytes []byte
}

// Result is what the analysis of one source found.
type Result struct {
	Sinks   []byte    // sink lines, nil if there are none
	Decoded []Decoded // computed code and texts of interest
	Source  []byte    // the code without its encoding, nil if it had none
	Err     error     // what was given up; wraps fstree.ErrLimit
}

// Known reports whether Analyze reads content of this kind.
func Known(kind string) bool { return languageOf[kind] != "" || kind == "shell" }

// Analyze reads source code of a kind that Known knows.
func Analyze(ctx context.Context, kind string, src []byte) *Result {
	if kind == "shell" {
		return shell(ctx, src)
	}
	lang := languages[languageOf[kind]]
	out := &Result{}
	src = decodeUTF16(src)
	if lang.name == "asp" {
		if dec, ok := decodeVBE(src); ok {
			src = dec
			out.Source = dec
		}
	}
	lang = dialect(lang, src)
	if !hinted(lang, src) {
		return out
	}
	code := extract(lang.name, src)
	if lang.name == "jsp" && bytes.Contains(src, []byte(`\u00`)) && code != string(src) {
		out.Source = []byte(code)
	}
	r := &reader{ctx: ctx, names: newNames(lang), src: code, handles: map[string]*value{}, set: &line.Set{}, out: out, known: map[string]bool{}, codes: map[string][]token{},
		perl: lang.name == "perl", python: lang.name == "python", ruby: lang.name == "ruby", powershell: lang.name == "powershell"}
	toks, cutShort := r.lex(r.tokens, code)
	defer r.free(toks)
	r.toks = toks
	r.tables = tablesOf[lang.name]()
	r.sock = bytes.Contains(src, []byte("ocket"))
	r.cgi = bytes.Contains(src, []byte("CONTENT_LENGTH"))
	for range 4 { // what one reading learns of variables, the next uses
		r.again = false
		r.readings++
		r.read()
		if !r.again || r.why != "" {
			break
		}
	}
	r.emits, r.found.inputs = true, 0
	r.steps = 0
	r.read()
	if r.set.Len() > 0 {
		out.Sinks = r.set.Text(line.File(kind, src, line.Counts{Inputs: r.found.inputs, Computed: r.found.computed, Sinks: r.set.Len(), Depth: len(out.Decoded)}))
	}
	if cutShort && r.why == "" {
		r.why = "tokens"
	}
	if r.why == "" {
		r.why = r.lost
	}
	if r.why != "" {
		out.Err = fmt.Errorf("%s of reading: %w", r.why, fstree.ErrLimit)
	}
	return out
}

// hinted reports whether a source holds a word that makes it worth reading.
func hinted(lang *language, src []byte) bool {
	t := tablesOf[lang.name]()
	if len(lang.needs) > 0 && !within(t.needs, lang.needs, src) {
		return false
	}
	if len(src) > largeSource && len(lang.large) > 0 && !within(t.large, lang.large, src) {
		return false
	}
	return t.hinted(lang, src) || lang.name == "jsp" && bytes.Contains(src, []byte(`\u00`))
}

// scripted reports a page of classic ASP in JScript: what its directive says, or
// without any other code the tag of its script. head is in lower case.
func scripted(head []byte) bool {
	js := func(tag []byte) bool {
		_, tag, ok := bytes.Cut(tag, []byte("language"))
		tag = bytes.TrimLeft(tag, " \t\r\n=\"'")
		return ok && (bytes.HasPrefix(tag, []byte("jscript")) || bytes.HasPrefix(tag, []byte("javascript")))
	}
	if _, rest, ok := bytes.Cut(head, []byte("<%@")); ok {
		tag, _, _ := bytes.Cut(rest, []byte("%>"))
		return js(tag)
	}
	if bytes.Contains(head, []byte("<%")) {
		return false
	}
	for {
		_, rest, ok := bytes.Cut(head, []byte("<script"))
		if !ok {
			return false
		}
		tag, _, _ := bytes.Cut(rest, []byte(">"))
		if bytes.Contains(tag, []byte("runat")) {
			return js(tag)
		}
		head = rest
	}
}

// dialect returns the language of a page that is not written in its usual one:
// ASP.NET in Basic, classic ASP in JScript.
func dialect(lang *language, src []byte) *language {
	if lang.name != "aspx" && lang.name != "asp" {
		return lang
	}
	head := asciiLower(src[:min(len(src), 8<<10)])
	has := func(w string) bool { return bytes.Contains(head, []byte(w)) }
	switch {
	case lang.name == "aspx" && !has(`"c#"`) && !has(`'c#'`) && !has("language=c#") && (has(`language="vb"`) || has("end sub") || has("end function")):
		d := *lang
		d.vb, d.foldCase, d.typed, d.quotes, d.longQuotes, d.lineComments, d.blockComments = true, true, false, `"`, nil, []string{"'"}, nil
		d.bare = languages["asp"].bare
		return &d
	case lang.name == "asp" && scripted(head):
		d := *lang
		d.vb, d.regexps, d.quotes, d.lineComments, d.blockComments, d.concat = false, true, `"'`, []string{"//"}, cComments, "+"
		return &d
	}
	return lang
}
