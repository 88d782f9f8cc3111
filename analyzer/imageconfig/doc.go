// Package imageconfig compares the configurations of two container images
// field by field, and says what a changed field means to an attacker: the
// program that starts, the loader variables, a health check that runs on a timer.
//
// Fields are named as in the OCI image specification, those of the "config"
// object without a prefix: Entrypoint, Env[PATH], Labels[key], ExposedPorts[80/tcp],
// created, history[3]. Source: OCI image specification, "Image Configuration".
//
//	changes, err := imageconfig.Diff(goldenJSON, suspectJSON)
//	for _, c := range changes {
//		fmt.Println(c.Field, c.Kind, c.Old, c.New)
//	}
package imageconfig
