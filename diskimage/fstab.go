package diskimage

import (
	"strconv"
	"strings"
)

// mount is one line of an fstab that mounts something at a path.
type mount struct {
	source  string   // UUID=..., /dev/sda1, escapes resolved
	dir     string   // absolute mount point, cleaned
	kind    string   // file system type
	options []string // as they stand
}

// parseFstab returns the lines of an fstab that mount something at system
// start. Swap, lines without a path, noauto without an automount unit, and bind
// mounts are left out.
//
// Source: fstab(5), and systemd.mount(5) for x-systemd.automount.
func parseFstab(text string) []mount {
	var out []mount
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 3 || f[0][0] == '#' || f[1][0] != '/' || f[2] == "swap" {
			continue
		}
		m := mount{source: unescape(strings.ReplaceAll(f[0], `"`, "")), dir: cleanPath(unescape(f[1])), kind: f[2]}
		if len(f) > 3 {
			m.options = strings.Split(f[3], ",")
		}
		if m.has("bind") || m.has("rbind") || m.has("noauto") && !m.has("x-systemd.automount") {
			continue
		}
		out = append(out, m)
	}
	return out
}

func (m *mount) has(option string) bool {
	for _, o := range m.options {
		if o == option {
			return true
		}
	}
	return false
}

// unescape resolves the octal escapes of fstab ("\040" for a space).
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// udevName resolves the escapes of names below /dev/disk ("\x20").
func udevName(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) && s[i+1] == 'x' {
			if n, err := strconv.ParseUint(s[i+2:i+4], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// volumeOf returns the volume that the source of a mount names, or nil. disk is
// the kernel's name of this disk ("sda") as far as the fstab tells; empty takes
// the first disk of any driver.
func volumeOf(parts []*part, source, disk string) *part {
	key, value, ok := strings.Cut(source, "=")
	if ok && !strings.HasPrefix(source, "/") {
		return volumeBy(parts, strings.ToUpper(key), value)
	}
	rest, ok := strings.CutPrefix(source, "/dev/")
	if !ok {
		return nil
	}
	for dir, key := range map[string]string{"disk/by-uuid/": "UUID", "disk/by-label/": "LABEL", "disk/by-partuuid/": "PARTUUID", "disk/by-partlabel/": "PARTLABEL"} {
		if name, ok := strings.CutPrefix(rest, dir); ok {
			return volumeBy(parts, key, udevName(name))
		}
	}
	if name, ok := strings.CutPrefix(rest, "mapper/"); ok {
		return volumeBy(parts, "NAME", mapperName(name))
	}
	if p := volumeBy(parts, "NAME", rest); p != nil { // vg0/root
		return p
	}
	d, number, ok := deviceName(rest)
	if !ok || disk != "" && d != disk || disk == "" && !firstDisk(d) {
		return nil
	}
	if number == "" {
		return volumeBy(parts, "NAME", "disk")
	}
	return volumeBy(parts, "NAME", "p"+number)
}

// volumeBy returns the first volume with a file system of which a tag has a value, or nil.
func volumeBy(parts []*part, tag, value string) *part {
	for _, p := range parts {
		if p.fs == nil || value == "" {
			continue
		}
		v, ok := p.vol, false
		switch tag {
		case "UUID":
			ok = strings.EqualFold(v.FileSystem.UUID, value)
		case "LABEL":
			ok = v.FileSystem.Label == value
		case "PARTUUID":
			ok = strings.EqualFold(v.UUID, value)
		case "PARTLABEL":
			ok = v.Label == value
		case "NAME":
			ok = v.Name == value
		}
		if ok {
			return p
		}
	}
	return nil
}

// mapperName turns a device-mapper name into the name of a logical volume:
// "vg0-root" into "vg0/root", with doubled hyphens standing for one.
//
// Source: lvm(8), "VALID NAMES".
func mapperName(s string) string {
	const mark = "\x00"
	s = strings.ReplaceAll(s, "--", mark)
	s = strings.Replace(s, "-", "/", 1)
	return strings.ReplaceAll(s, mark, "-")
}

// deviceName splits the name of a partition's device into disk and number:
// "sda1", "nvme0n1p2", "mmcblk0p1".
func deviceName(s string) (disk, number string, ok bool) {
	disk = strings.TrimRight(s, "0123456789")
	number = s[len(disk):]
	for _, driver := range []string{"nvme", "mmcblk", "nbd", "loop", "pmem", "md"} {
		if !strings.HasPrefix(s, driver) {
			continue
		}
		if d, isPart := strings.CutSuffix(disk, "p"); isPart && number != "" && len(d) > len(driver) {
			return d, number, true
		}
		return s, "", true
	}
	for _, driver := range []string{"sd", "vd", "xvd", "hd", "ubd"} {
		if letter, ok := strings.CutPrefix(disk, driver); ok && letter != "" && !strings.Contains(letter, "/") {
			return disk, number, true
		}
	}
	return "", "", false
}

// firstDisk reports whether a disk's name is that of a driver's first disk.
func firstDisk(disk string) bool {
	switch disk {
	case "sda", "vda", "xvda", "hda", "ubda", "nvme0n1", "mmcblk0", "nbd0", "loop0", "pmem0":
		return true
	}
	return false
}
