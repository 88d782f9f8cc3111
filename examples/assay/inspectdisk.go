package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/seed-181f3109/assay/analyzer/report/text"
	"github.com/seed-181f3109/assay/diskimage"
)

// diskView is what inspect shows of a disk image.
type diskView struct {
	Format     string        `json:"format"`
	Variant    string        `json:"variant,omitempty"`
	Size       int64         `json:"size"`
	Files      []string      `json:"files,omitempty"`
	Notes      []string      `json:"notes,omitempty"`
	Table      string        `json:"table,omitempty"`
	TableID    string        `json:"table_id,omitempty"`
	SectorSize int64         `json:"sector_size,omitempty"`
	OS         *osView       `json:"os,omitempty"`
	Volumes    []volumeView  `json:"volumes"`
	Gaps       []gapView     `json:"gaps,omitempty"`
	Anomalies  []anomalyView `json:"anomalies,omitempty"`
	Damage     []string      `json:"damage,omitempty"`
}

type osView struct {
	ID, Name, Version, Volume string
}

type gapView struct {
	Start int64 `json:"start"`
	Size  int64 `json:"size"`
	Zero  bool  `json:"zero"`
}

type volumeView struct {
	Name       string   `json:"name"`
	Start      int64    `json:"start"`
	Size       int64    `json:"size"`
	Type       string   `json:"type,omitempty"`
	TypeID     string   `json:"type_id,omitempty"`
	UUID       string   `json:"uuid,omitempty"`
	Label      string   `json:"label,omitempty"`
	Content    string   `json:"content"`
	MountPoint string   `json:"mount_point,omitempty"`
	FSLabel    string   `json:"fs_label,omitempty"`
	FSUUID     string   `json:"fs_uuid,omitempty"`
	BlockSize  int64    `json:"block_size,omitempty"`
	Used       int64    `json:"used,omitempty"`
	Features   []string `json:"features,omitempty"`
	LastMount  string   `json:"last_mount,omitempty"`
	MountedOn  string   `json:"mounted_on,omitempty"`
	Incomplete []string `json:"incomplete,omitempty"`
	Error      string   `json:"error,omitempty"`
}

func inspectDisk(d *diskimage.Disk) *diskView {
	info := d.Info()
	v := &diskView{Format: info.Disk.Format, Variant: info.Disk.Variant, Size: info.Disk.Size, Files: info.Disk.Files,
		Notes: append(append([]string(nil), info.Disk.Notes...), info.Notes...), Damage: damageTexts(d.Damage())}
	if t := info.Table; t != nil {
		v.Table, v.TableID, v.SectorSize = t.Format, t.ID, t.SectorSize
		if t.Variant != "" {
			v.Table += " (" + t.Variant + ")"
		}
	}
	if info.OS.PrettyName != "" || info.OS.ID != "" {
		v.OS = &osView{info.OS.ID, info.OS.PrettyName, info.OS.Version, info.OS.Volume}
	}
	for i := range info.Volumes {
		v.Volumes = append(v.Volumes, inspectVolume(&info.Volumes[i]))
	}
	for _, g := range info.Gaps {
		v.Gaps = append(v.Gaps, gapView{g.Start, g.Size, g.Zero})
	}
	for _, a := range d.Anomalies() {
		v.Anomalies = append(v.Anomalies, anomalyView{"evasion", a.Rule, a.Severity, a.Title, a.Detail})
	}
	return v
}

func inspectVolume(i *diskimage.VolumeInfo) volumeView {
	v := volumeView{Name: i.Name, Start: i.Start, Size: i.Size, Type: i.Type, TypeID: i.TypeID, UUID: i.UUID, Label: i.Label,
		Content: i.Content, MountPoint: i.MountPoint}
	if i.Error != nil {
		v.Error = i.Error.Error()
	}
	if fs := i.FileSystem; fs != nil {
		v.Content, v.FSLabel, v.FSUUID, v.BlockSize, v.Used = fs.Type, strings.ToValidUTF8(fs.Label, "\uFFFD"), fs.UUID, fs.BlockSize, fs.Used
		v.Features, v.MountedOn, v.Incomplete = fs.Features, strings.ToValidUTF8(fs.MountedOn, "\uFFFD"), fs.Incomplete
		if !fs.LastMount.IsZero() {
			v.LastMount = fs.LastMount.UTC().Format(time.RFC3339)
		}
	}
	return v
}

func (v *diskView) text(p *printer) {
	format := v.Format
	if v.Variant != "" {
		format += " " + v.Variant
	}
	p.field("format", format)
	p.line("  size      %d bytes", v.Size)
	for _, f := range v.Files {
		p.field("file", f)
	}
	if v.Table != "" {
		p.line("  table     %s %s, sectors of %d bytes", v.Table, v.TableID, v.SectorSize)
	}
	if v.OS != nil {
		p.line("  system    %s (%s %s), root on %s", text.Escape(v.OS.Name), text.Escape(v.OS.ID), text.Escape(v.OS.Version), v.OS.Volume)
	}
	for _, n := range v.Notes {
		p.field("note", n)
	}
	for _, vol := range v.Volumes {
		vol.text(p)
	}
	for _, g := range v.Gaps {
		what := "holds data"
		if g.Zero {
			what = "zeros"
		}
		p.line("  gap       %d..%d  %s", g.Start, g.Start+g.Size, what)
	}
	p.anomalies(v.Anomalies)
	p.damage(v.Damage)
}

func (v *volumeView) text(p *printer) {
	p.line("")
	p.line("volume %s", v.Name)
	p.line("  range     %d..%d (%d bytes)", v.Start, v.Start+v.Size, v.Size)
	p.field("type", strings.TrimSpace(v.Type+" "+v.TypeID))
	p.field("uuid", v.UUID)
	p.field("label", v.Label)
	p.field("content", v.Content)
	p.field("mounted", v.MountPoint)
	if v.BlockSize > 0 {
		p.line("  fs        label %q, UUID %s, blocks of %d bytes, %d bytes used", v.FSLabel, v.FSUUID, v.BlockSize, v.Used)
		p.field("features", strings.Join(v.Features, " "))
		p.field("last use", strings.TrimSpace(fmt.Sprintf("%s %s", v.LastMount, v.MountedOn)))
	}
	for _, i := range v.Incomplete {
		p.field("unsure", i)
	}
	p.field("not read", v.Error)
}
