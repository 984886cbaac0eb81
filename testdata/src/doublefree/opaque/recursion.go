package opaque

/*
#include "opaque.h"
*/
import "C"

func freeBelow(s *C.SSL_SESSION, depth int) {
	if depth == 0 {
		C.SSL_SESSION_free(s)
		return
	}
	freeBelow(s, depth-1)
}

// FreedBelow frees what a recursion has freed at its end (trap: recursion).
func FreedBelow(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	freeBelow(s, 3)
	C.SSL_SESSION_free(s) // want doublefree
}

// FreedBelowOnly leaves it to the recursion.
func FreedBelowOnly(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	freeBelow(s, 3)
}
