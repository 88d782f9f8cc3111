package mutate

// Within returns a Target.Silent for fields of image that are written down once
// and of which every value is valid. Each field is a byte range, start inclusive,
// end exclusive. It allows a mutation whose changed bytes, those that are not what
// they were in image, all lie in one of the fields.
func Within(image []byte, fields [][2]int64) func(Mutation) bool {
	before := append([]byte(nil), image...)
	return func(m Mutation) bool {
		first, end := int64(-1), int64(0)
		for i, b := range m.Bytes {
			if at := m.Offset + int64(i); before[at] != b {
				if first < 0 {
					first = at
				}
				end = at + 1
			}
		}
		for _, f := range fields {
			if first >= f[0] && end <= f[1] && first >= 0 {
				return true
			}
		}
		return false
	}
}
