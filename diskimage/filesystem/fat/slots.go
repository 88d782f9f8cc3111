package fat

import (
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
)

// found is an entry with its name.
type found struct {
	dirEntry
	name string
	off  int64 // of the 32 bytes with the short name
	odd  string
}

// slots turns the 32-byte slots of one directory into entries, and notes what
// shows that some of them are gone.
type slots struct {
	fs     *FS
	root   bool
	long   longName
	seen   int // slots so far
	dots   int // "." and ".." at the start of a subdirectory
	labels int // volume labels
	ended  bool
	names  map[string]struct{} // met
	// What finish reports, each with the place of the first one:
	orphans, behind, second, twice place
}

// place counts slots of one kind.
type place struct {
	n   int
	off int64 // of the first one
}

func (p *place) add(off int64) {
	if p.n++; p.n == 1 {
		p.off = off
	}
}

// oddity is something that a directory has and no driver writes.
type oddity struct {
	off   int64
	cause error
}

// next takes one slot, at byte offset off of the volume, and returns an entry if
// it completes one.
func (s *slots) next(b []byte, off int64) *found {
	s.seen++
	if b[0] == 0 || b[0] == 0xe5 {
		s.ended = s.ended || b[0] == 0
		s.drop()
		return nil
	}
	if s.ended {
		s.behind.add(off)
	}
	if b[11]&attrMask == attrLong {
		if !s.long.continues(b) {
			s.drop()
		}
		if !s.long.add(b, off) {
			s.orphans.add(off)
		}
		return nil
	}
	f := &found{dirEntry: s.fs.boot.parseEntry(b), off: off}
	name, ok := s.long.text(f.dirEntry.name)
	if ok {
		s.long.reset()
	}
	s.drop()
	if s.isDot(f) {
		s.dots++
		return nil
	}
	if f.attr&attrVolume != 0 {
		// The label; Linux shows none of them, so one with content hides it.
		if f.cluster == 0 && f.size == 0 && s.root {
			if s.labels++; s.labels > 1 {
				s.second.add(off)
			}
			return nil
		}
		f.odd = "is marked as volume label, which hides it"
	}
	f.name = f.shortName()
	if ok {
		if fstree.ValidName(name) {
			f.name = name
		} else {
			f.odd = fmt.Sprintf("has the long name %q", name)
		}
	}
	if _, ok := s.names[f.name]; ok {
		s.twice.add(off)
	}
	if s.names == nil {
		s.names = make(map[string]struct{})
	}
	s.names[f.name] = struct{}{}
	return f
}

// isDot reports whether f is one of the two entries that a subdirectory starts with.
func (s *slots) isDot(f *found) bool {
	dots := trimSpaces(f.dirEntry.name[:])
	return !s.root && s.seen <= 2 && f.isDir() && f.attr&attrVolume == 0 && (dots == "." || dots == "..")
}

// drop forgets the slots of a long name that no short name followed.
func (s *slots) drop() {
	if s.long.slots > 0 {
		s.orphans.add(s.long.start)
	}
	s.long.reset()
}

// finish returns what is wrong with a directory that was read to its end. All
// of it is what the loss of a slot or a sector leaves behind: drivers delete the
// slots of a long name with the short one, write "." and ".." into every
// subdirectory, and set directories to zero before they use them, so that
// nothing but zeros follows the end mark. With whole false the directory itself
// is damaged, and a missing start is no news.
//
// Source: fatgen103, "FAT Directory Structure" (DIR_Name[0]), "Long File Name
// Implementation", "Directory creation".
func (s *slots) finish(whole bool) (out []oddity) {
	s.drop()
	note := func(p place, format string, args ...any) {
		if p.n > 0 {
			out = append(out, oddity{p.off, fmt.Errorf("%w: %s", fstree.ErrCorrupt, fmt.Sprintf(format, args...))})
		}
	}
	note(s.orphans, "%d slots or rows of slots of long names belong to no entry", s.orphans.n)
	note(s.behind, "%d slots in use behind the end mark", s.behind.n)
	note(s.second, "%d volume labels, there is one at most", s.labels)
	note(s.twice, "%d entries of a name that is there already", s.twice.n)
	if whole && !s.root && s.dots < 2 {
		note(place{1, -1}, `does not start with "." and ".."`)
	}
	return out
}
