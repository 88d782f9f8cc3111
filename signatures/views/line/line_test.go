package line

import (
	"fmt"
	"strings"
	"testing"
)

func TestSet(t *testing.T) {
	var s Set
	if s.Text("file\n") != nil {
		t.Error("a view without lines")
	}
	for range 3 {
		s.Add(Line{Sink: "code", Name: "ev al", Arg: "request:x", Line: 3})
	}
	s.Add(Line{Sink: "code", Name: "eval", Arg: "request:x", Line: 9, Text: Quote("a\"\xff")})
	s.Trait("tiny", "")
	s.Trait("computed-name", "system")
	want := "file\ntrait=computed-name value=system\ntrait=tiny\n" +
		"sink=code name=ev?al arg=request:x aux=- via=direct dec=none guard=none in=top nest=0 line=3 text=-\n" +
		"sink=code name=eval arg=request:x aux=- via=direct dec=none guard=none in=top nest=0 line=9 text=\"a\\\"\\xff\"\n"
	if got := string(s.Text("file\n")); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	for i := range 2 * MaxLines {
		s.Add(Line{Sink: "code", Name: fmt.Sprint(i)})
	}
	if s.Len() != MaxLines {
		t.Errorf("got %d lines, want %d", s.Len(), MaxLines)
	}
}

func TestFile(t *testing.T) {
	got := File("php", []byte("ab\nabab\x01"), Counts{Inputs: 2, Sinks: 1})
	want := "file lang=php bytes=8 lines=2 decoders=none depth=0 entropy=1.81 longest=5 nonprint=0.12 inputs=2 computed=0 dyncalls=0 sinks=1\n"
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if d := Detail(strings.Repeat("a/", 40)); len(d) != 40 || strings.Contains(d, "/") {
		t.Errorf("got detail %q", d)
	}
}
