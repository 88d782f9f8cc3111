package xfs

import "encoding/binary"

// decodeACL translates an access control list from the form of SGI_ACL_FILE to
// the one in which the kernel shows system.posix_acl_access: version 2,
// little-endian, 8 bytes for each entry.
//
// Source: xfs_acl (count, then tag, id, permissions, padding, big-endian);
// acl_ea_header and acl_ea_entry of posix_acl_xattr.h.
func decodeACL(b []byte) ([]byte, error) {
	const entry, undefinedID = 12, ^uint32(0)
	if len(b) < 4 || int64(be32(b, 0))*entry+4 != int64(len(b)) || len(b) == 4 {
		return nil, corrupt("access control list of %d bytes", len(b))
	}
	out := make([]byte, 4, 4+(len(b)-4)/entry*8)
	binary.LittleEndian.PutUint32(out, 2)
	for b = b[4:]; len(b) > 0; b = b[entry:] {
		tag, id := be32(b, 0), undefinedID
		switch tag {
		case 0x02, 0x08: // ACL_USER, ACL_GROUP
			id = be32(b, 4)
		case 0x01, 0x04, 0x10, 0x20: // ACL_USER_OBJ, ACL_GROUP_OBJ, ACL_MASK, ACL_OTHER
		default:
			return nil, corrupt("access control list has tag %#x", tag)
		}
		out = binary.LittleEndian.AppendUint16(out, uint16(tag))
		out = binary.LittleEndian.AppendUint16(out, be16(b, 8))
		out = binary.LittleEndian.AppendUint32(out, id)
	}
	return out, nil
}
