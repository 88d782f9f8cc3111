package layers

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/seed-181f3109/assay/fstree"
	ti "github.com/seed-181f3109/assay/internal/testimage"
)

// gzipHeader compresses with a name, a comment and an extra field.
func gzipHeader(data []byte, name, comment string, extra []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Name, w.Comment, w.Extra = name, comment, extra
	w.Write(data)
	w.Close()
	return b.Bytes()
}

func skippable(n int) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 0x184d2a53)
	b = binary.LittleEndian.AppendUint32(b, uint32(n))
	return append(b, ti.Pattern(n, 9)...)
}

// TestLayerAnomalies packs one layer in odd ways.
func TestLayerAnomalies(t *testing.T) {
	tarball := ti.Tar(ti.File("a", "1"), ti.File("b", "22"))
	diff := ti.Digest(tarball)
	cat := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	padded := slices.Clone(tarball)
	copy(padded[512+100:], "payload")
	after := cat(tarball, make([]byte, 512), []byte("payload behind the end"))
	half := len(tarball) / 2
	for name, c := range map[string]struct {
		layer ti.Layer
		rules []string
	}{
		"sound gzip":         {ti.Layer{Data: ti.Gzip(tarball), DiffID: diff}, nil},
		"two members":        {ti.Layer{Data: cat(ti.Gzip(tarball[:half]), ti.Gzip(tarball[half:])), DiffID: diff}, nil},
		"zeros after gzip":   {ti.Layer{Data: cat(ti.Gzip(tarball), make([]byte, 100)), DiffID: diff}, nil},
		"data after gzip":    {ti.Layer{Data: cat(ti.Gzip(tarball), []byte("payload")), DiffID: diff}, []string{"trailing-data"}},
		"gzip extra":         {ti.Layer{Data: gzipHeader(tarball, "", "", make([]byte, 60000)), DiffID: diff}, []string{"gzip-header"}},
		"gzip comment":       {ti.Layer{Data: gzipHeader(tarball, "layer", strings.Repeat("x", 400), nil), DiffID: diff}, []string{"gzip-header"}},
		"sound zstd":         {ti.Layer{Data: ti.Zstd(tarball), DiffID: diff}, nil},
		"two frames":         {ti.Layer{Data: cat(ti.Zstd(tarball[:half]), ti.Zstd(tarball[half:])), DiffID: diff}, nil},
		"skippable last":     {ti.Layer{Data: cat(ti.Zstd(tarball), skippable(5000)), DiffID: diff}, []string{"zstd-skippable-frame"}},
		"skippable first":    {ti.Layer{Data: cat(skippable(70000), ti.Zstd(tarball)), MediaType: "application/vnd.oci.image.layer.v1.tar+zstd", DiffID: diff}, []string{"zstd-skippable-frame"}},
		"skippable between":  {ti.Layer{Data: cat(ti.Zstd(tarball[:half]), skippable(1), ti.Zstd(tarball[half:])), DiffID: diff}, []string{"zstd-skippable-frame"}},
		"media type":         {ti.Layer{Data: ti.Gzip(tarball), MediaType: "application/vnd.oci.image.layer.v1.tar+zstd", DiffID: diff}, []string{"wrong-media-type"}},
		"unknown media type": {ti.Layer{Data: ti.Gzip(tarball), MediaType: "application/x-what", DiffID: diff}, []string{"wrong-media-type"}},
		"padding":            {ti.Layer{Data: padded}, []string{"data-in-padding"}},
		"after archive":      {ti.Layer{Data: after}, []string{"data-after-archive"}},
		"more zeros":         {ti.Layer{Data: cat(tarball, make([]byte, 9216))}, nil},
		"no end":             {ti.Layer{Data: tarball[:len(tarball)-1024]}, []string{"no-end-of-archive"}},
		"diffID":             {ti.Layer{Data: ti.Gzip(tarball), DiffID: ti.Digest(nil)}, []string{"diffid-mismatch"}},
	} {
		v, err := image(t, nil, c.layer).Read(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Damage()) != 0 {
			t.Errorf("%s: damage %v", name, v.Damage())
		}
		var got []string
		for _, a := range v.Anomalies() {
			got = append(got, a.Rule)
		}
		if !slices.Equal(got, c.rules) {
			t.Errorf("%s: got %q, want %q", name, got, c.rules)
		}
		if p := pathsOf(t, v); !slices.Equal(p, []string{"/", "/a", "/b"}) {
			t.Errorf("%s: entries %q", name, p)
		}
	}
}

