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
// encrypted directory whose key is not loaded.
func (fs *FS) noKeyName(in *inode, rec, name []byte) string {
	return noKeyText(0, 0, name)
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
