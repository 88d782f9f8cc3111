package archive

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/seed-181f3109/assay/fstree"
)

// rpm reads the payload of an RPM package.
//
// Source: RPM reference manual, "RPM V4 package format": lead, signature header
// padded to eight bytes, header, payload.
func (s *session) rpm(c *container, r io.ReaderAt, size int64) error {
	off := int64(96)
	for i := range 2 {
		n, err := rpmHeader(r, off)
		if err != nil {
			return err
		}
		off += n
		if i == 0 {
			off = (off + 7) &^ 7
		}
		if off > size {
			return fmt.Errorf("header ends behind the file: %w", fstree.ErrCorrupt)
		}
	}
	return s.stream(c, io.NewSectionReader(r, off, size-off))
}

// rpmHeader returns the length of the header structure at off.
func rpmHeader(r io.ReaderAt, off int64) (int64, error) {
	var b [16]byte
	if _, err := r.ReadAt(b[:], off); err != nil {
		return 0, fmt.Errorf("header at %d: %w", off, fstree.ErrCorrupt)
	}
	if b[0] != 0x8e || b[1] != 0xad || b[2] != 0xe8 {
		return 0, fmt.Errorf("header at %d without its magic: %w", off, fstree.ErrCorrupt)
	}
	entries, data := int64(binary.BigEndian.Uint32(b[8:])), int64(binary.BigEndian.Uint32(b[12:]))
	return 16 + entries*16 + data, nil
}
