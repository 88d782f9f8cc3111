//go:build !cgo

package yara

import (
	"context"
	"fmt"

	"github.com/seed-181f3109/assay/signatures"
)

// Version returns "none": this build has no libyara.
func Version() string { return "none" }

// Load returns an error that wraps signatures.ErrUnavailable, because this
// build was made without cgo.
func Load(context.Context, []string, *Options) (signatures.RuleSet, error) {
	return nil, fmt.Errorf("YARA rules need a build with cgo and libyara: %w", signatures.ErrUnavailable)
}

// Costs returns an error that wraps signatures.ErrUnavailable, as Load does.
func Costs(context.Context, []string, *Options) ([]Cost, error) {
	return nil, fmt.Errorf("YARA rules need a build with cgo and libyara: %w", signatures.ErrUnavailable)
}
