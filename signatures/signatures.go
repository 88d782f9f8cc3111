package signatures

import (
	"context"
	"errors"
	"io"
)

// ErrUnavailable means that this build has no engine for the rules (a build
// without cgo has no YARA).
var ErrUnavailable = errors.New("no rule engine in this build")

// ErrTimeout means that a scan was stopped at the time limit of one content.
var ErrTimeout = errors.New("scan time limit reached")

// RuleSet is a compiled set of rules. It may be used from several goroutines.
type RuleSet interface {
	// NewScanner returns a scanner for one goroutine; the caller closes it.
	NewScanner() (Scanner, error)
	// Rules lists every rule that can run, sorted by pack, file and name.
	Rules() []Rule
	// Packs lists where the rules came from, with the digest of their sources.
	Packs() []Pack
	// Problems lists what did not compile and what was skipped; a set with an
	// error among them is not what the user asked for, and reports say so.
	Problems() []Problem
	// Close releases the rules. No scanner may be in use.
	Close() error
}

// Scanner runs the rules over content, one target at a time.
type Scanner interface {
	// Scan returns the matches in t, sorted by pack, file and rule name. An
	// error that wraps ErrTimeout or any other means that t was not scanned
	// whole; the matches returned with it are still valid.
	Scan(ctx context.Context, t *Target) ([]Match, error)
	// Close releases the scanner.
	Close() error
}

// Target is content to scan. Bytes or Reader is set, not both.
type Target struct {
	// Path is the absolute path in the image; rules see its folder as the
	// external variable filepath, its last element as filename, and so on.
	Path string
	// Kind is what the content is, from its bytes and, for scripts, its
	// name; it selects the groups of rules that run. Several kinds are joined
	// with commas, the most certain first. Empty runs all groups.
	Kind string
	// Owner is the user name that owns the file, if known.
	Owner string
	// View is empty for the raw content, else the chain of decoders.
	View string
	// Bytes is the whole content.
	Bytes []byte
	// Reader is content of Size bytes that is too large for memory. It is
	// scanned in overlapping blocks.
	Reader io.ReaderAt
	// Size is the length of Reader in bytes.
	Size int64
}

// Rule is one signature.
type Rule struct {
	Name       string
	Pack       string // the --rules argument, or "builtin"
	File       string // path inside the pack; also the YARA namespace
	Group      string // kind of files it is run on; empty: all
	Tags       []string
	Title      string // one line: the description
	Severity   Severity
	Score      int      // 0 to 100
	Techniques []string // ATT&CK identifiers, sorted
	Meta       []Meta   // as written, in order
}

// Meta is one meta field of a rule: the value is a string, an int64 or a bool.
type Meta struct {
	Name  string
	Value any
}

// Match is a rule that holds in one content.
type Match struct {
	Rule    *Rule
	Strings []MatchString // by offset, at most MaxStrings
}

// MaxStrings is how many matched strings a Match carries.
const MaxStrings = 16

// MatchString is one string of a rule where it was found.
type MatchString struct {
	Name   string // "$a"
	Offset int64  // bytes from the start of the target
	Length int    // bytes matched
	Data   []byte // at most MaxData bytes of them
}

// MaxData is how many bytes of a matched string are kept.
const MaxData = 256

// Pack is one source of rules.
type Pack struct {
	Name   string // the argument it was loaded by
	Digest string // "sha256:..." over names and bytes of its files in order
	Files  int
	Rules  int
}

// Problem is a rule or file that could not be used.
type Problem struct {
	Pack, File string
	Line       int
	Rule       string // empty if the whole file is concerned
	Warning    bool   // true: it runs all the same
	Text       string
}
