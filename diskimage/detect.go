package diskimage

import (
	"context"
	"fmt"
	"io"

	"github.com/seed-181f3109/assay/diskimage/vdisk"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/spool"
)

// Detect looks at a file and names the disk image that it is by its content: a
// virtual disk ("vmdk"), a partition table ("gpt") or what a whole disk was
// recognised as ("ext4", "luks"), also inside of gzip, xz or zstd ("gzip, gpt").
// Kinds that Open refuses are named as well. It reads a few sectors, and returns
// an error that wraps fstree.ErrNotThisFormat if the file is none, or one of the
// file.
func Detect(path string) (name string, err error) {
	f, err := openImage(path)
	if err != nil {
		return "", err
	}
	defer f.Close() // nothing was written
	var file vdisk.File = f
	prefix := ""
	if c := compressionOf(f); c != nil {
		head, err := unpackHead(f, c)
		if err != nil {
			return "", fmt.Errorf("%s: %w", path, err)
		}
		file, prefix = head, c.name+", "
	}
	if name = detect(file, AllFormats()); name == "" {
		return "", fmt.Errorf("%s: %w: no disk image", path, fstree.ErrNotThisFormat)
	}
	return prefix + name, nil
}

// detect names what a file is; empty for no disk image.
func detect(f vdisk.File, formats *Formats) string {
	for _, d := range formats.Disks {
		if d.Name != "raw" && d.Probe(f) {
			return d.Name
		}
	}
	if name, disk := foreignOf(f, f.Size()); name != "" {
		if !disk {
			name = ""
		}
		return name
	}
	for _, v := range formats.Volumes {
		if !v.Probe(f, f.Size()) {
			continue
		}
		t, err := v.Open(context.Background(), f, f.Size(), nil)
		if err != nil || bootSectorOf(f, f.Size(), t, formats.FileSystems) == nil {
			return v.Name
		}
	}
	if fs := probe(f, f.Size(), formats.FileSystems); fs != nil {
		return fs.Name
	}
	return recognise(f, f.Size(), strong).name
}

// headBytes is how much of a compressed file Detect unpacks: behind the last
// magic number of the tables.
const headBytes = 2<<20 + 4096

// head is the start of a file whose length is not known. It implements vdisk.File.
type head struct {
	*spool.Content
	name string
}

// Size returns a length that no probe finds too small.
func (h *head) Size() int64 { return 1 << 50 }

// Name returns the name of the compressed file.
func (h *head) Name() string { return h.name }

// unpackHead unpacks the start of a compressed file.
func unpackHead(f vdisk.File, c *compression) (*head, error) {
	z, err := c.open(io.NewSectionReader(f, 0, f.Size()))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", fstree.ErrNotThisFormat, c.name, err)
	}
	defer z.Close() // the rest is not looked at
	w := &watched{ctx: context.Background(), r: io.LimitReader(z, headBytes), left: headBytes}
	content, err := spool.Read(w, headBytes, &spool.Options{MaxMemory: headBytes})
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", fstree.ErrNotThisFormat, c.name, err)
	}
	return &head{content, f.Name()}, nil
}
