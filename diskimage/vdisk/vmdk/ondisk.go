package vmdk

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/seed-181f3109/assay/fstree"
)

const sectorSize = 512

const (
	magicHosted = "KDMV"                             // SPARSE_MAGICNUMBER
	magicCOWD   = "COWD"                             // COWDISK_MAGIC
	magicSE     = "\xbe\xba\xfe\xca\x00\x00\x00\x00" // SESPARSE constMagic
)

// Bits of SparseExtentHeader.flags.
const (
	flagNewlines  = 1 << 0  // the newline characters are a valid test
	flagRedundant = 1 << 1  // redundant grain tables are used
	flagZeroGrain = 1 << 2  // an entry of 1 is a grain of zeros
	flagCompress  = 1 << 16 // grains are compressed
	flagMarkers   = 1 << 17 // grains and tables have markers in front
	flagsKnown    = flagNewlines | flagRedundant | flagZeroGrain | flagCompress | flagMarkers
)

// gdAtEnd is the gdOffset of a header whose footer has the real one.
const gdAtEnd = math.MaxUint64

// Limits of what an extent may claim.
const (
	maxGrain      = 16 << 20 // bytes
	maxTable      = 1 << 16  // entries of a grain table
	cowdTable     = 4096     // entries of a grain table of a COWD extent
	maxDirectory  = 16 << 20 // entries: 512 TiB with grains of 64 KiB
	headerSectors = 1
)

// header is SparseExtentHeader, or what a COWDisk_Header says in its terms. All
// offsets and sizes are in sectors.
type header struct {
	version       uint32
	flags         uint32
	capacity      uint64
	grain         uint64 // grainSize
	descriptor    uint64 // descriptorOffset
	descriptorLen uint64 // descriptorSize
	table         uint32 // numGTEsPerGT
	rgd           uint64 // rgdOffset
	gd            uint64 // gdOffset
	overhead      uint64 // overHead
	unclean       bool   // uncleanShutdown
	compression   uint16 // compressAlgorithm
	free          uint32 // freeSector of a COWDisk_Header
}

// parseHosted reads a SparseExtentHeader of 512 bytes.
//
// Source: Virtual Disk Format 5.0, "Hosted Sparse Extent Header".
func parseHosted(b []byte) (*header, error) {
	le := binary.LittleEndian
	h := &header{
		version: le.Uint32(b[4:]), flags: le.Uint32(b[8:]), capacity: le.Uint64(b[12:]), grain: le.Uint64(b[20:]),
		descriptor: le.Uint64(b[28:]), descriptorLen: le.Uint64(b[36:]), table: le.Uint32(b[44:]), rgd: le.Uint64(b[48:]),
		gd: le.Uint64(b[56:]), overhead: le.Uint64(b[64:]), unclean: b[72] != 0, compression: le.Uint16(b[77:]),
	}
	switch {
	case h.version < 1 || h.version > 3:
		return nil, fmt.Errorf("%w: vmdk version %d", fstree.ErrUnsupported, h.version)
	case h.flags&^flagsKnown != 0:
		return nil, fmt.Errorf("%w: vmdk flags %#x", fstree.ErrUnsupported, h.flags&^flagsKnown)
	case h.flags&flagNewlines != 0 && string(b[73:77]) != "\n \r\n":
		return nil, fmt.Errorf("%w: vmdk: newlines were changed to % x by a transfer as text", fstree.ErrCorrupt, b[73:77])
	case h.flags&flagCompress != 0 && h.compression != 1:
		return nil, fmt.Errorf("%w: vmdk compression algorithm %d", fstree.ErrUnsupported, h.compression)
	case h.flags&flagCompress == 0 && h.compression != 0:
		return nil, fmt.Errorf("%w: vmdk compression algorithm %d without compressed grains", fstree.ErrUnsupported, h.compression)
	}
	return h, h.check()
}

// check bounds the sizes, so that what follows can compute with them.
func (h *header) check() error {
	switch {
	case h.grain == 0 || h.grain&(h.grain-1) != 0 || h.grain > maxGrain/sectorSize:
		return fmt.Errorf("%w: vmdk grain of %d sectors", fstree.ErrCorrupt, h.grain)
	case h.table == 0 || h.table > maxTable:
		return fmt.Errorf("%w: vmdk grain table of %d entries", fstree.ErrCorrupt, h.table)
	case h.capacity > math.MaxInt64/sectorSize:
		return fmt.Errorf("%w: vmdk capacity of %d sectors", fstree.ErrCorrupt, h.capacity)
	case h.directory() > maxDirectory:
		return fmt.Errorf("%w: vmdk grain directory of %d entries", fstree.ErrLimit, h.directory())
	}
	return nil
}

// directory returns how many entries the grain directory has.
func (h *header) directory() uint64 {
	per := h.grain * uint64(h.table)
	if per == 0 {
		return 0
	}
	return h.capacity/per + min(h.capacity%per, 1)
}
