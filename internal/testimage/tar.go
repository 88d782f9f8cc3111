// Package testimage makes small container images for tests: layers from a list
// of entries, the same bytes on every run, and stores of all kinds around them.
//
//	layer := testimage.Tar(testimage.Dir("etc/"), testimage.File("etc/hosts", "127.0.0.1 localhost\n"))
//	img := testimage.Image{Layers: []testimage.Layer{{Data: layer}}}
//	err := img.WriteOCI(dir, "latest")
package testimage

import (
	"archive/tar"
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Entry is one member of a layer. Zero fields get sensible values.
type Entry struct {
	Name         string
	Type         byte   // tar.TypeReg and so on; default by what else is set
	Link         string // target
	Data         string
	Mode         int64 // default 0644, directories 0755, links 0777
	UID, GID     int
	Mtime        time.Time // default 2020-01-02 03:04:05
	Major, Minor int64
	Xattrs       map[string]string
	PAX          map[string]string
}

// DefaultTime is the modification time of entries that state none.
var DefaultTime = time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)

// File, Dir, Symlink, Hardlink and Whiteout make the usual entries.
func File(name, data string) Entry { return Entry{Name: name, Type: tar.TypeReg, Data: data} }

// Dir is a directory member.
func Dir(name string) Entry { return Entry{Name: name, Type: tar.TypeDir} }

// Symlink is a symbolic link member.
func Symlink(name, target string) Entry {
	return Entry{Name: name, Type: tar.TypeSymlink, Link: target}
}

// Hardlink is a hard link member.
func Hardlink(name, target string) Entry { return Entry{Name: name, Type: tar.TypeLink, Link: target} }

// Whiteout removes dir/name.
func Whiteout(dir, name string) Entry { return File(dir+".wh."+name, "") }

// Opaque hides what lower layers have in dir.
func Opaque(dir string) Entry { return File(dir+".wh..wh..opq", "") }

func (e Entry) header() *tar.Header {
	h := &tar.Header{Name: e.Name, Typeflag: e.Type, Linkname: e.Link, Size: int64(len(e.Data)), Mode: e.Mode,
		Uid: e.UID, Gid: e.GID, ModTime: e.Mtime, Devmajor: e.Major, Devminor: e.Minor}
	if h.Typeflag == 0 {
		h.Typeflag = tar.TypeReg
	}
	if h.Mode == 0 {
		h.Mode = map[byte]int64{tar.TypeDir: 0o755, tar.TypeSymlink: 0o777}[h.Typeflag]
		if h.Mode == 0 {
			h.Mode = 0o644
		}
	}
	if h.ModTime.IsZero() {
		h.ModTime = DefaultTime
	}
	pax := map[string]string{}
	for k, v := range e.Xattrs {
		pax["SCHILY.xattr."+k] = v
	}
	for k, v := range e.PAX {
		pax[k] = v
	}
	if len(pax) > 0 {
		h.PAXRecords = pax
	}
	if h.ModTime.Nanosecond() != 0 || h.ModTime.Unix() < 0 || len(pax) > 0 {
		h.Format = tar.FormatPAX
	}
	return h
}

// Tar writes a layer. It panics on entries that cannot be written, as only tests call it.
func Tar(entries ...Entry) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		if err := w.WriteHeader(e.header()); err != nil {
			panic(fmt.Sprintf("%q: %v", e.Name, err))
		}
		if _, err := w.Write([]byte(e.Data)); err != nil {
			panic(fmt.Sprintf("%q: %v", e.Name, err))
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// Gzip compresses to one member.
func Gzip(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	return finish(&b, w, data)
}

// Zstd compresses to one frame with a checksum.
func Zstd(data []byte) []byte {
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(true))
	if err != nil {
		panic(err)
	}
	return finish(&b, w, data)
}

func finish(b *bytes.Buffer, w interface {
	Write([]byte) (int, error)
	Close() error
}, data []byte) []byte {
	if _, err := w.Write(data); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// Pattern returns n bytes that do not repeat soon, the same for the same seed.
func Pattern(n int, seed uint32) string {
	var b strings.Builder
	b.Grow(n)
	for x := seed*2654435761 + 1; b.Len() < n; {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		b.WriteByte(byte(x))
	}
	return b.String()
}
