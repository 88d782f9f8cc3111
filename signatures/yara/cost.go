package yara

import "time"

// Cost is what the rules of one file cost, whatever they find: the time that
// libyara takes for contents made for that purpose, without the filter that spares
// the embedded rules most contents.
type Cost struct {
	Pack, File string
	Rules      int
	Text       time.Duration // for a KiB of text like source code
	Binary     time.Duration // for a KiB of bytes like a program
	Small      time.Duration // for a text of 1 KiB, what is the same for every content included
	Warnings   int           // of libyara, about strings that slow down scanning for one
	Err        error         // why the file was not measured; wraps fstree.ErrLimit if the time was up
}

// CostTime is how long Costs measures before it leaves files out.
const CostTime = 30 * time.Second
