package views

import (
	"bytes"
	"fmt"
)

// xorWords are texts that an ELF file has no reason to hide.
var xorWords = []string{"/bin/sh", "/bin/bash", "/dev/ptmx", "/dev/tcp", "/proc/net/tcp", "ld.so.preload", "HISTFILE", "/etc/passwd", "/etc/shadow", "pam_authenticate", "readdir64", "http://", "https://", "/tmp/."}

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
	for _, w := range xorWords {
		diff := make([]byte, len(w)-1)
		for i := range diff {
			diff[i] = w[i] ^ w[i+1]
		}
		first := diff[0]
		for at := 0; at+len(w) <= len(content); at++ {
			if content[at]^content[at+1] != first || !sameDiff(content[at:], diff) {
				continue
			}
			key := content[at] ^ w[0]
			if key == 0 || key == 0x20 { // plain, or another case
				continue
			}
			h, ok := hits[key]
			if !ok {
				h = found{at, at}
			}
			hits[key] = found{min(h.from, at), max(h.to, at+len(w))}
		}
	}
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

func sameDiff(b, diff []byte) bool {
	for i, d := range diff {
		if b[i]^b[i+1] != d {
			return false
		}
	}
	return true
}
