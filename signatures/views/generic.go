package views

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/words"
)

const (
	minEncoded  = 64 // shortest run of base64 or hex that is decoded, in bytes
	maxInflated = 16 << 20
	maxLayers   = 8 // of compression right inside each other
)

// classes of bytes for the search of runs.
const (
	inBase64 = 1 << iota
	inHex
	inBreak // may stand inside a run, at the end of a line
)

var byteClass = func() (t [256]byte) {
	for c := range t {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
			t[c] = inBase64 | inHex
		case c >= 'g' && c <= 'z', c >= 'G' && c <= 'Z', c == '+', c == '/':
			t[c] = inBase64
		case c == '\n', c == '\r', c == '\\':
			t[c] = inBreak
		}
	}
	return t
}()

// run is a stretch of encoded text.
type run struct {
	from, to int
	hex      bool
}

// findRuns returns the runs of base64 and hex of at least minEncoded bytes. A
// run goes on over a line end if the lines are long.
func findRuns(b []byte) []run {
	var out []run
	for i := 0; i < len(b); {
		if byteClass[b[i]]&inBase64 == 0 {
			i++
			continue
		}
		// Nothing shorter than minEncoded is of interest: look at its end first.
		if i+minEncoded <= len(b) {
			skip := 0
			for k := i + minEncoded - 1; k > i; k-- {
				if byteClass[b[k]] == 0 {
					skip = k + 1
					break
				}
			}
			if skip > 0 {
				i = skip
				continue
			}
		}
		from, line, all := i, 0, byte(inHex)
		end := i
		for i < len(b) {
			c := byteClass[b[i]]
			if c&inBase64 != 0 {
				all &= c
				line++
				i++
				end = i
				continue
			}
			if c&inBreak == 0 || line > 0 && line < 60 {
				break
			}
			line = 0
			i++
		}
		if end-from >= minEncoded {
			out = append(out, run{from, end, all != 0})
		}
		i++
	}
	return out
}

// findEscapes returns the runs of \x41\x42 and %41%42 escapes.
func findEscapes(b []byte) []run {
	var out []run
	for _, mark := range []string{"\\x", "%"} {
		step := len(mark) + 2
		for i := 0; i < len(b); {
			j := bytes.Index(b[i:], []byte(mark))
			if j < 0 {
				break
			}
			from := i + j
			i = from
			for i+step <= len(b) && string(b[i:i+len(mark)]) == mark && byteClass[b[i+step-2]]&inHex != 0 && byteClass[b[i+step-1]]&inHex != 0 {
				i += step
			}
			if i-from >= minEncoded {
				out = append(out, run{from, i, true})
			}
			i = max(i, from+len(mark))
		}
	}
	return out
}

// generic yields what is encoded in text: runs of base64 and hex, and what is
// compressed in them, as long as that is text or a program.
//
// Each content is searched whole. What is encoded in what was decoded can grow with
// each layer: all layers together are bounded by the time and by the bytes that may
// be decoded.
func (s *session) generic(content []byte, chain string, offset int64, depth int) {
	if s.over {
		return
	}
	if depth > s.lim.Depth {
		s.gaveUp(chain, offset, fmt.Errorf("encoded more than %d times: %w", s.lim.Depth, fstree.ErrLimit))
		return
	}
	for _, r := range append(findRuns(content), findEscapes(content)...) {
		if s.spent(chain, offset) {
			return
		}
		if r.hex {
			if out, ok := decodeHex(content[r.from:r.to]); ok {
				s.decoded(out, join(chain, "hex"), offsetOf(offset, r.from, depth), depth)
				continue
			}
		}
		if out, ok := decodeBase64(content[r.from:r.to]); ok {
			s.decoded(out, join(chain, "base64"), offsetOf(offset, r.from, depth), depth)
		}
	}
}

