// Package report defines the messages an analysis consists of and the writers
// that show them. The messages are the stable, versioned output (schema
// "assay/1", docs/schema.md): every line of a JSON lines report is an object with one
// key, the message. A stored report can be read back with [Read] and written in
// any other format. The formats live in folders of their own: text, jsonl.
//
//	w := jsonl.New(os.Stdout)
//	for m, err := range analyzer.Analyze(ctx, golden, suspect, nil) {
//		if err != nil {
//			return err
//		}
//		if err := w.Write(m); err != nil {
//			return err
//		}
//	}
//	return w.Close()
package report
