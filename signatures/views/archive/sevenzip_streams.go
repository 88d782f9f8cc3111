package archive

import "math"

// parse reads a StreamsInfo.
func (st *szStreams) parse(d *szReader) error {
	for d.err == nil {
		switch id := d.byte(); id {
		case szEnd:
			return st.finish(d)
		case szPackInfo:
			st.parsePacked(d)
		case szUnpackInfo:
			st.parseFolders(d)
		case szSubStreams:
			st.parseParts(d)
		default:
			d.fail("unknown part %#x of the streams", id)
		}
	}
	return d.err
}

// finish gives folders without a list of parts their one part.
func (st *szStreams) finish(d *szReader) error {
	total := 0
	for i := range st.folders {
		f := &st.folders[i]
		if f.parts == nil && f.streams == 1 {
			f.parts = []szDigest{f.whole}
		}
		f.first = total
		total += len(f.inputs)
		sum := uint64(0)
		for _, p := range f.parts {
			sum += p.size
		}
		if sum != f.whole.size {
			d.fail("files of %d bytes in a folder of %d", sum, f.whole.size)
		}
	}
	if total > len(st.packed) {
		d.fail("%d packed streams where %d are used", len(st.packed), total)
	}
	return d.err
}

func (st *szStreams) parsePacked(d *szReader) {
	st.pos = d.number()
	n := d.count("packed streams")
	for d.err == nil {
		switch id := d.byte(); id {
		case szEnd:
			return
		case szSize:
			st.packed = make([]uint64, n)
			for i := range st.packed {
				st.packed[i] = d.number()
			}
		case szCRC:
			parts := make([]*szDigest, n)
			for i := range parts {
				parts[i] = &szDigest{}
			}
			d.digests(parts) // of packed bytes; those of the files tell the same
		default:
			d.fail("unknown part %#x of the packed streams", id)
		}
	}
}

func (st *szStreams) parseFolders(d *szReader) {
	for d.err == nil {
		switch id := d.byte(); id {
		case szEnd:
			return
		case szFolders:
			n := d.count("folders")
			if d.byte() != 0 {
				d.fail("folders in a stream of their own")
			}
			st.folders = make([]szFolder, n)
			for i := range st.folders {
				st.folders[i].parse(d)
			}
		case szUnpackSizes:
			for i := range st.folders {
				f := &st.folders[i]
				for range f.coders {
					f.sizes = append(f.sizes, d.number())
				}
				if d.err == nil {
					f.whole.size = f.sizes[f.main()]
				}
			}
		case szCRC:
			var parts []*szDigest
			for i := range st.folders {
				parts = append(parts, &st.folders[i].whole)
			}
			d.digests(parts)
		default:
			d.fail("unknown part %#x of the folders", id)
		}
	}
}

// parse reads a folder: its coders, how they are joined, and the packed streams.
func (f *szFolder) parse(d *szReader) {
	f.streams = 1
	n := d.number()
	if n == 0 || n > maxCoders {
		d.fail("folder of %d coders", n)
		return
	}
	var inputs uint64
	for range n {
		flags := d.byte()
		var c szCoder
		for _, b := range d.bytes(uint64(flags & 0xf)) {
			if c.id > math.MaxUint64>>8 {
				d.fail("long coder name")
			}
			c.id = c.id<<8 | uint64(b)
		}
		c.in = 1
		if flags&0x10 != 0 {
			out := uint64(0)
			if c.in, out = d.number(), d.number(); out != 1 || c.in > maxCoders {
				d.fail("coder of %d inputs and %d outputs", c.in, out)
				return
			}
		}
		if flags&0x20 != 0 {
			c.props = d.bytes(d.number())
		}
		if flags&0x80 != 0 {
			d.fail("coder with alternatives")
		}
		inputs += c.in
		f.coders = append(f.coders, c)
	}
	if inputs < n || inputs > maxCoders {
		d.fail("folder of %d inputs", inputs)
		return
	}
	taken := make(map[uint64]bool)
	for range n - 1 {
		b := szBind{d.number(), d.number()}
		if b.in >= inputs || b.out >= n || taken[b.in] {
			d.fail("input %d bound to output %d", b.in, b.out)
			return
		}
		taken[b.in] = true
		f.bound = append(f.bound, b)
	}
	if packed := inputs - (n - 1); packed > 1 {
		for range packed {
			f.inputs = append(f.inputs, d.number())
		}
		return
	}
	for i := range inputs {
		if !taken[i] {
			f.inputs = append(f.inputs, i)
		}
	}
}

// main is the coder whose output no other takes.
func (f *szFolder) main() int {
	for i := range f.coders {
		free := true
		for _, b := range f.bound {
			free = free && b.out != uint64(i)
		}
		if free {
			return i
		}
	}
	return len(f.coders) - 1
}

// parseParts reads how folders are divided into files.
func (st *szStreams) parseParts(d *szReader) {
	for i := range st.folders {
		st.folders[i].parts = []szDigest{st.folders[i].whole}
	}
	for d.err == nil {
		switch id := d.byte(); id {
		case szEnd:
			return
		case szStreamCounts:
			st.parseCounts(d)
		case szSize:
			for i := range st.folders {
				f := &st.folders[i]
				left := f.whole.size
				for k := range max(len(f.parts)-1, 0) {
					n := d.number()
					if n > left {
						d.fail("parts are larger than their folder")
						return
					}
					f.parts[k].size = n
					left -= n
				}
				if len(f.parts) > 0 {
					f.parts[len(f.parts)-1].size = left
				}
			}
		case szCRC:
			var unknown []*szDigest
			for i := range st.folders {
				f := &st.folders[i]
				for k := range f.parts {
					if !f.parts[k].known {
						unknown = append(unknown, &f.parts[k])
					}
				}
			}
			d.digests(unknown)
		default:
			d.fail("unknown part %#x of the files", id)
		}
	}
}

func (st *szStreams) parseCounts(d *szReader) {
	total := uint64(0)
	for i := range st.folders {
		f := &st.folders[i]
		f.streams = d.number()
		if total += f.streams; f.streams > maxThings || total > maxThings {
			d.fail("%d files in folder %d", f.streams, i)
			return
		}
		if f.streams != 1 {
			f.parts = make([]szDigest, f.streams)
		}
	}
}
