package xfs

import "fmt"

// find returns the block after the last record of the log, and the block of the
// first record that may hold work that was not written to its place. They are
// equal if there is none: the file system was unmounted.
//
// Blocks carry the number of the cycle in which they were written. The head is
// where the number falls by one; the records that were under way when the system
// stopped may be missing or torn, so the answer is moved back over them.
func (j *journal) find() (head, tail int, err error) {
	head, err = j.findHead()
	if err != nil || head < 0 {
		return 0, 0, err
	}
	last, err := j.lastHeader(head, head)
	if err != nil {
		return 0, 0, err
	}
	clean, err := j.isUnmount(last, head)
	if err != nil || clean {
		return head, head, err
	}
	tail = int(uint32(last.tail))
	head, tail, err = j.trimHead(head, tail)
	if err != nil || head == tail {
		return head, tail, err
	}
	if last, err = j.lastHeader(head, head); err != nil {
		return 0, 0, err
	}
	if clean, err = j.isUnmount(last, head); err != nil || clean {
		return head, head, err
	}
	tail, err = j.trimTail(head, tail, last.size)
	return head, tail, err
}

// findHead returns the block after the last one written, on the boundary of a
// record; -1 if nothing was ever written.
func (j *journal) findHead() (int, error) {
	first, err := j.cycle(0)
	if err != nil {
		return 0, err
	}
	last, err := j.cycle(j.blocks - 1)
	if err != nil {
		return 0, err
	}
	if first == 0 {
		return -1, nil
	}
	head, stop := j.blocks, last-1
	if first != last {
		if head, err = j.cycleStart(last); err != nil {
			return 0, err
		}
		stop = last
	}
	found := head % j.blocks
	if head, err = j.backOverHoles(head, stop, last == 0); err != nil {
		return 0, err
	}
	if head, err = j.onBoundary(head); err != nil || head == found {
		return head, err
	}
	return head, j.checkLeftOut(head, found)
}

// checkLeftOut notes records from block n to block end if there are any. Tools
// that make a log anew leave the record of an unmount and zeros there.
func (j *journal) checkLeftOut(n, end int) error {
	at := n
	if h, err := j.header(n); err == nil && h.blocks() <= j.distance(n, end) {
		if empty, err := j.isUnmount(h, n+h.blocks()); err == nil && empty {
			at = (n + h.blocks()) % j.blocks
		}
	}
	for ; at != end; at = (at + 1) % j.blocks {
		b, err := j.block(at)
		if err != nil {
			return err
		}
		if !isZero(b) {
			j.leftOut(n, corrupt("records up to block %d were not completely written", end))
			return nil
		}
	}
	return nil
}

func isZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// leftOut notes that records from block n on are not replayed because they are
// torn. A mount leaves them out too, and says so in the kernel's log only.
func (j *journal) leftOut(n int, err error) {
	j.fs.note("log", j.base+int64(n)*sectorBytes, fmt.Errorf("log records left out: %w", err))
}

// cycleStart returns the first block of the trailing run of the given cycle.
func (j *journal) cycleStart(cycle uint32) (int, error) {
	lo, hi := 0, j.blocks-1
	for hi-lo > 1 {
		mid := (lo + hi) / 2
		c, err := j.cycle(mid)
		if err != nil {
			return 0, err
		}
		if c == cycle {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi, nil
}

// firstOf returns the first of count blocks from start on that was written in
// the given cycle, -1 if there is none.
func (j *journal) firstOf(start, count int, cycle uint32) (int, error) {
	for n := start; n < start+count; n++ {
		c, err := j.cycle(n)
		if err != nil {
			return 0, err
		}
		if c == cycle {
			return n, nil
		}
	}
	return -1, nil
}

// backOverHoles moves head back to the first block of an older cycle among those
// that could have been under way. stop is the older cycle. A log of which the
// rest is zeros has no earlier cycle behind its start.
func (j *journal) backOverHoles(head int, stop uint32, zeroed bool) (int, error) {
	scan := min(j.blocks, maxInFlight*maxRecord/sectorBytes)
	if head < scan && !zeroed {
		start := j.blocks - (scan - head)
		n, err := j.firstOf(start, scan-head, stop-1)
		if err != nil || n >= 0 {
			return n, err
		}
	}
	start := max(0, head-scan)
	n, err := j.firstOf(start, head-start, stop)
	if err != nil || n < 0 {
		return head, err
	}
	return n, nil
}

// onBoundary moves head back to the start of a record that does not end at it.
func (j *journal) onBoundary(head int) (int, error) {
	lowest := max(0, head-maxRecord/sectorBytes-maxInFlight)
	h, err := j.headerBefore(head, lowest)
	if err != nil {
		return 0, err
	}
	end := head
	if h == nil { // the record starts before the end of the log
		if lowest > 0 || head >= j.blocks {
			return 0, errNoHeader
		}
		if h, err = j.headerBefore(j.blocks, max(head, j.blocks-maxRecord/sectorBytes-maxInFlight)); err != nil {
			return 0, err
		}
		if h == nil {
			return 0, errNoHeader
		}
		end = j.blocks + head
	}
	if end-h.at != h.blocks() {
		return h.at, nil
	}
	return head % j.blocks, nil
}

// headerBefore returns the last record header in blocks lowest to n, exclusive;
// nil if there is none.
func (j *journal) headerBefore(n, lowest int) (*recordHeader, error) {
	for n--; n >= lowest; n-- {
		b, err := j.block(n)
		if err != nil {
			return nil, err
		}
		if be32(b, 0) == recordMagic {
			return j.header(n)
		}
	}
	return nil, nil
}

// lastHeader returns the last record header before head, going back around the
// end of the log as far as lowest.
func (j *journal) lastHeader(head, lowest int) (*recordHeader, error) {
	floor := 0
	if lowest < head {
		floor = lowest
	}
	h, err := j.headerBefore(head, floor)
	if err != nil || h != nil {
		return h, err
	}
	if lowest >= head {
		h, err = j.headerBefore(j.blocks, lowest)
	}
	if err == nil && h == nil {
		err = errNoHeader
	}
	return h, err
}

// isUnmount reports whether h is the record of an unmount and ends at head.
func (j *journal) isUnmount(h *recordHeader, head int) (bool, error) {
	if h.ops != 1 || (h.at+h.blocks())%j.blocks != head%j.blocks {
		return false, nil
	}
	b, err := j.block((h.at + h.headSize) % j.blocks)
	if err != nil {
		return false, err
	}
	return b[9]&opUnmount != 0, nil
}
