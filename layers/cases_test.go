package layers

import (
	"archive/tar"
	"strings"
	"time"

	ti "github.com/seed-181f3109/assay/internal/testimage"
)

// mergeCase is one image whose merged view containerd and the kernel made once; see oracle_test.go.
type mergeCase struct {
	name   string
	layers [][]ti.Entry
	rules  []string // anomalies that must be reported, sorted, without repeats
}

// capability is cap_net_raw=ep as security.capability holds it. Source: capabilities(7), VFS_CAP_REVISION_2.
const capability = "\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

var long = strings.Repeat("a-long-directory-name/", 8)

var mergeCases = []mergeCase{
	{name: "types", layers: [][]ti.Entry{{
		ti.Dir("etc/"),
		{Name: "etc/shadow", Data: "root:*:1::::::\n", Mode: 0o640, UID: 0, GID: 42},
		{Name: "bin-su", Data: "su", Mode: 0o4755, Mtime: time.Unix(1700000000, 123456789)},
		{Name: "ping", Data: "ping", Mode: 0o755, Xattrs: map[string]string{"security.capability": capability}},
		{Name: "note", Data: "x", Xattrs: map[string]string{"user.a": "1", "user.bin": "\x00\xff"}},
		ti.Hardlink("etc/shadow-", "etc/shadow"),
		ti.Symlink("link", "etc/shadow"),
		{Name: "tty", Type: tar.TypeChar, Major: 4, Minor: 1, Mode: 0o620, GID: 5},
		{Name: "disk", Type: tar.TypeBlock, Major: 259, Minor: 70000, Mode: 0o660},
		{Name: "pipe", Type: tar.TypeFifo, Mode: 0o600},
		{Name: "owner", Data: "o", UID: 4000000000, GID: 3000000},
		{Name: "sticky/", Type: tar.TypeDir, Mode: 0o1777},
		{Name: "old", Data: "o", Mtime: time.Unix(0, 0)},
		{Name: "future", Data: "f", Mtime: time.Unix(5000000000, 5)},
		ti.File("caf\xe9", "latin1"),
		ti.File(long+"file", "long"),
		ti.File("empty", ""),
	}}},
	{name: "whiteouts", rules: []string{"whiteout-missing"}, layers: [][]ti.Entry{
		{ti.Dir("a/"), ti.File("a/1", "1"), ti.File("a/2", "2"), ti.Dir("b/"), ti.File("b/1", "b1"), ti.Dir("c/"), ti.File("c/deep", "d"), ti.File("top", "t")},
		{ti.Whiteout("a/", "1"), ti.Whiteout("", "b"), ti.Whiteout("c/", "never"), ti.Whiteout("", "top")},
	}},
	{name: "opaque-first", layers: [][]ti.Entry{
		{ti.Dir("a/"), ti.File("a/1", "1"), ti.Dir("a/sub/"), ti.File("a/sub/2", "2"), ti.File("other", "o")},
		{ti.Dir("a/"), ti.Opaque("a/"), ti.File("a/new", "n")},
	}},
	{name: "opaque-last", layers: [][]ti.Entry{
		{ti.Dir("a/"), ti.File("a/1", "1"), ti.Dir("a/sub/"), ti.File("a/sub/2", "2"), ti.File("a/sub/3", "3")},
		{ti.Dir("a/"), ti.File("a/1", "new"), ti.Dir("a/sub/"), ti.File("a/sub/2", "new2"), ti.Opaque("a/")},
	}},
	{name: "opaque-implied", layers: [][]ti.Entry{
		{{Name: "a/", Type: tar.TypeDir, Mode: 0o700, UID: 7}, ti.File("a/1", "1"), ti.Dir("a/b/"), ti.File("a/b/1", "1")},
		{ti.File("a/b/c/new", "n"), ti.Opaque("a/b/")},
	}},
	{name: "opaque-three", layers: [][]ti.Entry{
		{ti.Dir("a/"), ti.File("a/1", "1"), ti.File("a/2", "2")},
		{ti.Opaque("a/"), ti.File("a/2", "two"), ti.File("a/3", "3")},
		{ti.Whiteout("a/", "3"), ti.File("a/4", "4")},
	}},
	{name: "opaque-root", rules: []string{"opaque-root"}, layers: [][]ti.Entry{
		{ti.File("one", "1"), ti.Dir("d/"), ti.File("d/x", "x")},
		{ti.Opaque(""), ti.File("two", "2")},
	}},
	{name: "type-changes", layers: [][]ti.Entry{
		{ti.Dir("dir-file/"), ti.File("dir-file/x", "x"), ti.File("file-dir", "f"), ti.Symlink("link-dir", "dir-file"), ti.Dir("dir-link/"), ti.File("dir-link/x", "x"), ti.File("file-link", "f")},
		{ti.File("dir-file", "now a file"), ti.Dir("file-dir/"), ti.File("file-dir/y", "y"), ti.Dir("link-dir/"), ti.File("link-dir/z", "z"), ti.Symlink("dir-link", "file-dir"), ti.Symlink("file-link", "dir-file")},
		{ti.Dir("dir-file/"), ti.File("dir-file/again", "a"), ti.Dir("dir-link/"), ti.File("dir-link/again", "a")},
	}},
	{name: "dir-over-dir", layers: [][]ti.Entry{
		{{Name: "d/", Type: tar.TypeDir, Mode: 0o700, UID: 5, Xattrs: map[string]string{"user.low": "1", "user.both": "low"}}, ti.File("d/1", "1")},
		{{Name: "d/", Type: tar.TypeDir, Mode: 0o755, GID: 6, Mtime: time.Unix(1600000000, 0), Xattrs: map[string]string{"user.both": "up"}}, ti.File("d/2", "2")},
	}},
	{name: "implied-parents", layers: [][]ti.Entry{
		{{Name: "known/", Type: tar.TypeDir, Mode: 0o711, UID: 3, GID: 4, Mtime: time.Unix(1500000000, 0)}, ti.File("new/deep/file", "f")},
		{ti.File("known/file", "f"), ti.File("known/sub/file", "f"), ti.Whiteout("nowhere/at/", "all")},
	}, rules: []string{"whiteout-missing"}},
	{name: "duplicates", rules: []string{"duplicate-directory", "duplicate-entry"}, layers: [][]ti.Entry{{
		ti.File("twice", "clean"), ti.File("twice", "backdoor"),
		ti.Dir("d/"), {Name: "d/", Type: tar.TypeDir, Mode: 0o750},
		ti.Dir("dir-then-file/"), ti.File("dir-then-file/in", "i"), ti.File("dir-then-file", "f"),
		ti.File("file-then-dir", "f"), ti.Dir("file-then-dir/"), ti.File("file-then-dir/in", "i"),
		ti.File("./spelled//../twice-too", "1"), ti.File("twice-too", "2"),
	}}},
	{name: "through-link", rules: []string{"duplicate-entry", "path-through-link"}, layers: [][]ti.Entry{{
		ti.Dir("usr/"), ti.Dir("usr/lib/"), ti.Symlink("lib", "usr/lib"), ti.File("lib/libc.so", "c"),
		ti.Symlink("abs", "/usr"), ti.File("abs/bin/sh", "sh"),
		ti.Symlink("up", "../../../usr"), ti.File("up/top", "t"),
		ti.Symlink("chain", "chain2"), ti.Symlink("chain2", "lib"), ti.File("chain/chained", "c"),
		ti.Symlink("nowhere", "not/there/yet"), ti.File("nowhere/file", "n"),
		ti.Dir("a/"), ti.Dir("a/b/"), ti.Dir("c/"), ti.Symlink("a/b/l", "../../c"), ti.Symlink("dots", "a/b/l/../x"), ti.File("dots/lexical", "l"),
		ti.Symlink("absdots", "/a/b/l/../y"), ti.File("absdots/semantic", "s"),
		ti.Dir("lib/"),
	}}},
	{name: "over-lower-link", rules: []string{"path-over-link"}, layers: [][]ti.Entry{
		{{Name: "usr/", Type: tar.TypeDir, Mode: 0o711}, {Name: "usr/lib/", Type: tar.TypeDir, Mode: 0o750, UID: 9}, ti.File("usr/lib/libc.so", "c"), ti.Symlink("lib", "usr/lib")},
		{ti.File("lib/evil.so", "e")},
	}},
	{name: "hardlinks", layers: [][]ti.Entry{{
		{Name: "f", Data: "content", Mode: 0o4755, Xattrs: map[string]string{"user.a": "1", "security.capability": capability}},
		{Name: "g", Type: tar.TypeLink, Link: "f", Mode: 0o600, UID: 12, Mtime: time.Unix(1400000000, 0)},
		{Name: "h", Data: "content", Xattrs: map[string]string{"security.capability": capability}},
		{Name: "i", Type: tar.TypeLink, Link: "h", Mode: 0o700, Xattrs: map[string]string{"security.capability": capability}},
		ti.Symlink("s", "f"), ti.Hardlink("s2", "s"),
		ti.Dir("d/"), ti.Symlink("dl", "d"), ti.File("d/x", "dx"), ti.Hardlink("viadl", "dl/x"), ti.Hardlink("abs", "/d/x"), ti.Hardlink("dot", "./d/../d/x"),
	}, {
		ti.File("other", "o"),
	}}},
	{name: "hardlink-binds", rules: []string{"duplicate-entry"}, layers: [][]ti.Entry{
		{ti.File("x", "first"), ti.Hardlink("y", "x"), ti.File("x", "second")},
		{ti.File("y2", "up"), ti.Hardlink("y3", "y2")},
		{ti.File("y2", "upper"), ti.Whiteout("", "y")},
	}},
	{name: "traversal", rules: []string{"path-outside-root"}, layers: [][]ti.Entry{{
		ti.File("../../up", "u"), ti.File("/abs", "a"), ti.File("./dot", "d"), ti.File("x/../y", "y"), ti.File("a//b", "b"),
		{Name: "./", Type: tar.TypeDir, Mode: 0o700}, ti.Dir("../.."), ti.Symlink("evil", "../../../etc/passwd"), ti.File("...", "three"), ti.File("a/..c", "c"),
	}}},
	{name: "whiteout-then-entry", rules: []string{"whiteout-missing", "whiteout-own-entry"}, layers: [][]ti.Entry{
		{ti.File("f", "low"), ti.Dir("d/"), ti.File("d/low", "low")},
		{ti.Whiteout("", "f"), ti.File("f", "up"), ti.Whiteout("", "d"), ti.Dir("d/"), ti.File("d/up", "up"), ti.Whiteout("", "n"), ti.Whiteout("n2/", "n")},
	}},
	{name: "meta-names", rules: []string{"whiteout-missing"}, layers: [][]ti.Entry{
		{ti.Dir("d/"), ti.File("d/x", "x")},
		{ti.Whiteout("", ".wh.plnk"), ti.File(".wh..wh.plnk/1.2", "p"), ti.Hardlink("linked", ".wh..wh.plnk/1.2"), ti.File("d/.wh..wh.aufs", ""), ti.File("d/.whx", "n")},
	}},
	{name: "device-whiteout", rules: []string{"whiteout-device"}, layers: [][]ti.Entry{
		{ti.File("gone", "g"), ti.File("stays", "s"), ti.Dir("d/"), ti.File("d/x", "x")},
		{{Name: "gone", Type: tar.TypeChar}, {Name: "d/x", Type: tar.TypeChar}},
	}},
	{name: "whiteout-content", rules: []string{"whiteout-content"}, layers: [][]ti.Entry{
		{ti.File("x", "1")},
		{ti.File(".wh.x", "payload")},
	}},
	{name: "refuse-cross-link", rules: []string{"hardlink-lower-layer"}, layers: [][]ti.Entry{
		{ti.File("x", "1")},
		{ti.Hardlink("y", "x")},
	}},
	{name: "refuse-self-link", rules: []string{"unappliable-entry"}, layers: [][]ti.Entry{{ti.Hardlink("x", "x")}}},
	{name: "refuse-dir-link", rules: []string{"unappliable-entry"}, layers: [][]ti.Entry{{ti.Dir("d/"), ti.Hardlink("x", "d")}}},
	{name: "refuse-file-parent", rules: []string{"unappliable-entry"}, layers: [][]ti.Entry{{ti.File("x", "1"), ti.File("x/y", "2")}}},
	{name: "refuse-link-cycle", rules: []string{"unappliable-entry"}, layers: [][]ti.Entry{{ti.Symlink("x", "y"), ti.Symlink("y", "x"), ti.File("x/f", "f")}}},
	{name: "refuse-entry-then-whiteout", rules: []string{"whiteout-own-entry"}, layers: [][]ti.Entry{{ti.File("x", "1")}, {ti.File("x", "2"), ti.Whiteout("", "x")}}},
	{name: "refuse-below-whiteout", rules: []string{"unappliable-entry"}, layers: [][]ti.Entry{{ti.Dir("x/"), ti.File("x/y", "1")}, {ti.Whiteout("", "x"), ti.File("x/z", "2")}}},
	{name: "refuse-bad-whiteout", rules: []string{"unappliable-entry"}, layers: [][]ti.Entry{{ti.Dir("x/"), ti.File("x/.wh...", "")}}},
	{name: "refuse-type", rules: []string{"unknown-entry-type"}, layers: [][]ti.Entry{{{Name: "x", Type: '7', Data: "contiguous"}}}},
}

// tars returns the layers' bytes.
func (c mergeCase) tars() [][]byte {
	var out [][]byte
	for _, l := range c.layers {
		out = append(out, ti.Tar(l...))
	}
	return out
}
