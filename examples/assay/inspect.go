package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/seed-181f3109/assay/analyzer"
	"github.com/seed-181f3109/assay/analyzer/report/text"
	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/layers"
)

func inspectCommand() command {
	return command{
		name: "inspect", args: "IMAGE", short: "show formats, volumes, file systems, operating system, platforms, layers, history",
		example: "assay inspect suspect.vmdk",
		flags: func(f *pflag.FlagSet, c *invocation) {
			imageFlags(f, c)
			outputFlags(f, c)
		},
		run: runInspect,
	}
}

func runInspect(ctx context.Context, c *invocation, args []string) (int, error) {
	if err := need(args, 1, 1, "inspect takes one image"); err != nil {
		return 0, err
	}
	o, err := c.options()
	if err != nil {
		return 0, err
	}
	im, err := analyzer.Open(ctx, args[0], o)
	if err != nil {
		return 0, err
	}
	defer im.Close() // only read from
	out, commit, abort := c.stdout, func() error { return nil }, func() {}
	if c.output != "" {
		if out, commit, abort, err = atomicFile(c.output); err != nil {
			return 0, err
		}
	}
	v := inspection{Reference: im.Reference(), Kind: im.Kind()}
	switch {
	case im.Disk() != nil:
		v.Disk = inspectDisk(im.Disk())
	case im.Containers() != nil:
		v.Containers = inspectSet(im.Containers())
	}
	switch c.format {
	case "jsonl":
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		err = enc.Encode(map[string]any{"inspect": v})
	case "text":
		err = v.text(out)
	default:
		err = fmt.Errorf("--format %q is none of text, jsonl", c.format)
	}
	if err != nil {
		abort()
		return 0, err
	}
	if err := commit(); err != nil {
		return 0, err
	}
	if v.incomplete() {
		return exitIncomplete, nil
	}
	return exitClean, nil
}

// inspection is what inspect shows.
type inspection struct {
	Reference  string          `json:"reference"`
	Kind       string          `json:"kind"`
	Containers *containersView `json:"containers,omitempty"`
	Disk       *diskView       `json:"disk,omitempty"`
}

func (v *inspection) incomplete() bool {
	return v.Disk != nil && len(v.Disk.Damage) > 0 || v.Containers != nil && len(v.Containers.Damage) > 0
}

type containersView struct {
	Digest    string        `json:"digest"`
	Images    []imageView   `json:"images"`
	Anomalies []anomalyView `json:"anomalies,omitempty"`
	Damage    []string      `json:"damage,omitempty"`
}

type imageView struct {
	Name      string          `json:"name,omitempty"`
	Platform  string          `json:"platform"`
	Digest    string          `json:"digest"`
	Config    json.RawMessage `json:"config,omitempty"`
	Layers    []layerView     `json:"layers"`
	Anomalies []anomalyView   `json:"anomalies,omitempty"`
}

type layerView struct {
	Index     int    `json:"index"`
	Digest    string `json:"digest"`
	DiffID    string `json:"diff_id"`
	MediaType string `json:"media_type"`
	Size      int64  `json:"size"`
	CreatedBy string `json:"created_by,omitempty"`
}

type anomalyView struct {
	Class    string `json:"class,omitempty"`
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Title    string `json:"title"`
	Detail   string `json:"detail,omitempty"`
}

func inspectSet(s *layers.Set) *containersView {
	v := &containersView{Digest: s.Digest(), Anomalies: anomalyViews(s.Anomalies()), Damage: damageTexts(s.Damage())}
	for _, im := range s.Images() {
		i := imageView{Name: im.Name(), Platform: im.Platform(), Digest: im.Digest(), Anomalies: anomalyViews(im.Anomalies())}
		if json.Valid(im.RawConfig()) {
			i.Config = im.RawConfig()
		}
		for _, l := range im.Layers() {
			i.Layers = append(i.Layers, layerView{l.Index, l.Digest, l.DiffID, l.MediaType, l.Size, l.CreatedBy})
		}
		v.Images = append(v.Images, i)
	}
	return v
}

func anomalyViews(list []layers.Anomaly) []anomalyView {
	var out []anomalyView
	for _, a := range list {
		out = append(out, anomalyView{a.Class, a.Rule, a.Severity, a.Title, a.Detail})
	}
	return out
}

func damageTexts(list []*fstree.Damage) []string {
	var out []string
	for _, d := range list {
		out = append(out, strings.ToValidUTF8(d.Error(), "\uFFFD"))
	}
	return out
}

func (v *inspection) text(out io.Writer) error {
	p := &printer{w: out}
	p.line("%s", text.Path(v.Reference))
	p.line("  kind      %s", v.Kind)
	if v.Containers != nil {
		v.Containers.text(p)
	}
	if v.Disk != nil {
		v.Disk.text(p)
	}
	return p.err
}

func (v *containersView) text(p *printer) {
	p.line("  digest    %s", v.Digest)
	for _, im := range v.Images {
		p.line("")
		p.line("image %s %s", text.Escape(im.Name), im.Platform)
		p.line("  digest    %s", im.Digest)
		var config struct {
			Created time.Time
			Config  struct {
				Entrypoint, Cmd, Env []string
				User, WorkingDir     string
			}
		}
		if json.Unmarshal(im.Config, &config) == nil {
			p.field("created", config.Created.UTC().Format(time.RFC3339))
			p.field("entry", strings.Join(config.Config.Entrypoint, " "))
			p.field("cmd", strings.Join(config.Config.Cmd, " "))
			p.field("user", config.Config.User)
			p.field("workdir", config.Config.WorkingDir)
			for _, e := range config.Config.Env {
				p.field("env", e)
			}
		}
		for _, l := range im.Layers {
			p.line("  layer %-3d %s  %s  %d bytes", l.Index, l.Digest, text.Escape(l.MediaType), l.Size)
			command := l.CreatedBy
			if command == "" {
				command = "command unknown"
			}
			p.line("            diffID %s", l.DiffID)
			p.line("            %s", text.Escape(command))
		}
		p.anomalies(im.Anomalies)
	}
	p.anomalies(v.Anomalies)
	p.damage(v.Damage)
}

// printer writes lines and keeps the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *printer) field(name, value string) {
	if value != "" {
		p.line("  %-9s %s", name, text.Escape(value))
	}
}

func (p *printer) anomalies(list []anomalyView) {
	for _, a := range list {
		p.line("  odd       %s: %s", text.Escape(a.Title), text.Escape(a.Detail))
	}
}

func (p *printer) damage(list []string) {
	for _, d := range list {
		p.line("  not read  %s", text.Escape(d))
	}
}
