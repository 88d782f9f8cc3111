package layers

import (
	"archive/tar"
	"bytes"
	"encoding/base64"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-181f3109/assay/fstree"
)

// The prefixes of extended attributes in PAX records.
const (
	paxXattr        = "SCHILY.xattr."
	paxXattrArchive = "LIBARCHIVE.xattr."
)

// header makes a record of a header and checks its raw blocks; blocks start at
// offset start of the layer, with the padding of the entry before. It is false
// for what makes no entry.
func (s *scanner) header(h *tar.Header, blocks []byte, start int64) (record, bool) {
	pad := int((512 - start%512) % 512)
	if pad > len(blocks) {
		pad = len(blocks)
	}
	if n := len(bytes.Trim(blocks[:pad], "\x00")); n > 0 {
		s.note("data-in-padding", fmt.Sprintf("%d bytes before the header of %q", n, h.Name), start)
	}
	start += int64(pad)
	s.checkBlocks(h, blocks[pad:], start)
	if h.Typeflag == tar.TypeXGlobalHeader {
		return record{}, false
	}
	r := record{name: h.Name, link: h.Linkname, offset: start, mode: uint32(h.Mode) & 0o7777,
		mtime: h.ModTime.Unix(), mtimeN: uint32(h.ModTime.Nanosecond()), flags: flagTime}
	if h.ModTime.IsZero() {
		r.mtime, r.mtimeN, r.flags = 0, 0, 0
	}
	if len(r.name) > s.opts.maxPath() || len(r.link) > s.opts.maxPath() {
		s.lose(r.name[:min(len(r.name), s.opts.maxPath())], "tar header", start,
			fmt.Errorf("%w: name of %d bytes, link of %d", fstree.ErrLimit, len(r.name), len(r.link)))
		return record{}, false
	}
	r.uid, r.gid = s.owner(h.Uid, &r), s.owner(h.Gid, &r)
	s.setType(&r, h)
	s.setExtra(&r, h)
	return r, true
}

func (s *scanner) owner(id int, r *record) uint32 {
	if id < 0 || int64(id) > 1<<32-1 {
		s.note("owner-out-of-range", fmt.Sprintf("%q has owner or group %d", r.name, id), r.offset)
	}
	return uint32(id)
}

// setType tells what the entry is. A type that nobody knows is a file, as POSIX
// wants it. Source: POSIX pax, "ustar Interchange Format", typeflag.
func (s *scanner) setType(r *record, h *tar.Header) {
	switch h.Typeflag {
	case tar.TypeReg, '\x00':
		r.typ = recordFile
	case tar.TypeGNUSparse:
		r.typ = recordFile
		s.note("unknown-entry-type", fmt.Sprintf("%q is a sparse file in the old GNU form, which containerd refuses", r.name), r.offset)
	case tar.TypeDir:
		r.typ = recordDir
	case tar.TypeSymlink:
		r.typ = recordSymlink
	case tar.TypeLink:
		r.typ = recordHardlink
	case tar.TypeChar:
		r.typ = recordChar
	case tar.TypeBlock:
		r.typ = recordBlock
	case tar.TypeFifo:
		r.typ = recordFIFO
	default:
		r.typ = recordFile
		s.note("unknown-entry-type", fmt.Sprintf("%q has type %q, which containerd refuses; it is read as a file", r.name, h.Typeflag), r.offset)
	}
	if r.typ == recordFile {
		r.size = h.Size
		if isSparse(h) {
			r.flags |= flagSparse
		}
	} else if r.typ != recordSymlink && r.typ != recordHardlink {
		r.link = ""
	}
}

// setExtra takes times, device number and attributes.
func (s *scanner) setExtra(r *record, h *tar.Header) {
	x := extra{atime: utc(h.AccessTime), ctime: utc(h.ChangeTime)}
	if r.typ == recordChar || r.typ == recordBlock {
		x.major, x.minor = uint32(h.Devmajor), uint32(h.Devminor)
	}
	keys := slices.Sorted(maps.Keys(h.PAXRecords))
	for _, k := range keys {
		if key, ok := strings.CutPrefix(k, paxXattr); ok {
			s.addXattr(r, &x, key, []byte(h.PAXRecords[k]))
		}
	}
	for _, k := range keys {
		if key, ok := strings.CutPrefix(k, paxXattrArchive); ok {
			s.archiveXattr(r, &x, key, h.PAXRecords[k])
		}
	}
	if !x.atime.IsZero() || !x.ctime.IsZero() || x.major|x.minor != 0 || x.xattrs != nil {
		r.extra = &x
	}
}

func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

// addXattr keeps an attribute. trusted.* is what no runtime sets; user.* cannot
// be on anything but files and directories. Source: xattr(7).
func (s *scanner) addXattr(r *record, x *extra, key string, value []byte) {
	if strings.HasPrefix(key, "trusted.") {
		s.note("trusted-xattr", fmt.Sprintf("%q has %q", r.name, key), r.offset)
		return
	}
	if strings.HasPrefix(key, "user.") && r.typ != recordFile && r.typ != recordDir && r.typ != recordHardlink {
		s.note("xattr-ignored", fmt.Sprintf("%q has %q, which the kernel refuses on its type", r.name, key), r.offset)
		return
	}
	if x.xattrs == nil {
		x.xattrs = map[string][]byte{}
	}
	x.xattrs[key] = value
}

