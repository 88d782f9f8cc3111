package vmdk

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/diskimage/vdisk"
)

// damageOf opens a disk and returns what it reports.
func damageOf(t *testing.T, files memFiles, name string) string {
	t.Helper()
	d, err := open(t, files, name)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	return fmt.Sprint(d.Damage())
}

// Where there is one copy of the tables only, what it does not lead to is found
// all the same.
func TestTablesOfOneCopy(t *testing.T) {
	stream, cowd := load(t, "footer")["footer.vmdk"], load(t, "cowd")["cowd-delta.vmdk"]
	footer := len(stream) - 2*sectorSize
	dir := int(binary.LittleEndian.Uint64(stream[footer+56:])) * sectorSize
	table := int(binary.LittleEndian.Uint32(stream[dir:])) * sectorSize
	const cowdDir = cowdHeader * sectorSize
	cowdTables := int(binary.LittleEndian.Uint32(cowd[cowdDir:])) * sectorSize
	entry := cowdTables // of a grain that is stored
	for binary.LittleEndian.Uint32(cowd[entry:]) == 0 {
		entry += 4
	}
	const unreached, twice = "they do not lead to the content", "stand for two things"
	tests := []struct {
		name, disk, file string
		change           func(b []byte)
		want             string // part of the damage; empty for none
	}{
		{"stream: whole", "footer", "footer.vmdk", func(b []byte) {}, ""},
		{"stream: no directory", "footer", "footer.vmdk", func(b []byte) { clear(b[dir:][:sectorSize]) }, "grains of the stream are in no table, the first is grain 0"},
		{"stream: one grain", "footer", "footer.vmdk", func(b []byte) { clear(b[table+4:][:4]) }, "1 grains of the stream are in no table, the first is grain 1"},
		{"cowd: whole", "cowd", "cowd-delta.vmdk", func(b []byte) {}, ""},
		{"cowd: one table", "cowd", "cowd-delta.vmdk", func(b []byte) { clear(b[cowdDir:][:4]) }, unreached},
		{"cowd: one grain", "cowd", "cowd-delta.vmdk", func(b []byte) { clear(b[entry:][:4]) }, unreached},
		{"cowd: directory elsewhere", "cowd", "cowd-delta.vmdk", func(b []byte) { b[20] = 20 }, unreached},
		{"cowd: grain twice", "cowd", "cowd-delta.vmdk", func(b []byte) { copy(b[entry+4:][:4], b[entry:]) }, twice},
		{"cowd: not closed", "cowd", "cowd-delta.vmdk", func(b []byte) { clear(b[entry:][:4]); b[1648] = 1 }, ""},
		{"cowd: a free sector", "cowd", "cowd-delta.vmdk", func(b []byte) {
			clear(b[entry:][:4])
			b[28], b[29], b[30], b[31] = cowdHeader, 0, 0, 0
		}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := load(t, tt.disk)
			files[tt.file] = bytes.Clone(files[tt.file])
			tt.change(files[tt.file])
			got := damageOf(t, files, tt.disk+".vmdk")
			if tt.want == "" && got != "[]" || !strings.Contains(got, tt.want) {
				t.Errorf("damage %s, want %q", got, tt.want)
			}
		})
	}
}

// Sectors that are free hold zeros, or lie where nothing was given out yet.
func TestUnreachedZeros(t *testing.T) {
	files := load(t, "cowd")
	b := files["cowd-delta.vmdk"]
	end := uint32(len(b) / sectorSize)
	b = append(bytes.Clone(b), make([]byte, 300*sectorSize)...)
	binary.LittleEndian.PutUint32(b[28:], end+200)
	b[int(end+250)*sectorSize] = 1 // behind freeSector
	files["cowd-delta.vmdk"] = b
	if got := damageOf(t, files, "cowd.vmdk"); got != "[]" {
		t.Errorf("damage %s", got)
	}
	b[int(end+150)*sectorSize] = 1
	if got := damageOf(t, files, "cowd.vmdk"); !strings.Contains(got, "do not lead to the content here and in 0 other places") {
		t.Errorf("damage %s", got)
	}
}

// badFiles are files of which one has a byte that cannot be read.
type badFiles struct {
	memFiles
	name string
	bad  int64
}

type badFile struct {
	vdisk.File
	bad int64
}

func (m badFiles) Open(name string) (vdisk.File, error) {
	f, err := m.memFiles.Open(name)
	if err == nil && name == m.name {
		f = &badFile{f, m.bad}
	}
	return f, err
}

func (f *badFile) ReadAt(p []byte, off int64) (int, error) {
	if off <= f.bad && f.bad < off+int64(len(p)) {
		return 0, io.ErrUnexpectedEOF
	}
	return f.File.ReadAt(p, off)
}

// A bad place that is only looked at to check the tables costs no disk.
func TestChecksOverBadPlaces(t *testing.T) {
	stream, cowd := load(t, "footer"), load(t, "cowd")
	b := cowd["cowd-delta.vmdk"]
	end := int64(len(b) / sectorSize)
	b = append(bytes.Clone(b), make([]byte, 300*sectorSize)...)
	binary.LittleEndian.PutUint32(b[28:], uint32(end)+200)
	cowd["cowd-delta.vmdk"] = b
	marker := int64(binary.LittleEndian.Uint64(stream["footer.vmdk"][64:])) * sectorSize // overHead
	for _, tt := range []struct {
		files badFiles
		disk  string
		want  string
	}{
		{badFiles{cowd, "cowd-delta.vmdk", (end + 100) * sectorSize}, "cowd.vmdk", "sectors that no table leads to"},
		{badFiles{stream, "footer.vmdk", marker}, "footer.vmdk", "grain markers"},
	} {
		f, err := tt.files.Open(tt.disk)
		if err != nil {
			t.Fatal(err)
		}
		d, err := Open(t.Context(), f, &vdisk.Options{Files: tt.files})
		if err != nil {
			t.Errorf("%s: %v", tt.disk, err)
			continue
		}
		if got := fmt.Sprint(d.Damage()); len(d.Damage()) != 1 || !strings.Contains(got, tt.want) {
			t.Errorf("%s: damage %s, want %q", tt.disk, got, tt.want)
		}
		d.Close()
	}
}
