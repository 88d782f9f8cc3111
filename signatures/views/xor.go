package views

import (
	"bytes"
	"fmt"

	"github.com/seed-181f3109/assay/internal/words"
)

// xorWords are texts that an ELF file has no reason to hide.
var xorWords = []string{"/bin/sh", "/bin/bash", "/dev/ptmx", "/dev/tcp", "/proc/net/tcp", "ld.so.preload", "HISTFILE", "/etc/passwd", "/etc/shadow", "pam_authenticate", "readdir64", "http://", "https://", "/tmp/."}

// longestXorWord is more than the bytes of any of them.
const longestXorWord = 32

// xorSet finds the differences of neighbouring bytes of xorWords.
var xorSet = func() *words.Set {
	var list []words.Word
	for _, w := range xorWords {
		list = append(list, words.Word{Text: string(words.Differences([]byte(w), nil)), Exact: true})
	}
	return words.New(list)
}()

const (
	xorStep   = 1 << 20 // bytes that are searched at a time
	xorBefore = 512     // bytes around a hit that are kept
	xorView   = 1 << 20 // from the first to the last hit of one view
)

// hidden is where words stand under a key.
type hidden struct{ from, to int }

// xor looks for telling words under a one-byte XOR in a program: the difference
// of neighbouring bytes does not depend on the key, so that one pass finds all keys.
func (s *session) xor(content []byte) {
	hits := hiddenWords(content)
	for key := 1; key < 256; key++ {
		for _, h := range hits[byte(key)] {
			from, to := max(0, h.from-xorBefore), min(len(content), h.to+xorBefore)
			chain := fmt.Sprintf("xor:%#02x", key)
			if s.bytes+int64(to-from) > s.lim.Bytes {
				s.gaveUp(chain, int64(from), errTooLarge(to-from, int(s.lim.Bytes-s.bytes)))
				return
			}
			out := bytes.Clone(content[from:to])
			for i := range out {
				out[i] ^= byte(key)
			}
			if !s.emit(View{Chain: chain, Kind: KindELF, Bytes: out, Offset: int64(from)}) {
				return
			}
		}
	}
}

// hiddenWords returns by key where the words stand in content, in order, each range
// as long as a view may be.
func hiddenWords(content []byte) map[byte][]hidden {
	hits := map[byte][]hidden{}
	var buf []byte
	for at := 0; at < len(content); at += xorStep {
		part := content[at:min(len(content), at+xorStep+longestXorWord)]
		buf = words.Differences(part, buf)
		xorSet.Each(buf, func(n, i int) bool {
			w := xorWords[n]
			from, to := at+i, at+i+len(w)
			key := part[i] ^ w[0]
			if key == 0 || key == 0x20 { // plain, or another case
				return true
			}
			list := hits[key]
			if k := len(list) - 1; k >= 0 && to-list[k].from <= xorView {
				list[k] = hidden{min(list[k].from, from), max(list[k].to, to)}
			} else {
				list = append(list, hidden{from, to})
			}
			hits[key] = list
			return true
		})
	}
	return hits
}
