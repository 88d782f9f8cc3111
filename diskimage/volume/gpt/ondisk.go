package gpt

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/internal/binread"
)

const (
	signature  = "EFI PART"
	headerSize = 92
	// maxArray bounds the partition entry array in bytes; the usual one has 16 KiB.
	maxArray = 4 << 20
	// entrySize is the least, and the usual, length of an entry.
	entrySize = 128
)

// header is a GPT header. Sectors count from the start of the disk.
//
// Source: table "GPT Header".
type header struct {
	sector    int64  // bytes of a sector
	size      uint32 // HeaderSize
	my        uint64 // MyLBA
	alternate uint64 // AlternateLBA
	first     uint64 // FirstUsableLBA
	last      uint64 // LastUsableLBA
	disk      string // DiskGUID
	entries   uint64 // PartitionEntryLBA
	count     uint32 // NumberOfPartitionEntries
	entryLen  uint32 // SizeOfPartitionEntry
	arrayCRC  uint32 // PartitionEntryArrayCRC32
	array     []byte // the entries
}

// readHeader reads the header at a sector with its entries. If both are there
// and a checksum or field is wrong, it returns them with an error that wraps
// fstree.ErrChecksum or fstree.ErrCorrupt; the header is nil if there is none or
// its fields cannot be used.
func readHeader(r io.ReaderAt, size, sector, lba int64) (*header, error) {
	if lba <= 0 || lba > (size-sector)/sector {
		return nil, fmt.Errorf("%w: sector %d is not on the disk", fstree.ErrCorrupt, lba)
	}
	b, err := binread.At(r, size, lba*sector, int(sector))
	if err != nil {
		return nil, err
	}
	if string(b[:8]) != signature {
		return nil, fmt.Errorf("%w: no GPT header in sector %d", fstree.ErrNotThisFormat, lba)
	}
	le := binary.LittleEndian
	h := &header{
		sector: sector, size: le.Uint32(b[12:]), my: le.Uint64(b[24:]), alternate: le.Uint64(b[32:]), first: le.Uint64(b[40:]),
		last: le.Uint64(b[48:]), disk: guid(b[56:]), entries: le.Uint64(b[72:]), count: le.Uint32(b[80:]), entryLen: le.Uint32(b[84:]),
		arrayCRC: le.Uint32(b[88:]),
	}
	if rev := le.Uint32(b[8:]); rev>>16 != 1 {
		return nil, fmt.Errorf("%w: GPT revision %#x", fstree.ErrUnsupported, rev)
	}
	if h.size < headerSize || int64(h.size) > sector {
		return nil, fmt.Errorf("%w: GPT header of %d bytes", fstree.ErrCorrupt, h.size)
	}
	if err := h.readArray(r, size); err != nil {
		return nil, err
	}
	return h, h.verify(b, lba)
}

// readArray reads the partition entries.
func (h *header) readArray(r io.ReaderAt, size int64) error {
	n := int64(h.count) * int64(h.entryLen)
	switch {
	case h.entryLen < entrySize || h.entryLen%8 != 0:
		return fmt.Errorf("%w: GPT entries of %d bytes", fstree.ErrCorrupt, h.entryLen)
	case n > maxArray:
		return fmt.Errorf("%w: %d GPT entries of %d bytes", fstree.ErrLimit, h.count, h.entryLen)
	case h.entries > uint64(size/h.sector):
		return fmt.Errorf("%w: GPT entries at sector %d", fstree.ErrCorrupt, h.entries)
	}
	var err error
	h.array, err = binread.At(r, size, int64(h.entries)*h.sector, int(n))
	return err
}

// verify checks both checksums and the header's own position. b is the header's sector.
func (h *header) verify(b []byte, lba int64) error {
	want := binary.LittleEndian.Uint32(b[16:])
	c := append([]byte(nil), b[:h.size]...)
	clear(c[16:20])
	switch {
	case crc32.ChecksumIEEE(c) != want:
		return fmt.Errorf("%w: GPT header in sector %d", fstree.ErrChecksum, lba)
	case h.my != uint64(lba):
		return fmt.Errorf("%w: GPT header in sector %d says it is in sector %d", fstree.ErrCorrupt, lba, h.my)
	case crc32.ChecksumIEEE(h.array) != h.arrayCRC:
		return fmt.Errorf("%w: GPT entries at sector %d", fstree.ErrChecksum, h.entries)
	}
	return nil
}

