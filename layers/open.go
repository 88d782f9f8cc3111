package layers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/seed-181f3109/assay/fstree"
)

// Open opens the image that ref names. It reads indexes, manifests and configs,
// not yet layers. A compressed archive is unpacked to temporary storage first.
// The caller closes the Set after the last use of its images and their views.
//
// It returns an error wrapping fstree.ErrNotThisFormat if ref.Kind is empty and
// the path holds no container image. A store with several images and no tag or
// digest in ref is an error that lists the tags; so is a tag that it does not have.
func Open(ctx context.Context, ref Reference, opts *Options) (*Set, error) {
	if ref.Kind == KindRegistry {
		return openRegistry(ctx, ref, opts)
	}
	if ref.Kind == "" {
		var err error
		if ref, err = findKind(ctx, ref); err != nil {
			return nil, err
		}
	}
	s, err := openStore(ctx, ref, opts)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ref, err)
	}
	return s, nil
}

// findKind completes a reference that is a bare path, with or without a tag.
func findKind(ctx context.Context, ref Reference) (Reference, error) {
	if _, err := os.Lstat(ref.Path); err != nil {
		split := splitPath(ref.Path)
		if _, serr := os.Lstat(split.Path); serr != nil || split.Path == ref.Path {
			return ref, err
		}
		ref.Path, ref.Tag, ref.Digest = split.Path, split.Tag, split.Digest
	}
	kind, err := Detect(ref.Path)
	ref.Kind = kind
	return ref, err
}

// store is an opened folder or archive while its images are looked up.
type store struct {
	*Set
	files files
	ref   Reference
	opts  *Options
	ctx   context.Context
	used  map[string]bool // files that some image or document refers to
	// reached holds the documents whose references have been followed.
	reached map[string]bool
	// renamed holds the files of digests that lie at another place than blobs do.
	renamed map[string]string
}

func openStore(ctx context.Context, ref Reference, opts *Options) (*Set, error) {
	s := &store{Set: &Set{kind: ref.Kind}, ref: ref, opts: opts, ctx: ctx, used: map[string]bool{}, reached: map[string]bool{}, renamed: map[string]string{}}
	var err error
	switch ref.Kind {
	case KindOCI, KindDir:
		s.files, err = openDirFiles(ref.Path)
	case KindOCIArchive, KindDockerArchive:
		err = s.openTar()
	default:
		return nil, fmt.Errorf("%w: kind of image %q", fstree.ErrUnsupported, ref.Kind)
	}
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, s.files.close)
	switch ref.Kind {
	case KindDir:
		err = s.openFlat()
	case KindDockerArchive:
		err = s.openDocker()
	default:
		err = s.openLayout()
	}
	if err == nil && len(s.images) == 0 {
		err = s.noImages()
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s.Set, nil
}

func (s *store) openTar() error {
	t, notes, err := openArchive(s.ctx, s.ref.Path, s.opts)
	if err != nil {
		return err
	}
	s.files = t
	if t.damage != nil {
		if t.damage.Path == "" {
			t.damage.Path = s.ref.Path
		}
		s.damage = append(s.damage, t.damage)
	}
	for _, d := range t.duplicates {
		s.anomaly("duplicate-archive-entry", d, "%q is in the archive more than once; the last one is read", d)
	}
	for _, n := range notes {
		s.anomaly(n.rule, s.ref.Path, "%s", n.detail)
	}
	return nil
}

func (s *store) anomaly(id, path, format string, args ...any) {
	s.anomalies = append(s.anomalies, newAnomaly(id, path, fmt.Sprintf(format, args...), -1))
}

func (s *store) lost(digest, structure string, err error) {
	s.damage = append(s.damage, &fstree.Damage{Path: digest, Structure: structure, Offset: -1, Cause: err})
}

// noImages explains why nothing is left to read.
func (s *store) noImages() error {
	if len(s.damage) > 0 {
		return errors.Join(errors.New("no image can be read"), s.damage[0])
	}
	if p := s.opts.platform(); p != "" {
		return fmt.Errorf("no image for platform %q; there are %s", p, list(s.platforms))
	}
	return fmt.Errorf("%w: the store holds no container image", fstree.ErrUnsupported)
}

// list writes names for an error message.
func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	names = slices.Clone(names)
	slices.Sort(names)
	names = slices.Compact(names)
	more := ""
	if len(names) > 50 {
		names, more = names[:50], ", ..."
	}
	for i := range names {
		names[i] = fmt.Sprintf("%q", names[i])
	}
	return strings.Join(names, ", ") + more
}

// wanted reports whether the platform is asked for. "arm64" asks for every
// operating system and variant, "linux/arm" for every variant.
func (s *store) wanted(p string) bool {
	if !slices.Contains(s.platforms, p) {
		s.platforms = append(s.platforms, p)
	}
	return platformWanted(s.opts.platform(), p)
}

func platformWanted(want, p string) bool {
	if want == "" || want == p {
		return true
	}
	w, have := strings.Split(want, "/"), strings.Split(p, "/")
	if len(w) == 1 {
		return len(have) > 1 && have[1] == w[0] || have[0] == w[0]
	}
	return len(w) < len(have) && slices.Equal(w, have[:len(w)])
}
