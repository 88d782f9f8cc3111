package ext4

import "fmt"

// inlineData returns the content of an inode with the inline flag, in.size
// bytes: i_block and then the attribute system.data; and what is stored behind.
// The error is a *fstree.Damage: the inode promises more than it holds.
//
// Source: ext4 data structures and algorithms, section "Inline Data".
func (fs *FS) inlineData(in *inode) (data, behind []byte, err error) {
	first, rest, err := fs.inlineParts(in)
	if err != nil {
		return nil, nil, err
	}
	if in.size < 0 || in.size > int64(len(first)+len(rest)) {
		return nil, nil, damage(fmt.Sprintf("inline data of inode %d", in.num), in.off,
			corrupt("%d bytes stored of %d", len(first)+len(rest), in.size))
	}
	all := append(append(make([]byte, 0, len(first)+len(rest)), first...), rest...)
	return all[:in.size:in.size], all[in.size:], nil
}

// inlineParts returns i_block and the value of system.data, nil if there is none.
func (fs *FS) inlineParts(in *inode) (first, rest []byte, err error) {
	a, err := fs.body(in)
	if err != nil {
		return nil, nil, err
	}
	if a == nil {
		return in.blockField(), nil, nil
	}
	var found *xattrEntry
	err = a.each(func(e *xattrEntry) {
		if e.index == xattrIndexSystem && string(e.name) == inlineDataName && found == nil {
			found = e
		}
	})
	if found != nil {
		if found.inum != 0 {
			return nil, nil, damage(a.structure, a.off, corrupt("inline data in inode %d", found.inum))
		}
		return in.blockField(), found.value, nil
	}
	if err != nil {
		return nil, nil, damage(a.structure, a.off, err)
	}
	return in.blockField(), nil, nil
}
