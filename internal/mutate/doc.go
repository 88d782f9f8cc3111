// Package mutate damages valid images in a repeatable way and checks the first
// law of this module on the reader: whatever was damaged, it does not panic,
// hang or take memory beyond a limit, and it never claims to have read
// everything when an entry or a byte is gone.
//
// An entry counts as lost if fewer entries come out than went in, or if the
// file of the same path is shorter than it was. A changed name, time or content
// is a change and not a loss: without a checksum no reader can see it.
//
// The call most people want:
//
//	mutate.Run(t, mutate.Target{
//		Image: testimage.Load(t, "testdata/plain.img.zst"),
//		Read: func(ctx context.Context, image []byte) (*mutate.Result, error) {
//			fs, err := Open(ctx, bytes.NewReader(image), int64(len(image)), nil)
//			if err != nil {
//				return nil, err
//			}
//			return mutate.Walk(ctx, fs)
//		},
//	})
package mutate
