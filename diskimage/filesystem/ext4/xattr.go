package ext4

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/seed-181f3109/assay/fstree"
)

const (
	xattrMagic       = 0xEA020000
	xattrBlockHeader = 32
	xattrEntryHeader = 16
	// xattrMaxValue is the largest value that Linux lets a program read, XATTR_SIZE_MAX.
	xattrMaxValue = 64 << 10

	xattrIndexACL        = 2
	xattrIndexDefaultACL = 3
	xattrIndexSystem     = 7
	xattrIndexEncryption = 9
	inlineDataName       = "data"
)

// xattrPrefix returns the beginning of the full name that an index stands for.
//
// Source: ext4 data structures and algorithms, section "Attribute Name Indices".
func xattrPrefix(index byte) (string, bool) {
	switch index {
	case 0:
		return "", true
	case 1:
		return "user.", true
	case xattrIndexACL:
		return "system.posix_acl_access", true
	case xattrIndexDefaultACL:
		return "system.posix_acl_default", true
	case 4:
		return "trusted.", true
	case 6:
		return "security.", true
	case xattrIndexSystem:
		return "system.", true
	case 8:
		return "system.richacl", true
	case 10:
		return "gnu.", true
	}
	return "", false
}

// xattrEntry is one attribute where it is stored, struct ext4_xattr_entry.
type xattrEntry struct {
	index byte
	name  []byte
	value []byte // the stored value; nil if it is in inode inum
	inum  uint32
	size  uint32
	hash  uint32
}

// xattrArea is a table of attributes: b is what value offsets count from, and
// the entries start at first. off is the place of b on the section.
type xattrArea struct {
	b         []byte
	first     int
	off       int64
	structure string
}

// each yields the entries of the area until one is wrong.
func (a *xattrArea) each(yield func(e *xattrEntry)) error {
	for off := a.first; ; {
		if off+4 > len(a.b) {
			return corrupt("list of attributes without end")
		}
		if le32(a.b, off) == 0 {
			return nil
		}
		if off+xattrEntryHeader > len(a.b) || off+xattrEntryHeader+int(a.b[off]) > len(a.b) {
			return corrupt("attribute entry at byte %d", off)
		}
		h := a.b[off:]
		e := &xattrEntry{
			index: h[1], name: h[xattrEntryHeader:][:h[0]:h[0]],
			inum: le32(h, 4), size: le32(h, 8), hash: le32(h, 12),
		}
		if e.inum == 0 {
			start, size := int64(le16(h, 2)), int64(e.size)
			if start+size > int64(len(a.b)) {
				return corrupt("attribute %q of %d bytes at byte %d", e.name, size, start)
			}
			e.value = a.b[start : start+size : start+size]
		}
		yield(e)
		off += (xattrEntryHeader + len(e.name) + 3) &^ 3
	}
}

// body returns the attributes inside the inode, or nil if there is no room or
// nothing there.
func (fs *FS) body(in *inode) (*xattrArea, error) {
	start := goodOldInode + in.extra
	if !in.inBody || start+8 > len(in.raw) {
		return nil, nil
	}
	a := &xattrArea{b: in.raw[start+4:], off: in.off + int64(start) + 4, structure: fmt.Sprintf("extended attributes in inode %d", in.num)}
	switch magic := le32(in.raw, start); magic {
	case xattrMagic:
		return a, nil
	case 0:
		return nil, nil
	default:
		return nil, damage(a.structure, a.off, corrupt("magic %#x", magic))
	}
}

// xattrBlock returns the attributes in the block that the inode names. A wrong
// checksum goes to the sink, and the attributes are returned all the same.
func (fs *FS) xattrBlock(in *inode, sink *sink) (*xattrArea, error) {
	a := &xattrArea{off: int64(in.fileACL) * fs.sb.blockSize, first: xattrBlockHeader,
		structure: fmt.Sprintf("extended attribute block %d of inode %d", in.fileACL, in.num)}
	var err error
	if a.b, err = fs.block(in.fileACL); err != nil {
		return nil, damage(a.structure, a.off, err)
	}
	if le32(a.b, 0) != xattrMagic || le32(a.b, 8) != 1 {
		return nil, damage(a.structure, a.off, corrupt("magic %#x, %d blocks", le32(a.b, 0), le32(a.b, 8)))
	}
	if fs.sb.has(roMetadataCsum) {
		crc := crc32c(crc32cLong(fs.sb.seed, in.fileACL), a.b[:0x10])
		crc = crc32c(crc, []byte{0, 0, 0, 0})
		if crc32c(crc, a.b[0x14:]) != le32(a.b, 0x10) {
			sink.add(a.structure, a.off, fstree.ErrChecksum)
		}
	}
	return a, nil
}

