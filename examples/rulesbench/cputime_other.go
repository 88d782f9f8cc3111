//go:build !unix

package main

import "time"

var started = time.Now()

// cpuTime returns the time since the start: this system does not tell the
// processor time in the way that the others do.
func cpuTime() time.Duration { return time.Since(started) }
