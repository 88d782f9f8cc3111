package ext4

import "encoding/binary"

// Tags of an ACL entry.
const (
	aclUser  = 0x02
	aclGroup = 0x08

	aclDiskVersion  = 1
	aclXattrVersion = 2
	aclUndefinedID  = 0xFFFFFFFF
)

// decodeACL converts a POSIX ACL from its form on disk, where only named users
// and groups have an ID, to the form that getxattr(2) returns: version 2, then
// entries of tag, permissions and ID. It returns nil for an ACL without entries.
//
// Source: ext4 data structures and algorithms, section "POSIX ACLs"; struct posix_acl_xattr_header.
func decodeACL(b []byte) ([]byte, error) {
	if len(b) == 0 {
		return nil, nil
	}
	if len(b) < 4 || le32(b, 0) != aclDiskVersion {
		return nil, corrupt("ACL of %d bytes", len(b))
	}
	out := binary.LittleEndian.AppendUint32(make([]byte, 0, 4+2*len(b)), aclXattrVersion)
	for b = b[4:]; len(b) > 0; {
		if len(b) < 4 {
			return nil, corrupt("ACL entry of %d bytes", len(b))
		}
		id := uint32(aclUndefinedID)
		out = append(out, b[:4]...)
		switch tag := le16(b, 0); tag {
		case aclUser, aclGroup:
			if len(b) < 8 {
				return nil, corrupt("ACL entry of %d bytes", len(b))
			}
			id = le32(b, 4)
			b = b[8:]
		case 0x01, 0x04, 0x10, 0x20: // owner, owning group, mask, others
			b = b[4:]
		default:
			return nil, corrupt("ACL tag %#x", tag)
		}
		out = binary.LittleEndian.AppendUint32(out, id)
	}
	if len(out) == 4 {
		return nil, nil
	}
	return out, nil
}
