package xfs

import (
	"io"

	"github.com/seed-181f3109/assay/internal/binread"
	"github.com/seed-181f3109/assay/internal/blockcache"
)

// source is the volume as the reader sees it: its bytes, with what log replay
// would have written laid over them. It is safe for several goroutines once
// replay is done.
type source struct {
	r       io.ReaderAt
	size    int64
	overlay overlay
	cache   *blockcache.Cache
}

// read fills b from byte offset off, or reports a range outside the volume as
// ErrCorrupt and a failing read as the error of the underlying reader.
func (s *source) read(b []byte, off int64) error {
	if err := binread.Check(s.size, off, int64(len(b))); err != nil {
		return err
	}
	if err := binread.Full(s.r, b, off); err != nil {
		return err
	}
	s.overlay.apply(b, off)
	return nil
}

// bytes is read into a new slice; n is at most a few hundred KiB everywhere.
func (s *source) bytes(off int64, n int) ([]byte, error) {
	if err := binread.Check(s.size, off, int64(n)); err != nil {
		return nil, err
	}
	b := make([]byte, n)
	return b, s.read(b, off)
}

// cached is bytes through the cache of metadata blocks. The result is shared and
// must not be changed.
func (s *source) cached(off int64, n int) ([]byte, error) {
	b, err := s.cache.Get(off, func() ([]byte, error) { return s.bytes(off, n) })
	if err == nil && len(b) != n { // the same place was read with another length
		return s.bytes(off, n)
	}
	return b, err
}

// sectorBytes is the unit in which the log and self-descriptions count: a basic block.
const sectorBytes = 512

// overlay maps sector numbers to the bytes that replace them.
type overlay map[int64]*[sectorBytes]byte

// apply replaces the parts of b, read from byte offset off, that the overlay holds.
func (o overlay) apply(b []byte, off int64) {
	if len(o) == 0 {
		return
	}
	for n := off / sectorBytes; n*sectorBytes < off+int64(len(b)); n++ {
		sector, ok := o[n]
		if !ok {
			continue
		}
		if from := n*sectorBytes - off; from >= 0 {
			copy(b[from:], sector[:])
		} else {
			copy(b, sector[-from:])
		}
	}
}

// replayed reports whether replay changed any of the n bytes at off. A checksum
// over such bytes is that of the state before.
func (s *source) replayed(off int64, n int) bool {
	if len(s.overlay) == 0 {
		return false
	}
	for sector := off / sectorBytes; sector*sectorBytes < off+int64(n); sector++ {
		if _, ok := s.overlay[sector]; ok {
			return true
		}
	}
	return false
}
