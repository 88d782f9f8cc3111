package layers

// Cache keeps encoded layer indexes between runs.
type Cache interface {
	// Get returns what Put stored under key, or nil if there is nothing. An
	// error counts as nothing.
	Get(key string) ([]byte, error)
	// Put stores data under key. It may be called from several goroutines.
	Put(key string, data []byte) error
}

// NewDirCache keeps indexes as files in dir, which it makes when needed.
func NewDirCache(dir string) Cache { panic("interface only") }
