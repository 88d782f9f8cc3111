package ext4

import (
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
)

// maxReports is how much damage of one directory is reported item by item.
const maxReports = 1000

// sink collects the damage of one entry, while its content is still delivered.
type sink struct {
	path string
	list []*fstree.Damage
	more int // left out
	// values is how many bytes of attribute values may still be read from
	// inodes of their own.
	values int64
}

func (s *sink) add(structure string, off int64, cause error) {
	s.put(damage(structure, off, cause))
}

// put adds an error; one that is no Damage becomes one.
func (s *sink) put(d *fstree.Damage) {
	if len(s.list) >= maxReports {
		s.more++
		return
	}
	if d.Path == "" {
		d.Path = s.path
	}
	s.list = append(s.list, d)
}

// take returns what was collected and empties the sink.
func (s *sink) take() []*fstree.Damage {
	out := s.list
	if s.more > 0 {
		d := damage("directory", -1, fmt.Errorf("%w: %d further reports left out", fstree.ErrLimit, s.more))
		d.Path = s.path
		out = append(out, d)
	}
	s.list, s.more = nil, 0
	return out
}