// xattrs returns the extended attributes of an inode by full name as Linux
// shows them, nil if there are none. What cannot be read goes to the sink.
//
// Source: ext4 data structures and algorithms, section "Extended Attributes".
func (fs *FS) xattrs(in *inode, sink *sink) map[string][]byte {
	var out map[string][]byte
	collect := func(a *xattrArea, err error) {
		if err != nil {
			sink.put(err.(*fstree.Damage))
			return
		}
		if a == nil {
			return
		}
		err = a.each(func(e *xattrEntry) {
			name, value, err := fs.attribute(in, e, sink)
			if err != nil {
				sink.add(fmt.Sprintf("%s: %q", a.structure, name), a.off, err)
			}
			if value == nil {
				return
			}
			if out == nil {
				out = make(map[string][]byte)
			}
			if _, ok := out[name]; !ok { // the one in the inode is found first
				out[name] = value
			}
		})
		if err != nil {
			sink.add(a.structure, a.off, err)
		}
	}
	collect(fs.body(in))
	if in.fileACL != 0 {
		collect(fs.xattrBlock(in, sink))
	}
	return out
}

// attribute returns the full name and the value of an entry. A nil value is not
// shown: it is internal or cannot be read. An error with a value means that
// the value is doubtful.
func (fs *FS) attribute(in *inode, e *xattrEntry, sink *sink) (name string, value []byte, err error) {
	prefix, ok := xattrPrefix(e.index)
	if !ok {
		if e.index == xattrIndexEncryption {
			return "", nil, nil // the encryption policy, not shown by the kernel
		}
		return string(e.name), nil, fmt.Errorf("%w: attribute name index %d", fstree.ErrUnsupported, e.index)
	}
	name = prefix + string(e.name)
	if e.index == xattrIndexSystem && string(e.name) == inlineDataName {
		return name, nil, nil // content of an inline file
	}
	if value = e.value; e.inum != 0 {
		if value, err = fs.valueInode(in, e, sink); value == nil {
			return name, nil, err
		}
	} else if e.hash != 0 && !hashFits(e, e.value) {
		err = fmt.Errorf("%w: e_hash", fstree.ErrChecksum)
	}
	if e.index == xattrIndexACL || e.index == xattrIndexDefaultACL {
		acl, aclErr := decodeACL(value)
		if aclErr != nil {
			return name, nil, aclErr
		}
		return name, acl, err
	}
	if e.inum == 0 {
		value = append([]byte{}, value...) // of a page that holds much more
	}
	return name, value, err
}

// valueInode returns a value that has an inode of its own, and checks it
// against the hash that this inode keeps in its access time.
//
// Source: ext4 data structures and algorithms, section "Large Extended Attribute Values".
func (fs *FS) valueInode(in *inode, e *xattrEntry, sink *sink) ([]byte, error) {
	if fs.sb.incompat&incompatEAInode == 0 {
		return nil, corrupt("value in inode %d without the feature ea_inode", e.inum)
	}
	if e.size > xattrMaxValue {
		return nil, fmt.Errorf("%w: value of %d bytes", fstree.ErrLimit, e.size)
	}
	v, err := fs.inode(e.inum)
	if err != nil {
		return nil, err
	}
	if !v.has(flagEAInode) || v.size != int64(e.size) {
		return nil, corrupt("inode %d of %d bytes does not hold a value of %d bytes", v.num, v.size, e.size)
	}
	if !v.checksumOK(fs.sb) {
		sink.add(inodeName(v.num), v.off, fstree.ErrChecksum)
	}
	// Many files may share a value: it is read once, with its hash behind it.
	b, err := fs.cache.pages.Get(int64(v.num)<<2|int64(pageValue), func() ([]byte, error) { return fs.readValue(v, sink) })
	if err != nil {
		return nil, err
	}
	value, word := b[:e.size:e.size], b[e.size:]
	if le32(v.raw, 0x10) == in.num && v.generation == in.generation {
		return value, nil // written by Lustre, without hashes
	}
	if le32(v.raw, 0x08) != le32(word, 0) {
		return value, fmt.Errorf("%w: value in inode %d", fstree.ErrChecksum, v.num)
	}
	if !hashFits(e, word) {
		return value, fmt.Errorf("%w: e_hash", fstree.ErrChecksum)
	}
	return value, nil
}

// readValue reads the content of a value inode and appends its hash.
func (fs *FS) readValue(v *inode, sink *sink) ([]byte, error) {
	if sink.values < v.size {
		return nil, fmt.Errorf("%w: values of attributes are larger than the file system", fstree.ErrLimit)
	}
	sink.values -= v.size
	f := fs.mapped(v, "")
	f.m = fs.mapping(v, sink)
	b := make([]byte, v.size, v.size+4)
	if _, err := f.ReadAt(b, 0); err != nil && err != io.EOF {
		return nil, err
	}
	return binary.LittleEndian.AppendUint32(b, crc32c(fs.sb.seed, b)), nil
}

// hashFits compares e_hash with the hash of name and value. Names hash with
// signed or unsigned characters, by the machine that wrote them.
//
// Source: struct ext4_xattr_entry, e_hash.
func hashFits(e *xattrEntry, value []byte) bool {
	var unsigned, signed uint32
	for _, c := range e.name {
		unsigned = unsigned<<5 ^ unsigned>>27 ^ uint32(c)
		signed = signed<<5 ^ signed>>27 ^ uint32(int8(c))
	}
	for i := 0; i < len(value); i += 4 {
		var w uint32
		for j, c := range value[i:min(i+4, len(value))] {
			w |= uint32(c) << (8 * j)
		}
		unsigned = unsigned<<16 ^ unsigned>>16 ^ w
		signed = signed<<16 ^ signed>>16 ^ w
	}
	return e.hash == unsigned || e.hash == signed
}