// TestHeaderAnomalies gives tools different names for one entry.
func TestHeaderAnomalies(t *testing.T) {
	long := strings.Repeat("directory/", 15) + "file"
	utf := "d/" + strings.Repeat("ä", 60)
	for name, c := range map[string]struct {
		entry ti.Entry
		patch func(b []byte)
		rules []string
	}{
		"long name":      {entry: ti.Entry{Name: long, PAX: map[string]string{"comment": "x"}}},
		"other letters":  {entry: ti.File(utf, "x")},
		"long link":      {entry: ti.Entry{Name: "l", Type: tar.TypeSymlink, Link: long + long}},
		"global header":  {entry: ti.Entry{Name: "pax_global_header", Type: tar.TypeXGlobalHeader, PAX: map[string]string{"path": "evil"}}, rules: []string{"pax-global-header"}},
		"global comment": {entry: ti.Entry{Name: "pax_global_header", Type: tar.TypeXGlobalHeader, PAX: map[string]string{"comment": "fine"}}},
		"trusted":        {entry: ti.Entry{Name: "f", Xattrs: map[string]string{"trusted.overlay.opaque": "y"}}, rules: []string{"trusted-xattr"}},
		"libarchive":     {entry: ti.Entry{Name: "f", PAX: map[string]string{"LIBARCHIVE.xattr.user.a": "MQ"}}, rules: []string{"xattr-ignored"}},
		"both forms":     {entry: ti.Entry{Name: "f", PAX: map[string]string{"LIBARCHIVE.xattr.user.a": "MQ==", "SCHILY.xattr.user.a": "1"}}},
		"bad base64":     {entry: ti.Entry{Name: "f", PAX: map[string]string{"LIBARCHIVE.xattr.user.a": "!"}}, rules: []string{"bad-xattr"}},
	} {
		var b []byte
		if c.entry.Type == tar.TypeXGlobalHeader {
			var buf bytes.Buffer
			w := tar.NewWriter(&buf)
			if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeXGlobalHeader, Name: c.entry.Name, PAXRecords: c.entry.PAX}); err != nil {
				t.Fatal(err)
			}
			w.Close()
			b = buf.Bytes()
		} else {
			b = ti.Tar(c.entry)
		}
		v, err := image(t, nil, ti.Layer{Data: b}).Read(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range v.Anomalies() {
			got = append(got, a.Rule)
		}
		if !slices.Equal(got, c.rules) || len(v.Damage()) != 0 {
			t.Errorf("%s: got %q, damage %v, want %q", name, got, v.Damage(), c.rules)
		}
	}
}

