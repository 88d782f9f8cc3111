package imageconfig

import "testing"

// FuzzDiff: no configuration makes the comparison fail in another way than with
// an error, and none differs from itself.
func FuzzDiff(f *testing.F) {
	f.Add([]byte(goldenConfig), []byte(`{"config":{"Env":[1,null,"A"],"Healthcheck":[],"Volumes":{"/x":{}}},"history":{},"rootfs":[]}`))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		changes, err := Diff(a, b)
		if err != nil {
			return
		}
		for _, c := range changes {
			Judge(c, true)
			Judge(c, false)
		}
		if same, err := Diff(a, a); err != nil || len(same) != 0 {
			t.Errorf("%q against itself: %v, %v", a, same, err)
		}
	})
}
