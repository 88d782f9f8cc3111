package ext4

import (
	"bytes"
	"fmt"
	"sync"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// slack is what lies behind the end of a content in its last block, or in the
// place of inline content. It is filled in when the last byte of the content is
// read; it costs no read of its own unless the caller's buffer ends there.
//
// Whoever writes a file writes zeros there: the kernel when it writes back the
// last page and when it cuts a file, e2fsprogs with the last block. Anything else
// is a size that was changed, hidden content, or what a crash left of an append.
// Only a file system without metadata_csum that was closed properly is looked
// at: elsewhere a checksum guards i_size, or a crash may be the reason. Links are
// not looked at, as Linux leaves all kinds of bytes behind their targets.
//
// Source: Linux, block_write_full_folio and ext4_block_truncate_page; ext4 data
// structures and algorithms, "Inode Table" (i_size_lo).
type slack struct {
	mu   sync.Mutex
	n    int   // bytes that are not zero
	off  int64 // of the first byte behind the end, on the section
	fail error // why it could not be read
}

// closed reports whether the file system was unmounted properly and its sizes
// have no checksum. It is asked before the journal is replayed.
func (s *super) closed() bool {
	return !s.has(roMetadataCsum|roOrphanPresent) && s.incompat&incompatRecover == 0 && s.lastOrphan == 0 &&
		s.state&(stateValid|stateErrors) == stateValid
}

// nonZero returns how many bytes of b are not zero.
func nonZero(b []byte) int { return len(b) - bytes.Count(b, []byte{0}) }

// found takes the bytes behind the end, which are at byte off of the section.
func (s *slack) found(b []byte, off int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n, s.off = nonZero(b), off
}

// lost takes the reason why the bytes behind the end cannot be read.
func (s *slack) lost(err error, off int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.off, s.fail = off, err
}

// report adds what was found to the sink.
func (s *slack) report(in *inode, sink *sink) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := fmt.Sprintf("data of inode %d", in.num)
	switch {
	case s.fail != nil:
		sink.add(name, s.off, fmt.Errorf("behind the end of the content, in its last block: %w", s.fail))
	case s.n > 0:
		sink.add(name, s.off, corrupt("%d bytes that are not zero behind the end of the content, in its last block: the size %d may be damaged, or data is hidden", s.n, in.size))
	default:
		return false
	}
	return true
}

// readEnd fills the first n bytes of p from byte off of the section, where the
// content ends, and looks at the rest bytes behind. It reads all at once if p
// has the room.
func (f *file) readEnd(p []byte, n, rest int, off int64) error {
	if len(p) >= n+rest && binread.Full(f.fs.r, p[:n+rest], off) == nil {
		f.slack.found(p[n:n+rest], off+int64(n))
		return nil
	}
	if err := f.readDisk(p[:n], off); err != nil {
		return err
	}
	behind := make([]byte, rest)
	if err := binread.Full(f.fs.r, behind, off+int64(n)); err != nil {
		f.slack.lost(err, off+int64(n))
		return nil
	}
	f.slack.found(behind, off+int64(n))
	return nil
}

// watch has the bytes behind the end of an opened content looked at; inline
// content is looked at now.
func (s *slack) watch(content fstree.File, in *inode) {
	switch f := content.(type) {
	case *file:
		f.slack = s
	case *inlineFile:
		s.found(f.behind, in.off+blockFieldOff)
	}
}
