package raw

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/seed-181f3109/assay/diskimage/vdisk"
	"github.com/seed-181f3109/assay/fstree"
)

// maxParts bounds the number of files of a split disk.
const maxParts = 10000

// lookAhead is how many further numbers are tried behind a missing part, to
// tell the end of a row from a hole in it.
const lookAhead = 3

// Format is the row of this format in the table of virtual disks. It claims
// every file and therefore stands last.
func Format() vdisk.Format {
	return vdisk.Format{
		Name:  "raw",
		Probe: func(vdisk.File) bool { return true },
		Open: func(ctx context.Context, f vdisk.File, opts *vdisk.Options) (vdisk.Disk, error) {
			return Open(ctx, f, opts)
		},
	}
}

// Open returns the bytes of f, followed by those of the further parts if f is
// the first part of a split disk. It returns an error that wraps
// fstree.ErrCorrupt if a part in the middle is missing. The caller closes f
// after the Disk.
func Open(ctx context.Context, f vdisk.File, opts *vdisk.Options) (*Disk, error) {
	d := &Disk{info: vdisk.Info{Format: "raw"}}
	d.add(f)
	stem, width, ok := firstPart(f.Name())
	if !ok || opts == nil || opts.Files == nil {
		d.info.Size = d.size
		return d, nil
	}
	if err := d.addParts(ctx, opts.Files, stem, width); err != nil {
		d.Close()
		return nil, err
	}
	if len(d.parts) > 1 {
		d.info.Variant = "split"
	}
	d.info.Size = d.size
	return d, nil
}

// addParts opens part 2 and what follows.
func (d *Disk) addParts(ctx context.Context, files vdisk.Resolver, stem string, width int) error {
	for n := 2; n <= maxParts; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		name := partName(stem, width, n)
		f, err := files.Open(name)
		if err != nil {
			return d.checkEnd(files, stem, width, n, err)
		}
		d.owned = append(d.owned, f)
		d.info.Files = append(d.info.Files, name)
		if f.Size() > math.MaxInt64-d.size {
			return fmt.Errorf("%w: split disk is larger than 8 EiB", fstree.ErrCorrupt)
		}
		d.add(f)
	}
	return fmt.Errorf("%w: more than %d parts", fstree.ErrLimit, maxParts)
}

// checkEnd reports a part that is missing although later ones exist. cause is
// why part n could not be opened.
func (d *Disk) checkEnd(files vdisk.Resolver, stem string, width, n int, cause error) error {
	for later := n + 1; later <= n+lookAhead; later++ {
		f, err := files.Open(partName(stem, width, later))
		if err != nil {
			continue
		}
		f.Close() // opened only to see that it exists
		return fmt.Errorf("%w: part %q of a split disk is missing: %w", fstree.ErrCorrupt, partName(stem, width, n), cause)
	}
	return nil
}

// firstPart reports whether name is that of the first part of a split disk,
// and returns what stands before the number and how many digits it has.
func firstPart(name string) (stem string, width int, ok bool) {
	i := strings.LastIndexByte(name, '.')
	if i <= 0 || len(name)-i-1 < 2 || len(name)-i-1 > 5 {
		return "", 0, false
	}
	n, err := strconv.ParseUint(name[i+1:], 10, 32)
	return name[:i+1], len(name) - i - 1, err == nil && n == 1
}

func partName(stem string, width, n int) string {
	return fmt.Sprintf("%s%0*d", stem, width, n)
}
