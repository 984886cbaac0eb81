// Package complete holds fixtures of borrowedfree over complete, pointer-free C
// structs.
package complete

/*
#cgo CFLAGS: -I${SRCDIR}/../../include
#include "complete.h"
*/
import "C"

// BareGet frees a loan.
func BareGet(ssl *C.SSL) {
	s := C.SSL_get_session(ssl)
	if s != nil && s.references > 1 {
		C.SSL_SESSION_free(s) // want borrowedfree
	}
}

// BareGetRead only reads the count.
func BareGetRead(ssl *C.SSL) int {
	if s := C.SSL_get_session(ssl); s != nil {
		return int(s.references)
	}
	return 0
}

// DeferredLoan defers the free of a loan.
func DeferredLoan(ssl *C.SSL) int64 {
	s := C.SSL_get0_session(ssl)
	defer C.SSL_SESSION_free(s) // want borrowedfree
	return int64(C.SSL_SESSION_get_time(s))
}

// Trade frees the loan instead of what it owns.
func Trade(a, b *C.SSL) {
	own := C.SSL_get1_session(a) // want missingfree
	lent := C.SSL_get_session(b)
	if own != nil && lent != nil && C.SSL_SESSION_get_time(own) > C.SSL_SESSION_get_time(lent) {
		C.SSL_set_session(b, own)
	}
	C.SSL_SESSION_free(lent) // want borrowedfree
}

// TradeFixed frees its own.
func TradeFixed(a, b *C.SSL) {
	own := C.SSL_get1_session(a)
	lent := C.SSL_get_session(b)
	if own != nil && lent != nil && C.SSL_SESSION_get_time(own) > C.SSL_SESSION_get_time(lent) {
		C.SSL_set_session(b, own)
	}
	C.SSL_SESSION_free(own)
}

// OwnOrLent frees what it found last, whoever owns it.
func OwnOrLent(conns []*C.SSL) {
	var pick *C.SSL_SESSION
	for i, c := range conns {
		if i == 0 {
			pick = C.SSL_get0_session(c)
		} else if pick == nil {
			pick = C.SSL_get1_session(c)
		}
	}
	C.SSL_SESSION_free(pick) // want borrowedfree
}
