// Package complete holds fixtures of useafterfree over complete, pointer-free C
// structs, whose fields Go code can touch without a call.
package complete

/*
#cgo CFLAGS: -I${SRCDIR}/../../include
#include "complete.h"
*/
import "C"

// CallAfterFree passes a dead session to C.
func CallAfterFree(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	return int64(C.SSL_SESSION_get_time(s)) // want useafterfree
}

// FieldAfterFree reads a field of a dead session.
func FieldAfterFree(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return 0
	}
	C.SSL_SESSION_free(s)
	return int64(s.time) // want useafterfree
}

// FieldBeforeFree reads it in time.
func FieldBeforeFree(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return 0
	}
	t := s.time
	C.SSL_SESSION_free(s)
	return int64(t)
}

// StoreAfterFree writes to a field of a dead session.
func StoreAfterFree(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return
	}
	C.SSL_SESSION_free(s)
	s.timeout = 0 // want useafterfree
}

// CopyBeforeFree copies the whole struct and goes on with the copy.
func CopyBeforeFree(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return 0
	}
	snapshot := *s
	C.SSL_SESSION_free(s)
	return int64(snapshot.time + snapshot.timeout)
}

// CopyAfterFree copies it too late.
func CopyAfterFree(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return 0
	}
	C.SSL_SESSION_free(s)
	snapshot := *s // want useafterfree
	return int64(snapshot.time)
}

// RetryAfterFree goes round with a session that it has just freed, or does not
// go round at all.
func RetryAfterFree(ssl *C.SSL, tries int) bool {
	s := C.SSL_get1_session(ssl) // want missingfree
	if s == nil {
		return false
	}
	for i := 0; i < tries; i++ {
		if C.SSL_set_session(ssl, s) == 1 { // want useafterfree
			C.SSL_SESSION_free(s)
			return true
		}
		C.SSL_SESSION_free(s) // may doublefree
	}
	return false
}
