package views

import (
	"context"
	"iter"
	"time"
)

// View is one decoded form of a content.
type View struct {
	// Chain names the decoders from the outside in: "php:sinks",
	// "php:base64>inflate", "xor:0x5a", "appended:gif".
	Chain string
	// Kind selects the group of rules to run, as [Kinds] names it, or
	// "<lang>-sinks" for sink lines and "<lang>-strings" for computed strings.
	Kind string
	// Bytes is the decoded content. It is the receiver's to keep, not to change.
	Bytes []byte
	// Offset is where in the original content the encoded form starts, in bytes.
	Offset int64
}

// Limits bound the work of one Of. Nil and zero fields mean the defaults.
type Limits struct {
	Depth int           // layers of encoding; default 64
	Bytes int64         // decoded bytes over all views, and over all that is searched for runs; default 64 MiB
	Steps int           // steps of interpretation; default 4,000,000
	Time  time.Duration // wall clock; default 10 s
}

// Of yields the decoded views of content, whose path is used for its name only.
// Nothing is executed: what decoders of the script's own compute is interpreted
// within the limits. A pair with an error (*fstree.Damage that wraps
// fstree.ErrLimit or fstree.ErrCorrupt) says that something was not decoded; the
// views go on behind it. Views come in a fixed order. A cancelled context ends
// them with its error.
func Of(ctx context.Context, path string, content []byte, lim *Limits) iter.Seq2[View, error] {
	return OfKinds(ctx, path, nil, content, lim)
}

// OfKinds is Of for a caller who knows what Kinds says of path and content already;
// nil asks it.
func OfKinds(ctx context.Context, path string, kinds []string, content []byte, lim *Limits) iter.Seq2[View, error] {
	return func(yield func(View, error) bool) {
		s := newSession(ctx, path, content, lim, yield)
		s.run(kinds)
	}
}
