package archive

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

// sevenZipHead is the length of the signature header, behind which the packed streams are.
const sevenZipHead = 32

// sevenZip reads a 7z archive.
//
// Source: 7zFormat.txt of the LZMA SDK.
func (s *session) sevenZip(c *container, r io.ReaderAt, size int64) error {
	h, err := sevenZipHeader(r, size)
	if err != nil {
		return err
	}
	if h.files == nil {
		return nil
	}
	for _, f := range h.files {
		if f.empty && !f.dir {
			if err := s.member(c, f.name, bytes.NewReader(nil), 0); err != nil {
				return err
			}
		}
	}
	files := h.files
	for i := range h.streams.folders {
		folder := &h.streams.folders[i]
		var own []szFile
		for len(own) < len(folder.parts) {
			if len(files) == 0 {
				return fmt.Errorf("folder %d has more streams than there are files: %w", i, fstree.ErrCorrupt)
			}
			if !files[0].empty {
				own = append(own, files[0])
			}
			files = files[1:]
		}
		if err := s.szFolder(c, r, size, &h.streams, i, own); err != nil {
			return err
		}
	}
	for _, f := range files {
		if !f.empty {
			s.damage(c.memberPath(f.name), "7z header", -1, fmt.Errorf("file without a stream: %w", fstree.ErrCorrupt))
		}
	}
	return nil
}

// szFolder reads the files of a folder, which are one stream.
func (s *session) szFolder(c *container, r io.ReaderAt, size int64, st *szStreams, i int, files []szFile) error {
	folder := &st.folders[i]
	if len(folder.parts) == 0 {
		return nil
	}
	stream, err := st.open(r, size, i)
	if err != nil {
		s.damage(c.memberPath(files[0].name), "7z folder", -1, fmt.Errorf("folder %d of %d files: %w", i, len(files), err))
		return nil
	}
	defer stream.close()
	for k, p := range folder.parts {
		part := &szPart{r: stream, left: p.size, part: p, sum: crc32.NewIEEE()}
		if err := s.member(c, files[k].name, part, int64(min(p.size, 1<<62))); err != nil {
			return err
		}
		if part.err == nil && part.left > 0 {
			// A limit ended the member; the next one begins behind it.
			err := skip(&meter{s: s, c: c, r: part, left: 1 << 62}, int64(min(part.left, 1<<62)))
			if s.over {
				return errStop
			}
			if err != nil && part.err == nil {
				part.err = err
			}
		}
		if part.err != nil && !errors.Is(part.err, fstree.ErrChecksum) {
			if rest := len(files) - k - 1; rest > 0 {
				s.damage(c.memberPath(files[k+1].name), "7z folder", -1, fmt.Errorf("%d files behind the damage: %w", rest, part.err))
			}
			return nil
		}
	}
	return nil
}

// szPart is the content of one file in the stream of its folder.
type szPart struct {
	r    io.Reader
	left uint64
	part szDigest
	sum  hash.Hash32
	err  error // that the stream gave
}

func (p *szPart) Read(b []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	if p.left == 0 {
		if p.part.known && p.sum.Sum32() != p.part.crc {
			p.err = fmt.Errorf("CRC %08x, header has %08x: %w", p.sum.Sum32(), p.part.crc, fstree.ErrChecksum)
			return 0, p.err
		}
		return 0, io.EOF
	}
	n, err := p.r.Read(b[:min(uint64(len(b)), p.left)])
	p.sum.Write(b[:n])
	p.left -= uint64(n)
	if err == io.EOF {
		if err = nil; p.left > 0 {
			err = fmt.Errorf("stream ends %d bytes early: %w", p.left, fstree.ErrCorrupt)
		}
	} else if err != nil && !errors.Is(err, fstree.ErrLimit) {
		err = fmt.Errorf("%w: %w", fstree.ErrCorrupt, err)
	}
	p.err = err
	return n, err
}

// sevenZipHeader reads the header, unpacking it as often as it is packed.
func sevenZipHeader(r io.ReaderAt, size int64) (*szHeader, error) {
	head, err := binread.At(r, size, 0, sevenZipHead)
	if err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	if crc32.ChecksumIEEE(head[12:32]) != le.Uint32(head[8:]) {
		return nil, fmt.Errorf("start header: %w", fstree.ErrChecksum)
	}
	off, n := le.Uint64(head[12:]), le.Uint64(head[20:])
	if n == 0 {
		return &szHeader{}, nil
	}
	if n > maxDirectory {
		return nil, fmt.Errorf("header of %d bytes: %w", n, fstree.ErrLimit)
	}
	if off > uint64(size) {
		return nil, fmt.Errorf("header at %d of %d bytes: %w", off, size, fstree.ErrCorrupt)
	}
	b, err := binread.At(r, size, sevenZipHead+int64(off), int(n))
	if err != nil {
		return nil, err
	}
	if crc32.ChecksumIEEE(b) != le.Uint32(head[28:]) {
		return nil, fmt.Errorf("header: %w", fstree.ErrChecksum)
	}
	for range 4 {
		if b[0] != szEncodedHeader {
			return parseSevenZip(b)
		}
		if b, err = unpackSevenZipHeader(r, size, b); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("header packed too often: %w", fstree.ErrLimit)
}

// unpackSevenZipHeader returns the header that a packed header describes.
func unpackSevenZipHeader(r io.ReaderAt, size int64, b []byte) ([]byte, error) {
	d := &szReader{b: b[1:]}
	var st szStreams
	if err := st.parse(d); err != nil {
		return nil, err
	}
	if len(st.folders) != 1 || len(st.folders[0].parts) != 1 {
		return nil, fmt.Errorf("packed header of %d folders: %w", len(st.folders), fstree.ErrCorrupt)
	}
	p := st.folders[0].parts[0]
	if p.size == 0 || p.size > maxDirectory {
		return nil, fmt.Errorf("header of %d bytes: %w", p.size, fstree.ErrLimit)
	}
	stream, err := st.open(r, size, 0)
	if err != nil {
		return nil, err
	}
	defer stream.close()
	out := make([]byte, p.size)
	if _, err := io.ReadFull(stream, out); err != nil {
		return nil, fmt.Errorf("packed header: %w: %w", fstree.ErrCorrupt, err)
	}
	if p.known && crc32.ChecksumIEEE(out) != p.crc {
		return nil, fmt.Errorf("packed header: %w", fstree.ErrChecksum)
	}
	return out, nil
}
