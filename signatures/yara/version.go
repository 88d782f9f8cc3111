//go:build cgo

package yara

/*
#cgo pkg-config: yara
#include <yara.h>
static const char *assay_yara_version(void) { return YR_VERSION; }
*/
import "C"

import goyara "github.com/hillu/go-yara/v4"

// Version returns the version of libyara that this build was made with, for
// example "4.2.3".
func Version() string { return C.GoString(C.assay_yara_version()) }

// errScanTimeout is libyara's ERROR_SCAN_TIMEOUT.
const errScanTimeout = goyara.Error(C.ERROR_SCAN_TIMEOUT)

// errUnknownExternal is what libyara answers to a variable that no rule uses.
const errUnknownExternal = goyara.Error(C.ERROR_INVALID_ARGUMENT)
