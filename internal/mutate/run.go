package mutate

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"testing"
	"time"
)

// Target is a reader and a valid image for it. Zero fields mean the defaults.
type Target struct {
	// Image is the valid image.
	Image []byte
	// Read opens image and reads all of it. It must not keep image, which is
	// changed and changed back between calls. An error means that the image
	// was refused, or the walk ended early.
	Read func(ctx context.Context, image []byte) (*Result, error)
	// Regions are the byte ranges that are damaged, start inclusive, end
	// exclusive; default is everything that is not zero.
	Regions [][2]int64
	// Seed chooses the mutations; default 1.
	Seed uint64
	// Rounds is the number of mutations; default 300, a quarter with -short.
	// The environment variable MUTATIONS overrides it.
	Rounds int
	// Silent reports whether a mutation may lose something without a trace,
	// because the format has no redundancy there: a deletion mark, a size.
	// Default is none. Panic, time and memory are checked all the same.
	Silent func(Mutation) bool
	// Time bounds one reading; default 10 s.
	Time time.Duration
	// Memory bounds the heap while reading, in bytes; default 512 MiB.
	Memory uint64
}

// Run damages the image again and again, one mutation at a time, and fails t
// for every law that the reader breaks. The undamaged image must read without
// damage.
func Run(t *testing.T, target Target) {
	t.Helper()
	tg := target.withDefaults()
	if v := os.Getenv("MUTATIONS"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n <= 0 {
			t.Fatalf("MUTATIONS=%q is no number of mutations", v)
		}
		tg.Rounds = n
	}
	whole := tg.try(tg.Image)
	if whole.err != nil || whole.panicked != "" || whole.result.Damage > 0 {
		t.Fatalf("the undamaged image: %v", whole)
	}
	src := newSource(tg.Image, tg.Regions, tg.Seed)
	if len(src.sectors) == 0 {
		t.Fatal("nothing to damage: the regions hold zeros only")
	}
	tally := make(map[string]int)
	for range tg.Rounds {
		m := src.next()
		o := tg.damaged(m)
		tally[tg.judge(t, m, whole.result, o)]++
	}
	t.Logf("%d mutations: %v", tg.Rounds, tally)
}

func (tg Target) withDefaults() *Target {
	if tg.Seed == 0 {
		tg.Seed = 1
	}
	if tg.Rounds == 0 {
		tg.Rounds = 300
		if testing.Short() {
			tg.Rounds /= 4
		}
	}
	if tg.Time == 0 {
		tg.Time = 10 * time.Second
	}
	if tg.Memory == 0 {
		tg.Memory = 512 << 20
	}
	return &tg
}

// judge fails t if an outcome breaks a law, and names the outcome for the tally.
func (tg *Target) judge(t *testing.T, m Mutation, whole *Result, o outcome) string {
	t.Helper()
	switch {
	case o.panicked != "":
		t.Errorf("%v: panic: %s", m, o.panicked)
		return "panic"
	case o.hung:
		t.Fatalf("%v: not done after %v:\n%s", m, tg.Time, o.stacks)
	case o.peak > tg.Memory:
		t.Errorf("%v: %d MiB of memory", m, o.peak>>20)
		return "memory"
	case o.err != nil:
		return "refused"
	case o.result.Damage > 0:
		return "reported"
	}
	what := lost(whole, o.result)
	if what == "" {
		return "nothing lost"
	}
	if tg.Silent != nil && tg.Silent(m) {
		t.Logf("%v: without a trace, as the format has it: %s", m, what)
		return "lost without a trace, as the format has it"
	}
	t.Errorf("%v: claims to be complete, but %s", m, what)
	return "lost in silence"
}

// damaged applies a mutation, reads the image and undoes the mutation.
func (tg *Target) damaged(m Mutation) outcome {
	if m.Bytes == nil {
		return tg.try(tg.Image[:m.Offset:m.Offset])
	}
	place := tg.Image[m.Offset : m.Offset+int64(len(m.Bytes))]
	before := append([]byte(nil), place...)
	copy(place, m.Bytes)
	o := tg.try(tg.Image)
	copy(place, before)
	return o
}

// outcome is what happened to one reading.
type outcome struct {
	result   *Result
	err      error
	panicked string
	hung     bool
	stacks   []byte // of all goroutines, if hung
	peak     uint64 // bytes of heap
}

func (o outcome) String() string {
	if o.panicked != "" {
		return "panic: " + o.panicked
	}
	if o.err != nil {
		return o.err.Error()
	}
	return fmt.Sprintf("%d entries, %d reports of damage: %v", len(o.result.Entries), o.result.Damage, o.result.First)
}

// try reads an image in a goroutine of its own and watches its time and memory.
func (tg *Target) try(image []byte) outcome {
	ctx, cancel := context.WithTimeout(context.Background(), tg.Time)
	defer cancel()
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			if p := recover(); p != nil {
				o.panicked = fmt.Sprintf("%v\n%s", p, debug.Stack())
			}
			done <- o
		}()
		o.result, o.err = tg.Read(ctx, image)
		if o.err == nil && o.result == nil {
			o.result = &Result{}
		}
	}()
	before := heap()
	var peak uint64
	look := func() {
		if h := heap(); h > before {
			peak = max(peak, h-before)
		}
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	grace := time.NewTimer(tg.Time + 5*time.Second)
	defer grace.Stop()
	for {
		select {
		case o := <-done:
			look()
			o.hung = ctx.Err() != nil
			o.peak = peak
			return o
		case <-tick.C:
			look()
		case <-grace.C:
			stacks := make([]byte, 64<<10)
			return outcome{hung: true, stacks: stacks[:runtime.Stack(stacks, true)]}
		}
	}
}

// heap returns the bytes of the heap that objects take, dead ones included.
func heap() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}
