package analyzer

import (
	"log/slog"
	"net/http"
	"runtime"

	"github.com/seed-181f3109/assay/internal/spool"
	"github.com/seed-181f3109/assay/layers"
	"github.com/seed-181f3109/assay/signatures"
)

// Options tune Open, Analyze and Diff. Nil and the zero value mean the defaults.
type Options struct {
	// Rules are run over what changed; nil runs none. The caller closes them.
	Rules signatures.RuleSet
	// Engine names the rule engine in the report's header.
	Engine string
	// Version is the version of the program that reports.
	Version string
	// Platform narrows a multi-platform image: "linux/arm64" or "arm64".
	Platform string
	// Volume shows one volume of a disk alone, with paths from its own root.
	Volume string
	// SearchDirs are folders, besides the image's own, in which further files
	// that a disk image names may be opened.
	SearchDirs []string
	// Jobs is how many contents are scanned and layers read at the same time; default the number of CPUs.
	Jobs int
	// MaxFileMemory is how many bytes of one content are kept in memory;
	// larger ones use one temporary file or are read again. Default 8 MiB.
	MaxFileMemory int64
	// TempDir is the folder for temporary files; default os.TempDir().
	TempDir string
	// Cache keeps indexes of layers between runs; nil means none.
	Cache layers.Cache
	// Insecure lets registries be asked over plain HTTP.
	Insecure bool
	// Transport is used for registries; default http.DefaultTransport.
	Transport http.RoundTripper
	// NoViews scans raw content only, without decoded views and archive members.
	NoViews bool
	// Progress is told what is going on, from several goroutines; nil means nobody asks.
	Progress func(Progress)
	// Logger receives what may help in finding a fault; nil means silent.
	Logger *slog.Logger
}

// Progress is a step of the work.
type Progress struct {
	Phase string // "golden", "suspect", "scan"
	Bytes int64  // read since the last call
	Path  string // what is being looked at; may be empty
}

func (o *Options) orDefault() *Options {
	c := Options{}
	if o != nil {
		c = *o
	}
	if c.Jobs <= 0 {
		c.Jobs = runtime.GOMAXPROCS(0)
	}
	if c.MaxFileMemory <= 0 {
		c.MaxFileMemory = spool.DefaultMemory
	}
	if c.Progress == nil {
		c.Progress = func(Progress) {}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return &c
}

func (o *Options) spool() *spool.Options {
	return &spool.Options{MaxMemory: o.MaxFileMemory, Dir: o.TempDir}
}

func (o *Options) layers(phase string) *layers.Options {
	return &layers.Options{
		Platform: o.Platform, Jobs: o.Jobs, Cache: o.Cache, Spool: o.spool(), Insecure: o.Insecure, Transport: o.Transport,
		Credentials: layers.DockerCredentials, Logger: o.Logger,
		Progress: func(n int64) { o.Progress(Progress{Phase: phase, Bytes: n}) },
	}
}
