// Package endings holds loops that end when there is nothing more to get.
package endings

/*
#cgo CFLAGS: -I${SRCDIR}/../../include
#include "opaque.h"
*/
import "C"

// UntilNothingLost gets until nothing is left, and forgets each.
func UntilNothingLost(ssl *C.SSL) (n int) {
	for s := C.SSL_get1_session(ssl); s != nil; s = C.SSL_get1_session(ssl) { // want missingfree missingfree
		n++
	}
	return n
}

// UntilNothingLostWhile is the same with the two calls apart.
func UntilNothingLostWhile(ssl *C.SSL) (n int) {
	s := C.SSL_get1_session(ssl) // want missingfree
	for s != nil {
		n++
		s = C.SSL_get1_session(ssl) // want missingfree
	}
	return n
}

// UntilNothingLostByArm forgets those that one arm skips.
func UntilNothingLostByArm(ssl *C.SSL) (n int) {
	for s := C.SSL_get1_session(ssl); s != nil; s = C.SSL_get1_session(ssl) { // want missingfree missingfree
		if C.SSL_SESSION_has_ticket(s) != 1 {
			continue
		}
		n++
		C.SSL_SESSION_free(s)
	}
	return n
}

// UntilNothing frees each.
func UntilNothing(ssl *C.SSL) (n int) {
	for s := C.SSL_get1_session(ssl); s != nil; s = C.SSL_get1_session(ssl) {
		n++
		C.SSL_SESSION_free(s)
	}
	return n
}

// UntilNothingWhile frees each before it gets the next.
func UntilNothingWhile(ssl *C.SSL) (n int) {
	s := C.SSL_get1_session(ssl)
	for s != nil {
		n++
		C.SSL_SESSION_free(s)
		s = C.SSL_get1_session(ssl)
	}
	return n
}

// UntilNothingByArm frees on both arms.
func UntilNothingByArm(ssl *C.SSL) (n int) {
	for s := C.SSL_get1_session(ssl); s != nil; s = C.SSL_get1_session(ssl) {
		if C.SSL_SESSION_has_ticket(s) != 1 {
			C.SSL_SESSION_free(s)
			continue
		}
		n++
		C.SSL_SESSION_free(s)
	}
	return n
}

// UntilNothingKeepsLast frees all but the last, which it returns.
func UntilNothingKeepsLast(ssl *C.SSL) (last *C.SSL_SESSION) {
	for s := C.SSL_get1_session(ssl); s != nil; s = C.SSL_get1_session(ssl) {
		C.SSL_SESSION_free(last)
		last = s
	}
	return last
}
