package yara

import (
	"log/slog"
	"time"
)

// Builtin is the name of the pack of embedded rules.
const Builtin = "builtin"

// DefaultMaxFileTime is how long the rules may work on one content, before what its size adds.
const DefaultMaxFileTime = 30 * time.Second

// Options of Load. The zero value and nil mean the defaults.
type Options struct {
	// Externals are further external variables that the rules may use:
	// string, bool, int64 or float64 values. They keep their value.
	Externals map[string]any
	// MaxFileTime bounds the scan of one target, all packs together; a second is
	// added for each MiB of it, so that large content is not cut short for its
	// size. libyara counts whole seconds. Zero means DefaultMaxFileTime.
	MaxFileTime time.Duration
	// CacheDir is a folder for compiled packs. Whoever can write there can run
	// code in libyara's virtual machine. Empty means that packs are compiled
	// each time.
	CacheDir string
	// Logger receives timing of compilation. Nil means silent.
	Logger *slog.Logger
}

func (o *Options) withDefaults() Options {
	var v Options
	if o != nil {
		v = *o
	}
	if v.MaxFileTime <= 0 {
		v.MaxFileTime = DefaultMaxFileTime
	}
	if v.Logger == nil {
		v.Logger = slog.New(slog.DiscardHandler)
	}
	return v
}