// resum writes the checksum of a header.
func resum(h []byte) {
	copy(h[148:156], "        ")
	sum := 0
	for _, c := range h[:512] {
		sum += int(c)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
}

// TestPaxAgainstPlain changes the plain header behind an extended one.
func TestPaxAgainstPlain(t *testing.T) {
	b := ti.Tar(ti.Entry{Name: "d/short", Data: "12345", PAX: map[string]string{"path": "d/short", "comment": "c"}})
	plainAt := 1024 // header and records of the extended header come before
	for name, c := range map[string]struct {
		change func(h []byte)
		rule   string
	}{
		"name": {func(h []byte) { copy(h, "d/other\x00") }, "pax-name-mismatch"},
	} {
		m := slices.Clone(b)
		c.change(m[plainAt:])
		resum(m[plainAt : plainAt+512])
		v, err := image(t, nil, ti.Layer{Data: m}).Read(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if !hasRule(v, c.rule) || !slices.Contains(pathsOf(t, v), "/d/short") {
			t.Errorf("%s: anomalies %+v, entries %q, damage %v", name, v.Anomalies(), pathsOf(t, v), v.Damage())
		}
	}
	// a size that only the extended header knows to be right
	records := "11 size=5\n" // 10 bytes, hence written below with its true length
	records = "10 size=5\n"
	var m []byte
	x := make([]byte, 512)
	copy(x, "PaxHeaders/f")
	copy(x[100:], "0000644\x000000000\x000000000\x00")
	copy(x[124:], fmt.Sprintf("%011o\x00%011o\x00", len(records), 0))
	x[156] = 'x'
	copy(x[257:], "ustar\x0000")
	resum(x)
	h := slices.Clone(x)
	copy(h, "f\x00          ")
	copy(h[124:], fmt.Sprintf("%011o\x00", 9))
	h[156] = '0'
	resum(h)
	block := func(s string) []byte { return append([]byte(s), make([]byte, 512-len(s))...) }
	m = slices.Concat(x, block(records), h, block("12345"), make([]byte, 1024))
	v, err := image(t, nil, ti.Layer{Data: m}).Read(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !hasRule(v, "pax-size-mismatch") {
		t.Errorf("size: anomalies %+v, damage %v", v.Anomalies(), v.Damage())
	}
}

// TestRefusedLayers gets damage with the media type for what cannot be read.
func TestRefusedLayers(t *testing.T) {
	b := ti.Tar(ti.File("a", "1"))
	for name, c := range map[string]struct {
		layer ti.Layer
		want  error
		text  string
	}{
		"encrypted": {ti.Layer{Data: []byte("cipher"), MediaType: "application/vnd.oci.image.layer.v1.tar+gzip+encrypted"}, fstree.ErrEncrypted, "+encrypted"},
		"erofs":     {ti.Layer{Data: ti.Gzip([]byte("not a tar"))[2:], MediaType: "application/vnd.erofs.layer.v1"}, fstree.ErrUnsupported, "neither tar"},
		"foreign": {ti.Layer{Data: b, Absent: true, MediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", URLs: []string{"https://192.0.2.1/x"}},
			fstree.ErrUnsupported, "foreign"},
		"absent":   {ti.Layer{Data: b, Absent: true}, errNoFile, "tar"},
		"not tar":  {ti.Layer{Data: ti.Gzip([]byte(strings.Repeat("text", 999)))}, fstree.ErrCorrupt, "tar header"},
		"too wide": {ti.Layer{Data: zstdWide()}, fstree.ErrLimit, "window"},
	} {
		v, err := image(t, nil, c.layer, ti.Layer{Data: ti.Tar(ti.File("above", "1"))}).Read(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Damage()) != 1 || !errors.Is(v.Damage()[0], c.want) || !strings.Contains(v.Damage()[0].Error(), c.text) || v.Damage()[0].Layer == "" {
			t.Errorf("%s: damage %v, want %v", name, v.Damage(), c.want)
		}
		if !slices.Contains(pathsOf(t, v), "/above") {
			t.Errorf("%s: the layer above is lost", name)
		}
	}
}

// zstdWide is a frame that asks for a window of 1 GiB. Source: RFC 8878, section 3.1.1.1.2.
func zstdWide() []byte {
	return append(slices.Clone(zstdMagic), 0, 20<<3, 1, 0, 0)
}

// TestCorruption cuts and flips the stored bytes of an image everywhere. Nothing
// of that may pass for a sound image: there has to be an error, damage or an anomaly.
func TestCorruption(t *testing.T) {
	b := ti.Tar(ti.Dir("d/"), ti.File("d/one", "1"), ti.File("d/two", ti.Pattern(2000, 5)), ti.Entry{Name: "x", Data: "x", Xattrs: map[string]string{"user.a": "1"}}, ti.Symlink("l", "d"))
	for name, l := range map[string]ti.Layer{
		"plain": {Data: b}, "gzip": {Data: ti.Gzip(b), DiffID: ti.Digest(b)}, "zstd": {Data: ti.Zstd(b), DiffID: ti.Digest(b)},
	} {
		step := 29
		if testing.Short() {
			step = 61
		}
		for at := 0; at < len(l.Data); at += step {
			for kind, m := range map[string][]byte{"cut": l.Data[:at], "flip": flip(l.Data, at)} {
				if err := silent(t, l, m); err != nil {
					t.Errorf("%s: %s at %d: %v", name, kind, at, err)
				}
			}
		}
	}
}

func flip(b []byte, at int) []byte {
	b = slices.Clone(b)
	b[at] ^= 0x10
	return b
}

// silent reads an image whose layer is replaced by m and complains if nothing is said.
func silent(t *testing.T, l ti.Layer, m []byte) error {
	im := ti.Image{Layers: []ti.Layer{l}}
	s := ti.Blobs{}
	d := im.Put(s).Tagged("t")
	s[ti.Digest(l.Data)] = m
	at := bytes.NewReader(ti.Layout(s, d).Tar())
	tf, err := indexTar(t.Context(), at, at.Size())
	if err != nil {
		return nil
	}
	st := &store{Set: &Set{kind: KindOCIArchive}, files: tf, ctx: t.Context(), used: map[string]bool{}, reached: map[string]bool{}, renamed: map[string]string{}}
	if err := st.openLayout(); err != nil || len(st.images) == 0 {
		return err
	}
	v, err := st.images[0].Read(t.Context(), nil)
	if err != nil {
		return err
	}
	for e, err := range v.Walk(t.Context()) {
		if err == nil && e.Type == fstree.TypeFile {
			if f, err := e.Open(); err == nil {
				f.Close()
			}
		}
	}
	if !hasRule(v, "layer-digest-mismatch") {
		return errors.New("digest mismatch is not reported")
	}
	if (l.DiffID != "" || bytes.Equal(l.Data, m)) && len(v.Damage()) == 0 && len(v.Anomalies()) < 1 {
		return errors.New("nothing is reported")
	}
	return nil
}

// TestArchiveCorruption does the same to whole archives.
func TestArchiveCorruption(t *testing.T) {
	b := ti.Tar(ti.File("a", "1"), ti.File("b", "2"))
	im := ti.Image{Layers: []ti.Layer{{Data: ti.Gzip(b), DiffID: ti.Digest(b)}, {Data: ti.Tar(ti.Whiteout("", "b"))}}}
	for name, archive := range map[string][]byte{"oci": im.OCI("t").Tar(), "docker": im.Docker("a:1").Tar()} {
		want := outcome(t, archive)
		if want == "" || strings.Contains(want, "!") {
			t.Fatalf("%s: sound archive gives %q", name, want)
		}
		for at := 0; at < len(archive); at += 331 {
			for kind, m := range map[string][]byte{"cut": archive[:at], "flip": flip(archive, at)} {
				if got := outcome(t, m); got != want && !strings.Contains(got, "!") {
					t.Errorf("%s: %s at %d: got %q with nothing said, want %q", name, kind, at, got, want)
				}
			}
		}
	}
}

// outcome lists an archive's entries, with a ! if anything was reported.
func outcome(t *testing.T, archive []byte) string {
	p := t.TempDir() + "/a"
	if err := os.WriteFile(p, archive, 0o600); err != nil {
		t.Fatal(err)
	}
	set, err := Open(t.Context(), Reference{Path: p}, nil)
	if err != nil {
		return "!" + err.Error()
	}
	defer set.Close()
	out := ""
	for _, im := range set.Images() {
		v, err := im.Read(t.Context(), nil)
		if err != nil {
			return "!" + err.Error()
		}
		if len(set.Damage())+len(v.Damage())+len(set.Anomalies())+len(im.Anomalies())+len(v.Anomalies()) > 0 {
			out += "!"
		}
		out += im.Name() + im.Digest() + strings.Join(all(t, v), "\n")
	}
	return out
}
