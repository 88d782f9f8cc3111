package layers

import (
	"log/slog"
	"net/http"

	"github.com/seed-181f3109/assay/internal/spool"
)

// Options tune how images are opened and read. Nil and the zero value mean the
// documented defaults.
type Options struct {
	// Platform narrows an index: "linux/arm64", "linux/arm/v7" or "arm64".
	// Empty means all platforms.
	Platform string
	// Jobs is how many layers are read at the same time; default 1.
	Jobs int
	// Cache keeps the indexes of layers between runs; nil means none.
	Cache Cache
	// Spool says where content and compressed archives are kept while they are
	// read; nil means the defaults of that package.
	Spool *spool.Options
	// MaxEntries is the most entries one layer may have; default DefaultMaxEntries.
	MaxEntries int
	// MaxIndexBytes bounds the memory for names and metadata of all
	// layers of an image; default DefaultMaxIndexBytes.
	MaxIndexBytes int64
	// MaxLayerBytes is the largest uncompressed layer; 0 means no limit.
	MaxLayerBytes int64
	// MaxPath is the longest path in bytes; default DefaultMaxPath.
	MaxPath int
	// MaxArchiveBytes is how much a compressed archive (.tar.gz, .tar.zst) may
	// unpack to in the spool's folder; default DefaultMaxArchiveBytes.
	MaxArchiveBytes int64
	// Insecure lets registries be asked over plain HTTP.
	Insecure bool
	// Transport is used for registries; default http.DefaultTransport.
	Transport http.RoundTripper
	// Credentials gives user name and secret for a registry host; nil means anonymous. See DockerCredentials.
	Credentials func(registry string) (username, secret string, err error)
	// Progress is told the number of stored bytes just read. It may be called
	// from several goroutines.
	Progress func(n int64)
	// Logger receives what may help in finding a fault; nil means silent.
	Logger *slog.Logger
}

// The default limits.
const (
	DefaultMaxEntries      = 1 << 21
	DefaultMaxIndexBytes   = 400 << 20
	DefaultMaxPath         = 4096 // PATH_MAX of Linux: no runtime can make a longer one
	DefaultMaxArchiveBytes = 64 << 30
)

// The getters below let nil options mean the defaults.

func (o *Options) jobs() int {
	if o == nil {
		return 1
	}
	return max(o.Jobs, 1)
}

func (o *Options) spool() *spool.Options {
	if o == nil {
		return nil
	}
	return o.Spool
}

func (o *Options) progress() func(int64) {
	if o == nil {
		return nil
	}
	return o.Progress
}

func (o *Options) maxArchive() int64 {
	if o == nil || o.MaxArchiveBytes <= 0 {
		return DefaultMaxArchiveBytes
	}
	return o.MaxArchiveBytes
}

func (o *Options) maxEntries() int {
	if o == nil || o.MaxEntries <= 0 {
		return DefaultMaxEntries
	}
	return o.MaxEntries
}

func (o *Options) maxIndexBytes() int64 {
	if o == nil || o.MaxIndexBytes <= 0 {
		return DefaultMaxIndexBytes
	}
	return o.MaxIndexBytes
}

func (o *Options) maxPath() int {
	if o == nil || o.MaxPath <= 0 {
		return DefaultMaxPath
	}
	return o.MaxPath
}

func (o *Options) platform() string {
	if o == nil {
		return ""
	}
	return o.Platform
}

func (o *Options) log() *slog.Logger {
	if o == nil || o.Logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return o.Logger
}

func (o *Options) maxLayer() int64 {
	if o == nil {
		return 0
	}
	return o.MaxLayerBytes
}
