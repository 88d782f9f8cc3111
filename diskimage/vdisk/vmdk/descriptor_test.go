package vmdk

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
)

// describe returns a descriptor of the given kind and extent lines.
func describe(kind string, lines ...string) []byte {
	return []byte("# Disk DescriptorFile\nversion=1\nCID=0000abcd\nparentCID=ffffffff\ncreateType=\"" + kind + "\"\n\n" + strings.Join(lines, "\n") + "\n")
}

func TestRefusalsNameTheFeature(t *testing.T) {
	sparse := load(t, "monolithicSparse")["monolithicSparse.vmdk"]
	changed := func(change func(b []byte)) []byte {
		b := bytes.Clone(sparse[:64<<10])
		change(b)
		return b
	}
	tests := []struct {
		image []byte
		is    error
		want  string
	}{
		{describe("seSparse", `RW 8 SESPARSE "x"`), fstree.ErrUnsupported, "seSparse"},
		{describe("vmfs", `RW 8 SESPARSE "x"`), fstree.ErrUnsupported, "SESPARSE"},
		{describe("vmfsThin", `RW 8 VMFS "x"`), fstree.ErrUnsupported, "vmfsThin"},
		{describe("vmfsRawDeviceMap", `RW 8 VMFSRDM "x"`), fstree.ErrUnsupported, "vmfsRawDeviceMap"},
		{describe("fullDevice", `RW 8 FLAT "/dev/sda" 0`), fstree.ErrUnsupported, "fullDevice"},
		{describe("partitionedDevice", `RW 8 FLAT "/dev/sda" 0`), fstree.ErrUnsupported, "partitionedDevice"},
		{describe("monolithicFlat", `NOACCESS 8 FLAT "x" 0`), fstree.ErrUnsupported, "access"},
		{append(describe("monolithicFlat", `RW 8 FLAT "x" 0`), "encryption.keySafe = \"x\"\n"...), fstree.ErrEncrypted, "keysafe"},
		{append(describe("monolithicFlat", `RW 8 FLAT "x" 0`), "ddb.iofilters = \"vmwarevmcrypt\"\n"...), fstree.ErrEncrypted, "vmwarevmcrypt"},
		{changed(func(b []byte) { b[4] = 4 }), fstree.ErrUnsupported, "version 4"},
		{changed(func(b []byte) { b[9] |= 0x10 }), fstree.ErrUnsupported, "flags 0x1000"},
		{changed(func(b []byte) { b[77] = 2 }), fstree.ErrUnsupported, "compression algorithm 2"},
		{changed(func(b []byte) { b[73] = '\r' }), fstree.ErrCorrupt, "newlines"},
		{changed(func(b []byte) { clear(b[28:44]) }), fstree.ErrUnsupported, "is one extent"},
		{append([]byte(magicSE), make([]byte, 600)...), fstree.ErrUnsupported, "seSparse"},
	}
	for _, tt := range tests {
		_, err := open(t, memFiles{"image": tt.image}, "image")
		if !errors.Is(err, tt.is) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, want %v that names %q", err, tt.is, tt.want)
		}
	}
}

func TestMissingExtentIsNamed(t *testing.T) {
	for _, name := range []string{"/etc/shadow", "../../x", "/dev/sda", "gone.vmdk"} {
		_, err := open(t, memFiles{"image": describe("monolithicFlat", fmt.Sprintf(`RW 8 FLAT "%s" 0`, name))}, "image")
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseExtent(t *testing.T) {
	for line, want := range map[string]extentLine{
		`RW 4192256 SPARSE "a b-s001.vmdk"`: {"RW", 4192256, "SPARSE", "a b-s001.vmdk", 0},
		`RDONLY 8 FLAT "x.vmdk" 77`:         {"RDONLY", 8, "FLAT", "x.vmdk", 77},
		`RW 63 ZERO`:                        {"RW", 63, "ZERO", "", 0},
		`rw 63 vmfs "q"x"`:                  {"RW", 63, "VMFS", `q"x`, 0},
	} {
		got, err := parseExtent(line)
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v; want %+v", line, got, err, want)
		}
	}
	for _, line := range []string{`RW`, `RW x FLAT "a"`, `RW -1 FLAT "a"`, `RW 9223372036854775807 FLAT "a"`, `RW 1 FLAT "a`, `RW 1 FLAT "a" -3`} {
		if e, err := parseExtent(line); err == nil {
			t.Errorf("%s: accepted as %+v", line, e)
		}
	}
}

// The tables of a sparse extent are there twice.
func TestRedundantTables(t *testing.T) {
	files := load(t, "monolithicSparse")
	whole := files["monolithicSparse.vmdk"]
	h, err := parseHosted(whole)
	if err != nil {
		t.Fatal(err)
	}
	want := guests(t)["monolithicSparse"]
	gd := int(h.gd) * sectorSize
	for name, change := range map[string]func(b []byte){
		"directory entry leads nowhere": func(b []byte) { b[gd+3] = 0xff },
		"copy's entry leads nowhere":    func(b []byte) { b[int(h.rgd)*sectorSize+3] = 0xff },
		"directory leads nowhere":       func(b []byte) { b[56+6] = 0x10 },
	} {
		b := bytes.Clone(whole)
		change(b)
		d, err := open(t, memFiles{"monolithicSparse.vmdk": b}, "monolithicSparse.vmdk")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(d.Damage()) == 0 {
			t.Errorf("%s: no damage", name)
		}
		if got := digest(t, &allocated{d: d}); got != want {
			t.Errorf("%s: other bytes", name)
		}
	}
}

// Tables that name the same sectors again and again would make a small file a
// disk that nobody can read to its end.
func TestSharedSectors(t *testing.T) {
	b := bytes.Clone(load(t, "monolithicSparse")["monolithicSparse.vmdk"])
	h, err := parseHosted(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []uint64{h.gd, h.rgd} {
		table := binary.LittleEndian.Uint32(b[dir*sectorSize:])
		for i := range h.table {
			binary.LittleEndian.PutUint32(b[table*sectorSize+i*4:], uint32(h.overhead))
		}
	}
	_, err = open(t, memFiles{"image": b}, "image")
	if !errors.Is(err, fstree.ErrCorrupt) || !strings.Contains(err.Error(), "no room") {
		t.Errorf("got %v", err)
	}
}

// A copy that was cut off is told when it is opened.
func TestCutSparse(t *testing.T) {
	b := load(t, "monolithicSparse")["monolithicSparse.vmdk"]
	d, err := open(t, memFiles{"image": b[:len(b)-200<<10]}, "image")
	if err != nil {
		t.Fatal(err)
	}
	if s := fmt.Sprint(d.Damage()); !strings.Contains(s, "behind the end of the file") {
		t.Errorf("damage %s", s)
	}
}
