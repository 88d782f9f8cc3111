package views

// php yields the views of PHP code that starts at offset of the content.
func (s *session) php(code []byte, offset int64) {
}
