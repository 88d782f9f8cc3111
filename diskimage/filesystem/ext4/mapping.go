package ext4

import (
	"fmt"

	"github.com/seed-181f3109/assay/fstree"
)

// runState says what a run of blocks reads as.
type runState uint8

const (
	runData      runState = iota
	runHole               // zeros, not allocated
	runUnwritten          // zeros, allocated
	runNode               // of the mapping itself; only from owned
)

// run is count blocks of a file from block first, which lie at block phys of the
// file system without a gap. A hole has phys 0.
type run struct {
	first, count, phys uint64
	state              runState
}

// mapping finds the blocks of one file.
type mapping interface {
	// find returns the run that holds block n of the file; it may start before
	// n. The error is a *fstree.Damage; the run then starts at n, and its count
	// is how many blocks are lost.
	find(n uint64) (r run, err error)
	// nodes calls yield for every block that the mapping itself occupies, as
	// block numbers, until yield returns false or an error.
	nodes(yield func(block uint64) bool) error
	// owned calls yield for every row of blocks that the file has, those of
	// the mapping and those behind its size included, until yield returns
	// false or an error. All of them lie in the file system.
	owned(yield func(r run) bool) error
}

// maxBlocks is the end of every mapping: block numbers in a file have 32 bits.
const maxBlocks = 1 << 32

// mapping returns the block mapping of an inode that is not inline. sink takes
// damage of nodes that can still be used; it may be nil.
func (fs *FS) mapping(in *inode, sink *sink) mapping {
	if in.has(flagExtents) {
		return &extentTree{fs: fs, in: in, sink: sink}
	}
	return &blockMap{fs: fs, in: in}
}

// checkRun reports blocks that lie outside of the file system.
func (fs *FS) checkRun(phys, count uint64) error {
	if phys <= uint64(fs.sb.firstData) || phys >= fs.sb.blocks || count > fs.sb.blocks-phys {
		return fmt.Errorf("%w: blocks %d to %d of %d", fstree.ErrCorrupt, phys, phys+count-1, fs.sb.blocks)
	}
	return nil
}

// block reads one metadata block.
func (fs *FS) block(n uint64) ([]byte, error) {
	if err := fs.checkRun(n, 1); err != nil {
		return nil, err
	}
	return fs.cache.read(pageBlock, int64(n)*fs.sb.blockSize, int(fs.sb.blockSize))
}
