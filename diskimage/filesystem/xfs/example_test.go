package xfs_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/klauspost/compress/zstd"

	"github.com/seed-181f3109/assay/diskimage/filesystem/xfs"
	"github.com/seed-181f3109/assay/fstree"
)

func ExampleOpen() {
	packed, err := os.Open("testdata/attributes.img.zst")
	if err != nil {
		log.Fatal(err)
	}
	defer packed.Close()
	unpacked, err := zstd.NewReader(packed, zstd.WithDecoderMaxWindow(1<<30))
	if err != nil {
		log.Fatal(err)
	}
	defer unpacked.Close()
	volume, err := io.ReadAll(unpacked)
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	fs, err := xfs.Open(ctx, bytes.NewReader(volume), int64(len(volume)), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(fs.Info().Type, fs.Info().Label)
	for e, err := range fs.Walk(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		if e.Mode&0o4000 != 0 && e.Type == fstree.TypeFile {
			fmt.Printf("%04o %s\n", e.Mode, e.Path)
		}
	}
	// Output:
	// xfs attributes
	// 4755 /mode-4755
	// 6711 /mode-6711
}
