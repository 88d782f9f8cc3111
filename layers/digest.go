package layers

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"strings"
)

// newHash returns the hash that a digest was made with, SHA-256 if it names none that is known.
func newHash(digest string) (string, hash.Hash) {
	if strings.HasPrefix(digest, "sha512:") {
		return "sha512", sha512.New()
	}
	return "sha256", sha256.New()
}

// verify computes the digest of b and reports whether it is the stated one.
func verify(b []byte, digest string) (string, bool) {
	alg, h := newHash(digest)
	h.Write(b)
	got := alg + ":" + hex.EncodeToString(h.Sum(nil))
	return got, got == digest
}
