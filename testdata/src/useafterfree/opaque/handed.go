package opaque

/*
#include "opaque.h"
*/
import "C"

import (
	"errors"
	"runtime"
)

// Dead sessions that are handed to somebody else (trap: send, interface, result).

var errExpired = errors.New("session expired")

// SentDead sends what it freed on one path.
func SentDead(ssl *C.SSL, out chan<- *C.SSL_SESSION) {
	s := C.SSL_get1_session(ssl)
	if C.SSL_SESSION_is_resumable(s) != 1 {
		C.SSL_SESSION_free(s)
	}
	out <- s // want useafterfree
}

// SentAlive returns on that path.
func SentAlive(ssl *C.SSL, out chan<- *C.SSL_SESSION) {
	s := C.SSL_get1_session(ssl)
	if C.SSL_SESSION_is_resumable(s) != 1 {
		C.SSL_SESSION_free(s)
		return
	}
	out <- s
}

// SentNil sends nothing in its place.
func SentNil(ssl *C.SSL, out chan<- *C.SSL_SESSION) {
	s := C.SSL_get1_session(ssl)
	if C.SSL_SESSION_is_resumable(s) != 1 {
		C.SSL_SESSION_free(s)
		s = nil
	}
	out <- s
}

// BoxedDead returns it in an interface.
func BoxedDead(ssl *C.SSL) any {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	return s // want useafterfree
}

// BoxedAlive returns what it owns.
func BoxedAlive(ssl *C.SSL) any {
	s := C.SSL_get1_session(ssl)
	return s
}

// DeadBesideError returns it beside an error, where nobody looks at it.
func DeadBesideError(ssl *C.SSL) (s *C.SSL_SESSION, err error) {
	s = C.SSL_get1_session(ssl)
	if C.SSL_SESSION_is_resumable(s) != 1 {
		C.SSL_SESSION_free(s)
		err = errExpired
	}
	return
}

// DeadBesideNil returns it beside none.
func DeadBesideNil(ssl *C.SSL) (s *C.SSL_SESSION, err error) {
	s = C.SSL_get1_session(ssl)
	if C.SSL_SESSION_is_resumable(s) != 1 {
		C.SSL_SESSION_free(s)
		return s, nil // want useafterfree
	}
	return s, nil
}

// DeadBesideErrorRead looks at what such a function returned.
func DeadBesideErrorRead(ssl *C.SSL) int64 {
	s, err := DeadBesideError(ssl)
	if err != nil {
		return int64(C.SSL_SESSION_get_time(s)) // want useafterfree
	}
	defer C.SSL_SESSION_free(s)
	return int64(C.SSL_SESSION_get_time(s))
}

// DeadBesideErrorLeft does not.
func DeadBesideErrorLeft(ssl *C.SSL) int64 {
	s, err := DeadBesideError(ssl)
	if err != nil {
		return 0
	}
	defer C.SSL_SESSION_free(s)
	return int64(C.SSL_SESSION_get_time(s))
}

type finalized struct{ raw *C.SSL_SESSION }

func finalize(s *C.SSL_SESSION) *finalized {
	f := &finalized{raw: s}
	runtime.SetFinalizer(f, (*finalized).close)
	return f
}

func (f *finalized) close() {
	C.SSL_SESSION_free(f.raw)
	f.raw = nil
}

// FinalizedRead keeps the pointer of an object with a finalizer beyond its close.
func FinalizedRead(ssl *C.SSL) int64 {
	f := finalize(C.SSL_get1_session(ssl))
	s := f.raw
	f.close()
	return int64(C.SSL_SESSION_get_time(s)) // want useafterfree may missingkeepalive
}

// FinalizedReadBefore reads before the close.
func FinalizedReadBefore(ssl *C.SSL) int64 {
	f := finalize(C.SSL_get1_session(ssl))
	defer f.close()
	return int64(C.SSL_SESSION_get_time(f.raw))
}

var (
	deadKept *C.SSL_SESSION
	deadHost = map[string]*C.SSL_SESSION{}
)

// DeadStored leaves it in a package variable.
func DeadStored(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	deadKept = s // want useafterfree
}

// DeadStoredByKey leaves it in a map.
func DeadStoredByKey(ssl *C.SSL, host string) {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	deadHost[host] = s // want useafterfree
}

// DeadInside returns it in an object.
func DeadInside(ssl *C.SSL) *finalized {
	s := C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(s)
	return &finalized{raw: s} // want useafterfree
}

// DeadStoredAndCleared takes it out in time.
func DeadStoredAndCleared(ssl *C.SSL) {
	deadKept = C.SSL_get1_session(ssl)
	C.SSL_SESSION_free(deadKept)
	deadKept = nil
}

// AliveStored leaves what it owns there.
func AliveStored(ssl *C.SSL, host string) {
	if old, ok := deadHost[host]; ok {
		C.SSL_SESSION_free(old)
	}
	deadHost[host] = C.SSL_get1_session(ssl)
}

// FinalizedReadRetained has a reference of its own when the object closes.
func FinalizedReadRetained(ssl *C.SSL) int64 {
	f := finalize(C.SSL_get1_session(ssl))
	s := f.raw
	if s == nil || C.SSL_SESSION_up_ref(s) != 1 {
		f.close()
		return 0
	}
	f.close()
	t := int64(C.SSL_SESSION_get_time(s))
	C.SSL_SESSION_free(s)
	return t
}

// FinalizedTaken takes the handle out of the object, whose finalizer then frees
// nothing.
func FinalizedTaken(f *finalized) int64 {
	s := f.raw
	f.raw = nil
	t := int64(C.SSL_SESSION_get_time(s))
	C.SSL_SESSION_free(s)
	return t
}
