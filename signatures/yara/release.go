//go:build cgo

package yara

/*
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
static void assay_release(void) { malloc_trim(0); }
#else
static void assay_release(void) {}
#endif
*/
import "C"

// release gives the memory that compiling took back to the system: glibc keeps
// some 130 MiB of it, several times what the rules need.
func release() { C.assay_release() }
