// Package analyzer is the front door: it opens an image by its reference,
// compares it with a golden image, and looks for what was implanted in what changed.
//
// References are written as skopeo writes them; without a prefix the kind is
// found by content: oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:TAG],
// dir:DIR, docker://NAME, disk:FILE, rootfs:DIR.
//
// The results are messages of package report, in an order that depends on the
// images alone. Memory is bounded by the number of entries and by Jobs times MaxFileMemory.
//
//	golden, err := analyzer.Open(ctx, "oci:images:1.4", opts)
//	suspect, err := analyzer.Open(ctx, "docker-archive:suspect.tar", opts)
//	for m, err := range analyzer.Analyze(ctx, golden, suspect, opts) {
//		if err != nil {
//			return err
//		}
//		if m.Finding != nil {
//			fmt.Println(m.Finding.Severity, m.Finding.Path, m.Finding.Title)
//		}
//	}
package analyzer
