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
