package layers

import (
	"errors"
	"testing"

	"github.com/seed-181f3109/assay/fstree"
)

func TestParseReference(t *testing.T) {
	sum := "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for in, want := range map[string]Reference{
		"oci:dir":                {Kind: KindOCI, Path: "dir"},
		"oci:/a/b.oci:golden":    {Kind: KindOCI, Path: "/a/b.oci", Tag: "golden"},
		"oci:dir@" + sum:         {Kind: KindOCI, Path: "dir", Digest: sum},
		"oci:dir:tag@" + sum:     {Kind: KindOCI, Path: "dir", Tag: "tag", Digest: sum},
		"oci:user@host:tag":      {Kind: KindOCI, Path: "user@host", Tag: "tag"},
		"oci-archive:f.tar:v1":   {Kind: KindOCIArchive, Path: "f.tar", Tag: "v1"},
		`oci:C:\images\web:1`:    {Kind: KindOCI, Path: `C:\images\web`, Tag: "1"},
		`oci-archive:d:/web.tar`: {Kind: KindOCIArchive, Path: "d:/web.tar"},
		"docker-archive:x.tar:registry.example:5000/shop/web:1.0": {Kind: KindDockerArchive, Path: "x.tar", Tag: "registry.example:5000/shop/web:1.0"},
		`docker-archive:C:\x.tar:reg:5000/a:1`:                    {Kind: KindDockerArchive, Path: `C:\x.tar`, Tag: "reg:5000/a:1"},
		"dir:/with:colon":                                         {Kind: KindDir, Path: "/with:colon"},
		"docker://registry.example/shop/web@" + sum:               {Kind: KindRegistry, Path: "registry.example/shop/web@" + sum},
		"some/path.tar":                                           {Path: "some/path.tar"},
		`C:\x.tar`:                                                {Path: `C:\x.tar`},
	} {
		got, err := ParseReference(in)
		if err != nil || got != want {
			t.Errorf("%q: got %+v, %v, want %+v", in, got, err, want)
		}
		if err == nil && got.String() != in {
			t.Errorf("%q: written as %q", in, got.String())
		}
	}
	for _, in := range []string{"", "oci:", "docker-archive:", "oci::tag", "docker://"} {
		if got, err := ParseReference(in); err == nil {
			t.Errorf("%q: got %+v, want an error", in, got)
		}
	}
	for _, in := range []string{"disk:x.raw", "rootfs:/mnt", "baseline:x", "containerd:/var/lib/containerd"} {
		if _, err := ParseReference(in); !errors.Is(err, fstree.ErrNotThisFormat) {
			t.Errorf("%q: got %v, want ErrNotThisFormat", in, err)
		}
	}
}
