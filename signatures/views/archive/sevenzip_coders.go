package archive

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz/lzma"

	"github.com/seed-181f3109/assay/fstree"
)

// Coders. Source: Methods.txt of the LZMA SDK.
const (
	szCopy    = 0x00
	szDelta   = 0x03
	szX86     = 0x04
	szLZMA2   = 0x21
	szLZMA    = 0x030101
	szBCJ     = 0x03030103
	szBCJ2    = 0x0303011b
	szPPMd    = 0x030401
	szDeflate = 0x040108
	szBzip2   = 0x040202
	szZstd    = 0x04f71101
	szAES     = 0x06f10701
)

// szStream is the stream of a folder.
type szStream struct {
	io.Reader
	closers []func()
}

func (s *szStream) close() {
	for _, f := range s.closers {
		f()
	}
}

// open returns the stream of a folder.
func (st *szStreams) open(r io.ReaderAt, size int64, i int) (*szStream, error) {
	s := &szStream{}
	f := &st.folders[i]
	var err error
	if s.Reader, err = st.coder(s, r, size, f, uint64(f.main()), 0); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// coder returns what a coder gives, at most the size that the header tells.
func (st *szStreams) coder(s *szStream, r io.ReaderAt, size int64, f *szFolder, n uint64, depth int) (io.Reader, error) {
	if depth > len(f.coders) || n >= uint64(len(f.sizes)) {
		return nil, fmt.Errorf("coders in a ring: %w", fstree.ErrCorrupt)
	}
	c := f.coders[n]
	switch c.id {
	case szAES:
		return nil, fstree.ErrEncrypted
	case szBCJ2:
		return nil, fmt.Errorf("7z coder BCJ2: %w", fstree.ErrUnsupported)
	case szPPMd:
		return nil, fmt.Errorf("7z coder PPMd: %w", fstree.ErrUnsupported)
	}
	if c.in != 1 {
		return nil, fmt.Errorf("7z coder %x of %d inputs: %w", c.id, c.in, fstree.ErrUnsupported)
	}
	input := uint64(0)
	for _, before := range f.coders[:n] {
		input += before.in
	}
	in, err := st.input(s, r, size, f, input, depth)
	if err != nil {
		return nil, err
	}
	out, err := s.decode(c, in, f.sizes[n])
	if err != nil {
		return nil, err
	}
	return io.LimitReader(out, int64(min(f.sizes[n], 1<<62))), nil
}

// input returns the bytes of an input: another coder's, or a packed stream.
func (st *szStreams) input(s *szStream, r io.ReaderAt, size int64, f *szFolder, input uint64, depth int) (io.Reader, error) {
	for _, b := range f.bound {
		if b.in == input {
			return st.coder(s, r, size, f, b.out, depth+1)
		}
	}
	for k, in := range f.inputs {
		if in != input {
			continue
		}
		off := st.pos
		for _, n := range st.packed[:f.first+k] {
			if off += n; off > uint64(size) || n > uint64(size) {
				break
			}
		}
		n := st.packed[f.first+k]
		if end := uint64(size) - sevenZipHead; off > end || n > end-off {
			return nil, fmt.Errorf("packed stream of %d bytes at %d: %w", n, off, fstree.ErrCorrupt)
		}
		return bufio.NewReaderSize(io.NewSectionReader(r, sevenZipHead+int64(off), int64(n)), 64<<10), nil
	}
	return nil, fmt.Errorf("input %d is nothing's: %w", input, fstree.ErrCorrupt)
}

// decode returns the reader of one coder whose output is size bytes long.
func (s *szStream) decode(c szCoder, in io.Reader, size uint64) (io.Reader, error) {
	switch c.id {
	case szCopy:
		return in, nil
	case szLZMA:
		return szLZMAReader(c.props, in, size)
	case szLZMA2:
		return szLZMA2Reader(c.props, in, size)
	case szDeflate:
		return flate.NewReader(in), nil
	case szBzip2:
		return bzip2.NewReader(in), nil
	case szZstd:
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, err
		}
		s.closers = append(s.closers, z.Close)
		return z, nil
	case szDelta:
		if len(c.props) != 1 {
			return nil, fmt.Errorf("delta of %d properties: %w", len(c.props), fstree.ErrCorrupt)
		}
		return &deltaReader{r: in, distance: int(c.props[0]) + 1}, nil
	case szBCJ, szX86:
		return &x86Reader{r: in}, nil
	}
	return nil, fmt.Errorf("7z coder %x: %w", c.id, fstree.ErrUnsupported)
}

// dictionary is the history that a decoder needs: what the header asks for, but
// never more than there are bytes.
func dictionary(asked, size uint64) (int, error) {
	n := min(asked, max(size, lzma.MinDictCap))
	if n > maxWindow {
		return 0, fmt.Errorf("dictionary of %d bytes: %w", n, fstree.ErrLimit)
	}
	return int(max(n, lzma.MinDictCap)), nil
}

func szLZMAReader(props []byte, in io.Reader, size uint64) (io.Reader, error) {
	if len(props) != 5 {
		return nil, fmt.Errorf("LZMA of %d properties: %w", len(props), fstree.ErrCorrupt)
	}
	n, err := dictionary(uint64(binary.LittleEndian.Uint32(props[1:])), size)
	if err != nil {
		return nil, err
	}
	// The header of a .lzma file, which the decoder expects.
	h := binary.LittleEndian.AppendUint32([]byte{props[0]}, uint32(n))
	h = binary.LittleEndian.AppendUint64(h, size)
	z, err := lzma.ReaderConfig{DictCap: n}.NewReader(io.MultiReader(bytes.NewReader(h), in))
	if err != nil {
		return nil, fmt.Errorf("LZMA: %w: %w", fstree.ErrCorrupt, err)
	}
	return z, nil
}

func szLZMA2Reader(props []byte, in io.Reader, size uint64) (io.Reader, error) {
	if len(props) != 1 || props[0] > 40 {
		return nil, fmt.Errorf("LZMA2 properties %x: %w", props, fstree.ErrCorrupt)
	}
	asked := uint64(2|props[0]&1) << (props[0]/2 + 11)
	n, err := dictionary(asked, size)
	if err != nil {
		return nil, err
	}
	z, err := lzma.Reader2Config{DictCap: n}.NewReader2(in)
	if err != nil {
		return nil, fmt.Errorf("LZMA2: %w: %w", fstree.ErrCorrupt, err)
	}
	return z, nil
}

// deltaReader undoes the difference of each byte to the one distance before.
type deltaReader struct {
	r        io.Reader
	distance int
	history  [256]byte
	pos      int
}

func (d *deltaReader) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	for i := range n {
		h := &d.history[d.pos]
		p[i] += *h
		*h = p[i]
		if d.pos++; d.pos == d.distance {
			d.pos = 0
		}
	}
	return n, err
}
