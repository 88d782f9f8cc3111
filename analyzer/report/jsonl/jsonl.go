// Package jsonl writes a report as JSON lines: the versioned format for
// machines (docs/schema.md). Equal reports are equal bytes.
//
//	w := jsonl.New(os.Stdout)
package jsonl

import (
	"bufio"
	"encoding/json"
	"io"

	"github.com/seed-181f3109/assay/analyzer/report"
)

// Writer implements report.Writer.
type Writer struct {
	buf *bufio.Writer
	enc *json.Encoder
}

// New returns a Writer on w.
func New(w io.Writer) *Writer {
	b := bufio.NewWriterSize(w, 64<<10)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	return &Writer{b, e}
}

// Write implements report.Writer.
func (w *Writer) Write(m *report.Message) error { return w.enc.Encode(m) }

// Close implements report.Writer.
func (w *Writer) Close() error { return w.buf.Flush() }
