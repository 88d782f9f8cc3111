package diskimage

import (
	"fmt"
	"testing"

	"github.com/seed-181f3109/assay/diskimage/filesystem"
	"github.com/seed-181f3109/assay/diskimage/volume"
)

// fakeFS is a file system that is only known to be there.
type fakeFS struct{ filesystem.FileSystem }

func fakeParts() []*part {
	var parts []*part
	for i, name := range []string{"p1", "p2", "p15", "vg0/root", "vg-a/data", "disk"} {
		parts = append(parts, &part{fs: fakeFS{}, vol: &VolumeInfo{
			Volume:     volume.Volume{Name: name, UUID: fmt.Sprintf("part-%d", i), Label: "label of " + name},
			FileSystem: &filesystem.Info{UUID: fmt.Sprintf("FS-%d", i), Label: "fs " + name},
		}})
	}
	return parts
}

func TestVolumeOf(t *testing.T) {
	parts := fakeParts()
	for _, tt := range []struct{ source, disk, want string }{
		{"UUID=fs-0", "", "p1"}, {"uuid=FS-2", "", "p15"}, {"LABEL=fs p2", "", "p2"}, {"LABEL=FS p2", "", ""}, {"PARTUUID=PART-1", "", "p2"},
		{"PARTLABEL=label of p1", "", "p1"}, {"/dev/disk/by-uuid/FS-1", "", "p2"}, {`/dev/disk/by-label/fs\x20p15`, "", "p15"},
		{"/dev/disk/by-partuuid/part-0", "", "p1"}, {`/dev/disk/by-partlabel/label\x20of\x20p2`, "", "p2"},
		{"/dev/sda1", "", "p1"}, {"/dev/vda15", "", "p15"}, {"/dev/nvme0n1p2", "", "p2"}, {"/dev/mmcblk0p1", "", "p1"}, {"/dev/xvda1", "", "p1"},
		{"/dev/sdb1", "", ""}, {"/dev/sdb1", "sdb", "p1"}, {"/dev/sda1", "sdb", ""}, {"/dev/nvme1n1p1", "", ""}, {"/dev/sda", "", "disk"}, {"/dev/xvda", "", "disk"},
		{"/dev/mapper/vg0-root", "", "vg0/root"}, {"/dev/mapper/vg--a-data", "", "vg-a/data"}, {"/dev/vg0/root", "", "vg0/root"},
		{"UUID=", "", ""}, {"tmpfs", "", ""}, {"nfs:/x", "", ""}, {"/dev/sda9", "", ""}, {"/swapfile", "", ""}, {"/dev/", "", ""}, {"//server/share=1", "", ""},
	} {
		got := ""
		if p := volumeOf(parts, tt.source, tt.disk); p != nil {
			got = p.vol.Name
		}
		if got != tt.want {
			t.Errorf("%s on %q is %q, want %q", tt.source, tt.disk, got, tt.want)
		}
	}
}

func TestParseFstab(t *testing.T) {
	got := fmt.Sprint(parseFstab("# comment\n\n/dev/sda1 / ext4\n" + `UUID="x" /a\040b//c/ xfs rw,noauto,x-systemd.automount 0 0` + "\n" +
		"x none swap sw\nx /y none bind\nx /z ext4 noauto,user\nshort /q\n\t/dev/sdb\t/tab\tvfat\tdefaults\n/dev/x /../up ext4\n"))
	want := "[{/dev/sda1 / ext4 []} {UUID=x /a b/c xfs [rw noauto x-systemd.automount]} {/dev/sdb /tab vfat [defaults]} {/dev/x /up ext4 []}]"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func FuzzFstab(f *testing.F) {
	f.Add("UUID=x /a\\040b ext4 defaults 0 1\n", "NAME=\"a \\\" b\"\nID=x\n")
	parts := fakeParts()
	f.Fuzz(func(t *testing.T, fstab, release string) {
		for _, m := range parseFstab(fstab) {
			if m.dir == "" || m.dir[0] != '/' {
				t.Errorf("mount point %q", m.dir)
			}
			volumeOf(parts, m.source, "")
		}
		parseOSRelease(release)
	})
}
