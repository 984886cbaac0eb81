// Package voidptr holds fixtures of doublefree, useafterfree and borrowedfree
// over handles behind void *.
package voidptr

/*
#cgo CFLAGS: -I${SRCDIR}/../../include
#include "voidptr.h"
*/
import "C"

import "unsafe"

// Twice frees a bare pointer twice.
func Twice(ssl unsafe.Pointer) {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	C.SSL_SESSION_free(s) // want doublefree
}

// Once frees it once, on each of two paths.
func Once(ssl unsafe.Pointer, fast bool) {
	s := C.SSL_get1_session(ssl)
	if fast {
		C.SSL_SESSION_free(s)
		return
	}
	C.SSL_SESSION_set_timeout(s, 1)
	C.SSL_SESSION_free(s)
}

// DeferredToo frees by hand as well.
func DeferredToo(ssl unsafe.Pointer) {
	s := C.SSL_get1_session(ssl)
	defer C.SSL_SESSION_free(s) // want doublefree
	if C.SSL_SESSION_has_ticket(s) == 0 {
		C.SSL_SESSION_free(s)
	}
}

// ReadAfterFree reads what was freed.
func ReadAfterFree(ssl unsafe.Pointer) int64 {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	return int64(C.SSL_SESSION_get_time(s)) // want useafterfree
}

// Loan frees what was lent.
func Loan(ssl unsafe.Pointer) {
	s := C.SSL_get0_session(ssl)
	if s != nil {
		C.SSL_SESSION_free(s) // want borrowedfree
	}
}

// LoanRead reads it.
func LoanRead(ssl unsafe.Pointer) int64 {
	if s := C.SSL_get0_session(ssl); s != nil {
		return int64(C.SSL_SESSION_get_time(s))
	}
	return 0
}

// OwnerFreed reads a loan whose owner died.
func OwnerFreed(ssl unsafe.Pointer) int64 {
	s := C.SSL_get0_session(ssl)
	C.SSL_free(ssl)
	return int64(C.SSL_SESSION_get_time(s)) // want danglingborrow
}

// Ignored does not look at the status.
func Ignored(ssl unsafe.Pointer) unsafe.Pointer {
	s := C.SSL_get0_session(ssl)
	if s != nil {
		C.SSL_SESSION_up_ref(s) // want uncheckedupref
	}
	return s
}
