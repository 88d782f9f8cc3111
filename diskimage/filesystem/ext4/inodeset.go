package ext4

// inodeSet is a set of inode numbers, one bit each where they are dense.
type inodeSet map[uint32]*[64]uint64

// add puts a number into the set and reports whether it is new.
func (s inodeSet) add(num uint32) bool {
	page := s[num>>12]
	if page == nil {
		page = new([64]uint64)
		s[num>>12] = page
	}
	word, bit := &page[num>>6&63], uint64(1)<<(num&63)
	if *word&bit != 0 {
		return false
	}
	*word |= bit
	return true
}