// entry is one partition.
//
// Source: table "GPT Partition Entry".
type entry struct {
	kind        string // PartitionTypeGUID
	id          string // UniquePartitionGUID
	first, last uint64 // StartingLBA, EndingLBA (inclusive)
	attributes  uint64
	name        string
}

const unusedType = "00000000-0000-0000-0000-000000000000"

// entry returns entry i and whether it is in use.
func (h *header) entry(i int) (entry, bool) {
	b := h.array[i*int(h.entryLen):][:h.entryLen]
	le := binary.LittleEndian
	e := entry{guid(b), guid(b[16:]), le.Uint64(b[32:]), le.Uint64(b[40:]), le.Uint64(b[48:]), text(b[56:128])}
	return e, e.kind != unusedType
}

// guid returns the text form of a GUID, lower case. Its first three fields are
// little-endian.
func guid(b []byte) string {
	le := binary.LittleEndian
	return fmt.Sprintf("%08x-%04x-%04x-%x-%x", le.Uint32(b), le.Uint16(b[4:]), le.Uint16(b[6:]), b[8:10], b[10:16])
}

// text returns a name of UTF-16 units up to the first zero.
func text(b []byte) string {
	u := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		c := binary.LittleEndian.Uint16(b[i:])
		if c == 0 {
			break
		}
		u = append(u, c)
	}
	return string(utf16.Decode(u))
}

// attributeNames are the attribute bits that the specification names.
var attributeNames = map[int]string{0: "required", 1: "no block io", 2: "legacy boot"}

func attributes(a uint64) []string {
	var out []string
	for bit := range 64 {
		if a&(1<<bit) == 0 {
			continue
		}
		name, ok := attributeNames[bit]
		if !ok {
			name = fmt.Sprintf("bit %d", bit)
		}
		out = append(out, name)
	}
	return out
}

// typeNames are the types that are met on disks of Linux and Windows machines.
var typeNames = map[string]string{
	"c12a7328-f81f-11d2-ba4b-00a0c93ec93b": "EFI system",
	"21686148-6449-6e6f-744e-656564454649": "BIOS boot",
	"024dee41-33e7-11d3-9d69-0008c781f39f": "MBR partition scheme",
	"9e1a2d38-c612-4316-aa26-8b49521e5a8b": "PowerPC PReP boot",
	"0fc63daf-8483-4772-8e79-3d69d8477de4": "Linux filesystem",
	"0657fd6d-a4ab-43c4-84e5-0933c84b4f4f": "Linux swap",
	"e6d6d379-f507-44c2-a23c-238f2a3df928": "Linux LVM",
	"a19d880f-05fc-4d3b-a006-743f0f84911e": "Linux RAID",
	"bc13c2ff-59e6-4262-a352-b275fd6f7172": "Linux extended boot",
	"44479540-f297-41b2-9af7-d131d5f0458a": "Linux root (x86)",
	"4f68bce3-e8cd-4db1-96e7-fbcaf984b709": "Linux root (x86-64)",
	"b921b045-1df0-41c3-af44-4c6f280d3fae": "Linux root (ARM-64)",
	"933ac7e1-2eb4-4f13-b844-0e14e2aef915": "Linux home",
	"3b8f8425-20e0-4f3b-907f-1a25a76f98e8": "Linux server data",
	"4d21b016-b534-45c2-a9fb-5c16e091fd2d": "Linux variable data",
	"8da63339-0007-60c0-c436-083ac8230908": "Linux reserved",
	"ca7d7ccb-63ed-4c53-861c-1742536059cc": "Linux LUKS",
	"e3c9e316-0b5c-4db8-817d-f92df00215ae": "Microsoft reserved",
	"ebd0a0a2-b9e5-4433-87c0-68b6b72699c7": "Microsoft basic data",
	"5808c8aa-7e8f-42e0-85d2-e1e90434cfb3": "Microsoft LDM metadata",
	"af9b60a0-1431-4f62-bc68-3311714a69ad": "Microsoft LDM data",
	"de94bba4-06d1-4d40-a16a-bfd50179d6ac": "Windows recovery environment",
	"fe3a2a5d-4f32-41a7-b725-accc3285a309": "ChromeOS kernel",
	"3cb8e202-3b7e-47dd-8a3c-7ff2a13cfcec": "ChromeOS root",
	"48465300-0000-11aa-aa11-00306543ecac": "Apple HFS+",
	"7c3457ef-0000-11aa-aa11-00306543ecac": "Apple APFS",
}

func typeName(id string) string {
	if n, ok := typeNames[strings.ToLower(id)]; ok {
		return n
	}
	return "type " + id
}
