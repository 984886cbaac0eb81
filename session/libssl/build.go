//go:build libssl || boringssl || wolfssl

package libssl

/*
#cgo CFLAGS: -Wno-deprecated-declarations
#cgo libssl pkg-config: libssl libcrypto
#cgo wolfssl pkg-config: wolfssl
#cgo wolfssl CFLAGS: -DLIB_WOLFSSL
#cgo boringssl LDFLAGS: -lssl -lcrypto
#include "lib.h"
*/
import "C"

import "errors"

// Library returns the name of the library, as contracts have it.
func Library() string { return C.GoString(C.lib_library()) }

// Init prepares the library; it must be called before anything else. It fails
// if the reference count cannot be found in an SSL_SESSION.
func Init() error {
	if C.lib_init() != 1 {
		return errors.New("libssl: no reference count found in SSL_SESSION")
	}
	return nil
}

// Live returns how many session objects exist.
func Live() int { return int(C.lib_live()) }

// A Session is an SSL_SESSION pointer; the zero Session is NULL.
type Session struct{ p *C.SSL_SESSION }

// IsNil reports whether the pointer is NULL.
func (s Session) IsNil() bool { return s.p == nil }

// Refs reads the reference count.
func (s Session) Refs() int { return int(C.lib_refs(s.p)) }
