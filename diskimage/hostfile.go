package diskimage

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/holes"
)

// hostFile is an open file of the host. It implements vdisk.File and
// fstree.RangeReader.
type hostFile struct {
	*os.File
	name string
	size int64
}

// openImage opens the file that the user named: a regular file or a block
// device. Unlike names from an image it is trusted, and links are followed.
func openImage(path string) (*hostFile, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if m := st.Mode(); !m.IsRegular() && m.Type() != os.ModeDevice {
		return nil, fmt.Errorf("%w: %s is no regular file and no block device", fstree.ErrNotThisFormat, path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		f.Close() // nothing was written
		return nil, fmt.Errorf("size of %s: %w", path, err)
	}
	return &hostFile{f, filepath.Base(path), size}, nil
}

// Size returns the length in bytes at the time of opening.
func (f *hostFile) Size() int64 { return f.size }

// Name returns the name without folder.
func (f *hostFile) Name() string { return f.name }

// NextData implements fstree.RangeReader. A file whose system does not tell
// holes is data throughout.
func (f *hostFile) NextData(off int64) (start, end int64, err error) {
	return holes.Next(f.File, f.size, off)
}