// spent reports whether the search for runs ends here: the receiver wants no more,
// or a limit is reached, which is reported once.
func (s *session) spent(chain string, offset int64) bool {
	var cause error
	switch {
	case s.over || s.searched:
		return true
	case s.ctx.Err() != nil:
		s.over = true
		s.yield(View{}, fmt.Errorf("views of %q: %w", s.path, s.ctx.Err()))
		return true
	case s.unpacked > s.lim.Bytes:
		cause = fmt.Errorf("more than %d bytes are encoded: %w", s.lim.Bytes, fstree.ErrLimit)
	case time.Now().After(s.until):
		cause = fmt.Errorf("time of decoding: %w", fstree.ErrLimit)
	default:
		return false
	}
	s.searched = true
	s.gaveUp(chain, offset, cause)
	return true
}

// offsetOf is where a run starts in the file: below the first level it is where
// the outermost one does.
func offsetOf(offset int64, at, depth int) int64 {
	if depth > 1 {
		return offset
	}
	return offset + int64(at)
}

func join(chain, d string) string {
	if chain == "" {
		return d
	}
	return chain + ">" + d
}

// decoded yields one decoded content if it is of interest, and looks inside.
func (s *session) decoded(b []byte, chain string, offset int64, depth int) {
	s.unpacked += int64(len(b))
	for layers := 0; ; layers++ { // compressed inside
		if s.spent(chain, offset) {
			return
		}
		z, name, err := inflate(b)
		if name == "" {
			break
		}
		if layers >= maxLayers {
			s.gaveUp(chain, offset, fmt.Errorf("compressed more than %d times: %w", maxLayers, fstree.ErrLimit))
			return
		}
		s.unpacked += int64(len(z))
		chain = join(chain, name)
		if err != nil {
			s.gaveUp(chain, offset, err)
		}
		if len(z) == 0 {
			return
		}
		b = z
	}
	if len(b) < 16 {
		return
	}
	kinds := Kinds("", b)
	kind := kinds[0]
	if kind == KindBinary || kind == KindImage || kind == KindFont || kind == KindPDF || s.seen(b) {
		return
	}
	if kind == KindText && !telling.In(b) {
		s.generic(b, chain, offset, depth+1)
		return
	}
	if s.bytes+int64(len(b)) > s.lim.Bytes {
		s.gaveUp(chain, offset, errTooLarge(len(b), int(s.lim.Bytes-s.bytes)))
		return
	}
	if !s.emit(View{Chain: chain, Kind: kind, Bytes: b, Offset: offset}) {
		return
	}
	if kind != KindELF && kind != KindPE {
		s.generic(b, chain, offset, depth+1)
	}
}

// telling are words that make decoded text worth a view of its own.
var telling = func() *words.Set {
	var list []words.Word
	for _, w := range []string{"/bin/", "/dev/tcp", "eval", "exec", "system(", "socket", "curl ", "wget ", "powershell", "cmd.exe", "import ", "http://", "https://", "base64", "<?", "$_",
		"passwd", "authorized_keys", "ssh-rsa", "chmod", "nc -", "invoke", "class"} {
		list = append(list, words.Word{Text: w})
	}
	return words.New(list)
}()

