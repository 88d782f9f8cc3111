package views

import (
	"context"
	"strings"

	"github.com/seed-181f3109/assay/signatures/views/script"
)

// script yields the views of a script of one kind.
func (s *session) script(kind string, code []byte, chain string, offset int64, depth int) {
	if len(code) > script.MaxSource {
		s.gaveUp(kind+" source", offset, errTooLarge(len(code), script.MaxSource))
		return
	}
	ctx, cancel := context.WithDeadline(s.ctx, s.until)
	defer cancel()
	r := script.Analyze(ctx, kind, code)
	prefix := join(chain, kind)
	s.emit(View{Chain: prefix + ":sinks", Kind: kind + "-sinks", Bytes: r.Sinks, Offset: offset})
	if r.Source != nil {
		s.emit(View{Chain: prefix + ":source", Kind: kind, Bytes: r.Source, Offset: offset})
	}
	for _, d := range r.Decoded {
		if s.bytes+int64(len(d.Bytes)) > s.lim.Bytes {
			s.gaveUp(prefix+":"+d.Chain, offset, errTooLarge(len(d.Bytes), int(s.lim.Bytes-s.bytes)))
			break
		}
		if s.seen(d.Bytes) {
			continue
		}
		k := kind
		if guess := Kinds("", d.Bytes); len(guess) > 0 && guess[0] != KindText {
			k = guess[0]
		}
		s.emit(View{Chain: prefix + ":" + d.Chain, Kind: k, Bytes: d.Bytes, Offset: offset})
		if k == kind && depth < min(s.lim.Depth, 16) && strings.ContainsAny(string(d.Bytes[:min(len(d.Bytes), 4096)]), "(`$") {
			s.script(kind, d.Bytes, prefix+":"+d.Chain, offset, depth+1)
		}
	}
	if r.Err != nil {
		s.gaveUp(kind+" code", offset, r.Err)
	}
}
