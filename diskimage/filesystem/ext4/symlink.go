package ext4

import (
	"bytes"
	"io"

	"github.com/seed-181f3109/assay/fstree"
)

// maxTarget is the longest target of a symbolic link that Linux follows, in bytes.
const maxTarget = 4096

// target returns the target of a symbolic link. What is wrong with it goes to
// the sink; the part that can be read is returned.
//
// Source: ext4 data structures and algorithms, section "Symbolic Links".
func (fs *FS) target(in *inode, sink *sink) string {
	if in.has(flagEncrypt) {
		return fs.encryptedTarget(in, sink)
	}
	b := fs.linkBytes(in, sink)
	if i := bytes.IndexByte(b, 0); i >= 0 {
		sink.add(inodeName(in.num), in.off, corrupt("zero byte in a link target"))
		b = b[:i]
	}
	return string(b)
}

// linkBytes returns the stored bytes of a link: in i_block, inline, or in blocks.
func (fs *FS) linkBytes(in *inode, sink *sink) []byte {
	if in.size <= 0 || in.size > maxTarget {
		sink.add(inodeName(in.num), in.off, corrupt("link target of %d bytes", in.size))
		if in.size <= 0 {
			return nil
		}
	}
	if fs.isFast(in) {
		if in.size >= blockFieldSize {
			sink.add(inodeName(in.num), in.off, corrupt("short link target of %d bytes", in.size))
		}
		return in.blockField()[:min(in.size, blockFieldSize)]
	}
	f, err := fs.open(in, sink.path)
	if err != nil {
		sink.put(err.(*fstree.Damage))
		return nil
	}
	b := make([]byte, min(in.size, maxTarget))
	n, err := f.ReadAt(b, 0)
	if err != nil && err != io.EOF {
		sink.put(err.(*fstree.Damage))
	}
	return b[:n]
}

// isFast reports whether the target lies in i_block: no blocks are allocated
// but that of the attributes. The value of an attribute inode does not count.
func (fs *FS) isFast(in *inode) bool {
	if in.has(flagInlineData) {
		return false
	}
	if in.has(flagEAInode) {
		return in.size > 0 && in.size < blockFieldSize
	}
	sectors := in.sectors
	if in.fileACL != 0 {
		sectors -= min(sectors, uint64(fs.sb.clusterSize)/512)
	}
	return sectors == 0
}

// encryptedTarget returns what readlink shows without the key.
func (fs *FS) encryptedTarget(in *inode, sink *sink) string {
	b := fs.linkBytes(in, sink)
	if len(b) < 2 || int(le16(b, 0)) > len(b)-2 || le16(b, 0) == 0 {
		sink.add(inodeName(in.num), in.off, corrupt("encrypted link target of %d bytes", len(b)))
		return ""
	}
	return noKeyText(0, 0, b[2:][:le16(b, 0)])
}