// decodeBase64 decodes a run with line ends in it. A run that is only letters of one
// case, a path or a word list decodes to noise and is dropped by its result.
func decodeBase64(run []byte) ([]byte, bool) {
	clean := make([]byte, 0, len(run))
	for _, c := range run {
		if c != '\n' && c != '\r' && c != ' ' && c != '\t' && c != '\\' && c != '=' {
			clean = append(clean, c)
		}
	}
	clean = clean[:len(clean)-bad(len(clean)%4)]
	if len(clean) < minEncoded {
		return nil, false
	}
	// The first bytes tell noise from text without decoding all.
	var head [48]byte
	if n, err := base64.RawStdEncoding.Decode(head[:], clean[:64]); err != nil || !promising(head[:n]) {
		return nil, false
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, err := base64.RawStdEncoding.Decode(out, clean)
	return out[:n], err == nil
}

// bad is 1 if a length cannot be base64.
func bad(rest int) int {
	if rest == 1 {
		return 1
	}
	return 0
}

// promising reports whether decoded bytes start a format or are text.
func promising(b []byte) bool {
	if inflateName(b) != "" || binaryKinds(b) != nil {
		return true
	}
	odd := 0
	for _, c := range b {
		if c < 0x20 && c != '\n' && c != '\r' && c != '\t' || c >= 0x7f {
			odd++
		}
	}
	return odd*8 < len(b) || utf8.Valid(b[:max(0, len(b)-4)]) && odd*2 < len(b) || isWide(b)
}

// isWide reports whether b is text of UTF-16 without a mark.
func isWide(b []byte) bool {
	return len(b) >= 16 && b[1] == 0 && b[3] == 0 && b[5] == 0 && b[7] == 0 && b[0] >= 0x20 && b[2] >= 0x20
}

func decodeHex(run []byte) ([]byte, bool) {
	clean := make([]byte, 0, len(run))
	for i := 0; i < len(run); i++ {
		switch {
		case byteClass[run[i]]&inHex == 0:
		case run[i] == '0' && i+1 < len(run) && run[i+1] == 'x':
		default:
			clean = append(clean, run[i])
		}
	}
	clean = clean[:len(clean)&^1]
	if len(clean) < minEncoded {
		return nil, false
	}
	out := make([]byte, len(clean)/2)
	if _, err := hex.Decode(out, clean); err != nil || !promising(out[:min(len(out), 48)]) {
		return nil, false
	}
	return out, true
}

// inflateName names the compression that b starts with.
func inflateName(b []byte) string {
	switch {
	case len(b) > 10 && b[0] == 0x1f && b[1] == 0x8b && b[2] == 8:
		return "gzip"
	case len(b) > 6 && b[0] == 0x78 && (uint16(b[0])<<8|uint16(b[1]))%31 == 0 && (b[1] == 0x01 || b[1] == 0x5e || b[1] == 0x9c || b[1] == 0xda):
		return "zlib"
	}
	return ""
}

// inflate undoes the compression that b starts with; name is empty if there is none.
func inflate(b []byte) (out []byte, name string, err error) {
	name = inflateName(b)
	var r io.Reader
	switch name {
	case "gzip":
		r, err = gzip.NewReader(bytes.NewReader(b))
	case "zlib":
		r, err = zlib.NewReader(bytes.NewReader(b))
	default:
		return nil, "", nil
	}
	if err != nil {
		return nil, "", nil // only looked like it
	}
	out, err = io.ReadAll(io.LimitReader(r, maxInflated+1))
	switch {
	case len(out) > maxInflated:
		return out[:maxInflated], name, errTooLarge(len(out), maxInflated)
	case errors.Is(err, io.ErrUnexpectedEOF) && len(out) > 0, err == nil:
		return out, name, nil
	}
	if len(out) < 16 || !promising(out[:min(len(out), 48)]) { // a hash that begins like it
		return nil, "", nil
	}
	return out, name, fmt.Errorf("%s: %w: %w", name, fstree.ErrCorrupt, err)
}

// wide returns UTF-16 text as UTF-8, nil if content is none.
func wide(content []byte) []byte {
	var order binary.ByteOrder
	switch {
	case len(content) > 4 && content[0] == 0xff && content[1] == 0xfe:
		order, content = binary.LittleEndian, content[2:]
	case len(content) > 4 && content[0] == 0xfe && content[1] == 0xff:
		order, content = binary.BigEndian, content[2:]
	case isWide(content):
		order = binary.LittleEndian
	default:
		return nil
	}
	u := make([]uint16, len(content)/2)
	for i := range u {
		u[i] = order.Uint16(content[2*i:])
	}
	out := make([]byte, 0, len(u))
	for _, r := range utf16.Decode(u) {
		out = utf8.AppendRune(out, r)
	}
	return out
}

// seen reports whether a content was looked at before, and remembers it.
func (s *session) seen(b []byte) bool {
	if slices.ContainsFunc(s.known, func(o []byte) bool { return bytes.Equal(o, b) }) {
		return true
	}
	if len(s.known) < 1024 {
		s.known = append(s.known, b)
	}
	return false
}
