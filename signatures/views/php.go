package views

import (
	"github.com/seed-181f3109/assay/signatures/views/php"
)

// php yields the views of PHP in code, which starts at offset of the content.
func (s *session) php(code []byte, offset int64) {
	if len(code) > php.MaxSource {
		s.gaveUp("php source", offset, errTooLarge(len(code), php.MaxSource))
		return
	}
	r := php.Analyze(s.ctx, code, false, php.Options{Depth: s.lim.Depth, Steps: s.lim.Steps, Until: s.until})
	start := offset + int64(max(r.FirstTag, 0))
	s.emit(View{Chain: "php:sinks", Kind: "php-sinks", Bytes: r.Sinks, Offset: start})
	for _, d := range r.Decoded {
		if s.bytes+int64(len(d.Code)) > s.lim.Bytes {
			s.gaveUp("php:"+d.Chain, start, errTooLarge(len(d.Code), int(s.lim.Bytes-s.bytes)))
			break
		}
		s.seen(d.Code)
		s.emit(View{Chain: "php:" + d.Chain, Kind: KindPHP, Bytes: d.Code, Offset: start})
	}
	s.emit(View{Chain: "php:strings", Kind: "php-strings", Bytes: r.Strings, Offset: start})
	if r.Err != nil {
		s.gaveUp("php code", start, r.Err)
	}
}
