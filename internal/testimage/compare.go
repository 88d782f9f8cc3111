package testimage

import (
	"maps"
	"slices"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
)

// maxReports bounds how many differences one comparison prints.
const maxReports = 30

// CompareManifest walks tree and fails t for every entry that is missing, that
// the manifest does not have, or of which a field differs that the manifest's
// line has; for all damage; and for a directory that comes after what is in it.
// Entries that are not live are passed over.
func CompareManifest(t testing.TB, manifest string, tree fstree.Tree) {
	t.Helper()
	want := ReadManifest(t, manifest)
	if len(want) == 0 {
		t.Fatalf("%s has no entries", manifest)
	}
	reports := 0
	report := func(format string, args ...any) {
		t.Helper()
		if reports++; reports <= maxReports {
			t.Errorf(format, args...)
		}
	}
	seen := make(map[string]bool)
	for e, err := range tree.Walk(t.Context()) {
		if err != nil {
			report("walk: %v", err)
			continue
		}
		if e.State != fstree.Live {
			continue
		}
		got, err := Describe(e)
		if err != nil {
			report("%q: %v", e.Path, err)
		}
		if dir, _ := fstree.Split(e.Path); e.Path != "/" && !seen[dir] {
			report("%q comes before its directory", e.Path)
		}
		if seen[e.Path] {
			report("%q comes twice", e.Path)
		}
		seen[e.Path] = true
		if w := want[e.Path]; w != nil {
			compareLines(report, got, w)
		} else {
			report("%q is not in the manifest", e.Path)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(want)) {
		if !seen[p] {
			report("%q is missing", p)
		}
	}
	if reports > maxReports {
		t.Errorf("and %d more differences", reports-maxReports)
	}
}

// compareLines reports the fields of got that differ from those that want has.
func compareLines(report func(string, ...any), got, want *Line) {
	text := func(field, g, w string) {
		if w != "" && g != w {
			report("%q: %s is %q, want %q", want.Path, field, g, w)
		}
	}
	text("type", got.Type, want.Type)
	text("mode", got.Mode, want.Mode)
	text("mtime", got.Mtime, want.Mtime)
	text("atime", got.Atime, want.Atime)
	text("ctime", got.Ctime, want.Ctime)
	text("rdev", got.Rdev, want.Rdev)
	text("sha256", got.SHA256, want.SHA256)
	if want.Type == "symlink" && got.Target != want.Target {
		report("%q: target is %q, want %q", want.Path, got.Target, want.Target)
	}
	number(report, want.Path, "uid", got.UID, want.UID)
	number(report, want.Path, "gid", got.GID, want.GID)
	number(report, want.Path, "inode", got.Inode, want.Inode)
	number(report, want.Path, "nlink", got.Nlink, want.Nlink)
	number(report, want.Path, "size", got.Size, want.Size)
	if !maps.Equal(got.Xattrs, want.Xattrs) {
		report("%q: xattrs are %v, want %v", want.Path, got.Xattrs, want.Xattrs)
	}
}

func number[N comparable](report func(string, ...any), path, field string, got, want *N) {
	if want != nil && *got != *want {
		report("%q: %s is %v, want %v", path, field, *got, *want)
	}
}
