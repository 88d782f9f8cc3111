package xfs

// trimHead moves the head back to the first torn record among those that could
// have been under way, and takes the tail from the last good one.
func (j *journal) trimHead(head, tail int) (int, int, error) {
	start := head
	for range maxInFlight {
		if start == tail {
			break
		}
		h, err := j.lastHeader(start, tail)
		if err != nil {
			break
		}
		start = h.at
	}
	bad, err := j.check(start, head)
	if err == nil {
		return head, tail, nil
	}
	if !isTorn(err) {
		return 0, 0, err
	}
	j.leftOut(bad, err)
	last, err := j.lastHeader(bad, tail)
	if err != nil {
		return 0, 0, err
	}
	return bad, int(uint32(last.tail)), nil
}

// trimTail moves the tail over records that were being overwritten when the
// system stopped.
func (j *journal) trimTail(head, tail, size int) (int, error) {
	if tail >= j.blocks {
		return 0, corrupt("log tail is block %d of %d", tail, j.blocks)
	}
	for {
		bad, err := j.check(tail, head)
		if err == nil {
			return tail, nil
		}
		distance := head - bad
		if head < bad {
			distance = bad - head
		} else {
			distance = j.blocks - distance
		}
		if !isTorn(err) || distance > maxInFlight*size/sectorBytes {
			return 0, err
		}
		j.leftOut(bad, err)
		if tail, err = j.nextHeader(bad, head); err != nil {
			return 0, err
		}
	}
}

// nextHeader returns the block of the first record header after block n and
// before head.
func (j *journal) nextHeader(n, head int) (int, error) {
	for n = (n + 1) % j.blocks; n != head; n = (n + 1) % j.blocks {
		b, err := j.block(n)
		if err != nil {
			return 0, err
		}
		if be32(b, 0) == recordMagic {
			return n, nil
		}
	}
	return 0, errNoHeader
}

// check reads the records from block start to head. It returns the block of the
// first one that is damaged, with what is wrong with it.
func (j *journal) check(start, head int) (bad int, err error) {
	for n, left := start, j.distance(start, head); left > 0; {
		h, _, err := j.record(n)
		if err != nil {
			return n, err
		}
		if left -= h.blocks(); left < 0 {
			return n, corrupt("log record at block %d goes past the head", n)
		}
		n = (n + h.blocks()) % j.blocks
	}
	return 0, nil
}

// distance is the number of blocks from start to head, going forward.
func (j *journal) distance(start, head int) int {
	if d := head - start; d >= 0 {
		return d
	}
	return head - start + j.blocks
}
