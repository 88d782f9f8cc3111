package report

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
)

// ErrNotReport means that the input is no JSON lines report of a schema known here.
var ErrNotReport = errors.New("not a report of schema " + Schema)

// maxLine bounds one message of a stored report: 64 MiB.
const maxLine = 64 << 20

// Read yields the messages of a stored JSON lines report, to be written in
// another format. An error is the last pair; one that wraps ErrNotReport names the line.
func Read(r io.Reader) iter.Seq2[*Message, error] {
	return func(yield func(*Message, error) bool) {
		sc := bufio.NewScanner(r)
		sc.Buffer(make([]byte, 0, 64<<10), maxLine)
		first := true
		for line := 1; sc.Scan(); line++ {
			if len(sc.Bytes()) == 0 {
				continue
			}
			m := &Message{}
			err := json.Unmarshal(sc.Bytes(), m)
			switch {
			case err != nil:
				err = fmt.Errorf("line %d: %w: %w", line, ErrNotReport, err)
			case first && (m.Header == nil || m.Header.Schema != Schema):
				err = fmt.Errorf("line %d: %w", line, ErrNotReport)
			}
			first = false
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(m, nil) {
				return
			}
		}
		if err := sc.Err(); err != nil {
			yield(nil, err)
		}
	}
}
