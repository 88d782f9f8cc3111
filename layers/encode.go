package layers

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// indexMagic names form and version of an encoded index. A change of either, or
// of what scanning finds, takes a new version.
const indexMagic = "assay layer index 1\n"

// encodeIndex writes an index without damage. All numbers are varints; a name is
// the length that it shares with the name before it, and the rest. At the end
// stands the SHA-256 of all before it.
func encodeIndex(x *LayerIndex) []byte {
	e := &encoder{}
	e.b = append(e.b, indexMagic...)
	e.str(x.digest)
	e.str(x.diffID)
	e.num(x.stored)
	e.num(x.size)
	e.num(int64(x.kind))
	e.bool(x.chunked)
	e.num(int64(len(x.notes)))
	for _, n := range x.notes {
		e.str(n.rule)
		e.str(n.detail)
		e.num(n.offset)
	}
	e.num(int64(len(x.records)))
	prev := &record{}
	for i := range x.records {
		e.record(&x.records[i], prev)
		prev = &x.records[i]
	}
	return seal(e.b)
}

// seal appends the checksum.
func seal(b []byte) []byte {
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

type encoder struct{ b []byte }

func (e *encoder) num(n int64) { e.b = binary.AppendVarint(e.b, n) }

func (e *encoder) str(s string) {
	e.num(int64(len(s)))
	e.b = append(e.b, s...)
}

func (e *encoder) bool(v bool) {
	e.b = append(e.b, 0)
	if v {
		e.b[len(e.b)-1] = 1
	}
}

func (e *encoder) record(r, prev *record) {
	shared := 0
	for shared < min(len(r.name), len(prev.name)) && r.name[shared] == prev.name[shared] {
		shared++
	}
	e.num(int64(shared))
	e.str(r.name[shared:])
	e.str(r.link)
	e.num(r.offset - prev.offset)
	e.num(r.size)
	e.num(r.mtime - prev.mtime)
	e.num(int64(r.mtimeN))
	e.num(int64(r.mode))
	e.num(int64(r.uid))
	e.num(int64(r.gid))
	e.b = append(e.b, byte(r.typ), byte(r.flags))
	if r.has(flagHashed) {
		e.b = append(e.b, r.sum[:]...)
	}
	e.bool(r.extra != nil)
	if x := r.extra; x != nil {
		e.time(x.atime)
		e.time(x.ctime)
		e.num(int64(x.major))
		e.num(int64(x.minor))
		e.num(int64(len(x.xattrs)))
		for _, k := range slices.Sorted(maps.Keys(x.xattrs)) {
			e.str(k)
			e.str(string(x.xattrs[k]))
		}
	}
}

func (e *encoder) time(t time.Time) {
	e.bool(!t.IsZero())
	if !t.IsZero() {
		e.num(t.Unix())
		e.num(int64(t.Nanosecond()))
	}
}

var errIndex = errors.New("kept layer index is damaged or of another version")

// decodeIndex reads what encodeIndex wrote. Any doubt is an error.
func decodeIndex(b []byte) (*LayerIndex, error) {
	if len(b) < len(indexMagic)+sha256.Size || string(b[:len(indexMagic)]) != indexMagic {
		return nil, errIndex
	}
	body := b[:len(b)-sha256.Size]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], b[len(body):]) {
		return nil, errIndex
	}
	d := &decoder{b: body[len(indexMagic):]}
	x := &LayerIndex{digest: d.str(), diffID: d.str(), stored: d.num(), size: d.num(), kind: compression(d.num()), chunked: d.bool()}
	for range d.count() {
		x.notes = append(x.notes, note{rule: d.str(), detail: d.str(), offset: d.num()})
	}
	n := d.count()
	x.records = make([]record, 0, min(n, len(d.b)/12))
	prev := &record{}
	for range n {
		x.records = append(x.records, d.record(prev))
		prev = &x.records[len(x.records)-1]
		if d.err != nil {
			break
		}
	}
	if d.err != nil || len(d.b) != 0 || x.kind > zstandard {
		return nil, fmt.Errorf("%w: %w", errIndex, cmpErr(d.err))
	}
	return x, nil
}

func cmpErr(err error) error {
	if err == nil {
		return errors.New("bytes left over")
	}
	return err
}

// decoder takes values from b. After the first failure all are zero.
type decoder struct {
	b   []byte
	err error
}

func (d *decoder) fail() {
	if d.err == nil {
		d.err = errors.New("value does not fit")
	}
	d.b = nil
}

func (d *decoder) num() int64 {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[n:]
	return v
}

// count is a number of things, each at least one byte.
func (d *decoder) count() int {
	n := d.num()
	if n < 0 || n > int64(len(d.b)) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) bytes(n int) []byte {
	if n > len(d.b) {
		d.fail()
		return nil
	}
	v := d.b[:n]
	d.b = d.b[n:]
	return v
}

func (d *decoder) str() string { return string(d.bytes(d.count())) }

func (d *decoder) byte() byte {
	if v := d.bytes(1); v != nil {
		return v[0]
	}
	return 0
}

func (d *decoder) bool() bool { return d.byte() == 1 }

func (d *decoder) time() time.Time {
	if !d.bool() {
		return time.Time{}
	}
	return time.Unix(d.num(), d.num()).UTC()
}

func (d *decoder) record(prev *record) record {
	var r record
	shared := d.num()
	if shared < 0 || shared > int64(len(prev.name)) {
		d.fail()
		return r
	}
	r.name = prev.name[:shared] + d.str()
	r.link = d.str()
	r.offset = prev.offset + d.num()
	r.size = d.num()
	r.mtime = prev.mtime + d.num()
	r.mtimeN, r.mode, r.uid, r.gid = uint32(d.num()), uint32(d.num()), uint32(d.num()), uint32(d.num())
	r.typ, r.flags = recordType(d.byte()), recordFlags(d.byte())
	if int(r.typ) >= len(entryTypes) {
		d.fail()
		return r
	}
	if r.has(flagHashed) {
		copy(r.sum[:], d.bytes(len(r.sum)))
	}
	if !d.bool() {
		return r
	}
	x := &extra{atime: d.time(), ctime: d.time(), major: uint32(d.num()), minor: uint32(d.num())}
	for range d.count() {
		if x.xattrs == nil {
			x.xattrs = map[string][]byte{}
		}
		k := d.str()
		x.xattrs[k] = bytes.Clone(d.bytes(d.count()))
	}
	r.extra = x
	return r
}
