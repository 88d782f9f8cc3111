package diskimage

// Pairing is two volumes that are compared with each other. One of them is nil
// if the other disk has no such volume.
type Pairing struct {
	Golden, Suspect *VolumeInfo
	// By says what the two have in common: "mount point", "file system uuid",
	// "volume uuid", "label", "number"; empty if one is nil.
	By string
}

// Pair finds for every volume of golden the volume of suspect that takes its
// place: the one of the same mount point, else of the same file-system UUID,
// volume UUID, label or number, in this order. Pairs come in the order of
// golden's volumes, then suspect's that are new.
func Pair(golden, suspect *Disk) []Pairing {
	var out []Pairing
	mate := make(map[*VolumeInfo]*Pairing)
	taken := make(map[*VolumeInfo]bool)
	for _, k := range pairKeys {
		pairBy(golden, suspect, k.name, k.of, mate, taken)
	}
	for i := range golden.info.Volumes {
		v := &golden.info.Volumes[i]
		if p := mate[v]; p != nil {
			out = append(out, *p)
			continue
		}
		out = append(out, Pairing{Golden: v})
	}
	for i := range suspect.info.Volumes {
		if v := &suspect.info.Volumes[i]; !taken[v] {
			out = append(out, Pairing{Suspect: v})
		}
	}
	return out
}

// pairKeys are what volumes are paired by, strongest first. An empty value pairs with nothing.
var pairKeys = []struct {
	name string
	of   func(*VolumeInfo) string
}{
	{"mount point", func(v *VolumeInfo) string { return v.MountPoint }},
	{"file system uuid", func(v *VolumeInfo) string {
		if v.FileSystem == nil {
			return ""
		}
		return v.FileSystem.UUID
	}},
	{"volume uuid", func(v *VolumeInfo) string { return v.UUID }},
	{"label", func(v *VolumeInfo) string {
		if v.FileSystem != nil && v.FileSystem.Label != "" {
			return v.FileSystem.Label
		}
		return v.Label
	}},
	{"number", func(v *VolumeInfo) string { return v.Name }},
}

// pairBy pairs the volumes that are still single and agree in one key. A value
// that several volumes of one disk share pairs them in the order of the disk.
func pairBy(golden, suspect *Disk, by string, of func(*VolumeInfo) string, mate map[*VolumeInfo]*Pairing, taken map[*VolumeInfo]bool) {
	for i := range golden.info.Volumes {
		g := &golden.info.Volumes[i]
		key := of(g)
		if key == "" || mate[g] != nil {
			continue
		}
		for j := range suspect.info.Volumes {
			s := &suspect.info.Volumes[j]
			if !taken[s] && of(s) == key {
				mate[g] = &Pairing{Golden: g, Suspect: s, By: by}
				taken[s] = true
				break
			}
		}
	}
}

// Align pairs the volumes of two disks and makes suspect show those that no
// operating system mounts under the paths that their mates have on golden, so
// that an entry of the same path is the same thing on both. Where the system
// itself mounts another volume than before, paths stay as they are: that is a
// change. Call it before the first Walk of suspect.
func Align(golden, suspect *Disk) []Pairing {
	pairs := Pair(golden, suspect)
	if golden.info.OS.Volume == "" && suspect.info.OS.Volume == "" && len(golden.info.Volumes) > 0 {
		for _, p := range pairs {
			if p.Golden != nil && p.Suspect != nil {
				p.Suspect.MountPoint = p.Golden.MountPoint
			} else if p.Suspect != nil {
				p.Suspect.MountPoint = ""
			}
		}
		suspect.setOrder()
	}
	suspect.SetNames(ShowAs(pairs))
	return pairs
}

// SetNames makes volumes appear below /@ and another name than their own. It
// maps names of volumes to the names to show; Entry.Volume stays as it is. Call
// it before the first Walk.
func (d *Disk) SetNames(names map[string]string) {
	for _, p := range d.parts {
		name, ok := names[p.vol.Name]
		if !ok {
			continue
		}
		if p.vol.Prefix == p.own {
			p.vol.Prefix = "/@" + name
		}
		p.own = "/@" + name
		d.reserved["@"+name] = true
	}
}

// ShowAs returns the names for SetNames of suspect that give paired volumes
// the same path on both disks, and new volumes a path that golden does not have.
func ShowAs(pairs []Pairing) map[string]string {
	used := make(map[string]bool)
	for _, p := range pairs {
		if p.Golden != nil {
			used[p.Golden.Name] = true
		}
	}
	names := make(map[string]string)
	for _, p := range pairs {
		switch {
		case p.Suspect == nil:
		case p.Golden != nil:
			names[p.Suspect.Name] = p.Golden.Name
		default:
			name := p.Suspect.Name
			for used[name] {
				name += "+"
			}
			used[name] = true
			names[p.Suspect.Name] = name
		}
	}
	return names
}
