package layers

import (
	"fmt"
	"hash"
	"io"

	"github.com/seed-181f3109/assay/fstree"
)

// tap stands between unpacker and tar reader. It hashes what passes, knows the
// position, and keeps the bytes of headers.
type tap struct {
	r     io.Reader
	hash  hash.Hash // nil: not hashed
	limit int64     // of unpacked bytes; 0 none

	buf       [readBuffer]byte
	have      []byte // read from r and hashed, not yet passed on
	read      int64
	err       error
	recording bool
	start     int64
	blocks    []byte
	ended     bool // a read while recording found the end at once
}

// maxRecorded bounds the header bytes that are kept for inspection.
const maxRecorded = 64 << 10

func (t *tap) pos() int64 { return t.read - int64(len(t.have)) }

func (t *tap) Read(p []byte) (int, error) {
	for len(t.have) == 0 {
		if t.err != nil {
			if t.recording && t.err == io.EOF && t.read%512 == 0 {
				t.ended = true
			}
			return 0, t.err
		}
		n, err := t.r.Read(t.buf[:])
		if t.hash != nil {
			t.hash.Write(t.buf[:n])
		}
		t.have, t.err = t.buf[:n], err
		t.read += int64(n)
		if t.limit > 0 && t.read > t.limit && err == nil {
			t.err = fmt.Errorf("%w: layer unpacks to more than %d bytes", fstree.ErrLimit, t.limit)
		}
	}
	n := copy(p, t.have)
	t.have = t.have[n:]
	if t.recording && len(t.blocks) < maxRecorded {
		t.blocks = append(t.blocks, p[:n]...)
	}
	return n, nil
}

// record starts to keep bytes; recorded ends it and returns them with their position.
func (t *tap) record() {
	t.recording, t.blocks, t.start = true, t.blocks[:0], t.pos()
}

func (t *tap) recorded() ([]byte, int64) {
	t.recording = false
	return t.blocks, t.start
}
