package layers

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Cache keeps encoded layer indexes between runs. Keys are digests of stored
// layers, "sha256:...". A layer whose index is kept is hashed whole and, if the
// digest is right, not unpacked. It may be used from several goroutines.
type Cache interface {
	// Get returns what Put stored under key, or nil if there is nothing. An error
	// counts as nothing.
	Get(key string) ([]byte, error)
	// Put stores data under key.
	Put(key string, data []byte) error
}

// NewDirCache keeps indexes as files in dir, which is made when needed; several
// processes may share it. A file that was damaged is not used. Nothing is ever
// removed; an index takes about 80 bytes for each entry of its layer.
func NewDirCache(dir string) Cache { return dirCache(dir) }

type dirCache string

func (c dirCache) file(key string) (string, error) {
	_, hex, ok := splitDigest(key)
	if !ok {
		return "", fmt.Errorf("cache key %q is no digest", key)
	}
	return filepath.Join(string(c), "layer-"+hex+".idx"), nil
}

// maxKept bounds what is read back.
const maxKept = 1 << 30

func (c dirCache) Get(key string) ([]byte, error) {
	name, err := c.file(key)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxKept {
		return nil, fmt.Errorf("%q is not a layer index", name)
	}
	return os.ReadFile(name)
}

func (c dirCache) Put(key string, data []byte) error {
	name, err := c.file(key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(string(c), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(string(c), strings.TrimSuffix(filepath.Base(name), ".idx")+".*.tmp")
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}
