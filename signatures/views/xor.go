package views

import (
	"bytes"
	"fmt"

	"github.com/seed-181f3109/assay/internal/words"
)

// xorWords are texts that an ELF file has no reason to hide.
var xorWords = []string{"/bin/sh", "/bin/bash", "/dev/ptmx", "/dev/tcp", "/proc/net/tcp", "ld.so.preload", "HISTFILE", "/etc/passwd", "/etc/shadow", "pam_authenticate", "readdir64", "http://", "https://", "/tmp/."}

// xorSet finds the differences of neighbouring bytes of xorWords.
var xorSet = func() *words.Set {
	var list []words.Word
	for _, w := range xorWords {
		list = append(list, words.Word{Text: string(words.Differences([]byte(w), nil)), Exact: true})
	}
	return words.New(list)
}()

const (
	maxXor    = 16 << 20 // longest program that is searched
	xorBefore = 512      // bytes around a hit that are kept
)

// xor looks for telling words under a one-byte XOR in a program: the difference
// of neighbouring bytes does not depend on the key, so that one pass finds all keys.
func (s *session) xor(content []byte) {
	if len(content) > maxXor {
		return
	}
	type found struct{ from, to int }
	hits := map[byte]found{}
	xorSet.Each(words.Differences(content, nil), func(n, at int) bool {
		w := xorWords[n]
		key := content[at] ^ w[0]
		if key == 0 || key == 0x20 { // plain, or another case
			return true
		}
		h, ok := hits[key]
		if !ok {
			h = found{at, at}
		}
		hits[key] = found{min(h.from, at), max(h.to, at+len(w))}
		return true
	})
	for key := 1; key < 256; key++ {
		h, ok := hits[byte(key)]
		if !ok {
			continue
		}
		from, to := max(0, h.from-xorBefore), min(len(content), h.to+xorBefore)
		if to-from > 1<<20 {
			to = from + 1<<20
		}
		out := bytes.Clone(content[from:to])
		for i := range out {
			out[i] ^= byte(key)
		}
		if !s.emit(View{Chain: fmt.Sprintf("xor:%#02x", key), Kind: KindELF, Bytes: out, Offset: int64(from)}) {
			return
		}
	}
}
