package ext4

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
)

// noKeyMax is how many bytes of an encrypted name its encoding holds; of a
// longer one the rest is a SHA-256.
const noKeyMax = 149

// noKeyName returns the name under which the kernel lists an entry of an
// encrypted directory whose key is not loaded. rec is the directory record.
// The hashes in it are those by which the kernel lists the directory, or zero
// if it reads the blocks one after the other.
func (d *dirReader) noKeyName(rec, name []byte) string {
	s := d.fs.sb
	hashed := s.compat&compatDirIndex != 0 && (d.in.has(flagIndex|flagInlineData) || d.in.size/s.blockSize == 1)
	if !hashed {
		return noKeyText(0, 0, name)
	}
	if d.in.has(flagCasefold) { // the record holds the hashes, as they depend on the key
		at := direntHeader + (len(name)+3)&^3
		if at+8 > len(rec) {
			return noKeyText(0, 0, name)
		}
		return noKeyText(le32(rec, at), le32(rec, at+4), name)
	}
	version := s.hashVersion
	if d.in.has(flagIndex) {
		version = d.version
	}
	if version <= hashTEA && s.flags&flagUnsignedHash != 0 {
		version += hashUnsigned
	}
	hash, minor, _ := dirHash(version, s.hashSeed, name)
	return noKeyText(hash, minor, name)
}

// noKeyText encodes an encrypted name, with the two hashes of the directory
// index, as the kernel does for a reader without the key.
//
// Source: kernel documentation, filesystems/fscrypt, section "Access semantics", and struct fscrypt_nokey_name.
func noKeyText(hash, minor uint32, name []byte) string {
	b := binary.LittleEndian.AppendUint32(make([]byte, 0, 8+noKeyMax+sha256.Size), hash)
	b = binary.LittleEndian.AppendUint32(b, minor)
	b = append(b, name[:min(len(name), noKeyMax)]...)
	if len(name) > noKeyMax {
		sum := sha256.Sum256(name[noKeyMax:])
		b = append(b, sum[:]...)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}