// archiveXattr keeps an attribute in libarchive's form: name in percent encoding, value in base64.
// Source: libarchive, tar(5), "LIBARCHIVE.xattr".
func (s *scanner) archiveXattr(r *record, x *extra, key, value string) {
	name, err := url.PathUnescape(key)
	if err != nil {
		name = key
	}
	v, err := base64.StdEncoding.DecodeString(padded(value))
	if err != nil {
		s.note("bad-xattr", fmt.Sprintf("%q has %q: %v", r.name, key, err), r.offset)
		return
	}
	if have, ok := x.xattrs[name]; ok {
		if !bytes.Equal(have, v) {
			s.note("xattr-ignored", fmt.Sprintf("%q has %q twice with different values", r.name, name), r.offset)
		}
		return
	}
	s.note("xattr-ignored", fmt.Sprintf("%q has %q in libarchive's form only, which containerd ignores", r.name, name), r.offset)
	s.addXattr(r, x, name, v)
}

// padded completes base64 that was written without its padding.
func padded(s string) string {
	s = strings.TrimRight(s, "=\n")
	return s + strings.Repeat("=", (4-len(s)%4)%4)
}

// checkBlocks compares the plain header with the extended headers before it.
// Source: POSIX pax, "pax Extended Header".
func (s *scanner) checkBlocks(h *tar.Header, blocks []byte, start int64) {
	pax := map[string]string{}
	for len(blocks) >= 512 {
		head := blocks[:512]
		blocks = blocks[512:]
		switch head[156] {
		case tar.TypeXHeader, tar.TypeXGlobalHeader:
			size, ok := parseOctal(head[124:136])
			if !ok || size < 0 || size > int64(len(blocks)) {
				return
			}
			into := pax
			if head[156] == tar.TypeXGlobalHeader {
				into = map[string]string{}
			}
			parsePax(blocks[:size], into)
			if head[156] == tar.TypeXGlobalHeader {
				s.checkGlobal(into, start)
			}
			blocks = blocks[min(int(size+511)/512*512, len(blocks)):]
		case tar.TypeGNULongName, tar.TypeGNULongLink:
			return // GNU's form: the plain name is a cut of the long one
		default:
			s.checkPlain(h, head, pax, start)
			return
		}
	}
}

// parsePax reads "LENGTH KEY=VALUE\n" records; what is malformed ends it, as it ends archive/tar.
func parsePax(b []byte, into map[string]string) {
	for len(b) > 0 {
		sp := bytes.IndexByte(b, ' ')
		if sp <= 0 {
			return
		}
		n, err := strconv.Atoi(string(b[:sp]))
		if err != nil || n <= sp+1 || n > len(b) {
			return
		}
		key, value, ok := strings.Cut(strings.TrimSuffix(string(b[sp+1:n]), "\n"), "=")
		if !ok {
			return
		}
		into[key] = value
		b = b[n:]
	}
}

func (s *scanner) checkGlobal(pax map[string]string, start int64) {
	for _, k := range []string{"path", "linkpath", "size", "GNU.sparse.name"} {
		if v, ok := pax[k]; ok {
			s.note("pax-global-header", fmt.Sprintf("global header sets %s to %q", k, v), start)
		}
	}
}

func (s *scanner) checkPlain(h *tar.Header, head []byte, pax map[string]string, start int64) {
	if v, ok := pax["size"]; ok {
		n, err := strconv.ParseInt(v, 10, 64)
		plain, octal := parseOctal(head[124:136])
		if err == nil && octal && plain != 0 && plain != n {
			s.note("pax-size-mismatch", fmt.Sprintf("%q: extended header says %d, plain header %d", h.Name, n, plain), start)
		}
	}
	if v, ok := pax["path"]; ok && pax["GNU.sparse.major"] == "" {
		name := cString(head[:100])
		if prefix := cString(head[345:500]); prefix != "" && bytes.Equal(head[257:263], []byte("ustar\x00")) {
			name = prefix + "/" + name
		}
		if !derived(name, v) {
			s.note("pax-name-mismatch", fmt.Sprintf("extended header says %q, plain header %q", v, name), start)
		}
	}
	if v, ok := pax["linkpath"]; ok {
		if name := cString(head[157:257]); !derived(name, v) {
			s.note("pax-name-mismatch", fmt.Sprintf("link of %q: extended header says %q, plain header %q", h.Name, v, name), start)
		}
	}
}

func cString(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}

// derived reports whether the plain name is one that tar programs write for a
// long or non-ASCII name: empty, a part of it, or with other bytes in place of
// those that are not ASCII.
func derived(name, full string) bool {
	name, full = strings.Trim(name, "/"), strings.Trim(full, "/")
	if name == "" || name == full {
		return true
	}
	ascii := strings.IndexFunc(full, func(r rune) bool { return r >= 0x80 }) < 0
	if ascii && len(full) <= 100 {
		return false
	}
	name, full = plainASCII(name), plainASCII(full)
	if strings.HasPrefix(full, name) || strings.HasSuffix(full, name) {
		return true
	}
	// the middle left out: directory and file name are both cut
	dir, base := fstree.Split("/" + name)
	fdir, fbase := fstree.Split("/" + full)
	return strings.HasPrefix(fbase, base) && (strings.HasPrefix(fdir, dir) || strings.Contains(dir, "PaxHeader"))
}

// plainASCII leaves out what programs put in place of bytes that are not ASCII.
func plainASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x80 || r == '?' || r == '_' {
			return -1
		}
		return r
	}, s)
}
