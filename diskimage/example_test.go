package diskimage_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/seed-181f3109/assay/diskimage"
	"github.com/seed-181f3109/assay/fstree"
)

// Every file of a disk, with where it is: the path on the running machine, and
// the volume and path inside of it.
func ExampleOpen() {
	ctx := context.Background()
	disk, err := diskimage.Open(ctx, "testdata/server.img.zst", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer disk.Close()
	fmt.Println(disk.Info().OS.PrettyName)
	for e, err := range disk.Walk(ctx) {
		if d, ok := errors.AsType[*fstree.Damage](err); ok {
			fmt.Println("not read:", d)
			continue
		}
		if err != nil {
			log.Fatal(err)
		}
		if e.Volume == "p15" {
			fmt.Println(e.Type, e.Path, e.Volume, e.VolumePath, e.Size)
		}
	}
	// Output:
	// Lab Linux 7 ("quoted")
	// not read: "p4": volume at offset 0: encrypted: luks volume
	// not read: "p5": volume at offset 0: unsupported feature: content of the volume is not recognised (type "Linux filesystem")
	// dir /boot/efi p15 / 0
	// dir /boot/efi/EFI p15 /EFI 0
	// file /boot/efi/EFI/vmlinuz p15 /EFI/vmlinuz 7
}

// What a file is, without opening it as a disk.
func ExampleDetect() {
	kind, err := diskimage.Detect("testdata/server.img.xz")
	fmt.Println(kind, err)
	// Output:
	// xz, gpt <nil>
}
