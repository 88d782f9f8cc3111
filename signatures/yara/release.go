//go:build cgo

package yara

/*
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
static void assay_release(void) { malloc_trim(0); }
static void assay_keep(void) {
	mallopt(M_MMAP_THRESHOLD, 8 << 20);
	mallopt(M_TRIM_THRESHOLD, 16 << 20);
	mallopt(M_ARENA_MAX, 2);
}
#else
static void assay_release(void) {}
static void assay_keep(void) {}
#endif
*/
import "C"

// release gives the memory that compiling took back to the system: glibc keeps
// some 130 MiB of it, several times what the rules need.
func release() { C.assay_release() }

// keepMemory lets glibc keep some of what libyara gives back, 16 MiB in each of two
// arenas. A compiler takes 12 MiB and each scan 600 KiB, of which they touch little
// or all for a moment: fetched from the system each time, the pages of it cost more
// than the work, 44 ms of 44.2 for a rule of one text.
func keepMemory() { C.assay_keep() }
